// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

namespace binnacle::cluster::rules {

Health definitionHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::vector<kube::Condition> conditions = conditionsOf(*json);
    if (isTrue(conditions, "Terminating"))
        return progressing("terminating: " + words(*find(conditions, "Terminating")));
    if (isFalse(conditions, "NamesAccepted"))
        return degraded("its names are not accepted: " + words(*find(conditions, "NamesAccepted")));
    const kube::Condition *established = find(conditions, "Established");
    if (!established || established->status == kube::ConditionStatus::Unknown)
        return progressing("not established yet");
    if (established->status == kube::ConditionStatus::False) {
        const std::string reason = "not established: " + words(*established);
        return established->reason == std::string_view("Installing") ? progressing(reason) : degraded(reason);
    }
    // The API server stops checking and pruning objects of such a definition.
    if (isTrue(conditions, "NonStructuralSchema"))
        return degraded("its schema is not structural: " + words(*find(conditions, "NonStructuralSchema")));
    return healthy("established");
}

Health apiServiceHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::vector<kube::Condition> conditions = conditionsOf(*json);
    const kube::Condition *available = find(conditions, "Available");
    if (!available)
        return progressing("not looked at yet");
    if (available->status != kube::ConditionStatus::True)
        return progressing("not available: " + words(*available));
    return healthy("available");
}

} // namespace binnacle::cluster::rules
