// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ProtobufRecords.h"

#include "kube/ProtobufFields.h"
#include "kube/RecordDecoder.h"

#include <nlohmann/json.hpp>

namespace binnacle::kube {

namespace {

OwnerReference ownerFromProtobuf(std::string_view message, ProtobufContext &context)
{
    OwnerReference owner;
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            owner.kind = context.intern(field.bytes);
            break;
        case 3:
            owner.name = context.intern(field.bytes);
            break;
        case 4:
            owner.uid = context.intern(field.bytes);
            break;
        case 5:
            owner.apiVersion = context.intern(field.bytes);
            break;
        case 6:
            owner.controller = field.flag();
            break;
        }
    });
    return owner;
}

ObjectMeta metaFromProtobuf(std::string_view message, ProtobufContext &context)
{
    ObjectMeta meta;
    std::size_t labels = 0;
    eachField(message, [&](const ProtobufField &field) { labels += field.tag == 11 ? 1 : 0; });
    meta.labels.reserve(labels);
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            meta.name = field.bytes;
            break;
        case 3:
            meta.nameSpace = context.intern(field.bytes);
            break;
        case 5:
            meta.uid = field.bytes;
            break;
        case 6:
            meta.resourceVersion = field.bytes;
            break;
        case 7:
            meta.generation = field.number;
            break;
        case 8:
            meta.created = timeFromProtobuf(field.bytes);
            break;
        case 9:
            meta.deleted = timeFromProtobuf(field.bytes);
            break;
        case 11: {
            const auto [key, value] = entryFromProtobuf(field.bytes);
            meta.labels.emplace_back(context.intern(key), context.intern(value));
            break;
        }
        case 13:
            meta.owners.reserve(1);
            meta.owners.push_back(ownerFromProtobuf(field.bytes, context));
            break;
        case 14:
            meta.hasFinalizers = true;
            break;
        }
    });
    return meta;
}

std::string_view annotation(std::string_view metadata, std::string_view key)
{
    std::string_view value;
    eachField(metadata, [&](const ProtobufField &field) {
        if (field.tag == 12)
            if (const auto entry = entryFromProtobuf(field.bytes); entry.first == key)
                value = entry.second;
    });
    return value;
}

NodeRecord nodeFromProtobuf(std::string_view spec, std::string_view status, ProtobufContext &context)
{
    NodeRecord node;
    eachField(spec, [&](const ProtobufField &field) {
        if (field.tag == 4) {
            node.unschedulable = field.flag();
        } else if (field.tag == 5) {
            auto &taint = node.taints.emplace_back();
            eachField(field.bytes, [&](const ProtobufField &part) {
                if (part.tag == 1)
                    taint.key = context.intern(part.bytes);
                else if (part.tag == 2)
                    taint.value = context.intern(part.bytes);
                else if (part.tag == 3)
                    taint.effect = context.intern(part.bytes);
            });
        }
    });
    eachField(status, [&](const ProtobufField &field) {
        if (field.tag == 2) {
            const auto [name, quantity] = entryFromProtobuf(field.bytes);
            if (name == "cpu")
                node.cpuMilli = context.milli(quantity);
            else if (name == "memory")
                node.memory = context.units(quantity);
            else if (name == "pods")
                node.pods = context.units(quantity);
        } else if (field.tag == 4) {
            node.conditions.push_back(conditionFromProtobuf(field.bytes, context));
        } else if (field.tag == 7) {
            eachField(field.bytes, [&](const ProtobufField &info) {
                if (info.tag == 7)
                    node.kubeletVersion = context.intern(info.bytes);
            });
        }
    });
    return node;
}

/// Which number each field of an event has in its group.
struct EventTags
{
    std::uint32_t involved, reason, message, source, first, last, count, type, eventTime, series, controller;
};
constexpr EventTags coreEvent{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14};
constexpr EventTags eventsEvent{8, 7, 10, 12, 13, 14, 15, 11, 2, 3, 4};

