// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"
#include "core/Quantity.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace binnacle::cluster::rules {

Health disruptionBudgetHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    if (!at(*json, {"status"}))
        return progressing("not observed yet by its controller");
    const std::vector<kube::Condition> conditions = conditionsOf(*json);
    const kube::Condition *allowed = find(conditions, "DisruptionAllowed");
    if (allowed && allowed->status == kube::ConditionStatus::False && allowed->reason == std::string_view("SyncFailed"))
        return degraded(words(*allowed));
    const long long current = integer(*json, {"status", "currentHealthy"});
    const long long desired = integer(*json, {"status", "desiredHealthy"});
    if (current < desired)
        return progressing(ofDesired(current, desired, "required pods healthy"));
    return healthy(std::to_string(integer(*json, {"status", "disruptionsAllowed"})) + " disruptions allowed");
}

// A full quota refuses the next pod but harms nothing that runs, so only more than all of it is Degraded (it was
// lowered below its use). From 80 % on the reason says how full it is, from 90 % as almost full: the gauges' colours.
Health quotaHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const core::Json *hard = at(*json, {"status", "hard"});
    if (!hard || !hard->is_object())
        return progressing("not observed yet by its controller");
    double fullest = 0;
    std::string gauge;
    for (const auto &entry : hard->items()) {
        const std::string usedText = text(*json, {"status", "used", entry.key().c_str()});
        const auto limit = core::Quantity::parse(entry.value().is_string() ? entry.value().get<std::string>() : "");
        const auto used = core::Quantity::parse(usedText.empty() ? "0" : usedText);
        if (!limit || !used || (limit->isZero() && used->isZero()))
            continue;
        const double fraction = limit->isZero() ? 2 : used->toDouble() / limit->toDouble();
        if (fraction <= fullest)
            continue;
        fullest = fraction;
        gauge = entry.key() + " " + used->canonical() + " of " + limit->canonical();
        if (!limit->isZero())
            gauge += " (" + std::to_string(std::lround(fraction * 100)) + " %)";
    }
    if (fullest > 1)
        return degraded("over its limit: " + gauge);
    if (fullest >= 1)
        return healthy("full: " + gauge);
    if (fullest >= 0.9)
        return healthy("almost full: " + gauge);
    if (gauge.empty())
        return healthy("nothing that it limits is used");
    return healthy(fullest >= 0.8 ? "filling: " + gauge : gauge);
}

Health namespaceHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::string phase = text(*json, {"status", "phase"});
    if (phase == "Active")
        return healthy("active");
    if (phase == "Terminating")
        return progressing("terminating");
    return unknown("it has no phase");
}

} // namespace binnacle::cluster::rules
