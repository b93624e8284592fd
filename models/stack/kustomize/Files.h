// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <filesystem>
#include <string>

namespace binnacle::stack::kustomize {

[[nodiscard]] core::Result<std::string> readFile(const std::filesystem::path &file);

/// A URL, or a repository as git names it ("github.com/owner/name", "git@host:path").
[[nodiscard]] bool isRemote(const std::string &path);
[[nodiscard]] core::Error remoteError(const std::string &path);

/// The file that a kustomization in `root` names. It must be in or below that folder, symbolic links followed: a
/// kustomization from somewhere else must not publish other files of this machine (kustomize's
/// LoadRestrictionsRootOnly).
[[nodiscard]] core::Result<std::string> readInside(const std::filesystem::path &root, const std::string &relative);

} // namespace binnacle::stack::kustomize
