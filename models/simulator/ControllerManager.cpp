// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ControllerManager.h"

#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace binnacle::simulator {

ControllerManager::ControllerManager(ClusterState &state, Registry &registry) : m_state(state)
{
    for (auto make : {makeDeploymentController, makeStatefulSetController, makeDaemonSetController, makeJobController,
                      makeCronJobController, makeServiceController, makeIngressController, makeVolumeController,
                      makeAutoscalerController, makeDisruptionController, makeQuotaController, makeNamespaceController,
                      makeDefinitionController, makeGarbageCollector, makeKubelet})
        m_controllers.push_back(make(state, registry));
    for (const char *const collection : {"replicasets.apps", "replicationcontrollers"})
        m_controllers.push_back(makeReplicaSetController(state, registry, collection));
    state.storage.onEvent([this](const StorageEvent &event) { observe(event); });
}

ControllerManager::~ControllerManager() = default;

void ControllerManager::observe(const StorageEvent &event)
{
    const core::Json &object = event.object->object();
    const ObjectName name = nameOf(object);
    const core::Json &owner = controllerOf(object);
    std::string ownerCollection;
    if (owner.is_object())
        if (const Resource *const resource =
                m_state.resources.forKind(textAt(owner, {"apiVersion"}), textAt(owner, {"kind"})))
            ownerCollection = resource->collection();
    for (std::size_t i = 0; i < m_controllers.size(); ++i) {
        Controller &controller = *m_controllers[i];
        if (controller.collection() == event.collection)
            enqueue(i, name);
        if (!ownerCollection.empty() && controller.collection() == ownerCollection)
            enqueue(i, {name.nameSpace, textAt(owner, {"name"})});
        controller.observe(event, [this, i](const ObjectName &other) { enqueue(i, other); });
    }
}

void ControllerManager::enqueue(std::size_t controller, const ObjectName &name)
{
    Item item{controller, name};
    if (m_queued.insert(item).second)
        m_queue.push_back(std::move(item));
}

bool ControllerManager::run(std::size_t budget)
{
    const auto now = m_state.clock.monotonic();
    while (!m_timers.empty() && m_timers.begin()->first <= now) {
        const Item item = m_timers.begin()->second;
        m_timers.erase(m_timers.begin());
        m_due.erase(item);
        enqueue(item.first, item.second);
    }
    for (; budget > 0 && !m_queue.empty(); --budget) {
        const Item item = m_queue.front();
        m_queue.pop_front();
        m_queued.erase(item);
        if (const auto due = m_due.find(item); due != m_due.end()) {
            m_timers.erase({due->second, item});
            m_due.erase(due);
        }
        const Controller::Delay delay = reconcile(item);
        if (delay) {
            const auto due = now + *delay;
            m_due[item] = due;
            m_timers.insert({due, item});
        }
    }
    return !m_queue.empty();
}

Controller::Delay ControllerManager::reconcile(const Item &item)
{
    try {
        return m_controllers[item.first]->reconcile(item.second);
    } catch (const std::exception &problem) {
        // An object of a shape that no controller expects must not end the cluster.
        spdlog::error("demo cluster: {} {}/{}: {}", m_controllers[item.first]->collection(), item.second.nameSpace,
                      item.second.name, problem.what());
        return std::chrono::seconds(10);
    }
}

std::optional<std::chrono::steady_clock::time_point> ControllerManager::nextTimer() const
{
    if (m_timers.empty())
        return std::nullopt;
    return m_timers.begin()->first;
}

} // namespace binnacle::simulator
