// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RecordDecoder.h"

#include "core/Clock.h"
#include "core/Quantity.h"
#include "kube/RecordReading.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::kube {

namespace {

using core::Json;
using core::StringPool;

struct JsonAccess
{
    using Value = Json;

    static const Json &member(const Json &object, const char *name)
    {
        static const Json null;
        if (!object.is_object())
            return null;
        const auto found = object.find(name);
        return found == object.end() ? null : *found;
    }
    static bool isObject(const Json &value) { return value.is_object(); }
    static bool isText(const Json &value) { return value.is_string(); }
    static std::string_view text(const Json &value)
    {
        return value.is_string() ? std::string_view(value.get_ref<const std::string &>()) : std::string_view();
    }
    static bool flag(const Json &value, bool otherwise) { return value.is_boolean() ? value.get<bool>() : otherwise; }
    static std::int64_t integer(const Json &value, std::int64_t otherwise)
    {
        return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
    }
    static std::string scalarText(const Json &value)
    {
        return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : std::string();
    }
    static std::size_t size(const Json &value) { return value.is_array() || value.is_object() ? value.size() : 0; }
    template <typename Visit>
    static void eachElement(const Json &array, Visit visit)
    {
        if (array.is_array())
            for (const Json &each : array)
                visit(each);
    }
    template <typename Visit>
    static void eachMember(const Json &object, Visit visit)
    {
        if (object.is_object())
            for (const auto &[key, value] : object.items())
                visit(key, value);
    }
};

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
    const RecordReading<JsonAccess> reading(pool);
    auto record = std::make_shared<ObjectRecord>();
    record->gvk = RecordReading<JsonAccess>::kindOf(object, fallback);
    record->meta = reading.meta(JsonAccess::member(object, "metadata"));
    if (recordBodyOf(record->gvk.groupKind()) == RecordBody::Json)
        record->body = wholeJson(std::move(object), record->gvk);
    else
        reading.readBody(object, *record);
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
