// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace binnacle::cluster::rules {

// What controllers write into custom resources follows conventions and no standard: the API conventions (Ready,
// Available, Progressing), kstatus (Reconciling, Stalled), OpenShift (Degraded), Gateway API (Accepted, ResolvedRefs,
// Programmed), Crossplane (Synced), Tekton and Knative (Succeeded), cert-manager (Issuing), Strimzi (NotReady),
// KEDA (Paused, Fallback), Argo (phases, status.health). What a word means is never guessed: it is Unknown.

namespace {

using Conditions = std::vector<kube::Condition>;

/// Bad news when True, as the whole type or as its end: "Failed", "UpgradeFailed".
constexpr std::array<std::string_view, 7> bad{"Stalled", "Degraded",    "Failed",  "Failure",
                                              "Error",   "InvalidSpec", "Terminal"};
/// Good news when True.
constexpr std::array<std::string_view, 10> good{"Ready",     "Available", "Healthy",    "Succeeded",   "Complete",
                                                "Completed", "Running",   "Programmed", "Established", "Accepted"};
/// When False the object cannot work; when True alone it need not work yet.
constexpr std::array<std::string_view, 7> needed{"Synced",    "Accepted",  "ResolvedRefs", "LastAsyncOperation",
                                                 "Succeeded", "Available", "Reconciled"};
/// Work in hand when True, whatever Ready still says of the state before.
constexpr std::array<std::string_view, 6> busy{"Reconciling", "Issuing",    "Upgrading",
                                               "Deploying",   "Installing", "Provisioning"};
constexpr std::array<std::string_view, 3> resting{"Paused", "Suspended", "cnpg.io/hibernation"};
constexpr std::array<std::string_view, 3> brokenPhases{"Failed", "Error", "Degraded"};
constexpr std::array<std::string_view, 10> busyPhases{"Pending",    "Progressing", "Creating", "Provisioning",
                                                      "Installing", "Updating",    "Deleting", "Terminating",
                                                      "Upgrading",  "Initializing"};
constexpr std::array<std::string_view, 3> restingPhases{"Paused", "Suspended", "Hibernated"};
constexpr std::array<std::string_view, 7> finePhases{"Healthy",  "Ready", "Succeeded", "Completed",
                                                     "Complete", "Bound", "Available"};

template <std::size_t size>
bool isOneOf(const std::array<std::string_view, size> &words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool endsWith(std::string_view text, std::string_view tail)
{
    return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

/// kstatus takes every Ready=False for progress; a controller that names a failure as the reason has given up.
bool saysFailure(const std::string &reason)
{
    constexpr std::array<std::string_view, 14> words{"Fail",     "Error",     "Invalid",      "Missing",    "NotFound",
                                                     "Denied",   "Forbidden", "Exceeded",     "Rejected",   "Refused",
                                                     "Conflict", "Expired",   "Unauthorized", "Unavailable"};
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return reason.find(word) != std::string::npos; });
}

std::string said(const kube::Condition &condition)
{
    const std::string detail = words(condition);
    return condition.type.str() + (detail.empty() ? "" : ": " + detail);
}

/// Failure that a condition states outright.
std::optional<Health> brokenBy(const kube::Condition &condition)
{
    const std::string &type = condition.type.str();
    const bool isTrue = condition.status == kube::ConditionStatus::True;
    if (isTrue && type.rfind("No", 0) != 0 &&
        std::any_of(bad.begin(), bad.end(), [&](std::string_view word) { return endsWith(type, word); }))
        return degraded(said(condition));
    if (isTrue && type == "NotReady")
        return condition.reason == std::string_view("Creating") ? progressing(said(condition))
                                                                : degraded(said(condition));
    if (isTrue && type == "Fallback")
        return degraded(said(condition));
    if (condition.status == kube::ConditionStatus::False && isOneOf(needed, type)) {
        if (condition.reason == std::string_view("ReconcilePaused"))
            return suspended("its reconciliation is paused");
        if (condition.reason == std::string_view("Pending"))
            return progressing("not " + said(condition));
        return degraded("not " + said(condition));
    }
    return std::nullopt;
}

/// Work in hand, or a rest that somebody asked for.
std::optional<Health> unsettledBy(const kube::Condition &condition, const Conditions &all)
{
    const std::string &type = condition.type.str();
    if (condition.status == kube::ConditionStatus::Unknown && (isOneOf(needed, type) || type == "Complete"))
        return progressing(type + " is not known yet: " + words(condition));
    if (condition.status != kube::ConditionStatus::True)
        return std::nullopt;
    if (isOneOf(resting, type))
        return suspended(said(condition));
    // OpenShift and Deployment keep Progressing True beside Available when all is done.
    const bool isDone = rules::isTrue(all, "Ready") || rules::isTrue(all, "Available");
    if (isOneOf(busy, type) || (type == "Progressing" && !isDone))
        return progressing(said(condition));
    return std::nullopt;
}

/// A condition that speaks of an older generation than the object has: metav1.Condition.observedGeneration.
std::string staleCondition(const kube::ObjectRecord &object, const core::Json *list)
{
    if (!list || !list->is_array())
        return {};
    for (const core::Json &entry : *list) {
        const long long observed = integer(entry, {"observedGeneration"});
        if (observed > 0 && observed < object.meta.generation && isOneOf(good, text(entry, {"type"})))
            return text(entry, {"type"}) + " is of generation " + std::to_string(observed) + ", the object of " +
                   std::to_string(object.meta.generation);
    }
    return {};
}

std::optional<Health> settledBy(const Conditions &conditions)
{
    bool positive = false;
    for (const std::string_view type : good) {
        const kube::Condition *condition = find(conditions, type);
        if (!condition)
            continue;
        if (condition->status != kube::ConditionStatus::True) {
            std::string reason = "not " + said(*condition);
            return saysFailure(condition->reason.str()) ? degraded(std::move(reason)) : progressing(std::move(reason));
        }
        positive = true;
    }
    return positive ? std::optional(healthy("its conditions say so")) : std::nullopt;
}

std::optional<Health> conditionsVerdict(const kube::ObjectRecord &object, const core::Json *list)
{
    const Conditions conditions = conditionsIn(list);
    std::optional<Health> verdict;
    for (const kube::Condition &condition : conditions) {
        if (const auto found = brokenBy(condition); found && (!verdict || found->state > verdict->state))
            verdict = found;
    }
    if (verdict)
        return verdict;
    for (const kube::Condition &condition : conditions) {
        if (const auto found = unsettledBy(condition, conditions); found && (!verdict || found->state > verdict->state))
            verdict = found;
    }
    if (verdict)
        return verdict;
    if (const std::string stale = staleCondition(object, list); !stale.empty())
        return progressing(stale);
    return settledBy(conditions);
}

/// A route has conditions for every gateway that it names (Gateway API's RouteStatus): the worst counts.
std::optional<Health> parentsVerdict(const kube::ObjectRecord &object, const core::Json &json)
{
    const core::Json *parents = at(json, {"status", "parents"});
    std::optional<Health> worst;
    if (!parents || !parents->is_array())
        return worst;
    for (const core::Json &parent : *parents) {
        Health one = conditionsVerdict(object, at(parent, {"conditions"}))
                         .value_or(progressing("no condition says that it is accepted"));
        if (const std::string name = text(parent, {"parentRef", "name"}); !name.empty())
            one.reason = name + ": " + one.reason;
        if (!worst || one.state > worst->state)
            worst = std::move(one);
    }
    return worst;
}

/// status.health of Argo CD's Application ({status, message}) and of Elastic's operator (a colour).
std::optional<Health> reportedHealth(const core::Json &json)
{
    const std::string colour = text(json, {"status", "health"});
    const std::string state = colour.empty() ? text(json, {"status", "health", "status"}) : colour;
    const std::string message = text(json, {"status", "health", "message"});
    const std::string reason = "it says " + state + (message.empty() ? "" : ": " + message);
    if (state == "Healthy" || state == "green")
        return healthy(reason);
    if (state == "Progressing")
        return progressing(reason);
    if (state == "Suspended")
        return suspended(reason);
    if (state == "Degraded" || state == "red" || state == "yellow")
        return degraded(reason);
    if (state == "Missing")
        return Health{HealthState::Missing, reason};
    return state.empty() ? std::nullopt : std::optional(unknown(reason));
}

std::optional<Health> phaseVerdict(const kube::ObjectRecord &object, const core::Json &json)
{
    std::string phase = text(json, {"status", "phase"});
    if (phase.empty())
        phase = text(json, {"status", "state"});
    const std::string message = text(json, {"status", "message"});
    const std::string reason = "phase " + phase + (message.empty() ? "" : ": " + message);
    if (isOneOf(brokenPhases, phase))
        return degraded(reason);
    // A workflow that runs has not ended; a database that runs may be well or not.
    if (isOneOf(busyPhases, phase) || (phase == "Running" && object.gvk.kind == "Workflow"))
        return progressing(reason);
    if (isOneOf(restingPhases, phase))
        return suspended(reason);
    if (isOneOf(finePhases, phase))
        return healthy(reason);
    return phase.empty() ? std::nullopt
                         : std::optional(unknown("phase " + phase + ", but no condition says that it is healthy"));
}

} // namespace

// The worst word counts where several speak; the phase is asked for good news only where no condition gives any.
Health conditionsHealth(const kube::ObjectRecord &object, const Store & /*store*/)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("no rule for this kind");
    auto verdict = conditionsVerdict(object, at(*json, {"status", "conditions"}));
    if (!verdict)
        verdict = parentsVerdict(object, *json);
    if (const auto reported = reportedHealth(*json); reported && (!verdict || verdict->state == HealthState::Healthy))
        verdict = reported;
    const auto phase = phaseVerdict(object, *json);
    const bool phaseWarns = phase && phase->state != HealthState::Unknown && phase->state != HealthState::Healthy;
    if (phase && (!verdict || (verdict->state == HealthState::Healthy && phaseWarns)))
        verdict = phase;
    const bool rests = flag(*json, {"spec", "suspend"}) || flag(*json, {"spec", "paused"});
    if (rests && (!verdict || verdict->state != HealthState::Degraded))
        return suspended("suspended in its spec");
    if (verdict)
        return *verdict;
    return unknown(at(*json, {"status"}) ? "no condition of its status says that it is healthy"
                                         : "it has no status to judge it by");
}

} // namespace binnacle::cluster::rules
