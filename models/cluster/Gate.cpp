// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Gate.h"

#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace binnacle::cluster {

namespace {

GateResult waiting(const Gate &gate, std::string_view what, const std::string &why)
{
    std::string holds = "waiting for " + gate.object.describe() + " " + std::string(what);
    if (!why.empty())
        holds += ": " + why;
    return {GateOutcome::Waiting, std::move(holds), false};
}

const char *goal(GateKind kind)
{
    switch (kind) {
    case GateKind::Ready:
        return "to be ready";
    case GateKind::Complete:
        return "to complete";
    case GateKind::Established:
        return "to be established";
    case GateKind::Exists:
    case GateKind::None:
        break;
    }
    return "to exist";
}

std::optional<unsigned long long> asNumber(const std::string &version)
{
    unsigned long long number = 0;
    const char *end = version.data() + version.size();
    const auto [stop, error] = std::from_chars(version.data(), end, number);
    return error == std::errc() && stop == end && !version.empty() ? std::optional(number) : std::nullopt;
}

// Resource versions may be compared for order where both are decimal numbers, which is what KEP-5504 promises and every
// API server on etcd has always written. Elsewhere only equality is known, and the uid and generation must do.
bool isOlder(const std::string &seen, const std::string &applied)
{
    const auto a = asNumber(seen);
    const auto b = asNumber(applied);
    return a && b && *a < *b;
}

/// Why the cached object is not yet the one that was applied, or nothing.
std::string staleness(const Gate &gate, const kube::ObjectRecord &object)
{
    if (!gate.uid.empty() && object.meta.uid != gate.uid)
        return "another object of that name is in its place";
    if (object.meta.generation < gate.generation)
        return "the change has not been seen yet";
    if (!gate.resourceVersion.empty() && isOlder(object.meta.resourceVersion, gate.resourceVersion))
        return "the change has not been seen yet";
    return {};
}

/// A suspended cron job is as it was applied, and a claim may wait for a pod that only a later step or the night
/// brings: to hold a deployment for them would hold it for ever.
bool restsByDesign(const core::GroupKind &kind)
{
    return kind.kind == "CronJob" || kind.kind == "PersistentVolumeClaim";
}

GateResult job(const Gate &gate, const kube::ObjectRecord &object, const Health &health)
{
    std::vector<kube::Condition> conditions;
    if (const auto *record = std::get_if<kube::JobRecord>(&object.body))
        conditions = record->conditions;
    else if (const core::Json *json = object.json())
        conditions = rules::conditionsOf(*json);
    if (rules::isTrue(conditions, "Failed"))
        return {GateOutcome::Failed, gate.object.describe() + " " + health.reason, false};
    if (health.state == HealthState::Healthy && rules::isTrue(conditions, "Complete"))
        return {GateOutcome::Passed, {}, false};
    return waiting(gate, goal(GateKind::Complete), health.reason);
}

} // namespace

const char *toString(GateKind kind)
{
    switch (kind) {
    case GateKind::None:
        return "None";
    case GateKind::Ready:
        return "Ready";
    case GateKind::Complete:
        return "Complete";
    case GateKind::Established:
        return "Established";
    case GateKind::Exists:
        return "Exists";
    }
    return "None";
}

GateResult evaluate(const Gate &gate, const Store &store)
{
    if (gate.kind == GateKind::None)
        return {GateOutcome::Passed, {}, false};
    const kube::RecordPointer object = store.find(gate.object);
    if (!object)
        return waiting(gate, goal(gate.kind), healthOf(gate.object, store).reason);
    if (const std::string stale = staleness(gate, *object); !stale.empty())
        return waiting(gate, goal(gate.kind), stale);
    if (object->meta.deleted != 0)
        return waiting(gate, goal(gate.kind), healthOf(*object, store).reason);
    if (gate.kind == GateKind::Exists)
        return {GateOutcome::Passed, {}, false};
    const Health health = healthOf(*object, store);
    if (gate.kind == GateKind::Complete || gate.object.kind == core::GroupKind{"batch", "Job"})
        return job(gate, *object, health);
    if (gate.kind == GateKind::Established) {
        const core::Json *json = object->json();
        if (json && health.state == HealthState::Healthy && rules::isTrue(rules::conditionsOf(*json), "Established"))
            return {GateOutcome::Passed, {}, false};
        return waiting(gate, goal(gate.kind), health.reason);
    }
    if (health.state == HealthState::Healthy ||
        (health.state == HealthState::Suspended && restsByDesign(gate.object.kind)))
        return {GateOutcome::Passed, {}, false};
    GateResult result = waiting(gate, goal(gate.kind), health.reason);
    result.unattended = gate.object.kind == core::GroupKind{"networking.k8s.io", "Ingress"} &&
                        !rules::missingIngressClass(*object, store).empty();
    return result;
}

} // namespace binnacle::cluster