void readInvolved(std::string_view message, EventRecord &event, ProtobufContext &context)
{
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 1)
            event.involvedKind = context.intern(field.bytes);
        else if (field.tag == 2)
            event.involvedNamespace = context.intern(field.bytes);
        else if (field.tag == 3)
            event.involvedName = field.bytes;
        else if (field.tag == 4)
            event.involvedUid = context.intern(field.bytes);
    });
}

EventRecord eventFromProtobuf(std::string_view message, const EventTags &tags, Timestamp created,
                              ProtobufContext &context)
{
    EventRecord event;
    Timestamp eventTime = 0;
    Timestamp seriesLast = 0;
    std::int32_t seriesCount = 0;
    std::string_view controller;
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == tags.involved)
            readInvolved(field.bytes, event, context);
        else if (field.tag == tags.reason)
            event.reason = context.intern(field.bytes);
        else if (field.tag == tags.message)
            event.message = field.bytes;
        else if (field.tag == tags.source)
            event.source = context.intern(entryFromProtobuf(field.bytes).first);
        else if (field.tag == tags.first)
            event.first = timeFromProtobuf(field.bytes);
        else if (field.tag == tags.last)
            event.last = timeFromProtobuf(field.bytes);
        else if (field.tag == tags.count)
            event.count = field.count();
        else if (field.tag == tags.type)
            event.type = context.intern(field.bytes);
        else if (field.tag == tags.eventTime)
            eventTime = timeFromProtobuf(field.bytes);
        else if (field.tag == tags.controller)
            controller = field.bytes;
        else if (field.tag == tags.series)
            eachField(field.bytes, [&](const ProtobufField &part) {
                if (part.tag == 1)
                    seriesCount = part.count();
                else if (part.tag == 2)
                    seriesLast = timeFromProtobuf(part.bytes);
            });
    });
    if (event.source.isEmpty())
        event.source = context.intern(controller);
    completeEvent(event, eventTime, seriesCount, seriesLast, created);
    return event;
}

ReplicaSetRecord replicaSetFromProtobuf(std::string_view spec, std::string_view status, std::string_view metadata,
                                        ProtobufContext &context)
{
    ReplicaSetRecord set;
    set.desired = 1;
    set.revision = annotation(metadata, "deployment.kubernetes.io/revision");
    eachField(spec, [&](const ProtobufField &field) {
        if (field.tag == 1)
            set.desired = field.count();
    });
    eachField(status, [&](const ProtobufField &field) {
        if (field.tag == 1)
            set.replicas = field.count();
        else if (field.tag == 3)
            set.observedGeneration = field.number;
        else if (field.tag == 4)
            set.ready = field.count();
        else if (field.tag == 5)
            set.available = field.count();
        else if (field.tag == 6)
            set.conditions.push_back(conditionFromProtobuf(field.bytes, context, {3, 4, 5}));
    });
    return set;
}

EndpointSliceRecord endpointSliceFromProtobuf(std::string_view message, const ObjectMeta &meta,
                                              ProtobufContext &context)
{
    EndpointSliceRecord slice;
    slice.service = context.intern(meta.label("kubernetes.io/service-name"));
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 2) {
            bool ready = true; // an absent "ready" is to be read as true: discovery/v1 EndpointConditions
            eachField(field.bytes, [&](const ProtobufField &endpoint) {
                if (endpoint.tag == 2)
                    eachField(endpoint.bytes, [&](const ProtobufField &condition) {
                        if (condition.tag == 1)
                            ready = condition.flag();
                    });
            });
            ++(ready ? slice.ready : slice.notReady);
        } else if (field.tag == 3) {
            auto &port = slice.ports.emplace_back();
            eachField(field.bytes, [&](const ProtobufField &part) {
                if (part.tag == 1)
                    port.name = context.intern(part.bytes);
                else if (part.tag == 2)
                    port.protocol = context.intern(part.bytes);
                else if (part.tag == 3)
                    port.port = part.count();
            });
        }
    });
    return slice;
}

