// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Situation.h"

#include "stack/NodeRules.h"
#include "stack/RuntimeClasses.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

/// Who controls the object; empty name: nobody.
kube::ObjectKey controllerOf(const core::Json &object)
{
    for (const core::Json &owner : valueAt(object, {"metadata", "ownerReferences"})) {
        if (valueAt(owner, {"controller"}) == true) {
            const std::string version = textAt(owner, {"apiVersion"});
            const auto slash = version.find('/');
            return {{slash == std::string::npos ? "" : version.substr(0, slash), textAt(owner, {"kind"})},
                    keyOf(object).nameSpace,
                    textAt(owner, {"name"})};
        }
    }
    return {};
}

/// Of a ReplicaSet or Job that was not listed, as it came or went in the meantime: controllers call what they make
/// by their own name, a dash, and a hash or time.
kube::ObjectKey makerOf(const kube::ObjectKey &key)
{
    const auto dash = key.name.rfind('-');
    if (dash == std::string::npos || (key.kind.kind != "ReplicaSet" && key.kind.kind != "Job"))
        return {};
    return {
        {key.kind.group, key.kind.kind == "Job" ? "CronJob" : "Deployment"}, key.nameSpace, key.name.substr(0, dash)};
}

bool isSameWorkload(const kube::ObjectKey &a, const kube::ObjectKey &b)
{
    return a.kind.kind == b.kind.kind && a.nameSpace == b.nameSpace && a.name == b.name;
}

} // namespace

Situation::Situation(const std::vector<core::Json> &stackObjects, const ClusterFacts &clusterFacts,
                     const Assumption &assumed)
    : facts(clusterFacts), assumption(assumed), objects(stackObjects)
{
    mergeNamespaces();
    for (const core::Json &object : objects)
        own.insert(keyOf(object));
    all = objects;
    for (const core::Json &object : facts.objects) {
        const kube::ObjectKey key = keyOf(object);
        m_live.emplace(key, &object);
        if (key.kind.kind == "ReplicaSet" || key.kind.kind == "Job")
            m_controllers[key] = controllerOf(object);
        if (key.kind.kind != "Pod" && !own.contains(key))
            all.push_back(object);
    }
    // What is over stays over, however often its manifest is applied.
    for (core::Json &object : objects) {
        if (keyOf(object).kind.kind != "Job")
            continue;
        if (const core::Json *live = liveOf(keyOf(object)); live != nullptr)
            object["status"] = valueAt(*live, {"status"});
    }
    demands = demandsOf(objects, all);
    for (const core::Json *range : ofKind("LimitRange")) {
        auto &here = limits[keyOf(*range).nameSpace.value()];
        for (core::Json &limit : limitsOf(*range)) {
            limit["name"] = keyOf(*range).name;
            here.push_back(std::move(limit));
        }
    }
    countLivePods();
    // Before its pods get what their runtime class says: the controller knows nothing of it.
    countDaemonPods();
    applyRuntimeClasses();
}

/// A DaemonSet has a pod on each node that takes one.
void Situation::countDaemonPods()
{
    for (WorkloadDemand &demand : demands) {
        if (!demand.isDaemon() || facts.nodes.empty())
            continue;
        demand.fewest = std::count_if(facts.nodes.begin(), facts.nodes.end(), [&](const core::Json &node) {
            return nodeRefusal(demand.podSpec, true, node, Conditions::Count).empty();
        });
        demand.current = demand.most = demand.fewest;
    }
}

void Situation::applyRuntimeClasses()
{
    for (WorkloadDemand &demand : demands) {
        const core::Json *runtimeClass = runtimeClassOf(demand.podSpec);
        if (runtimeClass != nullptr && runtimeConflict(demand.podSpec, *runtimeClass).empty())
            demand.podSpec = runtimePodSpec(std::move(demand.podSpec), *runtimeClass);
        demand.perPod = amountsOfPod(demand.podSpec);
        demand.inQuotas = amountsInQuotas(demand.podSpec);
    }
}

const core::Json *Situation::runtimeClassOf(const core::Json &podSpec) const
{
    const std::string name = textAt(podSpec, {"runtimeClassName"});
    const auto is = [&](const core::Json &object) {
        const kube::ObjectKey key = keyOf(object);
        return key.kind.kind == "RuntimeClass" && key.name == name;
    };
    if (const auto own = std::find_if(objects.begin(), objects.end(), is); own != objects.end())
        return &*own;
    if (!facts.runtimeClasses)
        return nullptr;
    const auto live = std::find_if(facts.runtimeClasses->begin(), facts.runtimeClasses->end(), is);
    return live == facts.runtimeClasses->end() ? nullptr : &*live;
}

Amounts Situation::amountsInQuotas(const core::Json &podSpec) const
{
    return amountsOfPod(podSpec, assumption.quotasCountOverhead ? Overhead::Counts : Overhead::LeftOut);
}

