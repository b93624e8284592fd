// SPDX-License-Identifier: GPL-3.0-or-later
// Where a pod may run, and what it needs there.
#include "core/Quantity.h"
#include "simulator/Kubelet.h"
#include "simulator/Selector.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

struct Need
{
    long long cpuMilli = 0;
    long long memory = 0;
};

long long milli(const Json &quantity)
{
    const auto parsed = quantity.is_string() ? Quantity::parse(quantity.get<std::string>()) : Quantity();
    return parsed ? parsed->milliValue() : 0;
}

long long whole(const Json &quantity)
{
    const auto parsed = quantity.is_string() ? Quantity::parse(quantity.get<std::string>()) : Quantity();
    return parsed ? parsed->value() : 0;
}

Need needOf(const Json &pod)
{
    Need need;
    for (const Json &container : at(pod, {"spec", "containers"})) {
        need.cpuMilli += milli(at(container, {"resources", "requests", "cpu"}));
        need.memory += whole(at(container, {"resources", "requests", "memory"}));
    }
    return need;
}

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
        const Need need = needOf(pod);
        Load &load = m_loads[textAt(pod, {"spec", "nodeName"})];
        load.cpuMilli += sign * need.cpuMilli;
        load.memory += sign * need.memory;
        load.pods += sign;
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
    const Need need = needOf(pod);
    const Json &selector = at(pod, {"spec", "nodeSelector"});
    std::size_t noCpu = 0, noMemory = 0, cordoned = 0, unselected = 0, full = 0;
    long long fewest = -1;
    for (const auto &[name, node] : m_state.storage.all("nodes")) {
        const Json &object = node->object();
        const auto found = m_loads.find(name.name);
        const Load load = found == m_loads.end() ? Load() : found->second;
        const bool selected = !selector.is_object() || selector.empty() ||
                              LabelSelector::fromMap(selector).matches(at(object, {"metadata", "labels"}));
        const bool cpu = load.cpuMilli + need.cpuMilli <= milli(at(object, {"status", "allocatable", "cpu"}));
        const bool memory = load.memory + need.memory <= whole(at(object, {"status", "allocatable", "memory"}));
        const bool room = load.pods < whole(at(object, {"status", "allocatable", "pods"}));
        const bool open = !flagAt(object, {"spec", "unschedulable"});
        cordoned += open ? 0 : 1;
        unselected += selected ? 0 : 1;
        noCpu += cpu ? 0 : 1;
        noMemory += memory ? 0 : 1;
        full += room ? 0 : 1;
        if (!selected || !cpu || !memory || !open || !room)
            continue;
        if (fewest < 0 || load.pods < fewest) {
            fewest = load.pods;
            chosen = name.name;
        }
    }
    if (fewest >= 0)
        return {};
    std::vector<std::string> reasons;
    const std::pair<std::size_t, const char *> counted[] = {
        {noCpu, "Insufficient cpu"},
        {noMemory, "Insufficient memory"},
        {full, "Too many pods"},
        {unselected, "node(s) didn't match Pod's node affinity/selector"},
        {cordoned, "node(s) were unschedulable"}};
    for (const auto &[count, reason] : counted)
        if (count > 0)
            reasons.push_back(std::to_string(count) + " " + reason);
    return "0/" + std::to_string(m_state.storage.all("nodes").size()) + " nodes are available: " + join(reasons, ", ") +
           ".";
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
