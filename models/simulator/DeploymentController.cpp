// SPDX-License-Identifier: GPL-3.0-or-later
// Rolling updates as kubernetes.io/docs/concepts/workloads/controllers/deployment describes them.
#include "simulator/ControllerRevisions.h"
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr const char *replicaSets = "replicasets.apps";
constexpr const char *revisionKey = "deployment.kubernetes.io/revision";
constexpr const char *historyKey = "deployment.kubernetes.io/revision-history";

long long revisionOf(const Json &object)
{
    return std::atoll(textAt(object, {"metadata", "annotations", revisionKey}).c_str());
}

class DeploymentController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &deployment = stored->object();
        const std::string hash = templateHash(deployment["spec"]["template"]);
        std::vector<StoredPointer> sets = ownedBy(m_state, replicaSets, deployment);
        const ObjectName currentName{name.nameSpace, name.name + "-" + hash};
        if (!flagAt(deployment, {"spec", "paused"})) {
            if (!m_state.storage.get(replicaSets, currentName) && !createSet(deployment, currentName, hash, sets))
                return std::chrono::seconds(15);
            adoptRevision(name, currentName, ownedBy(m_state, replicaSets, deployment));
            roll(deployment, currentName);
            cleanUp(deployment, currentName);
        }
        const Delay again = updateStatus(name, currentName);
        // Pods belong to the sets, so their end does not call here by itself.
        return waitsForOldPods(deployment, currentName) ? Delay(std::chrono::milliseconds(200)) : again;
    }

