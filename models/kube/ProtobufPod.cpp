// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ProtobufFields.h"

#include "kube/RecordDecoder.h"

#include <algorithm>

// Field numbers: k8s.io/api/core/v1/generated.proto.

namespace binnacle::kube {

namespace {

/// map<string, Quantity> of a ResourceRequirements.
void readResources(std::string_view entryBytes, std::int64_t &cpuMilli, std::int64_t &memory, ProtobufContext &context)
{
    const auto [name, quantity] = entryFromProtobuf(entryBytes);
    if (name == "cpu")
        cpuMilli = context.milli(quantity);
    else if (name == "memory")
        memory = context.units(quantity);
}

ContainerRecord readContainer(std::string_view message, bool init, ProtobufContext &context)
{
    ContainerRecord container;
    container.init = init;
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            container.name = context.intern(field.bytes);
            break;
        case 2:
            container.image = context.intern(field.bytes);
            break;
        case 8: // ResourceRequirements{limits = 1, requests = 2}
            eachField(field.bytes, [&](const ProtobufField &list) {
                if (list.tag == 1)
                    readResources(list.bytes, container.cpuLimitMilli, container.memoryLimit, context);
                else if (list.tag == 2)
                    readResources(list.bytes, container.cpuRequestMilli, container.memoryRequest, context);
            });
            break;
        case 24:
            container.sidecar = init && field.bytes == "Always";
            break;
        }
    });
    return container;
}

void readTerminated(std::string_view message, core::SharedString &reason, std::string *text, std::int32_t &exitCode,
                    Timestamp &finished, ProtobufContext &context)
{
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            exitCode = field.count();
            break;
        case 3:
            reason = context.intern(field.bytes);
            break;
        case 4:
            if (text != nullptr)
                *text = field.bytes;
            break;
        case 6:
            finished = timeFromProtobuf(field.bytes);
            break;
        }
    });
}

void readState(std::string_view message, ContainerRecord &container, ProtobufContext &context)
{
    eachField(message, [&](const ProtobufField &state) {
        switch (state.tag) {
        case 1:
            eachField(state.bytes, [&](const ProtobufField &field) {
                if (field.tag == 1)
                    container.reason = context.intern(field.bytes);
                else if (field.tag == 2)
                    container.message = field.bytes;
            });
            break;
        case 2:
            container.phase = ContainerPhase::Running;
            eachField(state.bytes, [&](const ProtobufField &field) {
                if (field.tag == 1)
                    container.since = timeFromProtobuf(field.bytes);
            });
            break;
        case 3:
            container.phase = ContainerPhase::Terminated;
            readTerminated(state.bytes, container.reason, &container.message, container.exitCode, container.since,
                           context);
            break;
        }
    });
}

void readContainerStatus(std::string_view message, bool init, std::vector<ContainerRecord> &containers,
                         ProtobufContext &context)
{
    std::string_view name;
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 1)
            name = field.bytes;
    });
    const auto found = std::find_if(containers.begin(), containers.end(),
                                    [&](const auto &each) { return each.init == init && each.name == name; });
    if (found == containers.end())
        return;
    auto &container = *found;
    container.hasStatus = true;
    container.phase = ContainerPhase::Waiting; // unless the state says otherwise
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 2:
            readState(field.bytes, container, context);
            break;
        case 3: // lastState: only terminated = 3 matters
            eachField(field.bytes, [&](const ProtobufField &state) {
                if (state.tag == 3)
                    readTerminated(state.bytes, container.lastReason, nullptr, container.lastExitCode,
                                   container.lastFinished, context);
            });
            break;
        case 4:
            container.ready = field.flag();
            break;
        case 5:
            container.restarts = field.count();
            break;
        case 9:
            container.started = field.flag();
            break;
        }
    });
}

void readVolume(std::string_view message, const std::string &podName, PodRecord &pod, ProtobufContext &context)
{
    std::string_view name;
    std::string_view source;
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 1)
            name = field.bytes;
        else if (field.tag == 2)
            source = field.bytes;
    });
    eachField(source, [&](const ProtobufField &field) {
        if (field.tag == 10) // persistentVolumeClaim{claimName = 1}
            pod.claims.push_back(context.intern(entryFromProtobuf(field.bytes).first));
        else if (field.tag == 29) // ephemeral: its claim is named <pod>-<volume>
            pod.claims.push_back(context.intern(podName + "-" + std::string(name)));
    });
}

void readSpec(std::string_view spec, const std::string &podName, PodRecord &pod, ProtobufContext &context)
{
    std::size_t containers = 0;
    eachField(spec, [&](const ProtobufField &field) { containers += field.tag == 2 || field.tag == 20 ? 1 : 0; });
    pod.containers.reserve(containers);
    // Init containers come after the containers on the wire, but first in the record.
    eachField(spec, [&](const ProtobufField &field) {
        if (field.tag == 20)
            pod.containers.push_back(readContainer(field.bytes, true, context));
    });
    eachField(spec, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            readVolume(field.bytes, podName, pod, context);
            break;
        case 2:
            pod.containers.push_back(readContainer(field.bytes, false, context));
            break;
        case 3:
            pod.restartPolicy = context.intern(field.bytes);
            break;
        case 10:
            pod.node = context.intern(field.bytes);
            break;
        case 28:
            pod.hasReadinessGates = true;
            break;
        }
    });
}

} // namespace

PodRecord podFromProtobuf(std::string_view spec, std::string_view status, const std::string &podName,
                          ProtobufContext &context)
{
    PodRecord pod;
    readSpec(spec, podName, pod, context);
    std::size_t conditions = 0;
    eachField(status, [&](const ProtobufField &field) { conditions += field.tag == 2 ? 1 : 0; });
    pod.conditions.reserve(conditions);
    eachField(status, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            pod.phase = podPhaseFromText(field.bytes);
            break;
        case 2:
            pod.conditions.push_back(conditionFromProtobuf(field.bytes, context));
            break;
        case 3:
            pod.message = field.bytes;
            break;
        case 4:
            pod.reason = context.intern(field.bytes);
            break;
        case 6:
            pod.podIp = field.bytes;
            break;
        case 8:
            readContainerStatus(field.bytes, false, pod.containers, context);
            break;
        case 10:
            readContainerStatus(field.bytes, true, pod.containers, context);
            break;
        }
    });
    return pod;
}

} // namespace binnacle::kube
