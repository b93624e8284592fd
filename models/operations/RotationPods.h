// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "kube/ObjectReference.h"

namespace binnacle::operations {

/// The pods that a workload's selector chooses and that are not on their way out.
[[nodiscard]] QFuture<core::Result<std::vector<core::Json>>>
podsOf(std::shared_ptr<kube::Client> client, const core::Json &workload, core::CancellationToken token);

/// Whether the pod is ready to serve and not being deleted.
[[nodiscard]] bool isPodReady(const core::Json &pod);

/// That every pod of the workload came from the restart that its template names, and is ready. An error names the pod
/// that did not.
[[nodiscard]] QFuture<core::Result<void>> provePods(std::shared_ptr<kube::Client> client,
                                                    const kube::ObjectKey &workload, core::CancellationToken token);

} // namespace binnacle::operations
