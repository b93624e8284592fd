// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ClusterState.h"

#include "simulator/Embedded.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace binnacle::simulator {

using core::Json;

ClusterState::ClusterState(std::shared_ptr<const core::Clock> base, std::uint64_t seed)
    : schema(schemaText()), clock(std::move(base)), random(seed)
{
}

std::string ClusterState::microTimeText() const
{
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(clock.now().time_since_epoch()).count() % 1'000'000;
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%06lldZ", static_cast<long long>(micros));
    std::string text = timeText();
    text.pop_back();
    return text + fraction;
}

std::string ClusterState::newUid()
{
    const std::string hex = random.text(32, "0123456789abcdef");
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" + hex.substr(17, 3) + "-" +
           hex.substr(20);
}

std::string ClusterState::newSuffix(std::size_t length)
{
    return random.text(length, "bcdfghjklmnpqrstvwxz2456789");
}

bool ClusterState::update(std::string_view collection, const ObjectName &name,
                          const std::function<void(Json &)> &change)
{
    const StoredPointer stored = storage.get(collection, name);
    if (!stored)
        return false;
    Json object = stored->object();
    change(object);
    if (object != stored->object())
        storage.put(collection, std::move(object));
    return true;
}

void ClusterState::recordEvent(const Json &object, const std::string &type, const std::string &reason,
                               const std::string &message, const std::string &component, const std::string &host)
{
    const ObjectName about = nameOf(object);
    const std::string nameSpace = about.nameSpace.empty() ? "default" : about.nameSpace;
    // One name per object, reason and message: so that a repetition finds its predecessor.
    const std::string key = textAt(object, {"metadata", "uid"}) + reason + message + component;
    const ObjectName name{nameSpace, about.name + "." + sha1Hex(key).substr(0, 16)};
    const std::string time = timeText();
    const bool repeated = update("events", name, [&](Json &event) {
        event["count"] = numberAt(event, {"count"}, 1) + 1;
        event["lastTimestamp"] = time;
    });
    if (repeated)
        return;
    const StoredPointer space = storage.get("namespaces", {{}, nameSpace});
    if (!space || isBeingDeleted(space->object()))
        return;
    Json event = {
        {"apiVersion", "v1"},
        {"kind", "Event"},
        {"metadata", {{"name", name.name}, {"namespace", nameSpace}, {"uid", newUid()}, {"creationTimestamp", time}}},
        {"involvedObject",
         {{"apiVersion", textAt(object, {"apiVersion"})},
          {"kind", textAt(object, {"kind"})},
          {"name", about.name},
          {"uid", textAt(object, {"metadata", "uid"})},
          {"resourceVersion", textAt(object, {"metadata", "resourceVersion"})}}},
        {"type", type},
        {"reason", reason},
        {"message", message},
        {"source", {{"component", component}}},
        {"firstTimestamp", time},
        {"lastTimestamp", time},
        {"eventTime", nullptr},
        {"count", 1},
        {"reportingComponent", component},
        {"reportingInstance", host}};
    if (!about.nameSpace.empty())
        event["involvedObject"]["namespace"] = about.nameSpace;
    if (!host.empty())
        event["source"]["host"] = host;
    storage.put("events", std::move(event));
}

void setCondition(Json &object, const std::string &type, const std::string &status, const std::string &reason,
                  const std::string &message, const std::string &time)
{
    Json &conditions = object["status"]["conditions"];
    if (!conditions.is_array())
        conditions = Json::array();
    for (Json &entry : conditions) {
        if (textAt(entry, {"type"}) != type)
            continue;
        if (textAt(entry, {"status"}) != status) {
            entry["lastTransitionTime"] = time;
            entry["status"] = status;
        }
        if (reason.empty())
            entry.erase("reason");
        else
            entry["reason"] = reason;
        if (message.empty())
            entry.erase("message");
        else
            entry["message"] = message;
        return;
    }
    Json entry = {{"type", type}, {"status", status}, {"lastTransitionTime", time}};
    if (!reason.empty())
        entry["reason"] = reason;
    if (!message.empty())
        entry["message"] = message;
    conditions.push_back(std::move(entry));
}

const Json &condition(const Json &object, std::string_view type)
{
    static const Json none;
    for (const Json &entry : at(object, {"status", "conditions"}))
        if (textAt(entry, {"type"}) == type)
            return entry;
    return none;
}

bool conditionIsTrue(const Json &object, std::string_view type)
{
    return textAt(condition(object, type), {"status"}) == "True";
}

Json controllerReference(const Json &owner)
{
    return {{"apiVersion", textAt(owner, {"apiVersion"})},
            {"kind", textAt(owner, {"kind"})},
            {"name", textAt(owner, {"metadata", "name"})},
            {"uid", textAt(owner, {"metadata", "uid"})},
            {"controller", true},
            {"blockOwnerDeletion", true}};
}

const Json &controllerOf(const Json &object)
{
    static const Json none;
    for (const Json &reference : at(object, {"metadata", "ownerReferences"}))
        if (flagAt(reference, {"controller"}))
            return reference;
    return none;
}

bool isBeingDeleted(const Json &object)
{
    return at(object, {"metadata", "deletionTimestamp"}).is_string();
}

} // namespace binnacle::simulator