private:
    /// A Recreate deployment makes no new pod before the last old one is gone.
    [[nodiscard]] bool waitsForOldPods(const Json &deployment, const ObjectName &currentName) const
    {
        return textAt(deployment, {"spec", "strategy", "type"}) == "Recreate" && !oldPodsGone(deployment, currentName);
    }

    /// Whether it was: a quota may count them.
    bool createSet(const Json &deployment, const ObjectName &name, const std::string &hash,
                   const std::vector<StoredPointer> &sets)
    {
        Json podTemplate = deployment["spec"]["template"];
        podTemplate["metadata"]["labels"]["pod-template-hash"] = hash;
        Json selector = deployment["spec"]["selector"];
        selector["matchLabels"]["pod-template-hash"] = hash;
        Json spec = {{"replicas", 0}, {"selector", selector}, {"template", podTemplate}};
        if (deployment["spec"].contains("minReadySeconds"))
            spec["minReadySeconds"] = deployment["spec"]["minReadySeconds"];
        long long revision = 1;
        for (const StoredPointer &set : sets)
            revision = std::max(revision, revisionOf(set->object()) + 1);
        Json set = {{"apiVersion", "apps/v1"},
                    {"kind", "ReplicaSet"},
                    {"metadata",
                     {{"name", name.name},
                      {"labels", podTemplate["metadata"]["labels"]},
                      {"annotations", {{revisionKey, std::to_string(revision)}}},
                      {"ownerReferences", {controllerReference(deployment)}}}},
                    {"spec", std::move(spec)}};
        WriteOptions options;
        options.internal = true;
        const auto created =
            m_registry.create(*m_state.resources.stored(replicaSets), name.nameSpace, std::move(set), options);
        if (!created)
            m_state.recordEvent(deployment, "Warning", "ReplicaSetCreateError",
                                "Failed to create new replica set \"" + name.name + "\": " + created.error().message,
                                "deployment-controller");
        return created.has_value();
    }

    /// The current set always has the newest revision: going back to an old template renumbers its set.
    void adoptRevision(const ObjectName &name, const ObjectName &currentName, const std::vector<StoredPointer> &sets)
    {
        long long newest = 0;
        for (const StoredPointer &set : sets)
            if (nameOf(set->object()) != currentName)
                newest = std::max(newest, revisionOf(set->object()));
        const StoredPointer current = m_state.storage.get(replicaSets, currentName);
        if (!current)
            return;
        const long long revision = std::max(newest + 1, revisionOf(current->object()));
        m_state.update(collection(), name, [&](Json &object) {
            object["metadata"]["annotations"][revisionKey] = std::to_string(revision);
        });
        annotate(m_state.storage.get(collection(), name)->object(), currentName, revision);
    }

    /// The set says what its deployment says of itself, and which numbers it has had.
    void annotate(const Json &deployment, const ObjectName &setName, long long revision)
    {
        const long long wanted = numberAt(deployment, {"spec", "replicas"});
        const long long surge =
            resolvePercent(at(deployment, {"spec", "strategy", "rollingUpdate", "maxSurge"}), wanted, true);
        m_state.update(replicaSets, setName, [&](Json &set) {
            Json &annotations = set["metadata"]["annotations"];
            const std::string before = textAt(annotations, {revisionKey});
            if (before != std::to_string(revision)) {
                const std::string earlier = textAt(annotations, {historyKey});
                annotations[historyKey] = earlier.empty() ? before : earlier + "," + before;
            }
            annotations[revisionKey] = std::to_string(revision);
            annotations["deployment.kubernetes.io/desired-replicas"] = std::to_string(wanted);
            annotations["deployment.kubernetes.io/max-replicas"] = std::to_string(wanted + surge);
            const Json copied = annotationsForRevision(deployment);
            for (const auto &[key, value] : copied.items())
                annotations[key] = value;
        });
    }

    void scaleSet(const Json &deployment, const Json &set, long long replicas)
    {
        const long long before = numberAt(set, {"spec", "replicas"});
        if (before == replicas)
            return;
        m_state.update(replicaSets, nameOf(set), [&](Json &changed) {
            changed["spec"]["replicas"] = replicas;
            changed["metadata"]["generation"] = numberAt(changed, {"metadata", "generation"}) + 1;
        });
        m_state.recordEvent(deployment, "Normal", "ScalingReplicaSet",
                            std::string("Scaled ") + (replicas > before ? "up" : "down") + " replica set " +
                                nameOf(set).name + (replicas > before ? " from " : " from ") + std::to_string(before) +
                                " to " + std::to_string(replicas),
                            "deployment-controller");
    }

    void roll(const Json &deployment, const ObjectName &currentName)
    {
        const StoredPointer current = m_state.storage.get(replicaSets, currentName);
        if (!current)
            return;
        const long long wanted = numberAt(deployment, {"spec", "replicas"});
        std::vector<StoredPointer> old;
        long long oldReplicas = 0, available = 0;
        for (const StoredPointer &set : ownedBy(m_state, replicaSets, deployment)) {
            available += numberAt(set->object(), {"status", "availableReplicas"});
            if (nameOf(set->object()) == currentName)
                continue;
            old.push_back(set);
            oldReplicas += numberAt(set->object(), {"spec", "replicas"});
        }
        const bool recreate = textAt(deployment, {"spec", "strategy", "type"}) == "Recreate";
        if (recreate) {
            for (const StoredPointer &set : old)
                scaleSet(deployment, set->object(), 0);
            if (oldPodsGone(deployment, currentName))
                scaleSet(deployment, current->object(), wanted);
            return;
        }
        const Json &rolling = at(deployment, {"spec", "strategy", "rollingUpdate"});
        const long long surge = resolvePercent(at(rolling, {"maxSurge"}), wanted, true);
        long long unavailable = resolvePercent(at(rolling, {"maxUnavailable"}), wanted, false);
        if (surge == 0 && unavailable == 0)
            unavailable = 1;
        const long long mine = numberAt(current->object(), {"spec", "replicas"});
        long long target = wanted;
        if (oldReplicas > 0)
            target = mine > wanted ? wanted : std::min(wanted, std::max(mine, wanted + surge - oldReplicas));
        scaleSet(deployment, current->object(), target);
        // What may go: broken old pods always, working ones only above the minimum available.
        long long spare = available - (wanted - unavailable);
        const long long unready = target - numberAt(current->object(), {"status", "availableReplicas"});
        long long removable = oldReplicas + target - (wanted - unavailable) - std::max(0LL, unready);
        for (const StoredPointer &set : old) {
            const long long replicas = numberAt(set->object(), {"spec", "replicas"});
            const long long broken = std::max(0LL, replicas - numberAt(set->object(), {"status", "availableReplicas"}));
            const long long cleanup = std::min(broken, std::max(0LL, removable));
            const long long working =
                std::clamp(spare, 0LL, std::max(0LL, std::min(replicas - cleanup, removable - cleanup)));
            spare -= working;
            removable -= cleanup + working;
            if (cleanup + working > 0)
                scaleSet(deployment, set->object(), replicas - cleanup - working);
        }
    }

    [[nodiscard]] bool oldPodsGone(const Json &deployment, const ObjectName &currentName) const
    {
        for (const StoredPointer &set : ownedBy(m_state, replicaSets, deployment))
            if (nameOf(set->object()) != currentName && !ownedBy(m_state, "pods", set->object()).empty())
                return false;
        return true;
    }

    void cleanUp(const Json &deployment, const ObjectName &currentName)
    {
        std::vector<StoredPointer> idle;
        for (const StoredPointer &set : ownedBy(m_state, replicaSets, deployment))
            if (nameOf(set->object()) != currentName && numberAt(set->object(), {"spec", "replicas"}) == 0 &&
                numberAt(set->object(), {"status", "replicas"}) == 0)
                idle.push_back(set);
        std::sort(idle.begin(), idle.end(), [](const StoredPointer &a, const StoredPointer &b) {
            return revisionOf(a->object()) < revisionOf(b->object());
        });
        const auto keep = static_cast<std::size_t>(numberAt(deployment, {"spec", "revisionHistoryLimit"}, 10));
        for (std::size_t i = 0; i + keep < idle.size(); ++i)
            (void)m_registry.remove(*m_state.resources.stored(replicaSets), nameOf(idle[i]->object()), {});
    }

    Delay updateStatus(const ObjectName &name, const ObjectName &currentName)
    {
        Delay again;
        m_state.update(collection(), name, [&](Json &deployment) {
            long long replicas = 0, ready = 0, available = 0, updated = 0;
            std::string failure;
            for (const StoredPointer &set : ownedBy(m_state, replicaSets, deployment)) {
                replicas += numberAt(set->object(), {"status", "replicas"});
                ready += numberAt(set->object(), {"status", "readyReplicas"});
                available += numberAt(set->object(), {"status", "availableReplicas"});
                if (nameOf(set->object()) == currentName) {
                    updated = numberAt(set->object(), {"status", "replicas"});
                    failure = textAt(condition(set->object(), "ReplicaFailure"), {"message"});
                }
            }
            Json &status = deployment["status"];
            if (!status.is_object())
                status = Json::object();
            const Json before = status;
            const long long wanted = numberAt(deployment, {"spec", "replicas"});
            const auto count = [&](const char *field, long long value) {
                if (value > 0)
                    status[field] = value;
                else
                    status.erase(field);
            };
            count("replicas", replicas);
            count("readyReplicas", ready);
            count("availableReplicas", available);
            count("updatedReplicas", updated);
            count("unavailableReplicas", std::max(0LL, wanted - available));
            status["observedGeneration"] = numberAt(deployment, {"metadata", "generation"});
            const long long unavailable =
                resolvePercent(at(deployment, {"spec", "strategy", "rollingUpdate", "maxUnavailable"}), wanted, false);
            if (available >= wanted - unavailable)
                setCondition(deployment, "Available", "True", "MinimumReplicasAvailable",
                             "Deployment has minimum availability.", m_state.timeText());
            else
                setCondition(deployment, "Available", "False", "MinimumReplicasUnavailable",
                             "Deployment does not have minimum availability.", m_state.timeText());
            if (!failure.empty())
                setCondition(deployment, "ReplicaFailure", "True", "FailedCreate", failure, m_state.timeText());
            else if (condition(deployment, "ReplicaFailure").is_object())
                eraseCondition(deployment, "ReplicaFailure");
            const bool complete = updated == wanted && replicas == wanted && available == wanted;
            again = progress(deployment, before, complete, currentName.name);
        });
        return again;
    }

    static void eraseCondition(Json &object, const std::string &type)
    {
        Json kept = Json::array();
        for (const Json &entry : object["status"]["conditions"])
            if (textAt(entry, {"type"}) != type)
                kept.push_back(entry);
        object["status"]["conditions"] = std::move(kept);
    }

    /// The Progressing condition: complete, progressing since the last change, or past the deadline.
    Delay progress(Json &deployment, const Json &before, bool complete, const std::string &set)
    {
        const std::string time = m_state.timeText();
        if (flagAt(deployment, {"spec", "paused"})) {
            setCondition(deployment, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", time);
            return {};
        }
        if (complete) {
            setCondition(deployment, "Progressing", "True", "NewReplicaSetAvailable",
                         "ReplicaSet \"" + set + "\" has successfully progressed.", time);
            return {};
        }
        const auto changed = [&](const char *field) {
            return at(before, {field}) != at(deployment, {"status", field});
        };
        const bool moved = changed("replicas") || changed("readyReplicas") || changed("availableReplicas") ||
                           changed("updatedReplicas") || changed("observedGeneration");
        const std::string reason = textAt(condition(deployment, "Progressing"), {"reason"});
        const auto deadline = std::chrono::seconds(numberAt(deployment, {"spec", "progressDeadlineSeconds"}, 600));
        if (moved || reason.empty() || reason == "NewReplicaSetAvailable" || reason == "DeploymentPaused") {
            setCondition(deployment, "Progressing", "True", "ReplicaSetUpdated",
                         "ReplicaSet \"" + set + "\" is progressing.", time);
            for (Json &entry : deployment["status"]["conditions"])
                if (entry["type"] == "Progressing")
                    entry["lastUpdateTime"] = time;
            return deadline;
        }
        const auto since = core::parseTime(textAt(condition(deployment, "Progressing"), {"lastUpdateTime"}));
        const auto waited = since ? m_state.clock.now() - *since : std::chrono::seconds(0);
        if (waited < deadline)
            return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - waited) + std::chrono::seconds(1);
        setCondition(deployment, "Progressing", "False", "ProgressDeadlineExceeded",
                     "ReplicaSet \"" + set + "\" has timed out progressing.", time);
        return {};
    }
};

} // namespace

ControllerPointer makeDeploymentController(ClusterState &state, Registry &registry)
{
    return std::make_unique<DeploymentController>(state, registry, "deployments.apps");
}

} // namespace binnacle::simulator
