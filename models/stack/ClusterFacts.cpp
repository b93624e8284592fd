// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ClusterFacts.h"

#include "stack/DefaultOrders.h"
#include "stack/NodeCheck.h"
#include "stack/QuotaCheck.h"
#include "stack/Situation.h"

#include <algorithm>
#include <tuple>

namespace binnacle::stack {

namespace {

/// More replicas than this are not asked for.
constexpr long long mostReplicas = 1000;

/// Nothing that the deploy does later mends it, unless an operator of the stack defines kinds by itself:
/// `--skip-check`.
void checkKinds(const std::vector<core::Json> &objects, const ClusterFacts &facts, std::vector<Finding> &findings)
{
    if (!facts.kinds)
        return;
    std::set<core::GroupKind> defined = *facts.kinds;
    for (const core::Json &object : objects) {
        if (keyOf(object).kind.kind == "CustomResourceDefinition")
            defined.insert({textAt(object, {"spec", "group"}), textAt(object, {"spec", "names", "kind"})});
    }
    for (const core::Json &object : objects) {
        const kube::ObjectKey key = keyOf(object);
        if (defined.contains(key.kind) || facts.silentGroups.contains(key.kind.group))
            continue;
        findings.push_back({.object = key,
                            .message = "the cluster serves no kind " + key.kind.kind +
                                       (key.kind.group.empty() ? "" : " of API group " + key.kind.group),
                            .next = "Correct its kind or apiVersion, install what defines it, or use a cluster that is "
                                    "new enough.",
                            .certain = true});
    }
}

/// Refused pods break at once, sums only once everything else runs.
bool breaksBefore(const Finding &a, const Finding &b)
{
    const auto order = [](const Finding &finding) {
        const bool isSum = finding.object.kind.kind == "ResourceQuota";
        return std::make_tuple(finding.severity != Finding::Severity::Error, !finding.certain, isSum,
                               finding.fits.value_or(0));
    };
    return order(a) < order(b);
}

/// Finds out whose pods admission refuses: those take neither quota nor nodes.
void markRefused(Situation &situation)
{
    std::vector<Finding> findings;
    checkLimitRanges(situation, findings);
    checkRequests(situation, findings);
    checkReferences(situation, findings);
    checkRuntimeClasses(situation, findings);
    checkPodSecurity(situation, findings);
    for (WorkloadDemand &demand : situation.demands) {
        const bool isRefused = std::any_of(findings.begin(), findings.end(), [&](const Finding &finding) {
            return finding.certain && finding.object == demand.key && finding.fits == 0;
        });
        demand.refused = isRefused || isRefusedByQuotas(situation, demand);
    }
}

/// Whether each new pod of the workload is refused, however few there are.
bool refusesPods(const Situation &situation, const kube::ObjectKey &workload)
{
    std::vector<Finding> findings;
    checkQuotas(situation, findings);
    checkLimitRanges(situation, findings);
    checkRequests(situation, findings);
    checkReferences(situation, findings);
    checkRuntimeClasses(situation, findings);
    checkPodSecurity(situation, findings);
    return std::any_of(findings.begin(), findings.end(), [&](const Finding &finding) {
        return finding.severity == Finding::Severity::Error && finding.object == workload && finding.fits == 0;
    });
}

std::vector<Finding> findingsOf(Situation situation)
{
    markRefused(situation);
    std::vector<Finding> findings;
    checkQuotas(situation, findings);
    checkLimitRanges(situation, findings);
    checkRequests(situation, findings);
    checkReferences(situation, findings);
    checkRuntimeClasses(situation, findings);
    checkDisruption(situation, findings);
    checkPodSecurity(situation, findings);
    checkVolumes(situation, findings);
    checkNodes(situation, findings);
    return findings;
}

std::optional<long long> replicasIn(Situation situation, const kube::ObjectKey &workload)
{
    markRefused(situation);
    const bool isThere = std::any_of(situation.demands.begin(), situation.demands.end(),
                                     [&](const WorkloadDemand &demand) { return demand.key == workload; });
    if (!isThere)
        return std::nullopt;
    if (refusesPods(situation, workload))
        return 0;
    long long fits = replicasInQuotas(situation, workload, mostReplicas);
    if (!situation.facts.nodes.empty())
        fits = replicasOnNodes(situation, workload, fits);
    return fits < mostReplicas ? std::optional(fits) : std::nullopt;
}

/// Under each assumption, with the limit ranges in each order.
std::vector<Finding> findingsUnderAll(const std::vector<core::Json> &objects, const ClusterFacts &facts)
{
    std::vector<Assumption> assumptions = assumptionsOn(objects, facts);
    std::vector<std::vector<Finding>> each;
    const auto orders = ordersOfDefaults(objects, facts);
    if (orders.empty()) {
        for (const Assumption &assumption : assumptions)
            each.push_back(findingsOf(Situation(objects, facts, assumption)));
        return findingsUnder(assumptions, each);
    }
    std::vector<Assumption> all;
    for (const DefaultsOrder &order : orders) {
        for (Assumption assumption : assumptions) {
            each.push_back(findingsOf(Situation(order.objects, order.facts, assumption)));
            assumption.doubt = "several LimitRanges of the namespace have different defaults, and the server takes any "
                               "of them" +
                               (assumption.doubt.empty() ? "" : "; " + assumption.doubt);
            all.push_back(std::move(assumption));
        }
    }
    return findingsUnder(all, each);
}

} // namespace

const std::vector<core::GroupKind> &kindsOfFacts()
{
    static const std::vector<core::GroupKind> kinds = {
        {"", "ResourceQuota"},
        {"", "LimitRange"},
        {"", "Pod"},
        {"", "PersistentVolumeClaim"},
        {"", "Service"},
        {"apps", "Deployment"},
        {"apps", "StatefulSet"},
        {"apps", "DaemonSet"},
        {"apps", "ReplicaSet"},
        {"batch", "Job"},
        {"batch", "CronJob"},
        {"autoscaling", "HorizontalPodAutoscaler"},
        {"policy", "PodDisruptionBudget"},
    };
    return kinds;
}

std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects, const ClusterFacts &facts)
{
    std::vector<Finding> findings = findingsUnderAll(objects, facts);
    // Whether pods are missing, nobody knows who may not list them.
    if (!facts.hidden.empty()) {
        for (Finding &finding : findings)
            finding.certain = false;
    }
    checkKinds(objects, facts, findings);
    std::stable_sort(findings.begin(), findings.end(), breaksBefore);
    return findings;
}

std::optional<long long> fittingReplicas(const std::vector<core::Json> &objects, const ClusterFacts &facts,
                                         const kube::ObjectKey &workload)
{
    static const std::vector<std::string> scaled = {"Deployment", "StatefulSet", "ReplicaSet"};
    if (std::find(scaled.begin(), scaled.end(), workload.kind.kind) == scaled.end())
        return std::nullopt;
    // At worst, of the defaults that do not refuse it.
    std::optional<long long> fits = replicasIn(Situation(objects, facts), workload);
    for (const DefaultsOrder &order : ordersOfDefaults(objects, facts)) {
        const auto here = replicasIn(Situation(order.objects, order.facts), workload);
        if (!here && fits == 0)
            fits.reset();
        else if (here && *here > 0)
            fits = fits && *fits > 0 ? std::min(*fits, *here) : here;
    }
    return fits;
}

} // namespace binnacle::stack
