// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a node can be drained: kubernetes.io/docs/tasks/run-application/configure-pdb and
// pkg/controller/disruption.
#include "stack/Situation.h"
#include "stack/TopologyReach.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

/// An absent selector selects nothing; an empty one everything in policy/v1, nothing in policy/v1beta1.
bool selects(const core::Json &budget, const WorkloadDemand &demand)
{
    const core::Json &selector = valueAt(budget, {"spec", "selector"});
    const bool isEmpty = valueAt(selector, {"matchLabels"}).empty() && valueAt(selector, {"matchExpressions"}).empty();
    if (!selector.is_object() || (isEmpty && textAt(budget, {"apiVersion"}) == "policy/v1beta1"))
        return false;
    return matches(&selector, demand.podLabels);
}

bool isGuarded(const WorkloadDemand &demand)
{
    const std::string &kind = demand.key.kind.kind;
    return demand.fewest > 0 && kind != "Job" && kind != "CronJob" && !demand.isDaemon();
}

/// How many of `expected` pods may be missing.
long long allowedToMiss(const core::Json &budget, long long expected)
{
    const core::Json &most = valueAt(budget, {"spec", "maxUnavailable"});
    if (!most.is_null())
        return countOf(most, expected, Rounding::Up);
    return expected - countOf(valueAt(budget, {"spec", "minAvailable"}), expected, Rounding::Up, "1");
}

void checkBudget(const Situation &situation, const core::Json &budget, std::vector<Finding> &findings)
{
    const kube::ObjectKey key = keyOf(budget);
    std::vector<const WorkloadDemand *> meant;
    long long expected = 0;
    for (const WorkloadDemand *demand : situation.demandsIn(key.nameSpace)) {
        if (isGuarded(*demand) && selects(budget, *demand)) {
            meant.push_back(demand);
            expected += demand->fewest;
        }
    }
    if (meant.empty() || allowedToMiss(budget, expected) > 0)
        return;
    for (const WorkloadDemand *demand : meant)
        findings.push_back({Finding::Severity::Warning, key,
                            "no pod of " + demand->key.name + " may be evicted at " + replicasText(demand->fewest) +
                                ": draining its node, as an upgrade does, waits for ever",
                            "Let the budget allow one pod to be missing, or run more replicas.", std::nullopt, false});
}

} // namespace

void checkDisruption(const Situation &situation, std::vector<Finding> &findings)
{
    const auto budgets = situation.ofKind("PodDisruptionBudget");
    for (const core::Json *budget : budgets)
        checkBudget(situation, *budget, findings);
    for (const WorkloadDemand &demand : situation.demands) {
        std::string names;
        int count = 0;
        for (const core::Json *budget : budgets) {
            if (isGuarded(demand) && keyOf(*budget).nameSpace == demand.key.nameSpace && selects(*budget, demand)) {
                names += (count++ == 0 ? "" : ", ") + keyOf(*budget).name;
            }
        }
        if (count > 1)
            findings.push_back({Finding::Severity::Warning, demand.key,
                                "several disruption budgets mean its pods (" + names +
                                    "), and the server evicts no pod that more than one means",
                                "Leave one of them.", std::nullopt, false});
    }
}

} // namespace binnacle::stack
