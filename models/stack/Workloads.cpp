// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Workloads.h"

#include "stack/TopologyWorkload.h"
#include "stack/kustomize/Resource.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace binnacle::stack {

namespace {

/// Where the object describes its pods (of a Pod: itself); nullptr: it makes none that are counted.
const core::Json *podIn(const core::Json &object)
{
    static const std::set<std::string> kinds = {
        "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"};
    const std::string kind = keyOf(object).kind.kind;
    return kind == "Pod" ? &object : kinds.contains(kind) ? podTemplateOf(object) : nullptr;
}

long long numberAt(const core::Json &object, const std::vector<std::string> &path, long long otherwise)
{
    const core::Json &value = valueAt(object, path);
    return value.is_number_integer() ? value.get<long long>() : otherwise;
}

const core::Json *autoscalerOf(const std::vector<core::Json> &objects, const kube::ObjectKey &key)
{
    const auto found = std::find_if(objects.begin(), objects.end(), [&](const core::Json &object) {
        return object.value("kind", "") == "HorizontalPodAutoscaler" && keyOf(object).nameSpace == key.nameSpace &&
               textAt(object, {"spec", "scaleTargetRef", "kind"}) == key.kind.kind &&
               textAt(object, {"spec", "scaleTargetRef", "name"}) == key.name;
    });
    return found == objects.end() ? nullptr : &*found;
}

/// A Job runs as many pods at once as it may and still needs; one that is suspended or over runs none.
long long podsOfJob(const core::Json &job)
{
    const core::Json &conditions = valueAt(job, {"status", "conditions"});
    const bool failed = std::any_of(conditions.begin(), conditions.end(), [](const core::Json &condition) {
        return textAt(condition, {"type"}) == "Failed" && textAt(condition, {"status"}) == "True";
    });
    if (failed || valueAt(job, {"spec", "suspend"}) == true || !valueAt(job, {"status", "completionTime"}).is_null())
        return 0;
    const long long parallel = numberAt(job, {"spec", "parallelism"}, 1);
    return std::min(parallel, numberAt(job, {"spec", "completions"}, parallel));
}

/// deployment_util.go ResolveFenceposts: surge is rounded up, unavailability down, and both may not be nothing.
void countSurge(WorkloadDemand &demand, const core::Json &spec)
{
    if (demand.key.kind.kind == "Deployment" && textAt(spec, {"strategy", "type"}) != "Recreate") {
        const core::Json &rolling = valueAt(spec, {"strategy", "rollingUpdate"});
        demand.surge = countOf(valueAt(rolling, {"maxSurge"}), demand.most, Rounding::Up, "25%");
        const long long missing = countOf(valueAt(rolling, {"maxUnavailable"}), demand.most, Rounding::Down, "25%");
        demand.needsSurge = missing == 0 && demand.surge > 0;
    } else if (demand.isDaemon()) {
        const core::Json &rolling = valueAt(spec, {"updateStrategy", "rollingUpdate"});
        demand.surge = countOf(valueAt(rolling, {"maxSurge"}), demand.most, Rounding::Up, "0");
        demand.needsSurge = demand.surge > 0;
    }
}

void countReplicas(WorkloadDemand &demand, const core::Json &object, const std::vector<core::Json> &objects)
{
    const std::string &kind = demand.key.kind.kind;
    if (kind == "Job") {
        demand.fewest = demand.current = demand.most = podsOfJob(object);
        return;
    }
    if (kind == "CronJob") { // nothing runs until its time has come
        demand.fewest = demand.current = 0;
        demand.most = podsOfJob(valueAt(object, {"spec", "jobTemplate"}));
        return;
    }
    demand.fewest = demand.current = demand.most = numberAt(object, {"spec", "replicas"}, 1);
    // An autoscaler leaves a workload alone that was scaled to nothing.
    const core::Json *autoscaler = demand.current == 0 ? nullptr : autoscalerOf(objects, demand.key);
    if (autoscaler != nullptr) {
        demand.autoscaler = keyOf(*autoscaler).name;
        demand.fewest = numberAt(*autoscaler, {"spec", "minReplicas"}, 1);
        demand.most = std::max(demand.fewest, numberAt(*autoscaler, {"spec", "maxReplicas"}, demand.fewest));
        demand.current = std::clamp(demand.current, demand.fewest, demand.most);
    }
    countSurge(demand, valueAt(object, {"spec"}));
}

} // namespace

