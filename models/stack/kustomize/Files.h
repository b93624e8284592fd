// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <filesystem>
#include <string>

namespace binnacle::stack::kustomize {

[[nodiscard]] core::Result<std::string> readFile(const std::filesystem::path &file);

/// The file that a kustomization in `root` names. It must be in or below that folder, symbolic links followed: a
/// kustomization from somewhere else must not publish other files of this machine (kustomize's
/// LoadRestrictionsRootOnly).
[[nodiscard]] core::Result<std::string> readInside(const std::filesystem::path &root, const std::string &relative);

} // namespace binnacle::stack::kustomize
