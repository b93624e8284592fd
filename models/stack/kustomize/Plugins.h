// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

#include <functional>

namespace binnacle::stack::kustomize {

/// Builds a folder, for the plug-in files that are kept in one.
using FolderBuilder = std::function<core::Result<std::vector<core::Json>>(const std::filesystem::path &)>;

/// The `generators`, `transformers` and `validators` of a kustomization, as far as they are kustomize's built-in ones
/// (apiVersion: builtin); any other is a program, and refused.
class Plugins
{
public:
    Plugins(const Kustomization &kustomization, FolderBuilder builder)
        : m_kustomization(kustomization), m_builder(std::move(builder))
    {
    }

    [[nodiscard]] core::Result<void> generate(Resources &resources) const;
    [[nodiscard]] core::Result<void> transform(Resources &resources) const;
    /// A validator may change nothing.
    [[nodiscard]] core::Result<void> validate(const Resources &resources) const;

private:
    [[nodiscard]] core::Result<void> runEntry(const std::string &entry, const std::string &field,
                                              Resources &resources) const;
    [[nodiscard]] core::Result<void> runFile(const std::string &text, const std::string &file,
                                             Resources &resources) const;

    const Kustomization &m_kustomization;
    FolderBuilder m_builder;
};

} // namespace binnacle::stack::kustomize
