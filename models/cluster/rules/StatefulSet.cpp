// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::cluster::rules {

namespace {

Health ownHealth(const core::Json &json)
{
    const long long desired = integer(json, {"spec", "replicas"}, 1);
    const long long replicas = integer(json, {"status", "replicas"});
    const long long ready = integer(json, {"status", "readyReplicas"});
    const long long updated = integer(json, {"status", "updatedReplicas"});
    const long long current = integer(json, {"status", "currentReplicas"});
    const std::string words = ofDesired(ready, desired, "ready");
    if (replicas < desired)
        return progressing(words + ", " + ofDesired(replicas, desired, "created"));
    if (ready < desired)
        return progressing(words);
    if (replicas > desired)
        return progressing(words + ", " + std::to_string(replicas - desired) + " to be removed");
    // availableReplicas is only promised where minReadySeconds is served (Kubernetes 1.22 and later).
    if (integer(json, {"spec", "minReadySeconds"}) > 0 && at(json, {"status", "availableReplicas"}) &&
        integer(json, {"status", "availableReplicas"}) < desired)
        return progressing(
            words + ", " +
            ofDesired(integer(json, {"status", "availableReplicas"}), desired, "available for long enough"));

    const std::string currentRevision = text(json, {"status", "currentRevision"});
    const std::string updateRevision = text(json, {"status", "updateRevision"});
    const bool differs = !currentRevision.empty() && !updateRevision.empty() && currentRevision != updateRevision;
    if (text(json, {"spec", "updateStrategy", "type"}) == "OnDelete")
        return healthy(differs ? words + ", its update waits for pods to be deleted" : words);
    if (at(json, {"spec", "updateStrategy", "rollingUpdate", "partition"})) {
        const long long partition = integer(json, {"spec", "updateStrategy", "rollingUpdate", "partition"});
        const long long due = std::max(0LL, desired - partition);
        if (updated < due)
            return progressing(words + ", " + ofDesired(updated, due, "updated"));
        if (partition > 0 && differs)
            return healthy(words + ", updated down to ordinal " + std::to_string(partition));
        if (!differs)
            return healthy(desired == 0 ? "scaled to zero" : words);
    }
    if (differs)
        return progressing(words + ", " + ofDesired(updated, desired, "updated"));
    if (current < desired)
        return progressing(words + ", " + ofDesired(current, desired, "of the current revision"));
    return healthy(desired == 0 ? "scaled to zero" : words);
}

} // namespace

Health statefulSetHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    Health own = ownHealth(*json);
    if (own.state == HealthState::Healthy && integer(*json, {"status", "observedGeneration"}) == 0)
        own = progressing("not observed yet by its controller");
    if (object.meta.uid.empty())
        return own;
    const std::vector<kube::RecordPointer> pods = store.ownedBy(core::Uid(object.meta.uid));
    const long long desired = integer(*json, {"spec", "replicas"}, 1);
    if (own.state != HealthState::Healthy && integer(*json, {"status", "replicas"}) < desired) {
        if (const std::string refused = refusedPod(object, store); !refused.empty())
            return degraded(own.reason + ": " + refused);
    }
    return combine(own, worstPod(pods, store));
}

} // namespace binnacle::cluster::rules
