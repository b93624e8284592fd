// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::simulator {

using core::Json;

namespace {

/// Every namespace has a default service account and the cluster's CA; a deleted one is emptied before it goes.
class NamespaceController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored)
            return {};
        if (isBeingDeleted(stored->object())) {
            // As on a real cluster, the content outlives the request that deletes its namespace by a moment.
            if (m_doomed.insert(textAt(stored->object(), {"metadata", "uid"})).second)
                return emptyAfter;
            return empty(name);
        }
        WriteOptions options;
        options.internal = true;
        if (!m_state.storage.get("serviceaccounts", {name.name, "default"}))
            (void)m_registry.create(*m_state.resources.stored("serviceaccounts"), name.name,
                                    {{"metadata", {{"name", "default"}}}}, options);
        if (!m_state.storage.get("configmaps", {name.name, "kube-root-ca.crt"}))
            (void)m_registry.create(*m_state.resources.stored("configmaps"), name.name,
                                    {{"metadata", {{"name", "kube-root-ca.crt"}}},
                                     {"data", {{"ca.crt", "the demo cluster is served without TLS\n"}}}},
                                    options);
        return {};
    }

private:
    static constexpr std::chrono::milliseconds emptyAfter{500};

    Delay empty(const ObjectName &name)
    {
        std::size_t left = 0;
        for (const auto &resource : m_state.resources.all()) {
            if (!resource->namespaced || resource->readOnly)
                continue;
            const auto objects = m_state.storage.listAt(resource->collection(), name.name, m_state.storage.version());
            for (const StoredPointer &object : *objects) {
                if (!isBeingDeleted(object->object()))
                    (void)m_registry.remove(*resource, nameOf(object->object()), {});
                left += m_state.storage.get(resource->collection(), nameOf(object->object())) ? 1 : 0;
            }
        }
        if (left > 0) {
            m_state.update(collection(), name, [&](Json &space) {
                setCondition(space, "NamespaceContentRemaining", "True", "SomeResourcesRemain",
                             "Some resources are remaining: " + std::to_string(left) + " resource instances",
                             m_state.timeText());
            });
            return std::chrono::milliseconds(300);
        }
        m_state.update(collection(), name, [](Json &space) { space["spec"].erase("finalizers"); });
        m_registry.finishDeletion(collection(), name);
        return {};
    }

    std::set<std::string> m_doomed; ///< uids of namespaces whose deletion was seen
};

} // namespace

ControllerPointer makeNamespaceController(ClusterState &state, Registry &registry)
{
    return std::make_unique<NamespaceController>(state, registry, "namespaces");
}

} // namespace binnacle::simulator
