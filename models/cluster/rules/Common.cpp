// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"

#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace binnacle::cluster::rules {

namespace {

std::int64_t observedGeneration(const kube::ObjectRecord &object)
{
    if (const auto *set = std::get_if<kube::ReplicaSetRecord>(&object.body))
        return set->observedGeneration;
    const core::Json *json = object.json();
    if (!json)
        return -1;
    // Argo Rollouts keeps it as a text.
    const std::string written = text(*json, {"status", "observedGeneration"});
    std::int64_t number = -1;
    const char *end = written.data() + written.size();
    if (!written.empty() && std::from_chars(written.data(), end, number).ptr == end)
        return number;
    return integer(*json, {"status", "observedGeneration"}, -1);
}

/// A condition of any kind of object, records included, that is True.
std::optional<kube::Condition> trueCondition(const kube::ObjectRecord &object, std::string_view type)
{
    const auto among = [&](const std::vector<kube::Condition> &conditions) {
        const kube::Condition *condition = find(conditions, type);
        return condition && condition->status == kube::ConditionStatus::True ? std::optional(*condition) : std::nullopt;
    };
    if (const auto *pod = std::get_if<kube::PodRecord>(&object.body))
        return among(pod->conditions);
    if (const auto *job = std::get_if<kube::JobRecord>(&object.body))
        return among(job->conditions);
    if (const auto *set = std::get_if<kube::ReplicaSetRecord>(&object.body))
        return among(set->conditions);
    const core::Json *json = object.json();
    return json && at(*json, {"status", "conditions"}) ? among(conditionsOf(*json)) : std::nullopt;
}

/// What is still in a namespace that goes, and what stops its content from going: the namespace controller's words.
std::string whatRemains(const kube::ObjectRecord &object)
{
    const core::Json *json = object.gvk.kind == "Namespace" && object.gvk.group.empty() ? object.json() : nullptr;
    std::string remains;
    if (json) {
        for (const kube::Condition &condition : conditionsOf(*json)) {
            if (condition.status == kube::ConditionStatus::True && condition.type.str().rfind("Namespace", 0) == 0)
                remains += (remains.empty() ? "" : "; ") + condition.message;
        }
    }
    return remains;
}

Health terminating(const kube::ObjectRecord &object, const Store &store)
{
    const auto since = ageOf(object.meta.deleted, store);
    std::string reason = "terminating since " + core::formatDuration(since);
    if (object.meta.hasFinalizers)
        reason += ", held by finalizers";
    // deletionTimestamp already holds the grace period: after it only a silent kubelet keeps a pod.
    const auto *pod = std::get_if<kube::PodRecord>(&object.body);
    if (pod && !object.meta.hasFinalizers && !pod->node.isEmpty() && since > std::chrono::minutes(1))
        reason += ", its node " + pod->node.str() + " has not confirmed its end";
    if (const std::string remains = whatRemains(object); !remains.empty())
        reason += ": " + remains;
    return progressing(std::move(reason));
}

} // namespace

Health healthy(std::string reason)
{
    return {HealthState::Healthy, std::move(reason)};
}

Health progressing(std::string reason)
{
    return {HealthState::Progressing, std::move(reason)};
}

Health degraded(std::string reason)
{
    return {HealthState::Degraded, std::move(reason)};
}

Health suspended(std::string reason)
{
    return {HealthState::Suspended, std::move(reason)};
}

Health unknown(std::string reason)
{
    return {HealthState::Unknown, std::move(reason)};
}

std::chrono::seconds ageOf(kube::Timestamp time, const Store &store)
{
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(store.clock().now().time_since_epoch());
    return std::max(std::chrono::seconds(0), now - std::chrono::seconds(time));
}

std::string ofDesired(long long count, long long desired, std::string_view what)
{
    return std::to_string(count) + " of " + std::to_string(desired) + " " + std::string(what);
}

std::optional<Health> commonHealth(const kube::ObjectRecord &object, const Store &store)
{
    if (object.meta.deleted != 0)
        return terminating(object, store);
    // A greater one is of another life of the object: it was restored, and its controller has not looked since.
    const std::int64_t observed = observedGeneration(object);
    if (observed >= 0 && object.meta.generation > 0 && observed != object.meta.generation)
        return progressing("generation " + std::to_string(object.meta.generation) +
                           " not observed yet, its status is of " + std::to_string(observed));
    // kstatus' conditions count on every kind; conditionsHealth weighs them against the others of a custom resource.
    if (ruleFor(object.gvk.groupKind()) == conditionsHealth)
        return std::nullopt;
    if (const auto stalled = trueCondition(object, "Stalled"))
        return degraded("Stalled: " + words(*stalled));
    if (const auto reconciling = trueCondition(object, "Reconciling"))
        return progressing("Reconciling: " + words(*reconciling));
    return std::nullopt;
}

Health existenceHealth(const kube::ObjectRecord & /*object*/, const Store & /*store*/)
{
    return healthy("it exists");
}

} // namespace binnacle::cluster::rules
