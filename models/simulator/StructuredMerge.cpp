// SPDX-License-Identifier: GPL-3.0-or-later
// The merge rules of server-side apply: kubernetes.io/docs/reference/using-api/server-side-apply, "Merge strategy".
#include "simulator/StructuredMerge.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;
using Kind = SchemaType::Kind;

namespace {

const SchemaType &freeForm()
{
    static const SchemaType any;
    return any;
}

bool isMapLike(const SchemaType &type, const Json &value)
{
    return !type.atomic && value.is_object() &&
           (type.kind == Kind::Struct || type.kind == Kind::Map || type.kind == Kind::Any);
}

bool isKeyed(const SchemaType &type, const Json &value)
{
    return !type.atomic && value.is_array() && (type.kind == Kind::ListMap || type.kind == Kind::Set);
}

std::string itemElement(const SchemaType &type, const Json &item)
{
    return type.kind == Kind::Set ? "v:" + item.dump() : listKeyElement(type, item);
}

void collectFields(const SchemaType &type, const Json &value, FieldSet::Path &path, FieldSet &set)
{
    if (isMapLike(type, value)) {
        if (value.empty() && !path.empty())
            set.insert(path);
        for (const auto &[name, member] : value.items()) {
            path.push_back("f:" + name);
            collectFields(memberType(type, name), member, path, set);
            path.pop_back();
        }
        return;
    }
    if (isKeyed(type, value)) {
        if (value.empty())
            set.insert(path);
        for (const Json &item : value) {
            path.push_back(itemElement(type, item));
            set.insert(path);
            if (type.kind == Kind::ListMap)
                collectFields(*type.item, item, path, set);
            path.pop_back();
        }
        return;
    }
    set.insert(path);
}

/// All paths of a value that appears or disappears as a whole, containers included.
void collectAll(const SchemaType &type, const Json &value, FieldSet::Path &path, FieldSet &set)
{
    collectFields(type, value, path, set);
    if ((isMapLike(type, value) && type.kind != Kind::Struct) || isKeyed(type, value) ||
        (type.kind == Kind::Struct && !path.empty()))
        set.insert(path);
    if (isMapLike(type, value)) {
        for (const auto &[name, member] : value.items()) {
            path.push_back("f:" + name);
            collectAll(memberType(type, name), member, path, set);
            path.pop_back();
        }
    } else if (isKeyed(type, value) && type.kind == Kind::ListMap) {
        for (const Json &item : value) {
            path.push_back(itemElement(type, item));
            collectAll(*type.item, item, path, set);
            path.pop_back();
        }
    }
}

const Json *findItem(const SchemaType &type, const Json &list, const std::string &element)
{
    for (const Json &item : list)
        if (itemElement(type, item) == element)
            return &item;
    return nullptr;
}

void compare(const SchemaType &type, const Json &before, const Json &after, FieldSet::Path &path,
             FieldDifference &difference)
{
    if (before == after)
        return;
    if (isMapLike(type, before) && isMapLike(type, after)) {
        for (const auto &[name, member] : after.items()) {
            path.push_back("f:" + name);
            const SchemaType &memberShape = memberType(type, name);
            if (const auto old = before.find(name); old == before.end())
                collectAll(memberShape, member, path, difference.added);
            else
                compare(memberShape, *old, member, path, difference);
            path.pop_back();
        }
        for (const auto &[name, member] : before.items()) {
            if (after.contains(name))
                continue;
            path.push_back("f:" + name);
            collectAll(memberType(type, name), member, path, difference.removed);
            path.pop_back();
        }
        return;
    }
    if (isKeyed(type, before) && isKeyed(type, after)) {
        for (const Json &item : after) {
            path.push_back(itemElement(type, item));
            const Json *const old = findItem(type, before, path.back());
            if (old == nullptr) {
                difference.added.insert(path);
                if (type.kind == Kind::ListMap)
                    collectAll(*type.item, item, path, difference.added);
            } else if (type.kind == Kind::ListMap) {
                compare(*type.item, *old, item, path, difference);
            }
            path.pop_back();
        }
        for (const Json &item : before) {
            path.push_back(itemElement(type, item));
            if (findItem(type, after, path.back()) == nullptr) {
                difference.removed.insert(path);
                if (type.kind == Kind::ListMap)
                    collectAll(*type.item, item, path, difference.removed);
            }
            path.pop_back();
        }
        return;
    }
    difference.modified.insert(path);
}

/// True when nothing is left of `value`.
bool removeBelow(const SchemaType &type, Json &value, FieldSet::Path &path, const FieldSet &fields)
{
    if (!path.empty() && fields.contains(path))
        return true;
    if (!fields.touches(path))
        return false;
    bool removedSome = false;
    if (isMapLike(type, value)) {
        for (auto member = value.begin(); member != value.end();) {
            path.push_back("f:" + member.key());
            const bool gone = removeBelow(memberType(type, member.key()), member.value(), path, fields);
            path.pop_back();
            removedSome = removedSome || gone;
            member = gone ? value.erase(member) : std::next(member);
        }
    } else if (isKeyed(type, value)) {
        for (auto item = value.begin(); item != value.end();) {
            path.push_back(itemElement(type, *item));
            const bool gone = removeBelow(type.kind == Kind::ListMap ? *type.item : freeForm(), *item, path, fields);
            path.pop_back();
            removedSome = removedSome || gone;
            item = gone ? value.erase(item) : std::next(item);
        }
    }
    return removedSome && value.empty();
}

} // namespace

const SchemaType &memberType(const SchemaType &type, const std::string &name)
{
    if (type.kind == Kind::Map && type.item != nullptr)
        return *type.item;
    if (type.kind == Kind::Struct) {
        const auto found = type.fields->fields.find(name);
        if (found != type.fields->fields.end())
            return *found->second.type;
    }
    return freeForm();
}

std::string listKeyElement(const SchemaType &type, const Json &item)
{
    Json keys = Json::object();
    for (const std::string &key : type.listKeys) {
        if (item.is_object() && item.contains(key))
            keys[key] = item[key];
        else if (key == "protocol")
            keys[key] = "TCP";
    }
    return "k:" + keys.dump();
}

FieldSet fieldsOf(const SchemaType &type, const Json &object)
{
    FieldSet set;
    FieldSet::Path path;
    collectFields(type, object, path, set);
    return set;
}

Json mergeStructured(const SchemaType &type, const Json &live, const Json &applied)
{
    if (isMapLike(type, live) && isMapLike(type, applied)) {
        Json merged = live;
        for (const auto &[name, member] : applied.items()) {
            const auto old = live.find(name);
            merged[name] = old == live.end() ? member : mergeStructured(memberType(type, name), *old, member);
        }
        return merged;
    }
    if (isKeyed(type, live) && isKeyed(type, applied)) {
        Json merged = live;
        for (const Json &item : applied) {
            const std::string element = itemElement(type, item);
            const auto old = std::find_if(merged.begin(), merged.end(), [&](const Json &candidate) {
                return itemElement(type, candidate) == element;
            });
            if (old == merged.end())
                merged.push_back(item);
            else if (type.kind == Kind::ListMap)
                *old = mergeStructured(*type.item, *old, item);
        }
        return merged;
    }
    return applied;
}

FieldDifference compareFields(const SchemaType &type, const Json &before, const Json &after)
{
    FieldDifference difference;
    FieldSet::Path path;
    compare(type, before, after, path, difference);
    return difference;
}

void removeFields(const SchemaType &type, Json &object, const FieldSet &fields)
{
    FieldSet::Path path;
    removeBelow(type, object, path, fields);
}

} // namespace binnacle::simulator
