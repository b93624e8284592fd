// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "stack/ClusterFacts.h"

namespace binnacle::operations {

/// Reads what a feasibility check needs to know of a cluster: the objects of these namespaces, nodes and what runs on
/// them, storage classes and volumes. What the user may not list, and on large clusters what runs on the nodes, is left
/// out and named in ClusterFacts::unread. Of kinds that only quotas count, such as Secrets, no more than metadata is
/// read. An error only where the cluster does not answer.
[[nodiscard]] QFuture<core::Result<stack::ClusterFacts>> surveyCluster(std::shared_ptr<kube::Client> client,
                                                                       std::vector<core::Namespace> nameSpaces,
                                                                       core::CancellationToken token = {});

/// The namespaces that objects live in or are, each once.
[[nodiscard]] std::vector<core::Namespace> namespacesOf(const std::vector<core::Json> &objects);

} // namespace binnacle::operations
