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
    std::vector<core::Json> objects; ///< of the stack's namespaces, and those namespaces: see kindsOfFacts()
    std::vector<core::Json> nodes;
    std::optional<std::vector<core::Json>> nodePods; ///< of all namespaces, what has a node and is not over
    std::optional<std::vector<core::Json>> storageClasses;
    std::optional<std::vector<core::Json>> volumes; ///< PersistentVolumes
    /// @{ What pods may name; of the namespaces or of the cluster, of all but runtime classes at least the metadata.
    std::optional<std::vector<core::Json>> serviceAccounts;
    std::optional<std::vector<core::Json>> priorityClasses;
    std::optional<std::vector<core::Json>> runtimeClasses;
    /// @}
    std::optional<std::set<core::GroupKind>> kinds; ///< that the server serves
    std::set<std::string> silentGroups;             ///< whose API server did not say what it serves
    std::set<core::GroupKind> hidden;               ///< of kindsOfFacts(): what this user may not list everywhere
    int minorVersion = 0;                           ///< of Kubernetes; 0: not known
    std::vector<std::string> unread;                ///< what could not be read and so is not judged, for people
};

/// The kinds that ClusterFacts::objects holds of each namespace, and of kinds that quotas there count at least the
/// metadata.
[[nodiscard]] const std::vector<core::GroupKind> &kindsOfFacts();

/// The findings of checkFeasibility with what the cluster has besides the stack: quotas, limit ranges, budgets and
/// autoscalers that others set there, and the pods and claims of others, as they are; then what the cluster lacks:
/// kinds, storage classes, room on nodes. Errors come first, and of those the one that breaks at the fewest replicas.
[[nodiscard]] std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects, const ClusterFacts &facts);

/// How many replicas of `workload` fit, everything else being at the number that it asks for; nothing: the workload is
/// not among `objects`, makes no replicas, or nothing limits it.
[[nodiscard]] std::optional<long long> fittingReplicas(const std::vector<core::Json> &objects,
                                                       const ClusterFacts &facts, const kube::ObjectKey &workload);

} // namespace binnacle::stack
