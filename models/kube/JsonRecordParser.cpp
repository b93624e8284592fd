// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/JsonRecordParser.h"

#include "kube/RecordReading.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <simdjson.h>

namespace binnacle::kube {

namespace {

using core::Json;
using simdjson::dom::element;

struct SimdAccess
{
    using Value = std::optional<element>;

    static Value member(const Value &object, const char *name)
    {
        element found;
        if (!object || object->at_key(name).get(found) != simdjson::SUCCESS)
            return std::nullopt;
        return found;
    }
    static bool isObject(const Value &value) { return value && value->is_object(); }
    static bool isText(const Value &value) { return value && value->is_string(); }
    static std::string_view text(const Value &value)
    {
        std::string_view text;
        return value && value->get(text) == simdjson::SUCCESS ? text : std::string_view();
    }
    static bool flag(const Value &value, bool otherwise)
    {
        bool flag = false;
        return value && value->get(flag) == simdjson::SUCCESS ? flag : otherwise;
    }
    static std::int64_t integer(const Value &value, std::int64_t otherwise)
    {
        std::int64_t number = 0;
        return value && value->is_int64() && value->get(number) == simdjson::SUCCESS ? number : otherwise;
    }
    static std::string scalarText(const Value &value)
    {
        if (value && value->is_number())
            return json(*value).dump();
        return std::string(text(value));
    }
    static std::size_t size(const Value &value)
    {
        if (value && value->is_array())
            return simdjson::dom::array(*value).size();
        return isObject(value) ? simdjson::dom::object(*value).size() : 0;
    }
    template <typename Visit>
    static void eachElement(const Value &array, Visit visit)
    {
        if (array && array->is_array())
            for (const element each : simdjson::dom::array(*array))
                visit(Value(each));
    }
    template <typename Visit>
    static void eachMember(const Value &object, Visit visit)
    {
        if (isObject(object))
            for (const auto &[key, value] : simdjson::dom::object(*object))
                visit(key, Value(value));
    }

    static Json json(const element &value)
    {
        switch (value.type()) {
        case simdjson::dom::element_type::ARRAY: {
            auto array = Json::array();
            for (const element each : simdjson::dom::array(value))
                array.push_back(json(each));
            return array;
        }
        case simdjson::dom::element_type::OBJECT: {
            auto object = Json::object();
            for (const auto &[key, each] : simdjson::dom::object(value))
                object.emplace(std::string(key), json(each));
            return object;
        }
        case simdjson::dom::element_type::INT64: {
            const std::int64_t number{value};
            return number < 0 ? Json(number) : Json(static_cast<std::uint64_t>(number)); // as nlohmann's parser
        }
        case simdjson::dom::element_type::UINT64:
            return std::uint64_t{value};
        case simdjson::dom::element_type::DOUBLE:
            return double{value};
        case simdjson::dom::element_type::STRING:
            return std::string(std::string_view{value});
        case simdjson::dom::element_type::BOOL:
            return bool{value};
        case simdjson::dom::element_type::NULL_VALUE:
            return nullptr;
        }
        return nullptr;
    }

    /// What the store keeps of an object that it keeps whole: the rest, often the greater part, is not even built.
    static Json keptJson(const element &object, const core::GroupVersionKind &gvk)
    {
        const bool secret = gvk.group.empty() && gvk.kind == "Secret";
        auto kept = Json::object();
        for (const auto &[key, value] : simdjson::dom::object(object)) {
            if (key == "metadata" && value.is_object()) {
                auto &metadata = kept["metadata"] = Json::object();
                for (const auto &[name, each] : simdjson::dom::object(value))
                    if (name != "managedFields")
                        metadata.emplace(std::string(name), json(each));
            } else if (!secret || (key != "data" && key != "stringData")) {
                kept.emplace(std::string(key), json(value));
            }
        }
        kept["apiVersion"] = gvk.apiVersion();
        kept["kind"] = gvk.kind;
        return kept;
    }
};

} // namespace

struct JsonRecordParser::Private
{
    core::StringPool &pool;
    simdjson::dom::parser parser;

    RecordPointer record(const element &object, const core::GroupVersionKind &fallback) const
    {
        const RecordReading<SimdAccess> reading(pool);
        const SimdAccess::Value value(object);
        auto made = std::make_shared<ObjectRecord>();
        made->gvk = RecordReading<SimdAccess>::kindOf(value, fallback);
        made->meta = reading.meta(SimdAccess::member(value, "metadata"));
        if (recordBodyOf(made->gvk.groupKind()) == RecordBody::Json)
            made->body = std::make_shared<const Json>(SimdAccess::keptJson(object, made->gvk));
        else
            reading.readBody(value, *made);
        return made;
    }
};

JsonRecordParser::JsonRecordParser(core::StringPool &pool) : d(new Private{pool, simdjson::dom::parser()}) {}

JsonRecordParser::~JsonRecordParser() = default;

RecordPointer JsonRecordParser::object(std::string_view text, const core::GroupVersionKind &fallback)
{
    element root;
    if (d->parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS || !root.is_object())
        return nullptr;
    return d->record(root, fallback);
}

JsonRecordParser::Event JsonRecordParser::event(std::string_view line, const core::GroupVersionKind &fallback)
{
    Event event;
    element root;
    if (d->parser.parse(line.data(), line.size()).get(root) != simdjson::SUCCESS)
        return event;
    event.type = SimdAccess::text(SimdAccess::member(root, "type"));
    const bool carriesObject = event.type == "ADDED" || event.type == "MODIFIED" || event.type == "DELETED";
    if (const auto object = SimdAccess::member(root, "object"); carriesObject && SimdAccess::isObject(object))
        event.record = d->record(*object, fallback);
    return event;
}

} // namespace binnacle::kube
