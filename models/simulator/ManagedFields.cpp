// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ManagedFields.h"

#include "simulator/StructuredMerge.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace binnacle::simulator {

using core::Json;

namespace {

struct Entry
{
    FieldManager manager;
    FieldSet fields;
};

bool sameManager(const FieldManager &a, const FieldManager &b)
{
    return a.name == b.name && a.operation == b.operation && a.subresource == b.subresource &&
           (a.operation == "Apply" || a.apiVersion == b.apiVersion);
}

std::vector<Entry> readEntries(const Json &object)
{
    std::vector<Entry> entries;
    for (const Json &entry : at(object, {"metadata", "managedFields"}))
        entries.push_back({{textAt(entry, {"manager"}), textAt(entry, {"operation"}), textAt(entry, {"apiVersion"}),
                            textAt(entry, {"subresource"}), textAt(entry, {"time"})},
                           FieldSet::fromFieldsV1(at(entry, {"fieldsV1"}))});
    return entries;
}

void writeEntries(Json &object, const std::vector<Entry> &entries)
{
    Json list = Json::array();
    for (const Entry &entry : entries) {
        if (entry.fields.isEmpty())
            continue;
        Json written = {{"manager", entry.manager.name},
                        {"operation", entry.manager.operation},
                        {"apiVersion", entry.manager.apiVersion},
                        {"fieldsType", "FieldsV1"},
                        {"time", entry.manager.time},
                        {"fieldsV1", entry.fields.toFieldsV1()}};
        if (!entry.manager.subresource.empty())
            written["subresource"] = entry.manager.subresource;
        list.push_back(std::move(written));
    }
    if (list.empty())
        object["metadata"].erase("managedFields");
    else
        object["metadata"]["managedFields"] = std::move(list);
}

/// Nobody owns what the server itself sets (fieldmanager's stripMeta).
void withoutServerFields(Json &object)
{
    object.erase("apiVersion");
    object.erase("kind");
    if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
        for (const char *const field :
             {"name", "namespace", "creationTimestamp", "selfLink", "uid", "resourceVersion", "generation",
              "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"})
            metadata->erase(field);
        if (metadata->empty())
            object.erase("metadata");
    }
}

std::string describeManager(const FieldManager &manager)
{
    std::string text = "\"" + manager.name + "\"";
    if (!manager.subresource.empty())
        text += " with subresource \"" + manager.subresource + "\"";
    if (manager.operation == "Update")
        text += " using " + manager.apiVersion;
    return text;
}

ApiError conflictError(const std::vector<std::pair<FieldManager, FieldSet::Path>> &conflicts)
{
    ApiError error{409, "Conflict"};
    std::map<std::string, std::vector<std::string>> byManager;
    for (const auto &[manager, path] : conflicts) {
        const std::string who = describeManager(manager);
        error.causes.push_back({"FieldManagerConflict", "conflict with " + who, formatPath(path)});
        byManager[who].push_back(formatPath(path));
    }
    const std::string count = std::to_string(conflicts.size());
    if (conflicts.size() == 1) {
        error.message = "Apply failed with 1 conflict: conflict with " + byManager.begin()->first + ": " +
                        byManager.begin()->second[0];
        return error;
    }
    error.message = "Apply failed with " + count + " conflicts: ";
    std::vector<std::string> lines;
    for (const auto &[who, paths] : byManager) {
        lines.push_back("conflicts with " + who + ":");
        for (const std::string &path : paths)
            lines.push_back("- " + path);
    }
    error.message += join(lines, "\n");
    return error;
}

/// What the manager applied last time, no longer applies, and nobody else holds.
FieldSet abandoned(const FieldSet &last, const FieldSet &current, const std::vector<Entry> &others)
{
    FieldSet gone;
    for (const FieldSet::Path &path : last.paths()) {
        const bool held = current.touches(path) || std::any_of(others.begin(), others.end(), [&](const Entry &other) {
                              return other.fields.touches(path);
                          });
        if (!held)
            gone.insert(path);
    }
    return gone;
}

} // namespace

ApiResult<Json> applyConfiguration(const SchemaType &type, const Json &live, const Json &configuration,
                                   const FieldManager &manager, bool force)
{
    std::vector<Entry> others;
    Entry mine{manager, {}};
    FieldSet last;
    for (Entry &entry : readEntries(live)) {
        if (sameManager(entry.manager, manager))
            last = std::move(entry.fields);
        else
            others.push_back(std::move(entry));
    }
    Json owned = configuration;
    withoutServerFields(owned);
    mine.fields = fieldsOf(type, owned);

    Json result = live.is_null() ? configuration : mergeStructured(type, live, configuration);
    if (!live.is_null()) {
        Json before = live;
        Json after = result;
        withoutServerFields(before);
        withoutServerFields(after);
        FieldDifference difference = compareFields(type, before, after);
        FieldSet changed = difference.modified;
        changed.unite(difference.added);
        std::vector<std::pair<FieldManager, FieldSet::Path>> conflicts;
        for (Entry &other : others) {
            const FieldSet overlap = other.fields.intersection(changed);
            for (const FieldSet::Path &path : overlap.paths())
                conflicts.emplace_back(other.manager, path);
            if (force)
                other.fields.subtract(overlap);
        }
        if (!conflicts.empty() && !force)
            return refuse(conflictError(conflicts));
        removeFields(type, result, abandoned(last, mine.fields, others));
    }
    others.push_back(std::move(mine));
    writeEntries(result, others);
    return result;
}

void trackUpdate(const SchemaType &type, const Json &before, Json &after, const FieldManager &manager)
{
    // An explicit empty list is how a client resets the books.
    const Json &sent = at(after, {"metadata", "managedFields"});
    std::vector<Entry> entries = readEntries(sent.is_array() || before.is_null() ? after : before);
    Json old = before.is_null() ? Json::object() : before;
    Json current = after;
    withoutServerFields(old);
    withoutServerFields(current);
    const FieldDifference difference = compareFields(type, old, current);
    FieldSet changed = difference.modified;
    changed.unite(difference.added);
    for (Entry &entry : entries) {
        if (!sameManager(entry.manager, manager))
            entry.fields.subtract(changed);
        entry.fields.subtract(difference.removed);
    }
    if (!changed.isEmpty()) {
        const auto mine = std::find_if(entries.begin(), entries.end(),
                                       [&](const Entry &entry) { return sameManager(entry.manager, manager); });
        if (mine == entries.end()) {
            entries.push_back({manager, changed});
        } else {
            mine->fields.unite(changed);
            mine->manager.time = manager.time;
        }
    }
    writeEntries(after, entries);
}

} // namespace binnacle::simulator
