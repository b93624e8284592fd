// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Quantity.h"
#include "kube/ObjectReference.h"
#include "stack/PodResources.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace binnacle::stack {

/// How many pods a workload can have, and what one of them takes.
struct WorkloadDemand
{
    kube::ObjectKey key;
    std::map<std::string, std::string> podLabels;
    core::Json podSpec;      ///< as admission leaves it: with the defaults of the limit ranges
    Amounts perPod;          ///< see amountsOfPod()
    Amounts inQuotas;        ///< what quotas count of it: not every server counts the overhead
    long long fewest = 1;    ///< the autoscaler's minimum, else what the spec asks for
    long long current = 1;   ///< what the spec asks for
    long long most = 1;      ///< the autoscaler's maximum, else what the spec asks for
    long long surge = 0;     ///< more pods than `most`, while a roll-out runs
    bool needsSurge = false; ///< a roll-out takes no old pod away before a new one is ready
    std::string autoscaler;  ///< name of the HorizontalPodAutoscaler that says so; empty: spec.replicas
    bool refused = false;    ///< by admission, each new pod of it: what it takes is what it has now
    long long live = 0;      ///< pods that it has now; where the cluster is not known: none

    /// Its pods come and go, at a step of their own: they need room, but not beside everything else.
    [[nodiscard]] bool isJob() const { return key.kind.kind == "Job"; }
    [[nodiscard]] bool isDaemon() const { return key.kind.kind == "DaemonSet"; }
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

/// An integer, or a percentage of `whole`, as IntOrString fields say it; `otherwise` where the field is absent.
enum class Rounding { Up, Down };
[[nodiscard]] long long countOf(const core::Json &value, long long whole, Rounding rounding,
                                const char *otherwise = "0");

[[nodiscard]] std::map<std::string, std::string> labelsOf(const core::Json &object);

/// Of each workload, counted by the autoscalers and limit ranges among `objects`. A DaemonSet's pods are counted once.
[[nodiscard]] std::vector<WorkloadDemand> demandsOf(const std::vector<core::Json> &workloads,
                                                    const std::vector<core::Json> &objects);

} // namespace binnacle::stack
