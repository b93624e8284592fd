// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RecordDecoder.h"

#include "core/Clock.h"
#include "core/Quantity.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::kube {

namespace {

using core::Json;
using core::SharedString;
using core::StringPool;

const Json &member(const Json &object, const char *name)
{
    static const Json null;
    if (!object.is_object())
        return null;
    const auto found = object.find(name);
    return found == object.end() ? null : *found;
}

std::string_view text(const Json &object, const char *name)
{
    const Json &value = member(object, name);
    return value.is_string() ? std::string_view(value.get_ref<const std::string &>()) : std::string_view();
}

std::int64_t number(const Json &object, const char *name, std::int64_t otherwise = 0)
{
    const Json &value = member(object, name);
    return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

std::int32_t count(const Json &object, const char *name, std::int32_t otherwise = 0)
{
    return static_cast<std::int32_t>(number(object, name, otherwise));
}

bool flag(const Json &object, const char *name)
{
    const Json &value = member(object, name);
    return value.is_boolean() && value.get<bool>();
}

Timestamp time(const Json &object, const char *name)
{
    return timestampFromText(text(object, name));
}

/// A quantity in JSON may be a bare number.
std::string quantity(const Json &list, const char *name)
{
    const Json &value = member(list, name);
    return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : std::string();
}

/// The elements of an array, or nothing.
const Json::array_t &elements(const Json &object, const char *name)
{
    static const Json::array_t none;
    const Json &value = member(object, name);
    return value.is_array() ? value.get_ref<const Json::array_t &>() : none;
}

ObjectMeta metaFromJson(const Json &metadata, StringPool &pool)
{
    ObjectMeta meta;
    meta.nameSpace = pool.intern(text(metadata, "namespace"));
    meta.name = text(metadata, "name");
    meta.uid = text(metadata, "uid");
    meta.resourceVersion = text(metadata, "resourceVersion");
    meta.generation = number(metadata, "generation");
    meta.created = time(metadata, "creationTimestamp");
    meta.deleted = time(metadata, "deletionTimestamp");
    meta.hasFinalizers = !elements(metadata, "finalizers").empty();
    if (const Json &labels = member(metadata, "labels"); labels.is_object()) {
        meta.labels.reserve(labels.size());
        for (const auto &[key, value] : labels.items())
            if (value.is_string())
                meta.labels.emplace_back(pool.intern(key), pool.intern(value.get_ref<const std::string &>()));
    }
    const auto &owners = elements(metadata, "ownerReferences");
    meta.owners.reserve(owners.size());
    for (const Json &owner : owners)
        meta.owners.push_back({pool.intern(text(owner, "apiVersion")), pool.intern(text(owner, "kind")),
                               pool.intern(text(owner, "name")), pool.intern(text(owner, "uid")),
                               flag(owner, "controller")});
    return meta;
}

std::vector<Condition> conditionsFromJson(const Json &status, StringPool &pool)
{
    std::vector<Condition> conditions;
    const auto &listed = elements(status, "conditions");
    conditions.reserve(listed.size());
    for (const Json &condition : listed)
        conditions.push_back({pool.intern(text(condition, "type")), conditionStatusFromText(text(condition, "status")),
                              pool.intern(text(condition, "reason")), std::string(text(condition, "message")),
                              time(condition, "lastTransitionTime")});
    return conditions;
}

void readContainerState(const Json &state, ContainerRecord &container, StringPool &pool)
{
    if (const Json &running = member(state, "running"); running.is_object()) {
        container.phase = ContainerPhase::Running;
        container.since = time(running, "startedAt");
    } else if (const Json &terminated = member(state, "terminated"); terminated.is_object()) {
        container.phase = ContainerPhase::Terminated;
        container.reason = pool.intern(text(terminated, "reason"));
        container.message = text(terminated, "message");
        container.exitCode = count(terminated, "exitCode");
        container.since = time(terminated, "finishedAt");
    } else {
        // The API's rule: a container whose state says nothing is waiting.
        const Json &waiting = member(state, "waiting");
        container.phase = ContainerPhase::Waiting;
        container.reason = pool.intern(text(waiting, "reason"));
        container.message = text(waiting, "message");
    }
}

void readContainerStatus(const Json &status, ContainerRecord &container, StringPool &pool)
{
    container.hasStatus = true;
    container.ready = flag(status, "ready");
    container.started = flag(status, "started");
    container.restarts = count(status, "restartCount");
    readContainerState(member(status, "state"), container, pool);
    if (const Json &last = member(member(status, "lastState"), "terminated"); last.is_object()) {
        container.lastReason = pool.intern(text(last, "reason"));
        container.lastExitCode = count(last, "exitCode");
        container.lastFinished = time(last, "finishedAt");
    }
}

/// A pod cut down to its status, as tools and reports give it, still says what its containers do.
void readUnspecified(const Json::array_t &statuses, bool init, std::vector<ContainerRecord> &containers,
                     StringPool &pool)
{
    for (const Json &status : statuses) {
        const std::string_view name = text(status, "name");
        const bool known = std::any_of(containers.begin(), containers.end(), [&](const ContainerRecord &container) {
            return container.init == init && container.name == name;
        });
        if (known)
            continue;
        ContainerRecord container;
        container.name = pool.intern(name);
        container.image = pool.intern(text(status, "image"));
        container.init = init;
        readContainerStatus(status, container, pool);
        containers.push_back(std::move(container));
    }
}

void readContainers(const Json &pod, bool init, std::vector<ContainerRecord> &containers, StringPool &pool)
{
    const auto &statuses = elements(member(pod, "status"), init ? "initContainerStatuses" : "containerStatuses");
    for (const Json &specified : elements(member(pod, "spec"), init ? "initContainers" : "containers")) {
        ContainerRecord container;
        const std::string_view name = text(specified, "name");
        container.name = pool.intern(name);
        container.image = pool.intern(text(specified, "image"));
        container.init = init;
        container.sidecar = init && text(specified, "restartPolicy") == "Always";
        const Json &requests = member(member(specified, "resources"), "requests");
        const Json &limits = member(member(specified, "resources"), "limits");
        container.cpuRequestMilli = milliFromQuantity(quantity(requests, "cpu"));
        container.cpuLimitMilli = milliFromQuantity(quantity(limits, "cpu"));
        container.memoryRequest = unitsFromQuantity(quantity(requests, "memory"));
        container.memoryLimit = unitsFromQuantity(quantity(limits, "memory"));
        const auto status = std::find_if(statuses.begin(), statuses.end(),
                                         [&](const Json &candidate) { return text(candidate, "name") == name; });
        if (status != statuses.end())
            readContainerStatus(*status, container, pool);
        containers.push_back(std::move(container));
    }
    readUnspecified(statuses, init, containers, pool);
}

PodRecord podFromJson(const Json &object, StringPool &pool)
{
    const Json &spec = member(object, "spec");
    const Json &status = member(object, "status");
    PodRecord pod;
    pod.phase = podPhaseFromText(text(status, "phase"));
    pod.reason = pool.intern(text(status, "reason"));
    pod.message = text(status, "message");
    pod.node = pool.intern(text(spec, "nodeName"));
    pod.podIp = text(status, "podIP");
    pod.restartPolicy = pool.intern(text(spec, "restartPolicy"));
    pod.conditions = conditionsFromJson(status, pool);
    pod.containers.reserve(elements(spec, "initContainers").size() + elements(spec, "containers").size());
    readContainers(object, true, pod.containers, pool);
    readContainers(object, false, pod.containers, pool);
    for (const Json &volume : elements(spec, "volumes")) {
        if (const Json &claim = member(volume, "persistentVolumeClaim"); claim.is_object())
            pod.claims.push_back(pool.intern(text(claim, "claimName")));
        else if (member(volume, "ephemeral").is_object()) // its claim is named <pod>-<volume>
            pod.claims.push_back(pool.intern(std::string(text(member(object, "metadata"), "name")) + "-" +
                                             std::string(text(volume, "name"))));
    }
    pod.hasReadinessGates = !elements(spec, "readinessGates").empty();
    return pod;
}

NodeRecord nodeFromJson(const Json &object, StringPool &pool)
{
    const Json &spec = member(object, "spec");
    const Json &status = member(object, "status");
    const Json &allocatable = member(status, "allocatable");
    NodeRecord node;
    node.unschedulable = flag(spec, "unschedulable");
    node.conditions = conditionsFromJson(status, pool);
    node.kubeletVersion = pool.intern(text(member(status, "nodeInfo"), "kubeletVersion"));
    node.cpuMilli = milliFromQuantity(quantity(allocatable, "cpu"));
    node.memory = unitsFromQuantity(quantity(allocatable, "memory"));
    node.pods = unitsFromQuantity(quantity(allocatable, "pods"));
    for (const Json &taint : elements(spec, "taints"))
        node.taints.push_back(
            {pool.intern(text(taint, "key")), pool.intern(text(taint, "value")), pool.intern(text(taint, "effect"))});
    return node;
}

/// The core and the events.k8s.io form carry the same under different names.
EventRecord eventFromJson(const Json &object, bool core, StringPool &pool)
{
    const Json &involved = member(object, core ? "involvedObject" : "regarding");
    const Json &series = member(object, "series");
    EventRecord event;
    event.involvedKind = pool.intern(text(involved, "kind"));
    event.involvedNamespace = pool.intern(text(involved, "namespace"));
    event.involvedUid = pool.intern(text(involved, "uid"));
    event.involvedName = text(involved, "name");
    event.type = pool.intern(text(object, "type"));
    event.reason = pool.intern(text(object, "reason"));
    event.message = text(object, core ? "message" : "note");
    event.source = pool.intern(text(member(object, core ? "source" : "deprecatedSource"), "component"));
    if (event.source.isEmpty())
        event.source = pool.intern(text(object, core ? "reportingComponent" : "reportingController"));
    event.count = count(object, core ? "count" : "deprecatedCount");
    event.first = time(object, core ? "firstTimestamp" : "deprecatedFirstTimestamp");
    event.last = time(object, core ? "lastTimestamp" : "deprecatedLastTimestamp");
    completeEvent(event, time(object, "eventTime"), count(series, "count"), time(series, "lastObservedTime"),
                  time(member(object, "metadata"), "creationTimestamp"));
    return event;
}

ReplicaSetRecord replicaSetFromJson(const Json &object, StringPool &pool)
{
    const Json &status = member(object, "status");
    ReplicaSetRecord set;
    set.desired = count(member(object, "spec"), "replicas", 1);
    set.replicas = count(status, "replicas");
    set.ready = count(status, "readyReplicas");
    set.available = count(status, "availableReplicas");
    set.observedGeneration = number(status, "observedGeneration");
    set.revision = text(member(member(object, "metadata"), "annotations"), "deployment.kubernetes.io/revision");
    set.conditions = conditionsFromJson(status, pool);
    return set;
}

EndpointSliceRecord endpointSliceFromJson(const Json &object, StringPool &pool)
{
    EndpointSliceRecord slice;
    slice.service = pool.intern(text(member(member(object, "metadata"), "labels"), "kubernetes.io/service-name"));
    for (const Json &endpoint : elements(object, "endpoints")) {
        // An absent "ready" is to be read as true: discovery/v1 EndpointConditions.
        const Json &ready = member(member(endpoint, "conditions"), "ready");
        ++(!ready.is_boolean() || ready.get<bool>() ? slice.ready : slice.notReady);
    }
    for (const Json &port : elements(object, "ports"))
        slice.ports.push_back(
            {pool.intern(text(port, "name")), pool.intern(text(port, "protocol")), count(port, "port")});
    return slice;
}

JobRecord jobFromJson(const Json &object, StringPool &pool)
{
    const Json &spec = member(object, "spec");
    const Json &status = member(object, "status");
    JobRecord job;
    job.completions = count(spec, "completions", 1);
    job.parallelism = count(spec, "parallelism", 1);
    job.suspended = flag(spec, "suspend");
    job.active = count(status, "active");
    job.succeeded = count(status, "succeeded");
    job.failed = count(status, "failed");
    job.started = time(status, "startTime");
    job.completed = time(status, "completionTime");
    job.conditions = conditionsFromJson(status, pool);
    return job;
}

std::shared_ptr<const Json> wholeJson(Json object, const core::GroupVersionKind &gvk)
{
    if (object.is_object()) {
        object["apiVersion"] = gvk.apiVersion();
        object["kind"] = gvk.kind;
        if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object())
            metadata->erase("managedFields");
        if (gvk.group.empty() && gvk.kind == "Secret") {
            object.erase("data");
            object.erase("stringData");
        }
    }
    return std::make_shared<const Json>(std::move(object));
}

} // namespace