const core::Json &valueAt(const core::Json &object, const std::vector<std::string> &path)
{
    static const core::Json nothing;
    const core::Json *value = &object;
    for (const std::string &field : path) {
        if (!value->is_object() || !value->contains(field)) {
            return nothing;
        }
        value = &(*value)[field];
    }
    return *value;
}

std::string textAt(const core::Json &object, const std::vector<std::string> &path)
{
    const core::Json &value = valueAt(object, path);
    return value.is_string() ? value.get<std::string>() : std::string{};
}

core::Quantity quantityOf(const core::Json &value)
{
    const auto quantity = core::Quantity::parse(value.is_string() ? value.get<std::string>() : value.dump());
    return quantity ? *quantity : core::Quantity{};
}

kube::ObjectKey keyOf(const core::Json &object)
{
    const kustomize::Gvk gvk = kustomize::gvkOf(object);
    return {{gvk.group, gvk.kind},
            core::Namespace(kustomize::metadataText(object, "namespace")),
            kustomize::metadataText(object, "name")};
}

bool isControlled(const core::Json &object)
{
    const core::Json &owners = valueAt(object, {"metadata", "ownerReferences"});
    return std::any_of(owners.begin(), owners.end(),
                       [](const core::Json &owner) { return owner.value("controller", false); });
}

bool isClaimOf(const kube::ObjectKey &owner, const core::Json &manifest, const kube::ObjectKey &claim)
{
    if (owner.kind.kind != "StatefulSet" || claim.kind.kind != "PersistentVolumeClaim" ||
        owner.nameSpace != claim.nameSpace) {
        return false;
    }
    const core::Json &templates = valueAt(manifest, {"spec", "volumeClaimTemplates"});
    return std::any_of(templates.begin(), templates.end(), [&](const core::Json &made) {
        const std::string start = textAt(made, {"metadata", "name"}) + "-" + owner.name + "-";
        const std::string ordinal = claim.name.substr(std::min(start.size(), claim.name.size()));
        return claim.name.starts_with(start) && !ordinal.empty() &&
               ordinal.find_first_not_of("0123456789") == std::string::npos;
    });
}

long long countOf(const core::Json &value, long long whole, Rounding rounding, const char *otherwise)
{
    if (value.is_number_integer())
        return value.get<long long>();
    const std::string text = value.is_string() ? value.get<std::string>() : otherwise;
    const long long number = std::strtoll(text.c_str(), nullptr, 10);
    if (text.empty() || text.back() != '%')
        return number;
    return (whole * number + (rounding == Rounding::Up ? 99 : 0)) / 100;
}

std::map<std::string, std::string> labelsOf(const core::Json &object)
{
    std::map<std::string, std::string> labels;
    for (const auto &[name, value] : valueAt(object, {"metadata", "labels"}).items())
        labels[name] = value.is_string() ? value.get<std::string>() : value.dump();
    return labels;
}

std::map<std::string, std::vector<core::Json>> limitsByNamespace(const std::vector<core::Json> &objects)
{
    std::map<std::string, std::vector<core::Json>> limits;
    for (const core::Json &object : objects) {
        if (keyOf(object).kind.kind != "LimitRange")
            continue;
        auto &here = limits[keyOf(object).nameSpace.value()];
        for (core::Json &limit : limitsOf(object))
            here.push_back(std::move(limit));
    }
    return limits;
}

std::vector<WorkloadDemand> demandsOf(const std::vector<core::Json> &workloads, const std::vector<core::Json> &objects)
{
    const auto limits = limitsByNamespace(objects);
    std::vector<WorkloadDemand> demands;
    for (const core::Json &object : workloads) {
        const core::Json *pod = podIn(object);
        if (pod == nullptr)
            continue;
        WorkloadDemand demand;
        demand.key = keyOf(object);
        const auto here = limits.find(demand.key.nameSpace.value());
        demand.podSpec =
            admittedPodSpec(valueAt(*pod, {"spec"}), here == limits.end() ? std::vector<core::Json>() : here->second);
        demand.podLabels = labelsOf(*pod);
        demand.perPod = demand.inQuotas = amountsOfPod(demand.podSpec);
        countReplicas(demand, object, objects);
        demands.push_back(std::move(demand));
    }
    return demands;
}

} // namespace binnacle::stack
