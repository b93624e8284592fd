// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ControllerRevisions.h"
#include "simulator/Controllers.h"
#include "simulator/Scheduler.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr const char *revisionLabel = "controller-revision-hash";

class DaemonSetController final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override
    {
        if (event.collection == "nodes" && event.type != StorageEvent::Type::Modified)
            for (const auto &[name, set] : m_state.storage.all(collection()))
                enqueue(name);
    }

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &set = stored->object();
        const auto pods = ownedBy(m_state, "pods", set);
        std::set<std::string> live;
        for (const StoredPointer &pod : pods)
            live.insert(name.name + "-" + textAt(pod->object(), {"metadata", "labels", revisionLabel}));
        if (keepRevision(m_state, m_registry, set, revisionLabel, live).empty())
            return std::chrono::seconds(15);
        const std::string revision = templateHash(set["spec"]["template"]);
        bool updating = false;
        for (const StoredPointer &pod : pods)
            updating = updating || isBeingDeleted(pod->object()) || !isPodReady(pod->object());
        long long desired = 0;
        for (const auto &[nodeName, node] : m_state.storage.all("nodes")) {
            if (!runsDaemonOn(at(set, {"spec", "template", "spec"}), node->object()))
                continue;
            ++desired;
            const StoredPointer mine = podOn(pods, nodeName.name);
            if (!mine) {
                createPod(set, nodeName.name, revision);
            } else if (!updating && textAt(mine->object(), {"metadata", "labels", revisionLabel}) != revision &&
                       textAt(set, {"spec", "updateStrategy", "type"}) == "RollingUpdate") {
                (void)m_registry.remove(*m_state.resources.stored("pods"), nameOf(mine->object()), {});
                updating = true;
            }
        }
        updateStatus(name, desired, revision);
        return {};
    }

private:
    static StoredPointer podOn(const std::vector<StoredPointer> &pods, const std::string &node)
    {
        for (const StoredPointer &pod : pods)
            if (textAt(pod->object(), {"spec", "nodeName"}) == node)
                return pod;
        return nullptr;
    }

    void createPod(const Json &set, const std::string &node, const std::string &revision)
    {
        Json pod = podFromTemplate(set, set["spec"]["template"]);
        pod["metadata"]["generateName"] = nameOf(set).name + "-";
        pod["metadata"]["labels"][revisionLabel] = revision;
        pod["spec"]["nodeName"] = node;
        WriteOptions options;
        options.internal = true;
        const auto created =
            m_registry.create(*m_state.resources.stored("pods"), nameOf(set).nameSpace, std::move(pod), options);
        if (created)
            m_state.recordEvent(set, "Normal", "SuccessfulCreate",
                                "Created pod: " + textAt(created->object, {"metadata", "name"}),
                                "daemonset-controller");
        else
            m_state.recordEvent(set, "Warning", "FailedCreate", "Error creating: " + created.error().message,
                                "daemonset-controller");
    }

    void updateStatus(const ObjectName &name, long long desired, const std::string &revision)
    {
        m_state.update(collection(), name, [&](Json &set) {
            long long current = 0, ready = 0, updated = 0, available = 0;
            for (const StoredPointer &pod : ownedBy(m_state, "pods", set)) {
                ++current;
                ready += isPodReady(pod->object()) ? 1 : 0;
                available += isPodAvailable(m_state, pod->object(), numberAt(set, {"spec", "minReadySeconds"})) ? 1 : 0;
                updated += textAt(pod->object(), {"metadata", "labels", revisionLabel}) == revision ? 1 : 0;
            }
            Json &status = set["status"];
            status = {{"desiredNumberScheduled", desired},
                      {"currentNumberScheduled", current},
                      {"numberMisscheduled", 0},
                      {"numberReady", ready},
                      {"updatedNumberScheduled", updated},
                      {"numberAvailable", available},
                      {"observedGeneration", numberAt(set, {"metadata", "generation"})}};
            if (desired > available)
                status["numberUnavailable"] = desired - available;
        });
    }
};

} // namespace

ControllerPointer makeDaemonSetController(ClusterState &state, Registry &registry)
{
    return std::make_unique<DaemonSetController>(state, registry, "daemonsets.apps");
}

} // namespace binnacle::simulator
