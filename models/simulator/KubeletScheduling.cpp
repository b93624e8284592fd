// SPDX-License-Identifier: GPL-3.0-or-later
// Where a pod may run, and what it needs there.
#include "simulator/Kubelet.h"
#include "simulator/Scheduler.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

bool counts(const Json &pod)
{
    const std::string phase = textAt(pod, {"status", "phase"});
    return !textAt(pod, {"spec", "nodeName"}).empty() && phase != "Succeeded" && phase != "Failed";
}

} // namespace

void Kubelet::observe(const StorageEvent &event, const Enqueue &)
{
    if (event.collection != "pods")
        return;
    const auto add = [this](const Json &pod, int sign) {
        if (!counts(pod))
            return;
        NodeLoad &load = m_loads[textAt(pod, {"spec", "nodeName"})];
        for (const auto &[resource, amount] : amountsWithOverhead(pod["spec"]))
            load.asked[resource] += sign * amount;
        load.pods += sign;
        if (!at(pod, {"spec", "affinity", "podAntiAffinity"}).empty())
            m_apart += sign;
    };
    if (event.previous)
        add(event.previous->object(), -1);
    if (event.type != StorageEvent::Type::Deleted)
        add(event.object->object(), 1);
}

std::string Kubelet::unschedulableReason(const Json &pod, std::string &chosen) const
{
    for (const Json &volume : at(pod, {"spec", "volumes"})) {
        const std::string claim = textAt(volume, {"persistentVolumeClaim", "claimName"});
        if (claim.empty())
            continue;
        const StoredPointer stored = m_state.storage.get("persistentvolumeclaims", {nameOf(pod).nameSpace, claim});
        if (!stored)
            return "0/" + std::to_string(m_state.storage.all("nodes").size()) +
                   " nodes are available: persistentvolumeclaim \"" + claim + "\" not found.";
        if (textAt(stored->object(), {"status", "phase"}) != "Bound")
            return "0/" + std::to_string(m_state.storage.all("nodes").size()) +
                   " nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    }
    Scheduler scheduler(m_state, m_loads, m_apart > 0, pod);
    chosen = scheduler.choose();
    return scheduler.reason();
}

Controller::Delay Kubelet::schedule(const ObjectName &name, const Json &pod)
{
    std::string node = textAt(pod, {"spec", "nodeName"});
    if (node.empty()) {
        const std::string reason = unschedulableReason(pod, node);
        if (!reason.empty()) {
            m_state.recordEvent(pod, "Warning", "FailedScheduling", reason, "default-scheduler");
            m_state.update("pods", name, [&](Json &changed) {
                setCondition(changed, "PodScheduled", "False", "Unschedulable", reason, m_state.timeText());
            });
            return std::chrono::milliseconds(1500);
        }
        m_state.recordEvent(pod, "Normal", "Scheduled",
                            "Successfully assigned " + name.nameSpace + "/" + name.name + " to " + node,
                            "default-scheduler");
    }
    const StoredPointer host = m_state.storage.get("nodes", {{}, node});
    std::string hostAddress = "10.0.0.1";
    if (host)
        for (const Json &address : at(host->object(), {"status", "addresses"}))
            if (textAt(address, {"type"}) == "InternalIP")
                hostAddress = textAt(address, {"address"});
    const unsigned number = m_nextAddress++;
    const std::string address = "10.244." + std::to_string(number / 250 % 250) + "." + std::to_string(1 + number % 250);
    m_state.update("pods", name, [&](Json &changed) {
        const std::string time = m_state.timeText();
        changed["spec"]["nodeName"] = node;
        Json &status = changed["status"];
        status["startTime"] = time;
        status["hostIP"] = hostAddress;
        status["hostIPs"] = Json::array({{{"ip", hostAddress}}});
        status["podIP"] = address;
        status["podIPs"] = Json::array({{{"ip", address}}});
        setCondition(changed, "PodScheduled", "True", "", "", time);
        setCondition(changed, "Initialized", changed["spec"].contains("initContainers") ? "False" : "True", "", "",
                     time);
        setCondition(changed, "ContainersReady", "False", "ContainersNotReady", "", time);
        setCondition(changed, "Ready", "False", "ContainersNotReady", "", time);
        const std::pair<const char *, const char *> lists[] = {{"containers", "containerStatuses"},
                                                               {"initContainers", "initContainerStatuses"}};
        for (const auto &[list, statuses] : lists)
            for (const Json &container : at(changed, {"spec", list}))
                status[statuses].push_back({{"name", container["name"]},
                                            {"image", container["image"]},
                                            {"imageID", ""},
                                            {"ready", false},
                                            {"started", false},
                                            {"restartCount", 0},
                                            {"lastState", Json::object()},
                                            {"state", {{"waiting", {{"reason", "ContainerCreating"}}}}}});
    });
    return std::chrono::milliseconds(0);
}

std::string Kubelet::missingReference(const Json &pod, bool &inVolume) const
{
    const std::string nameSpace = nameOf(pod).nameSpace;
    const auto problem = [&](const char *collection, const char *kind, const Json &reference,
                             const char *nameField) -> std::string {
        const std::string name = textAt(reference, {nameField});
        if (name.empty() || flagAt(reference, {"optional"}))
            return {};
        const StoredPointer stored = m_state.storage.get(collection, {nameSpace, name});
        if (!stored)
            return std::string(kind) + " \"" + name + "\" not found";
        const std::string key = textAt(reference, {"key"});
        if (key.empty() || at(stored->object(), {"data"}).contains(key) ||
            at(stored->object(), {"binaryData"}).contains(key))
            return {};
        return "couldn't find key " + key + " in " + (std::string(kind) == "secret" ? "Secret " : "ConfigMap ") +
               nameSpace + "/" + name;
    };
    inVolume = true;
    for (const Json &volume : at(pod, {"spec", "volumes"})) {
        std::string missing = problem("secrets", "secret", at(volume, {"secret"}), "secretName");
        if (missing.empty())
            missing = problem("configmaps", "configmap", at(volume, {"configMap"}), "name");
        if (!missing.empty())
            return missing;
    }
    inVolume = false;
    for (const char *const list : {"initContainers", "containers"})
        for (const Json &container : at(pod, {"spec", list})) {
            for (const Json &variable : at(container, {"env"})) {
                std::string missing = problem("secrets", "secret", at(variable, {"valueFrom", "secretKeyRef"}), "name");
                if (missing.empty())
                    missing =
                        problem("configmaps", "configmap", at(variable, {"valueFrom", "configMapKeyRef"}), "name");
                if (!missing.empty())
                    return missing;
            }
            for (const Json &source : at(container, {"envFrom"})) {
                std::string missing = problem("secrets", "secret", at(source, {"secretRef"}), "name");
                if (missing.empty())
                    missing = problem("configmaps", "configmap", at(source, {"configMapRef"}), "name");
                if (!missing.empty())
                    return missing;
            }
        }
    return {};
}

} // namespace binnacle::simulator
