// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Schema.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

namespace {

using Kind = SchemaType::Kind;

const std::map<std::string, Kind, std::less<>> &scalarNames()
{
    static const std::map<std::string, Kind, std::less<>> names = {
        {"string", Kind::String},      {"int", Kind::Integer}, {"int64", Kind::Integer}, {"number", Kind::Number},
        {"bool", Kind::Boolean},       {"bytes", Kind::Bytes}, {"time", Kind::Time},     {"quantity", Kind::Quantity},
        {"intstr", Kind::IntOrString}, {"any", Kind::Any},
    };
    return names;
}

} // namespace

bool SchemaType::isGranular() const
{
    if (atomic)
        return false;
    return kind == Kind::Struct || kind == Kind::Map || kind == Kind::Set || kind == Kind::ListMap || kind == Kind::Any;
}

Schema::Schema(std::string_view text)
{
    m_any = make(Kind::Any);
    for (const std::string &line : split(text, '\n')) {
        if (line.empty() || line[0] == '#')
            continue;
        const auto words = split(line, ' ');
        SchemaStruct &type = structNamed(words[0]);
        for (std::size_t i = 1; i < words.size(); ++i) {
            const auto colon = words[i].find(':');
            if (colon == std::string::npos)
                continue;
            std::string name = words[i].substr(0, colon);
            const bool required = !name.empty() && name.back() == '*';
            if (required)
                name.pop_back();
            type.fields[name] = {parseType(std::string_view(words[i]).substr(colon + 1)), required};
        }
    }
}

SchemaType *Schema::make(SchemaType::Kind kind)
{
    m_types.push_back(std::make_unique<SchemaType>());
    m_types.back()->kind = kind;
    return m_types.back().get();
}

SchemaStruct &Schema::structNamed(std::string_view name)
{
    auto found = m_structs.find(name);
    if (found == m_structs.end()) {
        found = m_structs.emplace(std::string(name), std::make_unique<SchemaStruct>()).first;
        found->second->name = std::string(name);
    }
    return *found->second;
}

const SchemaType *Schema::parseType(std::string_view text)
{
    if (const auto known = m_parsed.find(text); known != m_parsed.end())
        return known->second;
    SchemaType *type = nullptr;
    std::string_view body = text;
    const bool atomic = !body.empty() && body.back() == '!';
    if (atomic)
        body.remove_suffix(1);
    const char first = body.empty() ? ' ' : body.front();
    if (first == '[' || first == '{' || first == '<') {
        const auto parts = split(body.substr(1, body.size() - 2), ';');
        type = make(first == '<' ? Kind::Map : first == '{' ? Kind::Set : Kind::AtomicList);
        type->item = parseType(parts[0]);
        if (parts.size() > 1) {
            type->kind = Kind::ListMap;
            type->listKeys = split(parts[1], ',');
            type->patchKey = parts.size() > 2 ? parts[2] : std::string();
        }
    } else if (const auto scalar = scalarNames().find(body); scalar != scalarNames().end()) {
        type = make(scalar->second);
    } else {
        type = make(Kind::Struct);
        type->fields = &structNamed(body);
    }
    type->atomic = atomic;
    m_parsed.emplace(std::string(text), type);
    return type;
}

const SchemaStruct *Schema::find(std::string_view name) const
{
    const auto found = m_structs.find(name);
    return found == m_structs.end() ? nullptr : found->second.get();
}

const SchemaType &Schema::structType(std::string_view name)
{
    return *parseType(name);
}

const SchemaType &Schema::addOpenApi(const std::string &name, const core::Json &schema)
{
    SchemaStruct &root = structNamed(name);
    root.fields.clear();
    const SchemaType *const converted = convertOpenApi(name, schema);
    if (converted->kind == Kind::Struct && converted->fields != &root)
        root = *converted->fields;
    root.name = name;
    root.keepsUnknown = root.keepsUnknown || converted->kind != Kind::Struct;
    root.fields["apiVersion"] = {parseType("string"), false};
    root.fields["kind"] = {parseType("string"), false};
    root.fields["metadata"] = {parseType("ObjectMeta"), false};
    return structType(name);
}

const SchemaType *Schema::convertOpenApi(const std::string &name, const core::Json &schema)
{
    if (!schema.is_object())
        return m_any;
    const std::string type = textAt(schema, {"type"});
    if (schema.value("x-kubernetes-int-or-string", false))
        return parseType("intstr");
    if (type == "string")
        return parseType("string");
    if (type == "integer")
        return parseType("int64");
    if (type == "number")
        return parseType("number");
    if (type == "boolean")
        return parseType("bool");
    if (type == "array") {
        const std::string listType = textAt(schema, {"x-kubernetes-list-type"});
        SchemaType *const list = make(listType == "set" ? Kind::Set : Kind::AtomicList);
        list->item = convertOpenApi(name + "Item", at(schema, {"items"}));
        for (const auto &key : at(schema, {"x-kubernetes-list-map-keys"}))
            list->listKeys.push_back(key.get<std::string>());
        if (listType == "map" && !list->listKeys.empty())
            list->kind = Kind::ListMap;
        return list;
    }
    if (type != "object")
        return m_any;
    const bool atomic = textAt(schema, {"x-kubernetes-map-type"}) == "atomic";
    if (schema.contains("properties")) {
        SchemaStruct &fields = structNamed(name);
        fields.keepsUnknown = schema.value("x-kubernetes-preserve-unknown-fields", false);
        for (const auto &[field, value] : schema["properties"].items())
            fields.fields[field] = {convertOpenApi(name + "." + field, value), false};
        for (const auto &required : at(schema, {"required"}))
            if (const auto found = fields.fields.find(required.get<std::string>()); found != fields.fields.end())
                found->second.required = true;
        SchemaType *const converted = make(Kind::Struct);
        converted->fields = &fields;
        converted->atomic = atomic;
        return converted;
    }
    if (const auto &extra = at(schema, {"additionalProperties"}); extra.is_object()) {
        SchemaType *const map = make(Kind::Map);
        map->item = convertOpenApi(name + "Value", extra);
        map->atomic = atomic;
        return map;
    }
    return m_any;
}

std::string goTypeName(const SchemaType &type)
{
    switch (type.kind) {
    case Kind::String:
    case Kind::Bytes:
    case Kind::Time:
    case Kind::Quantity:
    case Kind::IntOrString:
        return "string";
    case Kind::Integer:
        return "int32";
    case Kind::Number:
        return "float64";
    case Kind::Boolean:
        return "bool";
    case Kind::Map:
        return "map[string]" + goTypeName(*type.item);
    case Kind::AtomicList:
    case Kind::Set:
    case Kind::ListMap:
        return "[]" + goTypeName(*type.item);
    case Kind::Struct:
        return type.fields->name;
    case Kind::Any:
        break;
    }
    return "interface {}";
}

} // namespace binnacle::simulator
