// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"
#include "cluster/Store.h"

#include <optional>

namespace binnacle::cluster::rules {

/// Judges one object of a kind. Deletion and a generation not yet observed have been dealt with before.
using Rule = Health (*)(const kube::ObjectRecord &object, const Store &store);

/// The rule of a kind, or conditionsHealth for a kind that has none.
[[nodiscard]] Rule ruleFor(const core::GroupKind &kind);

/// Terminating, or a generation that its controller has not observed: what is true of every kind before its rule.
[[nodiscard]] std::optional<Health> commonHealth(const kube::ObjectRecord &object, const Store &store);

// One function a kind. To add a rule: write it in a file of its family, declare it here, name it in Registry.cpp.
[[nodiscard]] Health deploymentHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health statefulSetHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health daemonSetHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health replicaSetHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health replicationControllerHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health podHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health jobHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health cronJobHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health serviceHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health ingressHealth(const kube::ObjectRecord &object, const Store &store);
/// The class that the ingress names and that a live feed shows nobody to have installed; empty: there is no such lack.
[[nodiscard]] std::string missingIngressClass(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health claimHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health volumeHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health autoscalerHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health disruptionBudgetHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health quotaHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health namespaceHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health nodeHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health definitionHealth(const kube::ObjectRecord &object, const Store &store);
[[nodiscard]] Health apiServiceHealth(const kube::ObjectRecord &object, const Store &store);
/// Kinds without behaviour of their own: that they exist is all there is to know.
[[nodiscard]] Health existenceHealth(const kube::ObjectRecord &object, const Store &store);
/// Custom resources and every kind not named above, by their status conditions.
[[nodiscard]] Health conditionsHealth(const kube::ObjectRecord &object, const Store &store);

} // namespace binnacle::cluster::rules
