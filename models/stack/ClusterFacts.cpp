// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ClusterFacts.h"

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

std::vector<Finding> findingsOf(const Situation &situation)
{
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
    const auto assumptions = assumptionsOn(objects, facts);
    std::vector<std::vector<Finding>> each;
    for (const Assumption &assumption : assumptions)
        each.push_back(findingsOf(Situation(objects, facts, assumption)));
    std::vector<Finding> findings = findingsUnder(assumptions, each);
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
    const Situation situation(objects, facts);
    const bool isScaled = std::find(scaled.begin(), scaled.end(), workload.kind.kind) != scaled.end();
    const bool isThere = std::any_of(situation.demands.begin(), situation.demands.end(),
                                     [&](const WorkloadDemand &demand) { return demand.key == workload; });
    if (!isScaled || !isThere)
        return std::nullopt;
    if (refusesPods(situation, workload))
        return 0;
    long long fits = replicasInQuotas(situation, workload, mostReplicas);
    if (!facts.nodes.empty())
        fits = replicasOnNodes(situation, workload, fits);
    return fits < mostReplicas ? std::optional(fits) : std::nullopt;
}

} // namespace binnacle::stack
