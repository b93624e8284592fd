// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Patches.h"

#include "simulator/StructuredMerge.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace binnacle::simulator {

using core::Json;
using Kind = SchemaType::Kind;

core::Result<Json> applyJsonPatch(const Json &object, const Json &patch)
{
    try {
        return object.patch(patch);
    } catch (const Json::exception &problem) {
        return core::fail(core::ErrorKind::Invalid, problem.what());
    }
}

Json applyMergePatch(const Json &object, const Json &patch)
{
    Json merged = object;
    merged.merge_patch(patch);
    return merged;
}

namespace {

constexpr std::string_view deletePrefix = "$deleteFromPrimitiveList/";
constexpr std::string_view orderPrefix = "$setElementOrder/";

Json strategic(const SchemaType &type, const Json &object, const Json &patch);

/// What a patch leaves when there is nothing to patch: itself without directives and nulls.
Json withoutDirectives(const SchemaType &type, const Json &patch)
{
    if (patch.is_object())
        return strategic(type, Json::object(), patch);
    if (patch.is_array() && type.kind == Kind::ListMap)
        return strategic(type, Json::array(), patch);
    return patch;
}

Json mergeKeyedList(const SchemaType &type, const Json &list, const Json &patch)
{
    Json merged = list;
    const std::string &key = type.patchKey;
    for (const Json &item : patch) {
        if (!item.is_object()) {
            merged.push_back(item);
            continue;
        }
        const std::string directive = textAt(item, {"$patch"});
        if (directive == "replace" && item.size() == 1) {
            merged = Json::array();
            continue;
        }
        const auto old = std::find_if(merged.begin(), merged.end(), [&](const Json &candidate) {
            return candidate.is_object() && candidate.contains(key) && item.contains(key) &&
                   candidate[key] == item[key];
        });
        if (directive == "delete") {
            if (old != merged.end())
                merged.erase(old);
        } else if (old == merged.end()) {
            merged.push_back(withoutDirectives(*type.item, item));
        } else {
            *old = strategic(*type.item, *old, item);
        }
    }
    return merged;
}

void orderList(const SchemaType *type, Json &list, const Json &order)
{
    const auto rank = [&](const Json &item) {
        std::size_t position = 0;
        for (const Json &wanted : order) {
            const bool same = type != nullptr && type->kind == Kind::ListMap
                                  ? at(wanted, {type->patchKey}) == at(item, {type->patchKey})
                                  : wanted == item;
            if (same)
                return position;
            ++position;
        }
        return position;
    };
    std::stable_sort(list.begin(), list.end(), [&](const Json &a, const Json &b) { return rank(a) < rank(b); });
}

Json mergeSet(const Json &list, const Json &patch)
{
    Json merged = list;
    for (const Json &item : patch)
        if (std::find(merged.begin(), merged.end(), item) == merged.end())
            merged.push_back(item);
    return merged;
}

void patchMember(const SchemaType &type, Json &result, const std::string &name, const Json &value)
{
    const SchemaType &member = memberType(type, name);
    if (value.is_null()) {
        result.erase(name);
        return;
    }
    const auto old = result.find(name);
    if (old == result.end())
        result[name] = withoutDirectives(member, value);
    else
        *old = strategic(member, *old, value);
}

void applyDirectives(const SchemaType &type, Json &result, const Json &patch)
{
    for (const auto &[name, value] : patch.items()) {
        if (startsWith(name, deletePrefix)) {
            Json &list = result[name.substr(deletePrefix.size())];
            for (const Json &unwanted : value)
                for (auto item = list.begin(); item != list.end();)
                    item = *item == unwanted ? list.erase(item) : std::next(item);
        } else if (startsWith(name, orderPrefix)) {
            const std::string field = name.substr(orderPrefix.size());
            if (const auto list = result.find(field); list != result.end() && list->is_array())
                orderList(&memberType(type, field), *list, value);
        } else if (name == "$retainKeys") {
            for (auto member = result.begin(); member != result.end();)
                member = std::find(value.begin(), value.end(), Json(member.key())) == value.end() ? result.erase(member)
                                                                                                  : std::next(member);
        }
    }
}

Json strategic(const SchemaType &type, const Json &object, const Json &patch)
{
    if (patch.is_object() && object.is_object()) {
        const std::string directive = textAt(patch, {"$patch"});
        if (directive == "replace") {
            Json replacement = patch;
            replacement.erase("$patch");
            return replacement;
        }
        if (directive == "delete")
            return Json::object();
        Json result = object;
        for (const auto &[name, value] : patch.items())
            if (name.empty() || name[0] != '$')
                patchMember(type, result, name, value);
        applyDirectives(type, result, patch);
        return result;
    }
    if (patch.is_array() && object.is_array()) {
        if (type.kind == Kind::ListMap && !type.patchKey.empty())
            return mergeKeyedList(type, object, patch);
        if (type.kind == Kind::Set)
            return mergeSet(object, patch);
    }
    return patch;
}

} // namespace

Json applyStrategicPatch(const SchemaType &type, const Json &object, const Json &patch)
{
    return strategic(type, object, patch);
}

} // namespace binnacle::simulator
