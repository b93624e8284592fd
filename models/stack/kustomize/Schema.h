// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "stack/kustomize/Resource.h"

#include <optional>
#include <string>
#include <vector>

namespace binnacle::stack::kustomize {

/// The OpenAPI definitions that the `openapi` field of a kustomization names: they say how the lists of custom
/// resources are merged. As in kustomize they take the place of the built-in ones.
class Schema
{
public:
    [[nodiscard]] static core::Result<Schema> read(const std::string &text, const std::string &file);

    [[nodiscard]] bool isEmpty() const { return m_definitions.is_null(); }
    /// As mergeKeysOf().
    [[nodiscard]] std::optional<std::vector<std::string>> mergeKeys(const Gvk &gvk, const std::string &path) const;

private:
    [[nodiscard]] const core::Json *definitionOf(const Gvk &gvk) const;
    [[nodiscard]] const core::Json *resolved(const core::Json *node) const;

    core::Json m_definitions;
};

} // namespace binnacle::stack::kustomize