void Situation::mergeNamespaces()
{
    for (core::Json &object : objects) {
        if (keyOf(object).kind.kind != "Namespace")
            continue;
        for (const core::Json &live : facts.objects) {
            if (keyOf(live) != keyOf(object))
                continue;
            for (const auto &[name, value] : labelsOf(live)) {
                if (valueAt(object, {"metadata", "labels", name}).is_null())
                    object["metadata"]["labels"][name] = value;
            }
        }
    }
}

void Situation::countLivePods()
{
    for (const core::Json &object : facts.objects) {
        if (keyOf(object).kind.kind != "Pod")
            continue;
        const kube::ObjectKey *owner = stackOwnerOf(object);
        if (owner == nullptr) {
            if (!isLeaving(object))
                others.push_back(&object);
            continue;
        }
        for (WorkloadDemand &demand : demands) {
            if (isSameWorkload(demand.key, *owner) && !isOver(object) && !isLeaving(object))
                ++demand.live;
        }
    }
}

const core::Json *Situation::liveOf(const kube::ObjectKey &key) const
{
    const auto found = m_live.find(key);
    return found == m_live.end() ? nullptr : found->second;
}

long long Situation::countMadeBy(const kube::ObjectKey &controller, const std::string &kind) const
{
    return std::count_if(facts.objects.begin(), facts.objects.end(), [&](const core::Json &object) {
        return keyOf(object).kind.kind == kind && isSameWorkload(controllerOf(object), controller);
    });
}

bool Situation::hasForeign() const
{
    return std::any_of(all.begin(), all.end(), [](const core::Json &object) {
        const std::string group = keyOf(object).kind.group;
        return group.find('.') != std::string::npos && !group.ends_with(".k8s.io");
    });
}

const kube::ObjectKey *Situation::stackOwnerOf(const core::Json &pod) const
{
    kube::ObjectKey key = keyOf(pod);
    for (int depth = 0; depth < 4 && !key.name.empty(); ++depth) {
        const auto found = std::find_if(demands.begin(), demands.end(),
                                        [&](const WorkloadDemand &demand) { return isSameWorkload(demand.key, key); });
        if (found != demands.end())
            return &found->key;
        if (depth == 0) {
            key = controllerOf(pod);
            continue;
        }
        const auto above = std::find_if(m_controllers.begin(), m_controllers.end(),
                                        [&](const auto &entry) { return isSameWorkload(entry.first, key); });
        key = above == m_controllers.end() ? makerOf(key) : above->second;
    }
    return nullptr;
}

std::vector<const WorkloadDemand *> Situation::demandsIn(const core::Namespace &nameSpace) const
{
    std::vector<const WorkloadDemand *> found;
    for (const WorkloadDemand &demand : demands) {
        if (demand.key.nameSpace == nameSpace)
            found.push_back(&demand);
    }
    return found;
}

std::vector<const core::Json *> Situation::ofKind(const std::string &kind) const
{
    std::vector<const core::Json *> found;
    for (const core::Json &object : all) {
        if (keyOf(object).kind.kind == kind)
            found.push_back(&object);
    }
    return found;
}

long long countAt(const WorkloadDemand &demand, Level level)
{
    switch (level) {
    case Level::Fewest:
        return demand.fewest;
    case Level::Current:
        return demand.current;
    case Level::Most:
        return demand.most;
    }
    return demand.most;
}

long long admittedAt(const WorkloadDemand &demand, Level level)
{
    const long long count = countAt(demand, level);
    return demand.refused ? std::min(count, demand.live) : count;
}

std::string replicasText(long long count)
{
    return std::to_string(count) + (count == 1 ? " replica" : " replicas");
}

std::string fitsText(const WorkloadDemand &demand, Level level, long long fits)
{
    const long long wanted = countAt(demand, level);
    std::string who = "its spec asks for ";
    if (demand.isDaemon())
        who = "the nodes ask for ";
    else if (!demand.autoscaler.empty() && level == Level::Most)
        who = "HorizontalPodAutoscaler " + demand.autoscaler + " allows ";
    else if (!demand.autoscaler.empty() && level == Level::Fewest)
        who = "HorizontalPodAutoscaler " + demand.autoscaler + " wants at least ";
    return demand.key.name + " fits " + replicasText(fits) + ", " + who + std::to_string(wanted);
}

bool isOver(const core::Json &pod)
{
    const std::string phase = textAt(pod, {"status", "phase"});
    return phase == "Succeeded" || phase == "Failed";
}

bool isLeaving(const core::Json &object)
{
    return !valueAt(object, {"metadata", "deletionTimestamp"}).is_null();
}

long long missingPods(const WorkloadDemand &demand)
{
    return std::max(0LL, demand.fewest - demand.live);
}

} // namespace binnacle::stack
