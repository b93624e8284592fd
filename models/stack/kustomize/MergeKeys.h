// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Resource.h"

#include <optional>
#include <string>
#include <vector>

namespace binnacle::stack::kustomize {

/// How the list at a path ("spec.template.spec.containers") of a kind is merged, from x-kubernetes-patch-merge-key and
/// x-kubernetes-list-map-keys of the published OpenAPI: by these keys; an empty vector: as a set of single values;
/// std::nullopt: not at all, a patch replaces it. Only built-in kinds have such rules.
[[nodiscard]] std::optional<std::vector<std::string>> mergeKeysOf(const Gvk &gvk, const std::string &path);

} // namespace binnacle::stack::kustomize
