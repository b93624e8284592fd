// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ProtobufFields.h"

#include "kube/RecordDecoder.h"

#include <algorithm>

namespace binnacle::kube {

namespace {

/// apimachinery pkg/api/resource: message Quantity { optional string string = 1; }
std::string_view quantityText(std::string_view quantity)
{
    std::string_view text;
    eachField(quantity, [&](const ProtobufField &field) {
        if (field.tag == 1)
            text = field.bytes;
    });
    return text;
}

template <typename Parse>
std::int64_t cached(std::unordered_map<std::string, std::int64_t> &cache, std::string_view text, Parse parse)
{
    constexpr std::size_t mostKept = 4096;
    std::string key(text);
    if (const auto found = cache.find(key); found != cache.end())
        return found->second;
    if (cache.size() >= mostKept)
        cache.clear();
    return cache.emplace(std::move(key), parse(text)).first->second;
}

} // namespace

std::int64_t ProtobufContext::milli(std::string_view quantity)
{
    return cached(m_milli, quantityText(quantity), milliFromQuantity);
}

std::int64_t ProtobufContext::units(std::string_view quantity)
{
    return cached(m_units, quantityText(quantity), unitsFromQuantity);
}

Timestamp timeFromProtobuf(std::string_view message)
{
    Timestamp seconds = 0;
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 1)
            seconds = field.number;
    });
    return std::max<Timestamp>(seconds, 0); // Go's zero time lies in the year 1
}

Condition conditionFromProtobuf(std::string_view message, ProtobufContext &context, ConditionTags tags)
{
    Condition condition;
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 1)
            condition.type = context.intern(field.bytes);
        else if (field.tag == 2)
            condition.status = conditionStatusFromText(field.bytes);
        else if (field.tag == tags.lastTransition)
            condition.lastTransition = timeFromProtobuf(field.bytes);
        else if (field.tag == tags.reason)
            condition.reason = context.intern(field.bytes);
        else if (field.tag == tags.message)
            condition.message = field.bytes;
    });
    return condition;
}

std::pair<std::string_view, std::string_view> entryFromProtobuf(std::string_view message)
{
    std::pair<std::string_view, std::string_view> entry;
    eachField(message, [&](const ProtobufField &field) {
        if (field.tag == 1)
            entry.first = field.bytes;
        else if (field.tag == 2)
            entry.second = field.bytes;
    });
    return entry;
}

} // namespace binnacle::kube
