// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <algorithm>

namespace binnacle::cluster::rules {

namespace {

using kube::ContainerPhase;
using kube::ContainerRecord;
using kube::PodPhase;
using kube::PodRecord;

bool restartsAlways(const PodRecord &pod)
{
    return pod.restartPolicy.isEmpty() || pod.restartPolicy == std::string_view("Always");
}

/// The kubelet's waiting reasons that a container does not leave by itself (CrashLoopBackOff, ImagePullBackOff,
/// ErrImagePull, InvalidImageName, CreateContainerConfigError, RunContainerError ...). ContainerCreating and
/// PodInitializing are the only ones in a normal start.
bool isStuck(const std::string &reason)
{
    const auto endsWith = [&](std::string_view tail) {
        return reason.size() >= tail.size() && std::string_view(reason).substr(reason.size() - tail.size()) == tail;
    };
    return endsWith("BackOff") || endsWith("Error") || reason.rfind("Err", 0) == 0 || reason == "InvalidImageName" ||
           reason == "RegistryUnavailable";
}

std::string exitWords(const core::SharedString &reason, int exitCode)
{
    const bool named = !reason.isEmpty() && !(reason == std::string_view("Error"));
    return (named ? reason.str() + ", exit " : "exit ") + std::to_string(exitCode);
}

std::string named(const PodRecord &pod, const ContainerRecord &container)
{
    if (pod.containers.size() < 2)
        return {};
    return (container.sidecar ? "sidecar "
            : container.init  ? "init container "
                              : "container ") +
           container.name.str() + " ";
}

/// Why a container is broken, or nothing.
std::string fault(const PodRecord &pod, const ContainerRecord &container)
{
    if (container.phase == ContainerPhase::Waiting && isStuck(container.reason.str())) {
        std::string words = named(pod, container) + container.reason.str();
        if (container.lastFinished != 0 || !container.lastReason.isEmpty() || container.lastExitCode != 0)
            return words + ", " + exitWords(container.lastReason, container.lastExitCode);
        if (!container.message.empty())
            words += ": " + container.message;
        return words;
    }
    const bool ended = container.phase == ContainerPhase::Terminated;
    if (ended && container.exitCode != 0) {
        std::string words = named(pod, container) + exitWords(container.reason, container.exitCode);
        return container.message.empty() ? words : words + ": " + container.message;
    }
    const bool lastFailed =
        container.lastFinished != 0 || container.lastExitCode != 0 || !container.lastReason.isEmpty();
    const bool runsOn = container.sidecar || (!container.init && restartsAlways(pod));
    if (!container.ready && !ended && container.phase == ContainerPhase::Running && runsOn && lastFailed)
        return named(pod, container) + "restarted " + std::to_string(container.restarts) + " times, last " +
               exitWords(container.lastReason, container.lastExitCode);
    return {};
}

std::string firstFault(const PodRecord &pod)
{
    for (const ContainerRecord &container : pod.containers) {
        if (std::string words = fault(pod, container); !words.empty())
            return words;
    }
    return {};
}

/// The Ready condition may lag behind the containers it sums up.
bool isWaitingStuck(const PodRecord &pod)
{
    return std::any_of(pod.containers.begin(), pod.containers.end(), [](const ContainerRecord &container) {
        return container.phase == ContainerPhase::Waiting && isStuck(container.reason.str());
    });
}

/// The kubelet says what a probe answered only in an event: "Readiness probe failed: HTTP ... 503".
std::string probeWords(const kube::ObjectRecord &object, const Store &store)
{
    for (const kube::RecordPointer &record : store.eventsOf(object.key())) {
        const auto *event = std::get_if<kube::EventRecord>(&record->body);
        if (event && event->reason == std::string_view("Unhealthy"))
            return ": " + event->message.substr(0, event->message.find('\n'));
    }
    return {};
}

Health pending(const kube::ObjectRecord &object, const PodRecord &pod, const Store &store)
{
    const kube::Condition *scheduled = find(pod.conditions, "PodScheduled");
    if (scheduled && scheduled->status == kube::ConditionStatus::False) {
        const std::string said = scheduled->message.empty() ? scheduled->reason.str() : scheduled->message;
        const kube::Timestamp since = std::max(scheduled->lastTransition, object.meta.created);
        // kstatus' window: a scheduler needs a moment, and the first try of many pods fails.
        const bool justTried = since != 0 && ageOf(since, store) < std::chrono::seconds(15);
        if (scheduled->reason == std::string_view("SchedulingGated"))
            return suspended("not scheduled: its scheduling gates are closed");
        if (scheduled->reason == std::string_view("Unschedulable") && !justTried)
            return degraded("cannot be scheduled: " + said);
        return progressing("not scheduled yet: " + said);
    }
    for (const ContainerRecord &container : pod.containers) {
        if (container.init && container.phase == ContainerPhase::Running && !container.sidecar)
            return progressing("init container " + container.name.str() + " is running");
    }
    for (const ContainerRecord &container : pod.containers) {
        if (container.phase == ContainerPhase::Waiting && container.reason == std::string_view("ContainerCreating"))
            return progressing("container " + container.name.str() + " is being created");
    }
    if (!pod.message.empty())
        return progressing(pod.message);
    return progressing(scheduled ? "containers are being created" : "not scheduled yet");
}

Health notReady(const kube::ObjectRecord &object, const PodRecord &pod, const Store &store)
{
    const kube::Condition *ready = find(pod.conditions, "Ready");
    for (const ContainerRecord &container : pod.containers) {
        const bool counts = !container.init || container.sidecar;
        if (!counts || container.ready)
            continue;
        const std::string name = "container " + container.name.str();
        if (container.phase != ContainerPhase::Running)
            return progressing(name + (container.phase == ContainerPhase::Terminated ? " has ended" : " is starting"));
        if (!container.started)
            return progressing(name + " is starting: its startup probe has not succeeded" + probeWords(object, store));
        // Ready is False from the pod's creation; a later transition than the container's start means that it was
        // ready and lost it.
        if (ready && ready->lastTransition > container.since && container.since != 0)
            return degraded(name + " is no longer ready: its readiness probe fails" + probeWords(object, store));
        return progressing(name + " is starting: its readiness probe has not succeeded" + probeWords(object, store));
    }
    if (ready && ready->reason == std::string_view("ReadinessGatesNotReady"))
        return progressing("a readiness gate is not met: " + ready->message);
    if (ready && !ready->message.empty())
        return progressing("not ready: " + ready->message);
    return progressing("running, not ready yet");
}

Health running(const kube::ObjectRecord &object, const PodRecord &pod, const Store &store)
{
    const bool ready = isTrue(pod.conditions, "Ready");
    const std::string broken = firstFault(pod);
    if (!broken.empty() && (!ready || !restartsAlways(pod) || isWaitingStuck(pod)))
        return degraded(broken);
    if (pod.reason == std::string_view("NodeLost"))
        return unknown("its node " + pod.node.str() + " does not report" +
                       (pod.message.empty() ? "" : ": " + pod.message));
    if (!restartsAlways(pod)) {
        // It has a finite life: ready is not its goal, ending well is.
        return progressing("running until it completes");
    }
    if (!ready)
        return notReady(object, pod, store);
    for (const ContainerRecord &container : pod.containers) {
        const bool recent =
            container.lastFinished != 0 && ageOf(container.lastFinished, store) < std::chrono::minutes(10);
        if (recent && (container.lastExitCode != 0 || container.lastReason == std::string_view("OOMKilled")))
            return healthy("ready; container " + container.name.str() + " restarted " +
                           core::formatDuration(ageOf(container.lastFinished, store)) +
                           " ago: " + exitWords(container.lastReason, container.lastExitCode));
    }
    return healthy("ready");
}

} // namespace

Health podHealth(const kube::ObjectRecord &object, const Store &store)
{
    const auto *pod = std::get_if<PodRecord>(&object.body);
    if (!pod)
        return conditionsHealth(object, store);
    const std::string statusWords = pod->reason.isEmpty()  ? pod->message
                                    : pod->message.empty() ? pod->reason.str()
                                                           : pod->reason.str() + ": " + pod->message;
    switch (pod->phase) {
    case PodPhase::Succeeded:
        return healthy("completed");
    case PodPhase::Failed: {
        const std::string broken = firstFault(*pod);
        return degraded(!statusWords.empty() ? "failed: " + statusWords
                        : broken.empty()     ? "failed"
                                             : "failed: " + broken);
    }
    case PodPhase::Pending: {
        const std::string broken = firstFault(*pod);
        return broken.empty() ? pending(object, *pod, store) : degraded(broken);
    }
    case PodPhase::Running:
        return running(object, *pod, store);
    case PodPhase::Unknown:
        break;
    }
    // No phase at all: nobody has looked at the pod yet. "Unknown": its node does not answer.
    if (!pod->reason.isEmpty() || !pod->node.isEmpty())
        return unknown("its node " + pod->node.str() + " does not report" +
                       (statusWords.empty() ? "" : ": " + statusWords));
    return progressing("not observed yet");
}

Health childHealth(const kube::ObjectRecord &object, const Store &store)
{
    if (const auto common = commonHealth(object, store))
        return *common;
    return ruleFor(object.gvk.groupKind())(object, store);
}

std::string refusedPod(const kube::ObjectRecord &object, const Store &store)
{
    for (const kube::RecordPointer &record : store.eventsOf(object.key())) {
        const auto *event = std::get_if<kube::EventRecord>(&record->body);
        if (!event)
            continue;
        if (event->reason == std::string_view("FailedCreate"))
            return "FailedCreate: " + event->message;
        if (event->reason == std::string_view("SuccessfulCreate"))
            return {};
    }
    return {};
}

std::string PodVerdict::describe() const
{
    return pod.empty() || worst.reason.empty() ? std::string() : pod + " " + worst.reason;
}

PodVerdict worstPod(const std::vector<kube::RecordPointer> &pods, const Store &store)
{
    PodVerdict verdict;
    for (const kube::RecordPointer &record : pods) {
        const auto *pod = std::get_if<PodRecord>(&record->body);
        if (!pod || record->meta.deleted != 0 || pod->phase == PodPhase::Succeeded || pod->phase == PodPhase::Failed)
            continue;
        const Health health = podHealth(*record, store);
        if (health.state > verdict.worst.state) {
            verdict.worst = health;
            verdict.pod = record->meta.name;
        }
    }
    return verdict;
}

Health combine(const Health &own, const PodVerdict &pods)
{
    const std::string detail = pods.describe();
    if (detail.empty())
        return own;
    return {std::max(own.state, pods.worst.state), own.reason.empty() ? detail : own.reason + ": " + detail};
}

} // namespace binnacle::cluster::rules