RecordBody recordBodyOf(const core::GroupKind &kind)
{
    static const std::pair<core::GroupKind, RecordBody> compact[] = {
        {{"", "Pod"}, RecordBody::Pod},
        {{"", "Event"}, RecordBody::Event},
        {{"events.k8s.io", "Event"}, RecordBody::Event},
        {{"apps", "ReplicaSet"}, RecordBody::ReplicaSet},
        {{"discovery.k8s.io", "EndpointSlice"}, RecordBody::EndpointSlice},
        {{"batch", "Job"}, RecordBody::Job},
        {{"", "Node"}, RecordBody::Node},
    };
    for (const auto &[candidate, body] : compact)
        if (candidate == kind)
            return body;
    return RecordBody::Json;
}

RecordPointer recordFromJson(Json object, StringPool &pool, const core::GroupVersionKind &fallback)
{
    auto record = std::make_shared<ObjectRecord>();
    record->gvk = core::GroupVersionKind::fromApiVersion(text(object, "apiVersion"), text(object, "kind"));
    if (record->gvk.kind.empty() || record->gvk.kind == "PartialObjectMetadata")
        record->gvk = fallback;
    record->meta = metaFromJson(member(object, "metadata"), pool);
    switch (recordBodyOf(record->gvk.groupKind())) {
    case RecordBody::Pod:
        record->body = podFromJson(object, pool);
        break;
    case RecordBody::Node:
        record->body = nodeFromJson(object, pool);
        break;
    case RecordBody::Event:
        record->body = eventFromJson(object, record->gvk.group.empty(), pool);
        break;
    case RecordBody::ReplicaSet:
        record->body = replicaSetFromJson(object, pool);
        break;
    case RecordBody::EndpointSlice:
        record->body = endpointSliceFromJson(object, pool);
        break;
    case RecordBody::Job:
        record->body = jobFromJson(object, pool);
        break;
    case RecordBody::Json:
        record->body = wholeJson(std::move(object), record->gvk);
        break;
    }
    return record;
}

