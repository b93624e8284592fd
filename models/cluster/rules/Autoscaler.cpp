// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

namespace binnacle::cluster::rules {

namespace {

// autoscaling/v1 has no conditions; the server keeps them in this annotation as JSON.
std::vector<kube::Condition> conditionsOfAnyVersion(const core::Json &json)
{
    std::vector<kube::Condition> conditions = conditionsOf(json);
    if (!conditions.empty())
        return conditions;
    const std::string annotation =
        text(json, {"metadata", "annotations", "autoscaling.alpha.kubernetes.io/conditions"});
    const core::Json parsed = core::Json::parse(annotation, nullptr, /*allow_exceptions=*/false);
    return conditionsIn(&parsed);
}

/// At its floor or ceiling an autoscaler is at work, not broken; a limit without such a reason is not understood.
bool isOrdinaryLimit(const core::SharedString &reason)
{
    for (const std::string_view known : {"TooFewReplicas", "TooManyReplicas", "ScaleUpLimit", "ScaleDownLimit",
                                         "ScaleUpStabilized", "ScaleDownStabilized"}) {
        if (reason == known)
            return true;
    }
    return false;
}

} // namespace

Health autoscalerHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::vector<kube::Condition> conditions = conditionsOfAnyVersion(*json);
    if (conditions.empty())
        return at(*json, {"status"}) ? progressing("it has not tried to scale yet")
                                     : unknown("it has no status: its controller has not looked at it");

    const kube::Condition *able = find(conditions, "AbleToScale");
    const kube::Condition *active = find(conditions, "ScalingActive");
    const kube::Condition *limited = find(conditions, "ScalingLimited");
    // Not able because it backs off is a pause; not able because it failed to read or write the scale is not.
    if (able && able->status == kube::ConditionStatus::False)
        return able->reason.str().rfind("Failed", 0) == 0 ? degraded(words(*able)) : progressing(words(*able));
    if (active && active->status == kube::ConditionStatus::False) {
        if (!(active->reason == std::string_view("ScalingDisabled")))
            return degraded(words(*active));
        return able ? healthy("does not scale: its target has zero replicas") : progressing(words(*active));
    }
    const bool atLimit = limited && limited->status == kube::ConditionStatus::True;
    if (atLimit && !isOrdinaryLimit(limited->reason))
        return degraded("limited: " + words(*limited));
    if (!atLimit && (!able || able->status != kube::ConditionStatus::True))
        return progressing("it has not tried to scale yet");
    const long long current = integer(*json, {"status", "currentReplicas"});
    const std::string now = std::to_string(current) + " replicas, " +
                            std::to_string(integer(*json, {"spec", "minReplicas"}, 1)) + " to " +
                            std::to_string(integer(*json, {"spec", "maxReplicas"}));
    if (atLimit && limited->reason == std::string_view("TooManyReplicas"))
        return healthy(now + ": at its maximum, would add more");
    return healthy(now);
}

} // namespace binnacle::cluster::rules
