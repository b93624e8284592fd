// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "stack/TopologyReach.h"

#include <optional>
#include <string>
#include <vector>

namespace binnacle::operations {

/// A PodDisruptionBudget as far as the number of pods matters to it.
struct DisruptionBudget
{
    std::string name;
    std::string minAvailable;   ///< "2" or "50%"; empty: not given
    std::string maxUnavailable; ///< the same
    /// Pods that it counts besides those of the workload: an amount of its `expectedPods`.
    long long others = 0;
};

/// What decides or limits how many pods a workload has, besides the number itself.
struct ReplicaFacts
{
    long long replicas = 1;
    std::optional<kube::ObjectKey> autoscaler; ///< the HorizontalPodAutoscaler that owns the number
    std::vector<DisruptionBudget> budgets;     ///< that select its pods
    std::vector<std::string> unread;           ///< kinds that could not be listed, so that nobody knows
    std::optional<kube::ObjectKey> owner;      ///< the workload that made this one, and sets its number

    /// The autoscaler sets the number now. It does nothing for a workload with none (ScalingDisabled:
    /// "HorizontalPodAutoscaler Walkthrough", "Implicit maintenance-mode deactivation").
    [[nodiscard]] bool isAutoscaled() const { return autoscaler && replicas != 0; }
};

/// Reads the workload and what is about its number. Fails when the workload cannot be read; autoscalers and budgets
/// that may not be listed are only `unread`.
[[nodiscard]] QFuture<core::Result<ReplicaFacts>>
replicaFacts(std::shared_ptr<kube::Client> client, kube::ObjectKey workload, core::CancellationToken token = {});

/// Pure: the autoscaler among these (of the workload's namespace) whose target is the workload.
[[nodiscard]] std::optional<kube::ObjectKey> autoscalerOf(const kube::ObjectKey &workload,
                                                          const core::Json &autoscalers);
/// Pure: the budgets of a PodDisruptionBudgetList that select pods with these labels. `running`: how many pods of the
/// workload they count now. An empty selector selects nothing in policy/v1beta1 and everything in policy/v1.
[[nodiscard]] std::vector<DisruptionBudget> budgetsOf(const core::Json &list, const stack::Labels &labels,
                                                      long long running);
/// Pure: what may surprise when the workload has so many replicas; no number of it is wrong. By the arithmetic of the
/// disruption controller (percentages are rounded up).
[[nodiscard]] std::vector<std::string> replicaWarnings(const std::vector<DisruptionBudget> &budgets,
                                                       long long replicas);
/// Pure: the same of all facts: also what its autoscaler will do.
[[nodiscard]] std::vector<std::string> replicaWarnings(const ReplicaFacts &facts, long long replicas);
/// Pure: that limits of the autoscaler have no effect now; empty: they have.
[[nodiscard]] std::string idleWarning(const ReplicaFacts &facts);

} // namespace binnacle::operations
