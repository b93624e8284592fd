// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <filesystem>
#include <vector>

namespace binnacle::stack::kustomize {

/// Builds a kustomize directory: the same objects, in the same order, as `kubectl kustomize`.
[[nodiscard]] core::Result<std::vector<core::Json>> build(const std::filesystem::path &directory);

} // namespace binnacle::stack::kustomize
