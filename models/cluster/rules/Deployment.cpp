// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <limits>

namespace binnacle::cluster::rules {

namespace {

long long revisionOf(const kube::ObjectRecord &set)
{
    const auto *record = std::get_if<kube::ReplicaSetRecord>(&set.body);
    long long revision = 0;
    if (record)
        std::from_chars(record->revision.data(), record->revision.data() + record->revision.size(), revision);
    return revision;
}

struct Rollout
{
    std::vector<kube::RecordPointer> pods; ///< of the newest replica set, or of all when there is nothing to choose
    std::string refusal; ///< why the newest replica set cannot create pods: a quota, an admission webhook
};

/// While a rollout runs, what its new pods do matters: the old ones are on their way out.
Rollout rolloutOf(const kube::ObjectRecord &deployment, const Store &store, bool complete)
{
    Rollout rollout;
    if (deployment.meta.uid.empty())
        return rollout;
    const auto sets = store.ownedBy(core::Uid(deployment.meta.uid));
    long long newest = 0;
    for (const auto &set : sets)
        newest = std::max(newest, revisionOf(*set));
    for (const auto &set : sets) {
        if (!complete && revisionOf(*set) != newest)
            continue;
        const auto *record = std::get_if<kube::ReplicaSetRecord>(&set->body);
        const kube::Condition *failure = record ? find(record->conditions, "ReplicaFailure") : nullptr;
        if (failure && failure->status == kube::ConditionStatus::True)
            rollout.refusal = words(*failure);
        for (auto &pod : store.ownedBy(core::Uid(set->meta.uid)))
            rollout.pods.push_back(std::move(pod));
    }
    return rollout;
}

constexpr long long noDeadline = std::numeric_limits<std::int32_t>::max();

struct Counts
{
    long long desired, replicas, updated, ready, available;
    bool hasDeadline; ///< the greatest integer is how the API spells "none"

    explicit Counts(const core::Json &json)
        : desired(integer(json, {"spec", "replicas"}, 1)), // the API's default
          replicas(integer(json, {"status", "replicas"})),
          updated(integer(json, {"status", "updatedReplicas"})),
          ready(integer(json, {"status", "readyReplicas"})),
          available(integer(json, {"status", "availableReplicas"})),
          hasDeadline(integer(json, {"spec", "progressDeadlineSeconds"}, noDeadline) != noDeadline)
    {
    }
    [[nodiscard]] bool isRolledOut() const { return updated >= desired && replicas <= updated; }
};

Health ownHealth(const Counts &counts, const std::vector<kube::Condition> &conditions)
{
    const std::string ready = ofDesired(counts.ready, counts.desired, "ready");
    if (counts.replicas < counts.desired)
        return progressing(ready + ", " + ofDesired(counts.replicas, counts.desired, "created"));
    if (counts.updated < counts.desired)
        return progressing(ready + ", " + ofDesired(counts.updated, counts.desired, "updated"));
    if (counts.replicas > counts.desired)
        return progressing(ready + ", " + std::to_string(counts.replicas - counts.desired) + " old to be removed");
    if (counts.ready < counts.desired)
        return progressing(ready);
    if (counts.available < counts.desired)
        return progressing(ready + ", " + ofDesired(counts.available, counts.desired, "available for long enough"));
    const kube::Condition *progress = find(conditions, "Progressing");
    if (progress && progress->status != kube::ConditionStatus::True)
        return progressing(ready + ", not progressing: " + words(*progress));
    // With a deadline the controller says when the rollout is complete; without one there is no such condition.
    if (counts.hasDeadline && !(progress && progress->reason == std::string_view("NewReplicaSetAvailable")))
        return progressing(ready + ", its controller has not called the rollout complete yet");
    const kube::Condition *available = find(conditions, "Available");
    if (!available)
        return progressing(ready + ", its controller has not called it available yet");
    if (available->status != kube::ConditionStatus::True)
        return progressing(ready + ", not available: " + words(*available));
    return healthy(counts.desired == 0 ? "scaled to zero" : ready);
}

} // namespace

Health deploymentHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const Counts counts(*json);
    const std::vector<kube::Condition> conditions = conditionsOf(*json);
    const std::string ready = ofDesired(counts.ready, counts.desired, "ready");
    const Rollout rollout = rolloutOf(object, store, counts.isRolledOut());
    const PodVerdict verdict = worstPod(rollout.pods, store);

    const kube::Condition *failure = find(conditions, "ReplicaFailure");
    if (failure && failure->status == kube::ConditionStatus::True)
        return degraded(ready + ": " + words(*failure));
    if (!rollout.refusal.empty())
        return degraded(ready + ": " + rollout.refusal);
    const kube::Condition *progress = find(conditions, "Progressing");
    if (progress && progress->reason == std::string_view("ProgressDeadlineExceeded")) {
        const std::string cause = verdict.describe();
        return degraded(ready + ", the rollout exceeded its deadline" + (cause.empty() ? "" : ": " + cause));
    }
    if (flag(*json, {"spec", "paused"})) {
        const Health paused = suspended("paused, " + ready);
        return verdict.worst.state == HealthState::Degraded ? combine(paused, verdict) : paused;
    }
    Health own = ownHealth(counts, conditions);
    if (own.state == HealthState::Healthy && object.meta.generation > 0 && !at(*json, {"status", "observedGeneration"}))
        own = progressing("not observed yet by its controller");
    return combine(own, verdict);
}

} // namespace binnacle::cluster::rules