Timestamp timestampFromText(std::string_view text)
{
    if (text.empty())
        return 0;
    const auto parsed = core::parseTime(text);
    return parsed ? std::chrono::floor<std::chrono::seconds>(parsed->time_since_epoch()).count() : 0;
}

std::int64_t milliFromQuantity(std::string_view text)
{
    const auto parsed = text.empty() ? core::Quantity() : core::Quantity::parse(text).value_or(core::Quantity());
    return parsed.milliValue();
}

std::int64_t unitsFromQuantity(std::string_view text)
{
    const auto parsed = text.empty() ? core::Quantity() : core::Quantity::parse(text).value_or(core::Quantity());
    return parsed.value();
}

PodPhase podPhaseFromText(std::string_view text)
{
    if (text == "Pending")
        return PodPhase::Pending;
    if (text == "Running")
        return PodPhase::Running;
    if (text == "Succeeded")
        return PodPhase::Succeeded;
    return text == "Failed" ? PodPhase::Failed : PodPhase::Unknown;
}

ConditionStatus conditionStatusFromText(std::string_view text)
{
    if (text == "True")
        return ConditionStatus::True;
    return text == "False" ? ConditionStatus::False : ConditionStatus::Unknown;
}

void completeEvent(EventRecord &event, Timestamp eventTime, std::int32_t seriesCount, Timestamp seriesLast,
                   Timestamp created)
{
    event.count = std::max({event.count, seriesCount, 1});
    if (event.first == 0)
        event.first = eventTime != 0 ? eventTime : created;
    event.last = std::max({event.last, seriesLast, eventTime, event.first});
}

} // namespace binnacle::kube
