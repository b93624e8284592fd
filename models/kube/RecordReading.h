// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/RecordDecoder.h"

#include <algorithm>

namespace binnacle::kube {

/// How an API object in JSON becomes a record, whichever library parsed it: the rules are here once. Access says how
/// that library is asked. Access::Value is one JSON value, or nothing; asking nothing gives nothing.
template <typename Access>
class RecordReading
{
public:
    using Value = typename Access::Value;

    explicit RecordReading(core::StringPool &pool) : m_pool(pool) {}

    [[nodiscard]] ObjectMeta meta(const Value &metadata) const;
    [[nodiscard]] PodRecord pod(const Value &object) const;
    [[nodiscard]] NodeRecord node(const Value &object) const;
    [[nodiscard]] EventRecord event(const Value &object, bool core) const;
    [[nodiscard]] ReplicaSetRecord replicaSet(const Value &object) const;
    [[nodiscard]] EndpointSliceRecord endpointSlice(const Value &object) const;
    [[nodiscard]] JobRecord job(const Value &object) const;

    [[nodiscard]] static core::GroupVersionKind kindOf(const Value &object, const core::GroupVersionKind &fallback)
    {
        auto gvk = core::GroupVersionKind::fromApiVersion(text(object, "apiVersion"), text(object, "kind"));
        return gvk.kind.empty() || gvk.kind == "PartialObjectMetadata" ? fallback : gvk;
    }
    /// Fills the record's body, unless its kind keeps its whole JSON.
    void readBody(const Value &object, ObjectRecord &record) const;

private:
    static decltype(auto) member(const Value &object, const char *name) { return Access::member(object, name); }
    static std::string_view text(const Value &object, const char *name) { return Access::text(member(object, name)); }
    static Timestamp time(const Value &object, const char *name) { return timestampFromText(text(object, name)); }
    static bool flag(const Value &object, const char *name) { return Access::flag(member(object, name), false); }
    static std::int64_t number(const Value &object, const char *name, std::int64_t otherwise = 0)
    {
        return Access::integer(member(object, name), otherwise);
    }
    static std::int32_t count(const Value &object, const char *name, std::int32_t otherwise = 0)
    {
        return static_cast<std::int32_t>(number(object, name, otherwise));
    }
    /// A quantity in JSON may be a bare number.
    static std::string quantity(const Value &list, const char *name) { return Access::scalarText(member(list, name)); }
    static std::int64_t milli(const Value &list, const char *name) { return milliFromQuantity(quantity(list, name)); }
    static std::int64_t units(const Value &list, const char *name) { return unitsFromQuantity(quantity(list, name)); }
    [[nodiscard]] core::SharedString interned(const Value &object, const char *name) const
    {
        return m_pool.intern(text(object, name));
    }

    [[nodiscard]] std::vector<Condition> conditions(const Value &status) const;
    void readState(const Value &state, ContainerRecord &container) const;
    void readStatus(const Value &status, ContainerRecord &container) const;
    void readContainers(const Value &pod, bool init, std::vector<ContainerRecord> &containers) const;
    void readUnspecified(const Value &podStatus, bool init, std::vector<ContainerRecord> &containers) const;

