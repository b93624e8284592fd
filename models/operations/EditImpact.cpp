// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/EditImpact.h"

#include "stack/Workloads.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace binnacle::operations {

namespace {

using core::Json;
using stack::Finding;

/// The namespace's objects that nobody else makes, as they would be with the edited one.
std::vector<Json> withEdited(const kube::ObjectKey &object, const Json &edited, const stack::ClusterFacts &facts)
{
    std::vector<Json> objects;
    for (const Json &live : facts.objects) {
        const kube::ObjectKey key = stack::keyOf(live);
        if (stack::isControlled(live) && key != object)
            continue;
        objects.push_back(live);
        if (key != object)
            continue;
        if (stack::textAt(edited, {"kind"}) == "Scale")
            objects.back()["spec"]["replicas"] = stack::valueAt(edited, {"spec", "replicas"});
        else if (edited.is_object())
            objects.back() = edited;
    }
    return objects;
}

kube::ObjectKey scaledBy(const kube::ObjectKey &object, const Json &edited)
{
    if (object.kind.kind != "HorizontalPodAutoscaler")
        return object;
    return {{"apps", stack::textAt(edited, {"spec", "scaleTargetRef", "kind"})},
            object.nameSpace,
            stack::textAt(edited, {"spec", "scaleTargetRef", "name"})};
}

std::vector<Finding> without(const std::vector<Finding> &findings, const std::vector<Finding> &known)
{
    std::vector<Finding> rest;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(rest), [&](const Finding &finding) {
        return std::none_of(known.begin(), known.end(), [&](const Finding &other) {
            return other.object == finding.object && other.message == finding.message;
        });
    });
    return rest;
}

/// Whether the workload asks for more replicas than fit.
bool asksForMore(const std::vector<Json> &objects, const kube::ObjectKey &workload,
                 const std::optional<long long> &fits)
{
    return fits && std::any_of(objects.begin(), objects.end(), [&](const Json &object) {
               const Json &asked = stack::valueAt(object, {"spec", "replicas"});
               return stack::keyOf(object) == workload && asked.is_number_integer() && asked.get<long long>() > *fits;
           });
}

/// What of `will` was so before, and bears on the edited object.
std::vector<Finding> standingOf(const std::vector<Finding> &will, const std::vector<Finding> &broken,
                                const kube::ObjectKey &workload, bool all)
{
    static const std::set<std::string> policies = {"ResourceQuota", "LimitRange", "PodDisruptionBudget",
                                                   "PersistentVolumeClaim"};
    std::vector<Finding> standing;
    for (const Finding &finding : without(will, broken)) {
        const bool isOwn = finding.object == workload;
        const bool isError = finding.severity == Finding::Severity::Error;
        if (isError ? all || isOwn || policies.contains(workload.kind.kind) : all && isOwn)
            standing.push_back(finding);
    }
    return standing;
}

} // namespace

bool bearsOnFeasibility(const core::GroupKind &kind)
{
    static const std::set<std::string> kinds = {"Deployment",
                                                "StatefulSet",
                                                "DaemonSet",
                                                "ReplicaSet",
                                                "Job",
                                                "CronJob",
                                                "ResourceQuota",
                                                "LimitRange",
                                                "PodDisruptionBudget",
                                                "HorizontalPodAutoscaler",
                                                "PersistentVolumeClaim"};
    return kinds.contains(kind.kind);
}

EditImpact impactOf(const kube::ObjectKey &object, const Json &before, const Json &after,
                    const stack::ClusterFacts &facts)
{
    const auto then = withEdited(object, after, facts);
    const auto was = stack::checkFeasibility(withEdited(object, before, facts), facts);
    const auto will = stack::checkFeasibility(then, facts);
    const kube::ObjectKey workload = scaledBy(object, after);
    EditImpact impact;
    impact.broken = without(will, was);
    impact.mended = without(was, will);
    impact.fits = stack::fittingReplicas(then, facts, workload);
    impact.standing = standingOf(will, impact.broken, workload, asksForMore(then, workload, impact.fits));
    return impact;
}

Fit fitOf(const EditImpact &impact)
{
    const auto isError = [](const Finding &finding) { return finding.severity == Finding::Severity::Error; };
    const bool breaks = std::any_of(impact.broken.begin(), impact.broken.end(), isError);
    if (breaks)
        return Fit::Breaks;
    if (!impact.standing.empty())
        return std::any_of(impact.mended.begin(), impact.mended.end(), isError) ? Fit::MendsPart : Fit::StaysBroken;
    if (!impact.broken.empty())
        return Fit::Surprises;
    return impact.mended.empty() ? Fit::Fits : Fit::Mends;
}

std::vector<Finding> certainOf(const EditImpact &impact)
{
    std::vector<Finding> certain;
    for (const auto *findings : {&impact.broken, &impact.standing}) {
        std::copy_if(findings->begin(), findings->end(), std::back_inserter(certain),
                     [](const Finding &finding) { return finding.certain; });
    }
    return certain;
}

} // namespace binnacle::operations
