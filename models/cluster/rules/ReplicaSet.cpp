// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

namespace binnacle::cluster::rules {

namespace {

Health judge(const kube::ObjectRecord &object, const kube::ReplicaSetRecord &set, const Store &store)
{
    const std::string words = ofDesired(set.ready, set.desired, "ready");
    const kube::Condition *failure = find(set.conditions, "ReplicaFailure");
    if (failure && failure->status == kube::ConditionStatus::True)
        return degraded(words + ": " + rules::words(*failure));
    Health own = healthy(set.desired == 0 ? "scaled to zero" : words);
    if (set.replicas < set.desired)
        own = progressing(words + ", " + ofDesired(set.replicas, set.desired, "created"));
    else if (set.ready < set.desired)
        own = progressing(words);
    else if (set.available < set.desired)
        own = progressing(words + ", " + ofDesired(set.available, set.desired, "available for long enough"));
    else if (set.replicas > set.desired)
        own = progressing(words + ", " + std::to_string(set.replicas - set.desired) + " to be removed");
    if (object.meta.uid.empty())
        return own;
    return combine(own, worstPod(store.ownedBy(core::Uid(object.meta.uid)), store));
}

/// Replication controllers, and replica sets that were not decoded to a record, have the same fields.
kube::ReplicaSetRecord fromJson(const core::Json &json)
{
    kube::ReplicaSetRecord set;
    set.desired = static_cast<std::int32_t>(integer(json, {"spec", "replicas"}, 1));
    set.replicas = static_cast<std::int32_t>(integer(json, {"status", "replicas"}));
    set.ready = static_cast<std::int32_t>(integer(json, {"status", "readyReplicas"}));
    set.available = static_cast<std::int32_t>(integer(json, {"status", "availableReplicas"}));
    set.conditions = conditionsOf(json);
    return set;
}

} // namespace

Health replicaSetHealth(const kube::ObjectRecord &object, const Store &store)
{
    if (const auto *set = std::get_if<kube::ReplicaSetRecord>(&object.body))
        return judge(object, *set, store);
    return replicationControllerHealth(object, store);
}

Health replicationControllerHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    return json ? judge(object, fromJson(*json), store) : unknown("only its metadata is known");
}

} // namespace binnacle::cluster::rules