    core::StringPool &m_pool;
};

template <typename Access>
ObjectMeta RecordReading<Access>::meta(const Value &metadata) const
{
    ObjectMeta meta;
    meta.nameSpace = interned(metadata, "namespace");
    meta.name = text(metadata, "name");
    meta.uid = text(metadata, "uid");
    meta.resourceVersion = text(metadata, "resourceVersion");
    meta.generation = number(metadata, "generation");
    meta.created = time(metadata, "creationTimestamp");
    meta.deleted = time(metadata, "deletionTimestamp");
    meta.hasFinalizers = Access::size(member(metadata, "finalizers")) > 0;
    const auto &labels = member(metadata, "labels");
    meta.labels.reserve(Access::size(labels));
    Access::eachMember(labels, [&](std::string_view key, const Value &value) {
        if (Access::isText(value))
            meta.labels.emplace_back(m_pool.intern(key), m_pool.intern(Access::text(value)));
    });
    // Servers send maps in order; from a file they may come in any.
    const auto byKey = [](const auto &a, const auto &b) { return a.first.str() < b.first.str(); };
    if (!std::is_sorted(meta.labels.begin(), meta.labels.end(), byKey))
        std::sort(meta.labels.begin(), meta.labels.end(), byKey);
    const auto &owners = member(metadata, "ownerReferences");
    meta.owners.reserve(Access::size(owners));
    Access::eachElement(owners, [&](const Value &owner) {
        meta.owners.push_back({interned(owner, "apiVersion"), interned(owner, "kind"), interned(owner, "name"),
                               interned(owner, "uid"), flag(owner, "controller")});
    });
    return meta;
}

template <typename Access>
std::vector<Condition> RecordReading<Access>::conditions(const Value &status) const
{
    std::vector<Condition> conditions;
    const auto &listed = member(status, "conditions");
    conditions.reserve(Access::size(listed));
    Access::eachElement(listed, [&](const Value &condition) {
        conditions.push_back({interned(condition, "type"), conditionStatusFromText(text(condition, "status")),
                              interned(condition, "reason"), std::string(text(condition, "message")),
                              time(condition, "lastTransitionTime")});
    });
    return conditions;
}

template <typename Access>
void RecordReading<Access>::readState(const Value &state, ContainerRecord &container) const
{
    if (const auto &running = member(state, "running"); Access::isObject(running)) {
        container.phase = ContainerPhase::Running;
        container.since = time(running, "startedAt");
    } else if (const auto &terminated = member(state, "terminated"); Access::isObject(terminated)) {
        container.phase = ContainerPhase::Terminated;
        container.reason = interned(terminated, "reason");
        container.message = text(terminated, "message");
        container.exitCode = count(terminated, "exitCode");
        container.since = time(terminated, "finishedAt");
    } else {
        // The API's rule: a container whose state says nothing is waiting.
        const auto &waiting = member(state, "waiting");
        container.phase = ContainerPhase::Waiting;
        container.reason = interned(waiting, "reason");
        container.message = text(waiting, "message");
    }
}

template <typename Access>
void RecordReading<Access>::readStatus(const Value &status, ContainerRecord &container) const
{
    container.hasStatus = true;
    container.ready = flag(status, "ready");
    container.started = flag(status, "started");
    container.restarts = count(status, "restartCount");
    readState(member(status, "state"), container);
    const auto &lastState = member(status, "lastState");
    if (const auto &last = member(lastState, "terminated"); Access::isObject(last)) {
        container.lastReason = interned(last, "reason");
        container.lastExitCode = count(last, "exitCode");
        container.lastFinished = time(last, "finishedAt");
    }
}

/// A pod cut down to its status, as tools and reports give it, still says what its containers do.
template <typename Access>
void RecordReading<Access>::readUnspecified(const Value &podStatus, bool init,
                                            std::vector<ContainerRecord> &containers) const
{
    Access::eachElement(
        member(podStatus, init ? "initContainerStatuses" : "containerStatuses"), [&](const Value &status) {
            const std::string_view name = text(status, "name");
            const bool known = std::any_of(containers.begin(), containers.end(), [&](const ContainerRecord &container) {
                return container.init == init && container.name == name;
            });
            if (known)
                return;
            ContainerRecord container;
            container.name = m_pool.intern(name);
            container.image = interned(status, "image");
            container.init = init;
            readStatus(status, container);
            containers.push_back(std::move(container));
        });
}

template <typename Access>
void RecordReading<Access>::readContainers(const Value &pod, bool init, std::vector<ContainerRecord> &containers) const
{
    const auto &podStatus = member(pod, "status");
    const auto &podSpec = member(pod, "spec");
    const auto &statuses = member(podStatus, init ? "initContainerStatuses" : "containerStatuses");
    Access::eachElement(member(podSpec, init ? "initContainers" : "containers"), [&](const Value &specified) {
        ContainerRecord container;
        const std::string_view name = text(specified, "name");
        container.name = m_pool.intern(name);
        container.image = interned(specified, "image");
        container.init = init;
        container.sidecar = init && text(specified, "restartPolicy") == "Always";
        const auto &resources = member(specified, "resources");
        const auto &requests = member(resources, "requests");
        const auto &limits = member(resources, "limits");
        container.cpuRequestMilli = milli(requests, "cpu");
        container.cpuLimitMilli = milli(limits, "cpu");
        container.memoryRequest = units(requests, "memory");
        container.memoryLimit = units(limits, "memory");
        Access::eachElement(statuses, [&](const Value &status) {
            if (!container.hasStatus && text(status, "name") == name)
                readStatus(status, container);
        });
        containers.push_back(std::move(container));
    });
    readUnspecified(podStatus, init, containers);
}

template <typename Access>
PodRecord RecordReading<Access>::pod(const Value &object) const
{
    const auto &spec = member(object, "spec");
    const auto &status = member(object, "status");
    PodRecord pod;
    pod.phase = podPhaseFromText(text(status, "phase"));
    pod.reason = interned(status, "reason");
    pod.message = text(status, "message");
    pod.node = interned(spec, "nodeName");
    pod.podIp = text(status, "podIP");
    pod.restartPolicy = interned(spec, "restartPolicy");
    pod.conditions = conditions(status);
    pod.containers.reserve(Access::size(member(spec, "initContainers")) + Access::size(member(spec, "containers")));
    readContainers(object, true, pod.containers);
    readContainers(object, false, pod.containers);
    const auto &metadata = member(object, "metadata");
    Access::eachElement(member(spec, "volumes"), [&](const Value &volume) {
        if (const auto &claim = member(volume, "persistentVolumeClaim"); Access::isObject(claim))
            pod.claims.push_back(interned(claim, "claimName"));
        else if (Access::isObject(member(volume, "ephemeral"))) // its claim is named <pod>-<volume>
            pod.claims.push_back(
                m_pool.intern(std::string(text(metadata, "name")) + "-" + std::string(text(volume, "name"))));
    });
    pod.hasReadinessGates = Access::size(member(spec, "readinessGates")) > 0;
    return pod;
}

template <typename Access>
NodeRecord RecordReading<Access>::node(const Value &object) const
{
    const auto &spec = member(object, "spec");
    const auto &status = member(object, "status");
    const auto &allocatable = member(status, "allocatable");
    NodeRecord node;
    node.unschedulable = flag(spec, "unschedulable");
    node.conditions = conditions(status);
    node.kubeletVersion = interned(member(status, "nodeInfo"), "kubeletVersion");
    node.cpuMilli = milli(allocatable, "cpu");
    node.memory = units(allocatable, "memory");
    node.pods = units(allocatable, "pods");
    Access::eachElement(member(spec, "taints"), [&](const Value &taint) {
        node.taints.push_back({interned(taint, "key"), interned(taint, "value"), interned(taint, "effect")});
    });
    return node;
}

/// The core and the events.k8s.io form carry the same under different names.
template <typename Access>
EventRecord RecordReading<Access>::event(const Value &object, bool core) const
{
    const auto &involved = member(object, core ? "involvedObject" : "regarding");
    const auto &series = member(object, "series");
    EventRecord event;
    event.involvedKind = interned(involved, "kind");
    event.involvedNamespace = interned(involved, "namespace");
    event.involvedUid = interned(involved, "uid");
    event.involvedName = text(involved, "name");
    event.type = interned(object, "type");
    event.reason = interned(object, "reason");
    event.message = text(object, core ? "message" : "note");
    event.source = interned(member(object, core ? "source" : "deprecatedSource"), "component");
    if (event.source.isEmpty())
        event.source = interned(object, core ? "reportingComponent" : "reportingController");
    event.count = count(object, core ? "count" : "deprecatedCount");
    event.first = time(object, core ? "firstTimestamp" : "deprecatedFirstTimestamp");
    event.last = time(object, core ? "lastTimestamp" : "deprecatedLastTimestamp");
    completeEvent(event, time(object, "eventTime"), count(series, "count"), time(series, "lastObservedTime"),
                  time(member(object, "metadata"), "creationTimestamp"));
    return event;
}

template <typename Access>
ReplicaSetRecord RecordReading<Access>::replicaSet(const Value &object) const
{
    const auto &status = member(object, "status");
    const auto &metadata = member(object, "metadata");
    ReplicaSetRecord set;
    set.desired = count(member(object, "spec"), "replicas", 1);
    set.replicas = count(status, "replicas");
    set.ready = count(status, "readyReplicas");
    set.available = count(status, "availableReplicas");
    set.observedGeneration = number(status, "observedGeneration");
    set.revision = text(member(metadata, "annotations"), "deployment.kubernetes.io/revision");
    set.conditions = conditions(status);
    return set;
}

template <typename Access>
EndpointSliceRecord RecordReading<Access>::endpointSlice(const Value &object) const
{
    const auto &metadata = member(object, "metadata");
    EndpointSliceRecord slice;
    slice.service = interned(member(metadata, "labels"), "kubernetes.io/service-name");
    Access::eachElement(member(object, "endpoints"), [&](const Value &endpoint) {
        // An absent "ready" is to be read as true: discovery/v1 EndpointConditions.
        const bool ready = Access::flag(member(member(endpoint, "conditions"), "ready"), true);
        ++(ready ? slice.ready : slice.notReady);
    });
    Access::eachElement(member(object, "ports"), [&](const Value &port) {
        slice.ports.push_back({interned(port, "name"), interned(port, "protocol"), count(port, "port")});
    });
    return slice;
}

template <typename Access>
JobRecord RecordReading<Access>::job(const Value &object) const
{
    const auto &spec = member(object, "spec");
    const auto &status = member(object, "status");
    JobRecord job;
    job.completions = count(spec, "completions", 1);
    job.parallelism = count(spec, "parallelism", 1);
    job.suspended = flag(spec, "suspend");
    job.active = count(status, "active");
    job.succeeded = count(status, "succeeded");
    job.failed = count(status, "failed");
    job.started = time(status, "startTime");
    job.completed = time(status, "completionTime");
    job.conditions = conditions(status);
    return job;
}

template <typename Access>
void RecordReading<Access>::readBody(const Value &object, ObjectRecord &record) const
{
    switch (recordBodyOf(record.gvk.groupKind())) {
    case RecordBody::Pod:
        record.body = pod(object);
        break;
    case RecordBody::Node:
        record.body = node(object);
        break;
    case RecordBody::Event:
        record.body = event(object, record.gvk.group.empty());
        break;
    case RecordBody::ReplicaSet:
        record.body = replicaSet(object);
        break;
    case RecordBody::EndpointSlice:
        record.body = endpointSlice(object);
        break;
    case RecordBody::Job:
        record.body = job(object);
        break;
    case RecordBody::Json:
        break;
    }
}

} // namespace binnacle::kube
