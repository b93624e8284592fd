// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Quantity.h"
#include "kube/ObjectReference.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace binnacle::stack {

/// How many pods a workload of the manifests can have, and what one of them takes.
struct WorkloadDemand
{
    kube::ObjectKey key;
    std::map<std::string, std::string> podLabels;
    core::Json podSpec;
    long long fewest = 1;
    long long most = 1;
    long long surge = 0;    ///< more pods than `most`, while a roll-out runs
    std::string autoscaler; ///< name of the HorizontalPodAutoscaler that says so; empty: spec.replicas
    std::map<std::string, core::Quantity>
        perPod;                       ///< "requests.cpu", "limits.memory" ... with the limit range's defaults
    std::vector<std::string> lacking; ///< "limits.cpu of container web"
};

/// The value at a path of field names, or null.
[[nodiscard]] const core::Json &valueAt(const core::Json &object, const std::vector<std::string> &path);
[[nodiscard]] std::string textAt(const core::Json &object, const std::vector<std::string> &path);
[[nodiscard]] core::Quantity quantityOf(const core::Json &value);
[[nodiscard]] kube::ObjectKey keyOf(const core::Json &object);

/// Whether a controller made it, and makes it anew: a ReplicaSet's pods.
[[nodiscard]] bool isControlled(const core::Json &object);

/// Whether the StatefulSet controller makes a claim of this name for `owner`: "<template>-<set>-<ordinal>"
/// (kubernetes.io/docs/concepts/workloads/controllers/statefulset).
[[nodiscard]] bool isClaimOf(const kube::ObjectKey &owner, const core::Json &manifest, const kube::ObjectKey &claim);

[[nodiscard]] std::vector<WorkloadDemand> demandsOf(const std::vector<core::Json> &objects);

} // namespace binnacle::stack
