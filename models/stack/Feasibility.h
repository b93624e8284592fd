// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/ObjectReference.h"

#include <optional>
#include <string>
#include <vector>

namespace binnacle::stack {

/// Something that will not work, or will one day stand in the way.
struct Finding
{
    enum class Severity {
        Warning, ///< works until something else happens: a roll-out at the maximum, a drain
        Error,   ///< cannot work as written
    };
    Severity severity = Severity::Error;
    kube::ObjectKey object;
    std::string
        message;      ///< "backend fits 8 replicas, HorizontalPodAutoscaler backend-hpa allows 10: limits.cpu 23 > 20"
    std::string next; ///< what to change
    std::optional<long long> fits = {}; ///< how many replicas of `object` do work, where that is known
    /// An error that a deploy runs into whatever happens: its kind is not served, pods or claims that are missing now
    /// will be refused, or never get a node. False where it takes more (an autoscaler at its maximum, a roll-out), or a
    /// node could yet be added.
    bool certain = false;

    friend bool operator==(const Finding &, const Finding &) = default;
};

/// Checks rendered objects against each other: what workloads use (at the autoscaler's minimum and maximum, with the
/// surge of a roll-out) against the quotas, pods and claims against limit ranges, disruption budgets against the fewest
/// replicas, and pods against the Pod Security level of their namespace. Pods of a DaemonSet are counted once, as the
/// number of nodes is not known.
[[nodiscard]] std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects);

} // namespace binnacle::stack
