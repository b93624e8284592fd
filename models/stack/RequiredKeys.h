// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Feasibility.h"
#include "stack/Stack.h"
#include "stack/Topology.h"

#include <map>
#include <optional>
#include <set>

namespace binnacle::stack {

/// The Secrets and config maps that the stack file or anything in its objects names.
[[nodiscard]] std::set<kube::ObjectKey> namedConfigs(const Stack &stack, const std::vector<core::Json> &objects);

/// Keys of Secrets and config maps that the workloads of a stack need and that nobody provides: neither its objects,
/// nor what the deploy generates, nor the cluster. `live`: the Secrets and config maps that the cluster has; nothing:
/// no cluster was asked, and what only it could provide is a warning. What a deploy asks the operator for is missing
/// until the cluster has it; what may be left out is never missing.
[[nodiscard]] std::vector<Finding> missingKeys(const Stack &stack, const std::vector<core::Json> &objects,
                                               const std::optional<std::vector<core::Json>> &live);

/// Workloads, and why none of their pods could start: "key TOKEN of Secret shop/db is missing".
using KeylessWorkloads = std::map<kube::ObjectKey, std::string>;

/// Which of the stack's workloads a cluster that has only these Secrets and config maps cannot start.
[[nodiscard]] KeylessWorkloads keylessWorkloads(const Stack &stack, const std::vector<core::Json> &objects,
                                                const std::vector<core::Json> &live);
/// Says so in the picture: a component that is not there yet is degraded, not merely missing. One that is there may
/// have been made otherwise than the stack would now, and is judged by what it does.
void markKeyless(Topology &topology, const KeylessWorkloads &keyless);

} // namespace binnacle::stack
