// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/ClusterObserver.h"
#include "core/Json.h"

#include <vector>

namespace binnacle::stack {

/// The pods that are behind these objects, each once, in the objects' order: pods themselves, what workloads run, what
/// services select. Objects that do not exist have none.
[[nodiscard]] std::vector<kube::RecordPointer> podsBehind(const std::vector<kube::ObjectKey> &objects,
                                                          const cluster::Store &store);
/// The pods that a LabelSelector of the API selects. An empty namespace means all.
[[nodiscard]] std::vector<kube::RecordPointer>
podsSelected(const core::Json &selector, const core::Namespace &nameSpace, const cluster::Store &store);
/// What must be in the store for podsBehind.
[[nodiscard]] std::vector<cluster::Feed> feedsForPodsBehind(const std::vector<kube::ObjectKey> &objects);

} // namespace binnacle::stack
