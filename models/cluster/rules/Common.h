// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"
#include "cluster/Store.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::cluster::rules {

[[nodiscard]] Health healthy(std::string reason);
[[nodiscard]] Health progressing(std::string reason);
[[nodiscard]] Health degraded(std::string reason);
[[nodiscard]] Health suspended(std::string reason);
[[nodiscard]] Health unknown(std::string reason);

[[nodiscard]] std::chrono::seconds ageOf(kube::Timestamp time, const Store &store);
/// "2 of 3 ready".
[[nodiscard]] std::string ofDesired(long long count, long long desired, std::string_view what);

/// What a workload's pods add to its own status.
struct PodVerdict
{
    Health worst{HealthState::Healthy, {}};
    std::string pod; ///< the name of the worst one
    /// "backend-7d4f CrashLoopBackOff, exit 1"; empty when all are healthy.
    [[nodiscard]] std::string describe() const;
};

/// The worst of the running pods. Pods that have ended or are being deleted have been, or are being, replaced: their
/// controllers do not count them either.
[[nodiscard]] PodVerdict worstPod(const std::vector<kube::RecordPointer> &pods, const Store &store);

/// The worse of what the workload says of itself and what its pods show, in words: "2 of 3 ready: backend-7d4f ...".
[[nodiscard]] Health combine(const Health &own, const PodVerdict &pods);

/// Why the controller of a stateful set, daemon set or job cannot create pods (a quota, an admission webhook), or
/// nothing: these have no condition for it, only events say "FailedCreate".
[[nodiscard]] std::string refusedPod(const kube::ObjectRecord &object, const Store &store);

/// A pod's health including "terminating" and the like.
[[nodiscard]] Health childHealth(const kube::ObjectRecord &object, const Store &store);

} // namespace binnacle::cluster::rules
