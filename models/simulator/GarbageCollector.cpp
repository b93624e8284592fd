// SPDX-License-Identifier: GPL-3.0-or-later
// kubernetes.io/docs/concepts/architecture/garbage-collection: cascading deletion.
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace binnacle::simulator {

using core::Json;

namespace {

/// Its keys name objects of any collection: "collection|namespace" and name.
class GarbageCollector final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override
    {
        const Json &object = event.object->object();
        const ObjectName key = keyOf(event.collection, nameOf(object));
        const std::string uid = textAt(object, {"metadata", "uid"});
        const bool deleted = event.type == StorageEvent::Type::Deleted;
        for (const Json &owner : at(object, {"metadata", "ownerReferences"})) {
            const std::string ownerUid = textAt(owner, {"uid"});
            if (deleted) {
                m_dependents[ownerUid].erase(key);
                // Its owner may be waiting for this.
                if (const auto waiting = m_foreground.find(ownerUid); waiting != m_foreground.end())
                    enqueue(waiting->second);
            } else {
                m_dependents[ownerUid].insert(key);
                if (m_live.count(ownerUid) == 0)
                    enqueue(key);
            }
        }
        if (deleted) {
            m_live.erase(uid);
            m_foreground.erase(uid);
            if (const auto dependents = m_dependents.find(uid); dependents != m_dependents.end()) {
                for (const ObjectName &dependent : dependents->second)
                    enqueue(dependent);
                m_dependents.erase(dependents);
            }
            return;
        }
        m_live.insert(uid);
        if (isBeingDeleted(object) && waitsForDependents(object)) {
            m_foreground[uid] = key;
            enqueue(key);
        }
    }

    Delay reconcile(const ObjectName &key) override
    {
        const auto bar = key.nameSpace.find('|');
        const std::string collection = key.nameSpace.substr(0, bar);
        const ObjectName name{key.nameSpace.substr(bar + 1), key.name};
        const StoredPointer stored = m_state.storage.get(collection, name);
        const Resource *const resource = m_state.resources.stored(collection);
        if (!stored || resource == nullptr)
            return {};
        const Json &object = stored->object();
        if (isBeingDeleted(object) && waitsForDependents(object)) {
            deleteDependents(object);
            return {};
        }
        const Json &owners = at(object, {"metadata", "ownerReferences"});
        bool orphaned = owners.size() > 0;
        for (const Json &owner : owners)
            orphaned = orphaned && m_live.count(textAt(owner, {"uid"})) == 0;
        if (orphaned && !isBeingDeleted(object))
            (void)m_registry.remove(*resource, name, {});
        return {};
    }

private:
    static ObjectName keyOf(const std::string &collection, const ObjectName &name)
    {
        return {collection + "|" + name.nameSpace, name.name};
    }

    static bool waitsForDependents(const Json &object)
    {
        for (const Json &finalizer : at(object, {"metadata", "finalizers"}))
            if (finalizer == "foregroundDeletion")
                return true;
        return false;
    }

    void deleteDependents(const Json &object)
    {
        const std::string uid = textAt(object, {"metadata", "uid"});
        bool left = false;
        const std::set<ObjectName> dependents = m_dependents[uid];
        for (const ObjectName &key : dependents) {
            const auto bar = key.nameSpace.find('|');
            const std::string collection = key.nameSpace.substr(0, bar);
            const ObjectName name{key.nameSpace.substr(bar + 1), key.name};
            const StoredPointer dependent = m_state.storage.get(collection, name);
            const Resource *const resource = m_state.resources.stored(collection);
            if (!dependent || resource == nullptr)
                continue;
            DeleteOptions options;
            options.propagation = Propagation::Foreground;
            if (!isBeingDeleted(dependent->object()))
                (void)m_registry.remove(*resource, name, options);
            left = left || m_state.storage.get(collection, name);
        }
        if (left)
            return;
        const Resource *const mine =
            m_state.resources.forKind(textAt(object, {"apiVersion"}), textAt(object, {"kind"}));
        if (mine == nullptr)
            return;
        m_state.update(mine->collection(), nameOf(object), [](Json &changed) {
            Json kept = Json::array();
            for (const Json &finalizer : changed["metadata"]["finalizers"])
                if (finalizer != "foregroundDeletion")
                    kept.push_back(finalizer);
            if (kept.empty())
                changed["metadata"].erase("finalizers");
            else
                changed["metadata"]["finalizers"] = std::move(kept);
        });
        m_registry.finishDeletion(mine->collection(), nameOf(object));
    }

    std::map<std::string, std::set<ObjectName>> m_dependents; ///< by the owner's uid
    std::map<std::string, ObjectName> m_foreground;           ///< owners that wait, by uid
    std::set<std::string> m_live;                             ///< uids of what exists
};

} // namespace

ControllerPointer makeGarbageCollector(ClusterState &state, Registry &registry)
{
    return std::make_unique<GarbageCollector>(state, registry, std::string());
}

} // namespace binnacle::simulator
