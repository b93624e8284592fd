// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ProtobufBody.h"

#include "core/Clock.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>

#include <chrono>

namespace binnacle::simulator {

using core::Json;
using Kind = SchemaType::Kind;

namespace {

/// k8s.io/apimachinery/pkg/runtime/serializer/protobuf: every body begins with these bytes, then runtime.Unknown.
constexpr std::string_view magic("k8s\0", 4);

std::string_view textOf(const protozero::data_view &view)
{
    return {view.data(), view.size()};
}

protozero::pbf_reader readerOf(std::string_view bytes)
{
    return protozero::pbf_reader(bytes.data(), bytes.size());
}

/// metav1.Time and MicroTime; one that nobody set is an empty message.
Json timeOf(std::string_view bytes)
{
    if (bytes.empty())
        return nullptr;
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;
    for (auto reader = readerOf(bytes); reader.next();) {
        if (reader.tag() == 1)
            seconds = reader.get_int64();
        else if (reader.tag() == 2)
            nanoseconds = reader.get_int32();
        else
            reader.skip();
    }
    const std::chrono::system_clock::time_point time{std::chrono::seconds(seconds)};
    std::string text = core::formatTime(time);
    if (nanoseconds != 0) {
        std::string fraction = std::to_string(1'000'000 + nanoseconds / 1000).substr(1);
        text.insert(text.size() - 1, "." + fraction);
    }
    return text;
}

Json quantityOf(std::string_view bytes)
{
    auto reader = readerOf(bytes);
    return reader.next(1) ? Json(reader.get_string()) : Json("0");
}

Json intOrStringOf(std::string_view bytes)
{
    constexpr std::int64_t stringType = 1;
    std::int64_t type = 0;
    std::int32_t number = 0;
    std::string text;
    for (auto reader = readerOf(bytes); reader.next();) {
        if (reader.tag() == 1)
            type = reader.get_int64();
        else if (reader.tag() == 2)
            number = reader.get_int32();
        else if (reader.tag() == 3)
            text = reader.get_string();
        else
            reader.skip();
    }
    return type == stringType ? Json(text) : Json(number);
}

/// runtime.RawExtension and FieldsV1 hold JSON in their only field.
Json anyOf(std::string_view bytes)
{
    auto reader = readerOf(bytes);
    return reader.next(1) ? Json::parse(reader.get_string(), nullptr, false) : Json::object();
}

Json numberOf(protozero::pbf_reader &reader, const SchemaType &type)
{
    switch (reader.wire_type()) {
    case protozero::pbf_wire_type::fixed64:
        return reader.get_double();
    case protozero::pbf_wire_type::fixed32:
        return reader.get_float();
    default:
        return type.kind == Kind::Boolean ? Json(reader.get_bool()) : Json(reader.get_int64());
    }
}

bool isNothing(const Json &value, bool zeroIsNothing)
{
    return value.is_null() || value == "" || (zeroIsNothing && (value == 0 || value == false));
}

} // namespace

ProtobufBody::ProtobufBody(std::string_view table)
{
    for (const std::string &line : split(table, '\n')) {
        if (line.empty() || line[0] == '#')
            continue;
        const auto words = split(line, ' ');
        Fields &fields = m_types[words[0]];
        for (std::size_t word = 1; word < words.size(); ++word) {
            const auto equals = words[word].find('=');
            Field field;
            field.name = words[word].substr(equals + 1);
            field.zeroIsNothing = field.name.back() == '?';
            if (field.zeroIsNothing)
                field.name.pop_back();
            const auto path = split(words[word].substr(0, equals), '/');
            Fields *level = &fields;
            for (std::size_t step = 0; step + 1 < path.size(); ++step)
                level = &(*level)[static_cast<unsigned>(std::stoul(path[step]))].inlined;
            (*level)[static_cast<unsigned>(std::stoul(path.back()))] = std::move(field);
        }
    }
}

ApiResult<Json> ProtobufBody::decode(std::string_view body, const Schema &schema, const ResourceTable &resources) const
{
    if (!startsWith(body, magic))
        return refuse(badRequest("provided data does not appear to be a protobuf message, expected prefix k8s"));
    try {
        std::string apiVersion, kind;
        std::string_view raw;
        for (auto envelope = readerOf(body.substr(magic.size())); envelope.next();) {
            if (envelope.tag() == 1) {
                for (auto meta = envelope.get_message(); meta.next();) {
                    if (meta.tag() == 1)
                        apiVersion = meta.get_string();
                    else if (meta.tag() == 2)
                        kind = meta.get_string();
                    else
                        meta.skip();
                }
            } else if (envelope.tag() == 2) {
                raw = textOf(envelope.get_view());
            } else {
                envelope.skip();
            }
        }
        const Resource *const resource = resources.forKind(apiVersion, kind);
        const SchemaStruct *const type = schema.find(resource != nullptr ? resource->schema : kind);
        const auto numbers = type == nullptr ? m_types.end() : m_types.find(type->name);
        if (numbers == m_types.end())
            return refuse(
                badRequest("no kind \"" + kind + "\" is registered for version \"" + apiVersion + "\" in protobuf"));
        Json object = {{"apiVersion", apiVersion}, {"kind", kind}};
        readStruct(raw, numbers->second, *type, object);
        if (object.contains("status") && object["status"].empty())
            object.erase("status");
        return object;
    } catch (const protozero::exception &problem) {
        return refuse(badRequest(std::string("the body is not valid protobuf: ") + problem.what()));
    }
}

void ProtobufBody::readStruct(std::string_view bytes, const Fields &numbers, const SchemaStruct &type,
                              Json &object) const
{
    for (auto reader = readerOf(bytes); reader.next();) {
        const auto found = numbers.find(reader.tag());
        const bool known = found != numbers.end();
        if (known && found->second.name.empty()) {
            readStruct(textOf(reader.get_view()), found->second.inlined, type, object);
            continue;
        }
        const auto field = known ? type.fields.find(found->second.name) : type.fields.end();
        if (field == type.fields.end()) {
            reader.skip();
            continue;
        }
        const std::string &name = found->second.name;
        const SchemaType &shape = *field->second.type;
        const bool isMessage = reader.wire_type() == protozero::pbf_wire_type::length_delimited;
        if (shape.kind == Kind::Map) {
            readEntry(textOf(reader.get_view()), *shape.item, object[name]);
        } else if (shape.kind == Kind::AtomicList || shape.kind == Kind::Set || shape.kind == Kind::ListMap) {
            object[name].push_back(isMessage ? readMessage(textOf(reader.get_view()), *shape.item)
                                             : numberOf(reader, *shape.item));
        } else {
            Json value = isMessage ? readMessage(textOf(reader.get_view()), shape) : numberOf(reader, shape);
            if (!isNothing(value, found->second.zeroIsNothing))
                object[name] = std::move(value);
        }
    }
}

Json ProtobufBody::readMessage(std::string_view bytes, const SchemaType &type) const
{
    switch (type.kind) {
    case Kind::Bytes:
        return base64Encode(bytes);
    case Kind::Time:
        return timeOf(bytes);
    case Kind::Quantity:
        return quantityOf(bytes);
    case Kind::IntOrString:
        return intOrStringOf(bytes);
    case Kind::Any:
        return anyOf(bytes);
    case Kind::Struct: {
        Json object = Json::object();
        if (const auto numbers = m_types.find(type.fields->name); numbers != m_types.end())
            readStruct(bytes, numbers->second, *type.fields, object);
        return object;
    }
    default:
        return std::string(bytes);
    }
}

void ProtobufBody::readEntry(std::string_view bytes, const SchemaType &itemType, Json &map) const
{
    constexpr unsigned keyTag = 1;
    std::string key;
    Json value = itemType.kind == Kind::Struct ? Json::object() : Json("");
    for (auto reader = readerOf(bytes); reader.next();) {
        if (reader.tag() == keyTag)
            key = reader.get_string();
        else if (reader.wire_type() == protozero::pbf_wire_type::length_delimited)
            value = readMessage(textOf(reader.get_view()), itemType);
        else
            value = numberOf(reader, itemType);
    }
    map[key] = std::move(value);
}

} // namespace binnacle::simulator
