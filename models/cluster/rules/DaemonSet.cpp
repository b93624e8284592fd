// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

namespace binnacle::cluster::rules {

namespace {

Health ownHealth(const core::Json &json)
{
    // The controller always writes these; without them it has not seen the object.
    if (!at(json, {"status", "observedGeneration"}) || !at(json, {"status", "desiredNumberScheduled"}))
        return progressing("not observed yet by its controller");
    const long long desired = integer(json, {"status", "desiredNumberScheduled"});
    const long long current = integer(json, {"status", "currentNumberScheduled"});
    const long long ready = integer(json, {"status", "numberReady"});
    const long long available = integer(json, {"status", "numberAvailable"});
    const long long updated = integer(json, {"status", "updatedNumberScheduled"});
    const long long misplaced = integer(json, {"status", "numberMisscheduled"});
    const std::string words = ofDesired(ready, desired, "ready");
    const bool onDelete = text(json, {"spec", "updateStrategy", "type"}) == "OnDelete";
    if (current < desired)
        return progressing(words + ", " + ofDesired(current, desired, "created"));
    if (!onDelete && updated < desired)
        return progressing(words + ", " + ofDesired(updated, desired, "updated"));
    if (ready < desired)
        return progressing(words);
    if (available < desired)
        return progressing(words + ", " + ofDesired(available, desired, "available for long enough"));
    if (misplaced > 0)
        return progressing(words + ", " + std::to_string(misplaced) + " on nodes where it should not run");
    if (desired == 0)
        return healthy("no node asks for it");
    return healthy(onDelete && at(json, {"status", "updatedNumberScheduled"}) && updated < desired
                       ? words + ", its update waits for pods to be deleted"
                       : words);
}

} // namespace

Health daemonSetHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const Health own = ownHealth(*json);
    if (object.meta.uid.empty())
        return own;
    if (own.state != HealthState::Healthy &&
        integer(*json, {"status", "currentNumberScheduled"}) < integer(*json, {"status", "desiredNumberScheduled"})) {
        if (const std::string refused = refusedPod(object, store); !refused.empty())
            return degraded(own.reason + ": " + refused);
    }
    return combine(own, worstPod(store.ownedBy(core::Uid(object.meta.uid)), store));
}

} // namespace binnacle::cluster::rules
