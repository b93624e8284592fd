// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ClusterFacts.h"

#include "stack/Workloads.h"

#include <algorithm>
#include <tuple>

namespace binnacle::stack {

namespace {

bool isOver(const core::Json &object)
{
    const std::string phase = textAt(object, {"status", "phase"});
    const core::Json &completed = valueAt(object, {"status", "completionTime"});
    return phase == "Succeeded" || phase == "Failed" || !completed.is_null();
}

/// The stack's objects as they will be, and what there is besides. Claims that a StatefulSet makes are counted with it.
std::vector<core::Json> together(const std::vector<core::Json> &objects, const std::vector<core::Json> &live)
{
    std::set<kube::ObjectKey> own;
    for (const core::Json &object : objects)
        own.insert(keyOf(object));
    std::vector<core::Json> all = objects;
    for (const core::Json &object : live) {
        const bool isMade = std::any_of(objects.begin(), objects.end(), [&](const core::Json &owner) {
            return isClaimOf(keyOf(owner), owner, keyOf(object));
        });
        if (!own.contains(keyOf(object)) && !isControlled(object) && !isOver(object) && !isMade)
            all.push_back(object);
    }
    return all;
}

void checkKinds(const std::vector<core::Json> &objects, const std::set<core::GroupKind> &served,
                std::vector<Finding> &findings)
{
    std::set<core::GroupKind> defined = served;
    for (const core::Json &object : objects) {
        if (keyOf(object).kind.kind == "CustomResourceDefinition")
            defined.insert({textAt(object, {"spec", "group"}), textAt(object, {"spec", "names", "kind"})});
    }
    for (const core::Json &object : objects) {
        const kube::ObjectKey key = keyOf(object);
        if (!defined.contains(key.kind))
            findings.push_back({Finding::Severity::Error, key,
                                "the cluster serves no kind " + key.kind.kind +
                                    (key.kind.group.empty() ? "" : " of API group " + key.kind.group),
                                "Install what defines it, or use a cluster that is new enough."});
    }
}

/// Named classes only: what the default class is, the cluster decides.
void checkStorageClasses(const std::vector<core::Json> &objects, std::set<std::string> classes,
                         std::vector<Finding> &findings)
{
    std::string known;
    for (const std::string &name : classes)
        known += (known.empty() ? "" : ", ") + name;
    const auto check = [&](const kube::ObjectKey &key, const core::Json &claim) {
        const std::string name = textAt(claim, {"spec", "storageClassName"});
        if (!name.empty() && textAt(claim, {"spec", "volumeName"}).empty() && !classes.contains(name))
            findings.push_back({Finding::Severity::Error, key,
                                "the cluster has no storage class " + name + ": the volume is never made",
                                known.empty() ? "Define one, or choose the overlay of this platform."
                                              : "Choose the overlay of this platform; there are " + known + "."});
    };
    for (const core::Json &object : objects) {
        if (keyOf(object).kind.kind == "StorageClass")
            classes.insert(keyOf(object).name);
    }
    for (const core::Json &object : objects) {
        const kube::ObjectKey key = keyOf(object);
        if (key.kind.kind == "PersistentVolumeClaim")
            check(key, object);
        for (const core::Json &claim : valueAt(object, {"spec", "volumeClaimTemplates"}))
            check(key, claim);
    }
}

/// A pod that no node could hold even were it empty waits for ever.
void checkLargestNode(const std::vector<core::Json> &objects, const std::vector<core::Json> &nodes,
                      std::vector<Finding> &findings)
{
    if (nodes.empty())
        return;
    for (const WorkloadDemand &demand : demandsOf(objects)) {
        for (const char *const resource : {"cpu", "memory"}) {
            const auto asked = demand.perPod.find(std::string("requests.") + resource);
            core::Quantity largest;
            for (const core::Json &node : nodes)
                largest = std::max(largest, quantityOf(valueAt(node, {"status", "allocatable", resource})));
            if (asked != demand.perPod.end() && asked->second > largest)
                findings.push_back({Finding::Severity::Error, demand.key,
                                    "a pod of " + demand.key.name + " requests " + resource + " " +
                                        asked->second.canonical() + ", the largest node has " + largest.canonical(),
                                    "Lower the request, or add a larger node."});
        }
    }
}

/// Not an error: nodes can be added, and an autoscaler may never go that far.
void checkAllNodes(const std::vector<core::Json> &objects, const std::vector<core::Json> &nodes,
                   std::vector<Finding> &findings)
{
    const auto demands = demandsOf(objects);
    if (nodes.empty() || demands.empty())
        return;
    for (const std::string resource : {"cpu", "memory"}) {
        core::Quantity there, asked;
        for (const core::Json &node : nodes)
            there = there + quantityOf(valueAt(node, {"status", "allocatable", resource}));
        const WorkloadDemand *largest = nullptr;
        core::Quantity most;
        for (const WorkloadDemand &demand : demands) {
            const auto each = demand.perPod.find("requests." + resource);
            if (each == demand.perPod.end())
                continue;
            const core::Quantity all = each->second * demand.most;
            asked = asked + all;
            if (largest == nullptr || all > most) {
                largest = &demand;
                most = all;
            }
        }
        if (asked > there && largest != nullptr)
            findings.push_back({Finding::Severity::Warning, largest->key,
                                "at their most the stack's pods request " + resource + " " + asked.canonical() + " (" +
                                    largest->key.name + " " + most.canonical() + "), the nodes have " +
                                    there.canonical(),
                                "Add nodes, or lower the requests or the number of replicas."});
    }
}

/// Refused pods break at once, sums only once everything else runs.
bool breaksBefore(const Finding &a, const Finding &b)
{
    const auto order = [](const Finding &finding) {
        const bool isSum = finding.object.kind.kind == "ResourceQuota";
        return std::make_tuple(finding.severity != Finding::Severity::Error, isSum, finding.fits.value_or(0));
    };
    return order(a) < order(b);
}

} // namespace

const std::vector<core::GroupKind> &kindsOfFacts()
{
    static const std::vector<core::GroupKind> kinds = {
        {"", "ResourceQuota"},
        {"", "LimitRange"},
        {"", "Pod"},
        {"", "PersistentVolumeClaim"},
        {"apps", "Deployment"},
        {"apps", "StatefulSet"},
        {"apps", "DaemonSet"},
        {"apps", "ReplicaSet"},
        {"batch", "Job"},
        {"batch", "CronJob"},
        {"autoscaling", "HorizontalPodAutoscaler"},
    };
    return kinds;
}

std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects, const ClusterFacts &facts)
{
    auto findings = checkFeasibility(together(objects, facts.objects));
    if (facts.kinds)
        checkKinds(objects, *facts.kinds, findings);
    if (facts.storageClasses)
        checkStorageClasses(objects, *facts.storageClasses, findings);
    checkLargestNode(objects, facts.nodes, findings);
    checkAllNodes(objects, facts.nodes, findings);
    std::stable_sort(findings.begin(), findings.end(), breaksBefore);
    return findings;
}

} // namespace binnacle::stack
