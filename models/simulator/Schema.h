// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

struct SchemaStruct;

/// The shape of a value: what validation, merging, patching and /openapi/v3 need to know about a field.
struct SchemaType
{
    enum class Kind {
        String,
        Integer,
        Number,
        Boolean,
        Bytes,
        Time,
        Quantity,
        IntOrString,
        Any,
        Map,
        AtomicList,
        Set,
        ListMap,
        Struct,
    };

    Kind kind = Kind::Any;
    bool atomic = false;               ///< one owner for the whole value
    const SchemaType *item = nullptr;  ///< of Map and the lists
    std::vector<std::string> listKeys; ///< of ListMap: what makes an item the same item
    std::string patchKey;              ///< of ListMap: the key of strategic merge patches
    const SchemaStruct *fields = nullptr;

    [[nodiscard]] bool isGranular() const;
};

struct SchemaField
{
    const SchemaType *type = nullptr;
    bool required = false;
};

struct SchemaStruct
{
    std::string name;
    std::map<std::string, SchemaField, std::less<>> fields;
    bool keepsUnknown = false; ///< x-kubernetes-preserve-unknown-fields
};

/// All known types. Types live as long as the schema does.
class Schema
{
public:
    /// Parses the notation that schema.txt explains in its first lines.
    explicit Schema(std::string_view text);
    Schema(const Schema &) = delete;
    Schema &operator=(const Schema &) = delete;

    [[nodiscard]] const SchemaStruct *find(std::string_view name) const;
    [[nodiscard]] const SchemaType &structType(std::string_view name);
    [[nodiscard]] const SchemaType &anyType() const { return *m_any; }
    [[nodiscard]] const std::map<std::string, std::unique_ptr<SchemaStruct>, std::less<>> &structs() const
    {
        return m_structs;
    }

    /// The type of a custom resource, from its definition's openAPIV3Schema.
    const SchemaType &addOpenApi(const std::string &name, const core::Json &schema);

private:
    const SchemaType *parseType(std::string_view text);
    const SchemaType *convertOpenApi(const std::string &name, const core::Json &schema);
    SchemaStruct &structNamed(std::string_view name);
    SchemaType *make(SchemaType::Kind kind);

    std::map<std::string, std::unique_ptr<SchemaStruct>, std::less<>> m_structs;
    std::map<std::string, const SchemaType *, std::less<>> m_parsed;
    std::vector<std::unique_ptr<SchemaType>> m_types;
    const SchemaType *m_any = nullptr;
};

/// The text form of a type for messages: "string", "int", "map", "list".
[[nodiscard]] std::string goTypeName(const SchemaType &type);

} // namespace binnacle::simulator
