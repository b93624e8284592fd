// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ControllerRevisions.h"
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr const char *revisionLabel = "controller-revision-hash";
constexpr const char *component = "statefulset-controller";

class StatefulSetController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &set = stored->object();
        std::set<std::string> live;
        for (const StoredPointer &pod : ownedBy(m_state, "pods", set))
            live.insert(textAt(pod->object(), {"metadata", "labels", revisionLabel}));
        const std::string revision = keepRevision(m_state, m_registry, set, "controller.kubernetes.io/hash", live);
        if (revision.empty())
            return std::chrono::seconds(15);
        const long long wanted = numberAt(set, {"spec", "replicas"});
        const bool parallel = textAt(set, {"spec", "podManagementPolicy"}) == "Parallel";
        bool settled = true;
        for (long long ordinal = 0; ordinal < wanted && (settled || parallel); ++ordinal)
            settled = ensurePod(set, ordinal, revision) && settled;
        if (settled || parallel)
            settled = removeSurplus(set, wanted, parallel) && settled;
        if (settled)
            update(set, wanted, revision);
        updateStatus(name, revision);
        return settled ? Delay() : Delay(std::chrono::seconds(15)); // a pod may have been refused by a quota
    }

private:
    [[nodiscard]] StoredPointer podAt(const Json &set, long long ordinal) const
    {
        const ObjectName name = nameOf(set);
        return m_state.storage.get("pods", {name.nameSpace, name.name + "-" + std::to_string(ordinal)});
    }

    /// True when the pod of this ordinal is there and ready.
    bool ensurePod(const Json &set, long long ordinal, const std::string &revision)
    {
        const StoredPointer pod = podAt(set, ordinal);
        if (!pod) {
            createPod(set, ordinal, revision);
            return false;
        }
        if (isPodFinished(pod->object()) && !isBeingDeleted(pod->object()))
            (void)m_registry.remove(*m_state.resources.stored("pods"), nameOf(pod->object()), {});
        return !isBeingDeleted(pod->object()) && isPodReady(pod->object());
    }

    void createPod(const Json &set, long long ordinal, const std::string &revision)
    {
        const std::string nameSpace = nameOf(set).nameSpace;
        const std::string name = nameOf(set).name + "-" + std::to_string(ordinal);
        Json pod = podFromTemplate(set, set["spec"]["template"]);
        pod["metadata"]["name"] = name;
        Json &labels = pod["metadata"]["labels"];
        labels[revisionLabel] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = std::to_string(ordinal);
        pod["spec"]["hostname"] = name;
        if (set["spec"].contains("serviceName"))
            pod["spec"]["subdomain"] = set["spec"]["serviceName"];
        WriteOptions options;
        options.internal = true;
        for (const Json &claim : at(set, {"spec", "volumeClaimTemplates"})) {
            const std::string base = textAt(claim, {"metadata", "name"});
            const std::string claimName = base + "-" + name;
            Json volume = {{"name", base}, {"persistentVolumeClaim", {{"claimName", claimName}}}};
            pod["spec"]["volumes"].push_back(std::move(volume));
            if (m_state.storage.get("persistentvolumeclaims", {nameSpace, claimName}))
                continue;
            Json object = claim;
            object.erase("status");
            object["metadata"]["name"] = claimName;
            object["metadata"]["labels"] = at(set, {"spec", "selector", "matchLabels"});
            const auto created = m_registry.create(*m_state.resources.stored("persistentvolumeclaims"), nameSpace,
                                                   std::move(object), options);
            if (created)
                m_state.recordEvent(set, "Normal", "SuccessfulCreate",
                                    "create Claim " + claimName + " Pod " + name + " in StatefulSet " +
                                        nameOf(set).name + " success",
                                    component);
        }
        const auto created = m_registry.create(*m_state.resources.stored("pods"), nameSpace, std::move(pod), options);
        const std::string what = "create Pod " + name + " in StatefulSet " + nameOf(set).name;
        if (created)
            m_state.recordEvent(set, "Normal", "SuccessfulCreate", what + " successful", component);
        else
            m_state.recordEvent(set, "Warning", "FailedCreate", what + " failed error: " + created.error().message,
                                component);
    }

    bool deletePod(const Json &set, const StoredPointer &pod)
    {
        if (isBeingDeleted(pod->object()))
            return false;
        (void)m_registry.remove(*m_state.resources.stored("pods"), nameOf(pod->object()), {});
        m_state.recordEvent(set, "Normal", "SuccessfulDelete",
                            "delete Pod " + nameOf(pod->object()).name + " in StatefulSet " + nameOf(set).name +
                                " successful",
                            component);
        return true;
    }

    static long long ordinalOf(const Json &pod)
    {
        const std::string name = nameOf(pod).name;
        return std::atoll(name.substr(name.rfind('-') + 1).c_str());
    }

    /// Highest ordinal first, one at a time. True when none is surplus.
    bool removeSurplus(const Json &set, long long wanted, bool parallel)
    {
        StoredPointer highest;
        for (const StoredPointer &pod : ownedBy(m_state, "pods", set)) {
            if (ordinalOf(pod->object()) < wanted)
                continue;
            if (parallel)
                deletePod(set, pod);
            if (!highest || ordinalOf(pod->object()) > ordinalOf(highest->object()))
                highest = pod;
        }
        if (highest && !parallel)
            deletePod(set, highest);
        return !highest;
    }

    /// The rolling update: from the highest ordinal down to the partition, one pod at a time.
    void update(const Json &set, long long wanted, const std::string &revision)
    {
        if (textAt(set, {"spec", "updateStrategy", "type"}) != "RollingUpdate")
            return;
        const long long partition = numberAt(set, {"spec", "updateStrategy", "rollingUpdate", "partition"});
        for (long long ordinal = wanted - 1; ordinal >= partition; --ordinal) {
            const StoredPointer pod = podAt(set, ordinal);
            if (pod && textAt(pod->object(), {"metadata", "labels", revisionLabel}) != revision) {
                deletePod(set, pod);
                return;
            }
        }
    }

    void updateStatus(const ObjectName &name, const std::string &revision)
    {
        m_state.update(collection(), name, [&](Json &set) {
            long long replicas = 0, ready = 0, updated = 0, available = 0;
            for (const StoredPointer &pod : ownedBy(m_state, "pods", set)) {
                ++replicas;
                ready += isPodReady(pod->object()) ? 1 : 0;
                available += isPodAvailable(m_state, pod->object(), numberAt(set, {"spec", "minReadySeconds"})) ? 1 : 0;
                updated += textAt(pod->object(), {"metadata", "labels", revisionLabel}) == revision ? 1 : 0;
            }
            Json &status = set["status"];
            status["replicas"] = replicas;
            status["readyReplicas"] = ready;
            status["availableReplicas"] = available;
            status["updatedReplicas"] = updated;
            status["currentReplicas"] = updated;
            status["collisionCount"] = 0;
            status["updateRevision"] = revision;
            if (updated == replicas && ready == replicas)
                status["currentRevision"] = revision;
            else if (!status.contains("currentRevision"))
                status["currentRevision"] = revision;
            status["observedGeneration"] = numberAt(set, {"metadata", "generation"});
        });
    }
};

} // namespace

ControllerPointer makeStatefulSetController(ClusterState &state, Registry &registry)
{
    return std::make_unique<StatefulSetController>(state, registry, "statefulsets.apps");
}

} // namespace binnacle::simulator
