// SPDX-License-Identifier: GPL-3.0-or-later
// Deletion: grace periods, finalizers, propagation (kubernetes.io/docs/concepts/architecture/garbage-collection).
#include "simulator/Registry.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

void addFinalizer(Json &object, const std::string &name)
{
    Json &finalizers = object["metadata"]["finalizers"];
    if (!finalizers.is_array())
        finalizers = Json::array();
    if (std::find(finalizers.begin(), finalizers.end(), Json(name)) == finalizers.end())
        finalizers.push_back(name);
}

/// How long a pod may take to stop; zero deletes it at once.
long long gracePeriod(const Json &pod, const DeleteOptions &options)
{
    if (textAt(pod, {"spec", "nodeName"}).empty())
        return 0;
    const std::string phase = textAt(pod, {"status", "phase"});
    if (phase == "Succeeded" || phase == "Failed")
        return 0;
    return options.gracePeriodSeconds.value_or(numberAt(pod, {"spec", "terminationGracePeriodSeconds"}, 30));
}

bool holdsOn(const Json &object)
{
    return at(object, {"metadata", "finalizers"}).size() > 0 ||
           (textAt(object, {"kind"}) == "Namespace" && at(object, {"spec", "finalizers"}).size() > 0) ||
           (textAt(object, {"kind"}) == "Pod" && numberAt(object, {"metadata", "deletionGracePeriodSeconds"}) > 0);
}

} // namespace

ApiResult<Deleted> Registry::remove(const Resource &resource, const ObjectName &name, const DeleteOptions &options)
{
    const std::string collection = resource.collection();
    const StoredPointer stored = m_state.storage.get(collection, name);
    if (!stored)
        return refuse(notFound(resource, name.name));
    Json object = stored->object();
    const std::string uid = textAt(object, {"metadata", "uid"});
    if (!options.uid.empty() && options.uid != uid)
        return refuse(
            conflict(resource, name.name,
                     "Precondition failed: UID in precondition: " + options.uid + ", UID in object meta: " + uid));
    if (!options.resourceVersion.empty() && options.resourceVersion != textAt(object, {"metadata", "resourceVersion"}))
        return refuse(
            conflict(resource, name.name,
                     "Precondition failed: ResourceVersion in precondition: " + options.resourceVersion +
                         ", ResourceVersion in object meta: " + textAt(object, {"metadata", "resourceVersion"})));
    if (resource.kind == "Namespace" && (name.name == "default" || startsWith(name.name, "kube-")))
        return refuse(forbidden(resource, name.name, "this namespace may not be deleted"));
    if (options.dryRun)
        return Deleted{present(resource, object), true};
    if (options.propagation == Propagation::Foreground && !isBeingDeleted(object))
        addFinalizer(object, "foregroundDeletion");
    if (options.propagation == Propagation::Orphan)
        orphanDependents(uid);
    long long grace = 0;
    if (resource.kind == "Pod" && resource.group.empty())
        grace = gracePeriod(object, options);
    Json &metadata = object["metadata"];
    if (!isBeingDeleted(object)) {
        metadata["deletionTimestamp"] = core::formatTime(m_state.clock.now() + std::chrono::seconds(grace));
        if (metadata.contains("generation"))
            metadata["generation"] = numberAt(metadata, {"generation"}) + 1;
    }
    metadata["deletionGracePeriodSeconds"] = std::min(grace, numberAt(metadata, {"deletionGracePeriodSeconds"}, grace));
    if (resource.kind == "Namespace")
        object["status"]["phase"] = "Terminating";
    if (holdsOn(object)) {
        if (object != stored->object())
            object = m_state.storage.put(collection, std::move(object))->object();
        return Deleted{present(resource, object), false};
    }
    m_state.storage.remove(collection, name);
    return Deleted{present(resource, object), true};
}

void Registry::finishDeletion(std::string_view collection, const ObjectName &name)
{
    const StoredPointer stored = m_state.storage.get(collection, name);
    if (stored && isBeingDeleted(stored->object()) && !holdsOn(stored->object()))
        m_state.storage.remove(collection, name);
}

void Registry::orphanDependents(const std::string &uid)
{
    for (const auto &resource : m_state.resources.all()) {
        if (resource->readOnly)
            continue;
        const std::string collection = resource->collection();
        std::vector<ObjectName> dependents;
        for (const auto &[name, stored] : m_state.storage.all(collection))
            for (const Json &owner : at(stored->object(), {"metadata", "ownerReferences"}))
                if (textAt(owner, {"uid"}) == uid)
                    dependents.push_back(name);
        for (const ObjectName &name : dependents)
            m_state.update(collection, name, [&](Json &object) {
                Json kept = Json::array();
                for (const Json &owner : object["metadata"]["ownerReferences"])
                    if (textAt(owner, {"uid"}) != uid)
                        kept.push_back(owner);
                if (kept.empty())
                    object["metadata"].erase("ownerReferences");
                else
                    object["metadata"]["ownerReferences"] = std::move(kept);
            });
    }
}

} // namespace binnacle::simulator
