// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SharedString.h"
#include "kube/Records.h"

#include <protozero/pbf_reader.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace binnacle::kube {

/// One field of a message: `bytes` when length-delimited, `number` when a varint.
struct ProtobufField
{
    std::uint32_t tag = 0;
    std::string_view bytes;
    std::int64_t number = 0;
    [[nodiscard]] std::int32_t count() const { return static_cast<std::int32_t>(number); }
    [[nodiscard]] bool flag() const { return number != 0; }
};

/// Calls `visit` for each field of a message. Checks wire types first: protozero only asserts them.
template <typename Visit>
void eachField(std::string_view message, Visit &&visit)
{
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next()) {
        ProtobufField field;
        field.tag = reader.tag();
        switch (reader.wire_type()) {
        case protozero::pbf_wire_type::length_delimited: {
            const auto view = reader.get_view();
            field.bytes = {view.data(), view.size()};
            visit(field);
            break;
        }
        case protozero::pbf_wire_type::varint:
            field.number = reader.get_int64();
            visit(field);
            break;
        case protozero::pbf_wire_type::fixed32:
        case protozero::pbf_wire_type::fixed64:
        case protozero::pbf_wire_type::unknown:
            reader.skip();
            break;
        }
    }
}

/// What decoding shares between objects: texts and quantities repeat from pod to pod.
class ProtobufContext
{
public:
    explicit ProtobufContext(core::StringPool &pool) : m_pool(pool) {}

    [[nodiscard]] core::SharedString intern(std::string_view text) { return m_pool.intern(text); }
    /// Of a Quantity message.
    [[nodiscard]] std::int64_t milli(std::string_view quantity);
    [[nodiscard]] std::int64_t units(std::string_view quantity);

private:
    core::StringPool &m_pool;
    std::unordered_map<std::string, std::int64_t> m_milli;
    std::unordered_map<std::string, std::int64_t> m_units;
};

/// Where the numbers of a condition's fields differ from type to type.
struct ConditionTags
{
    std::uint32_t lastTransition = 4, reason = 5, message = 6;
};

[[nodiscard]] Timestamp timeFromProtobuf(std::string_view message);
[[nodiscard]] Condition conditionFromProtobuf(std::string_view message, ProtobufContext &context,
                                              ConditionTags tags = {});
/// A map<string, message or string> entry.
[[nodiscard]] std::pair<std::string_view, std::string_view> entryFromProtobuf(std::string_view message);
[[nodiscard]] PodRecord podFromProtobuf(std::string_view spec, std::string_view status, const std::string &podName,
                                        ProtobufContext &context);

} // namespace binnacle::kube
