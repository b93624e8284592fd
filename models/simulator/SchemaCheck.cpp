// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/SchemaCheck.h"

#include "core/Quantity.h"
#include "simulator/StructuredMerge.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;
using Kind = SchemaType::Kind;

namespace {

std::string goValueName(const Json &value)
{
    switch (value.type()) {
    case Json::value_t::object:
        return "object";
    case Json::value_t::array:
        return "array";
    case Json::value_t::string:
        return "string";
    case Json::value_t::boolean:
        return "bool";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
        return "number";
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded:
        break;
    }
    return "null";
}

bool fits(const SchemaType &type, const Json &value)
{
    switch (type.kind) {
    case Kind::String:
    case Kind::Bytes:
    case Kind::Time:
        return value.is_string();
    case Kind::Integer:
        return value.is_number_integer() || (value.is_number_float() && value == value.get<long long>());
    case Kind::Number:
        return value.is_number();
    case Kind::Boolean:
        return value.is_boolean();
    case Kind::Quantity:
        return value.is_number() || value.is_string();
    case Kind::IntOrString:
        return value.is_number_integer() || value.is_string();
    case Kind::Map:
    case Kind::Struct:
        return value.is_object();
    case Kind::AtomicList:
    case Kind::Set:
    case Kind::ListMap:
        return value.is_array();
    case Kind::Any:
        break;
    }
    return true;
}

class Checker
{
public:
    SchemaFindings findings;

    void check(const SchemaType &type, Json &value, const std::string &owner, const std::string &path)
    {
        if (!fits(type, value)) {
            findings.mismatch.push_back("json: cannot unmarshal " + goValueName(value) + " into Go struct field " +
                                        owner + "." + path + " of type " + goTypeName(type));
            return;
        }
        if (type.kind == Kind::Quantity) {
            checkQuantity(value);
        } else if (value.is_object() && (type.kind == Kind::Struct || type.kind == Kind::Map)) {
            checkMembers(type, value, owner, path);
        } else if (value.is_array() && type.item != nullptr) {
            std::size_t index = 0;
            for (Json &item : value)
                check(*type.item, item, owner, path + "[" + std::to_string(index++) + "]");
        }
    }

private:
    void checkQuantity(Json &value)
    {
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        const auto quantity = core::Quantity::parse(text);
        if (quantity)
            value = quantity->canonical();
        else
            findings.mismatch.push_back("quantities must match the regular expression "
                                        "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }

    /// Amounts of resource lists are kept in thousandths: core/v1's SetDefaults_ResourceList.
    static void roundUp(Json &amount)
    {
        if (const auto quantity = core::Quantity::parse(amount.is_string() ? amount.get<std::string>() : std::string()))
            if (const auto rounded = core::Quantity::fromMilli(quantity->milliValue()); rounded > *quantity)
                amount = rounded.canonical();
    }

    void checkMembers(const SchemaType &type, Json &value, const std::string &owner, const std::string &path)
    {
        for (auto member = value.begin(); member != value.end();) {
            const std::string below = path.empty() ? member.key() : path + "." + member.key();
            const bool known =
                type.kind == Kind::Map || type.fields->keepsUnknown || type.fields->fields.count(member.key()) > 0;
            if (!known)
                findings.unknown.push_back(below);
            // Go's decoder leaves a field alone whose value is null.
            if (!known || (member->is_null() && type.kind == Kind::Struct)) {
                member = value.erase(member);
                continue;
            }
            check(memberType(type, member.key()), *member, type.kind == Kind::Struct ? type.fields->name : owner,
                  below);
            if (type.kind == Kind::Map && type.item != nullptr && type.item->kind == Kind::Quantity)
                roundUp(*member);
            ++member;
        }
    }
};

} // namespace

SchemaFindings checkSchema(const SchemaType &type, Json &object)
{
    Checker checker;
    checker.check(type, object, type.fields == nullptr ? std::string() : type.fields->name, {});
    return checker.findings;
}

} // namespace binnacle::simulator