JobRecord jobFromProtobuf(std::string_view spec, std::string_view status, ProtobufContext &context)
{
    JobRecord job;
    eachField(spec, [&](const ProtobufField &field) {
        if (field.tag == 1)
            job.parallelism = field.count();
        else if (field.tag == 2)
            job.completions = field.count();
        else if (field.tag == 10)
            job.suspended = field.flag();
    });
    eachField(status, [&](const ProtobufField &field) {
        if (field.tag == 1)
            job.conditions.push_back(conditionFromProtobuf(field.bytes, context));
        else if (field.tag == 2)
            job.started = timeFromProtobuf(field.bytes);
        else if (field.tag == 3)
            job.completed = timeFromProtobuf(field.bytes);
        else if (field.tag == 4)
            job.active = field.count();
        else if (field.tag == 5)
            job.succeeded = field.count();
        else if (field.tag == 6)
            job.failed = field.count();
    });
    return job;
}

} // namespace

ProtobufRecords::ProtobufRecords(core::GroupVersionKind gvk, core::StringPool &pool)
    : m_gvk(std::move(gvk)), m_context(std::make_unique<ProtobufContext>(pool))
{
}

ProtobufRecords::~ProtobufRecords() = default;

RecordPointer ProtobufRecords::decode(std::string_view message)
{
    std::string_view parts[4]; // metadata = 1, spec = 2, status = 3, in every kind but Event and EndpointSlice
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag < std::size(parts))
            parts[field.tag] = field.bytes;
    });
    auto record = std::make_shared<ObjectRecord>();
    record->gvk = m_gvk;
    record->meta = metaFromProtobuf(parts[1], *m_context);
    switch (recordBodyOf(m_gvk.groupKind())) {
    case RecordBody::Pod:
        record->body = podFromProtobuf(parts[2], parts[3], record->meta.name, *m_context);
        break;
    case RecordBody::Node:
        record->body = nodeFromProtobuf(parts[2], parts[3], *m_context);
        break;
    case RecordBody::Event:
        record->body =
            eventFromProtobuf(message, m_gvk.group.empty() ? coreEvent : eventsEvent, record->meta.created, *m_context);
        break;
    case RecordBody::ReplicaSet:
        record->body = replicaSetFromProtobuf(parts[2], parts[3], parts[1], *m_context);
        break;
    case RecordBody::EndpointSlice:
        record->body = endpointSliceFromProtobuf(message, record->meta, *m_context);
        break;
    case RecordBody::Job:
        record->body = jobFromProtobuf(parts[2], parts[3], *m_context);
        break;
    case RecordBody::Json:
        break; // never asked for as protobuf
    }
    return record;
}

ProtobufEnvelope unwrapProtobuf(std::string_view body)
{
    ProtobufEnvelope envelope;
    if (body.substr(0, protobufMagic.size()) != protobufMagic)
        return envelope;
    eachField(body.substr(protobufMagic.size()), [&](const ProtobufField &field) {
        if (field.tag == 1)
            std::tie(envelope.apiVersion, envelope.kind) = entryFromProtobuf(field.bytes);
        else if (field.tag == 2)
            envelope.raw = field.bytes;
    });
    return envelope;
}

ProtobufBookmark bookmarkFromProtobuf(std::string_view object)
{
    ProtobufBookmark bookmark;
    const std::string_view metadata = entryFromProtobuf(object).first;
    eachField(metadata, [&](const ProtobufField &field) {
        if (field.tag == 6)
            bookmark.resourceVersion = field.bytes;
    });
    bookmark.initialEventsEnd = annotation(metadata, "k8s.io/initial-events-end") == "true";
    return bookmark;
}

} // namespace binnacle::kube
