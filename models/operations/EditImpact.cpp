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

bool isControlled(const Json &object)
{
    const Json &owners = stack::valueAt(object, {"metadata", "ownerReferences"});
    return std::any_of(owners.begin(), owners.end(),
                       [](const Json &owner) { return stack::valueAt(owner, {"controller"}) == true; });
}

/// The namespace's objects that nobody else makes, as they would be with the edited one.
std::vector<Json> withEdited(const kube::ObjectKey &object, const Json &edited, const stack::ClusterFacts &facts)
{
    std::vector<Json> objects;
    for (const Json &live : facts.objects) {
        const kube::ObjectKey key = stack::keyOf(live);
        if (isControlled(live) && key != object)
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
    return {without(will, was), without(was, will), stack::fittingReplicas(then, facts, scaledBy(object, after))};
}

} // namespace binnacle::operations
