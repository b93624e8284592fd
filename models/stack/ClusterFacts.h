// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Feasibility.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace binnacle::stack {

/// What a cluster says about a stack that shall run on it. What could not be read (a user may not list nodes) is left
/// empty, and is then not judged.
struct ClusterFacts
{
    std::vector<core::Json> objects; ///< of the stack's namespaces: quotas, limit ranges, workloads, autoscalers
    std::vector<core::Json> nodes;
    std::optional<std::set<std::string>> storageClasses;
    std::optional<std::set<core::GroupKind>> kinds; ///< that the server serves
};

/// The kinds that ClusterFacts::objects holds.
[[nodiscard]] const std::vector<core::GroupKind> &kindsOfFacts();

/// The findings of checkFeasibility with what the cluster has besides the stack: quotas and limit ranges that others
/// set there and workloads that share them; then what the cluster lacks: kinds, storage classes, a node that is large
/// enough for each pod. Errors come first, and of those the one that breaks at the fewest replicas.
[[nodiscard]] std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects, const ClusterFacts &facts);

} // namespace binnacle::stack
