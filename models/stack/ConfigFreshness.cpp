// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ConfigFreshness.h"

#include "core/Clock.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack {

namespace {

using core::Json;
using std::chrono::system_clock;

/// By which the journal's clock may be ahead of the server's.
constexpr std::chrono::seconds clockDifference{5};

Json at(const Json &object, const char *pointer)
{
    const Json::json_pointer path(pointer);
    return object.contains(path) ? object[path] : Json();
}

std::string textAt(const Json &object, const char *pointer)
{
    const Json value = at(object, pointer);
    return value.is_string() ? value.get<std::string>() : std::string();
}

bool owns(const Json &entry, const std::string &key)
{
    for (const char *field : {"/fieldsV1/f:data", "/fieldsV1/f:binaryData"}) {
        const Json fields = at(entry, field);
        if (fields.is_object() && (key.empty() || fields.contains("f:" + key)))
            return true;
    }
    return false;
}

kube::ObjectKey keyOf(const Json &object, const char *group)
{
    return {{group, textAt(object, "/kind")},
            core::Namespace(textAt(object, "/metadata/namespace")),
            textAt(object, "/metadata/name")};
}

Json controllerOf(const Json &object)
{
    const Json owners = at(object, "/metadata/ownerReferences");
    for (const Json &owner : owners) {
        if (owner.is_object() && owner.value("controller", false))
            return owner;
    }
    return nullptr;
}

std::optional<kube::ObjectKey> workloadOf(const Json &pod, const std::vector<Json> &objects)
{
    Json owner = controllerOf(pod);
    const auto nameSpace = textAt(pod, "/metadata/namespace");
    if (textAt(owner, "/kind") == "ReplicaSet") {
        const auto set = std::find_if(objects.begin(), objects.end(), [&](const Json &object) {
            return textAt(object, "/kind") == "ReplicaSet" &&
                   textAt(object, "/metadata/name") == textAt(owner, "/name") &&
                   textAt(object, "/metadata/namespace") == nameSpace;
        });
        owner = set == objects.end() ? Json() : controllerOf(*set);
    }
    const auto kind = textAt(owner, "/kind");
    if (kind != "Deployment" && kind != "StatefulSet" && kind != "DaemonSet")
        return std::nullopt;
    return kube::ObjectKey{{"apps", kind}, core::Namespace(nameSpace), textAt(owner, "/name")};
}

/// Nothing for what is not running and will read the present value when it is. An init container that has ended is what
/// the others of its pod go by.
std::optional<system_clock::time_point> startOf(const Json &pod, const std::string &container)
{
    const auto statusIn = [&](const char *list) {
        const Json statuses = at(pod, list);
        const auto found = std::find_if(statuses.begin(), statuses.end(),
                                        [&](const Json &status) { return textAt(status, "/name") == container; });
        return found == statuses.end() ? Json() : *found;
    };
    if (const auto start = core::parseTime(textAt(statusIn("/status/containerStatuses"), "/state/running/startedAt")))
        return start;
    const Json init = statusIn("/status/initContainerStatuses");
    if (const auto start = core::parseTime(textAt(init, "/state/running/startedAt")))
        return start;
    return textAt(pod, "/status/phase") == "Running" ? core::parseTime(textAt(init, "/state/terminated/startedAt"))
                                                     : std::nullopt;
}

} // namespace

std::optional<system_clock::time_point> lastWritten(const Json &config, const std::string &key,
                                                    const KnownWrites &known)
{
    std::optional<system_clock::time_point> written;
    const Json entries = at(config, "/metadata/managedFields");
    for (const Json &entry : entries) {
        if (!owns(entry, key))
            continue;
        const auto time = core::parseTime(textAt(entry, "/time"));
        // Several own one key only while all of them wrote the same value: then the first has written it.
        if (time && (!written || (key.empty() ? *time > *written : *time < *written)))
            written = time;
    }
    for (const auto &[name, time] : known) {
        if ((key.empty() || name == key) && (!written || time > *written + clockDifference))
            written = time;
    }
    return written;
}

std::vector<StaleContainer> staleContainers(const std::vector<Json> &objects, const Json &config,
                                            const std::string &key, const KnownWrites &known)
{
    std::vector<StaleContainer> stale;
    for (const Json &pod : objects) {
        if (textAt(pod, "/kind") != "Pod" || !at(pod, "/metadata/deletionTimestamp").is_null())
            continue;
        for (const auto &user : configUsers({pod}, keyOf(config, ""), key)) {
            const auto written = lastWritten(config, user.key.empty() ? key : user.key, known);
            const auto started = startOf(pod, user.container);
            if (needsRestart(user.use) && written && started && *started < *written)
                stale.push_back({user.object, user.container, user.use, user.key, *started, workloadOf(pod, objects)});
        }
    }
    return stale;
}

} // namespace binnacle::stack
