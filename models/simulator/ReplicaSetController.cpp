// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace binnacle::simulator {

using core::Json;

namespace {

class ReplicaSetController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || isBeingDeleted(stored->object()))
            return {};
        const Json &set = stored->object();
        std::vector<StoredPointer> active;
        for (const StoredPointer &pod : ownedBy(m_state, "pods", set))
            if (!isBeingDeleted(pod->object()) && !isPodFinished(pod->object()))
                active.push_back(pod);
        const auto wanted = static_cast<std::size_t>(std::max(0LL, numberAt(set, {"spec", "replicas"})));
        std::string failure;
        const auto now = m_state.clock.monotonic();
        const auto retry = m_retryAt.find(name);
        // What admission refused is tried again later, not at every change of the set's own status.
        if (active.size() < wanted && retry != m_retryAt.end() && now < retry->second) {
            updateStatus(name, active, textAt(condition(set, "ReplicaFailure"), {"message"}));
            return std::chrono::duration_cast<std::chrono::milliseconds>(retry->second - now) +
                   std::chrono::milliseconds(1);
        }
        while (active.size() < wanted && failure.empty()) {
            auto pod = createPod(set);
            if (pod)
                active.push_back(m_state.storage.get("pods", nameOf(pod->object)));
            else
                failure = pod.error().message;
        }
        if (active.size() > wanted)
            removeSome(set, active, active.size() - wanted);
        if (failure.empty())
            m_retryAt.erase(name);
        else
            m_retryAt[name] = now + retryAfter;
        updateStatus(name, active, failure);
        return failure.empty() ? Delay() : Delay(retryAfter);
    }

private:
    static constexpr std::chrono::seconds retryAfter{5};

    ApiResult<Written> createPod(const Json &set)
    {
        Json pod = podFromTemplate(set, set["spec"]["template"]);
        pod["metadata"]["generateName"] = textAt(set, {"metadata", "name"}) + "-";
        WriteOptions options;
        options.internal = true;
        const Resource &pods = *m_state.resources.stored("pods");
        auto created = m_registry.create(pods, nameOf(set).nameSpace, std::move(pod), options);
        const std::string kind =
            textAt(set, {"kind"}) == "ReplicaSet" ? "replicaset-controller" : "replication-controller";
        if (created)
            m_state.recordEvent(set, "Normal", "SuccessfulCreate",
                                "Created pod: " + textAt(created->object, {"metadata", "name"}), kind);
        else
            m_state.recordEvent(set, "Warning", "FailedCreate", "Error creating: " + created.error().message, kind);
        return created;
    }

    void removeSome(const Json &set, std::vector<StoredPointer> &active, std::size_t count)
    {
        // Those that serve least go first: unscheduled, unready, youngest.
        std::stable_sort(active.begin(), active.end(), [](const StoredPointer &a, const StoredPointer &b) {
            const auto rank = [](const Json &pod) {
                return std::make_tuple(!textAt(pod, {"spec", "nodeName"}).empty(), isPodReady(pod));
            };
            const auto left = rank(a->object()), right = rank(b->object());
            if (left != right)
                return left < right;
            return textAt(a->object(), {"metadata", "creationTimestamp"}) >
                   textAt(b->object(), {"metadata", "creationTimestamp"});
        });
        const Resource &pods = *m_state.resources.stored("pods");
        for (std::size_t i = 0; i < count; ++i) {
            const ObjectName name = nameOf(active[i]->object());
            (void)m_registry.remove(pods, name, {});
            m_state.recordEvent(set, "Normal", "SuccessfulDelete", "Deleted pod: " + name.name,
                                "replicaset-controller");
        }
        active.erase(active.begin(), active.begin() + static_cast<std::ptrdiff_t>(count));
    }

    void updateStatus(const ObjectName &name, const std::vector<StoredPointer> &active, const std::string &failure)
    {
        long long ready = 0, available = 0;
        m_state.update(collection(), name, [&](Json &set) {
            for (const StoredPointer &pod : active) {
                ready += isPodReady(pod->object()) ? 1 : 0;
                available += isPodAvailable(m_state, pod->object(), numberAt(set, {"spec", "minReadySeconds"})) ? 1 : 0;
            }
            Json &status = set["status"];
            status["replicas"] = active.size();
            status["fullyLabeledReplicas"] = active.size();
            status["readyReplicas"] = ready;
            status["availableReplicas"] = available;
            for (const char *const count : {"fullyLabeledReplicas", "readyReplicas", "availableReplicas"})
                if (status[count] == 0)
                    status.erase(count);
            status["observedGeneration"] = numberAt(set, {"metadata", "generation"});
            if (!failure.empty())
                setCondition(set, "ReplicaFailure", "True", "FailedCreate", failure, m_state.timeText());
            else if (condition(set, "ReplicaFailure").is_object())
                status.erase("conditions");
        });
    }

    std::map<ObjectName, std::chrono::steady_clock::time_point> m_retryAt;
};

} // namespace

ControllerPointer makeReplicaSetController(ClusterState &state, Registry &registry, const std::string &collection)
{
    return std::make_unique<ReplicaSetController>(state, registry, collection);
}

} // namespace binnacle::simulator
