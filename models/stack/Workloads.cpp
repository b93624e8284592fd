// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Workloads.h"

#include "stack/kustomize/Resource.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

using Amounts = std::map<std::string, core::Quantity>;

const std::vector<std::pair<const char *, const char *>> amountNames = {
    {"requests", "cpu"}, {"requests", "memory"}, {"limits", "cpu"}, {"limits", "memory"}};

/// A percentage is of the replicas: rounded up for surge, as the deployment controller does.
long long countOf(const core::Json &value, long long replicas, long long otherwisePercent)
{
    if (value.is_number_integer()) {
        return value.get<long long>();
    }
    long long percent = otherwisePercent;
    if (value.is_string()) {
        percent = std::strtoll(value.get<std::string>().c_str(), nullptr, 10);
    }
    return (replicas * percent + 99) / 100;
}

core::Json limitRangeOf(const std::vector<core::Json> &objects, const std::string &nameSpace)
{
    for (const core::Json &object : objects) {
        if (object.value("kind", "") != "LimitRange" || keyOf(object).nameSpace.value() != nameSpace) {
            continue;
        }
        for (const core::Json &limit : valueAt(object, {"spec", "limits"})) {
            if (limit.value("type", "") == "Container") {
                return limit;
            }
        }
    }
    return core::Json::object();
}

/// What admission will make of a container: its own figures, then its limits as requests, then the limit range's
/// defaults.
Amounts amountsOf(const core::Json &container, const core::Json &limitRange, std::vector<std::string> *lacking)
{
    Amounts amounts;
    for (const auto &[side, resource] : amountNames) {
        const core::Json *value = &valueAt(container, {"resources", side, resource});
        if (value->is_null() && std::string(side) == "requests") {
            value = &valueAt(limitRange, {"defaultRequest", resource});
            const core::Json &own = valueAt(container, {"resources", "limits", resource});
            value = own.is_null() ? value : &own;
        }
        if (value->is_null()) {
            value = &valueAt(limitRange, {"default", resource});
        }
        const std::string name = std::string(side) + "." + resource;
        if (!value->is_null()) {
            amounts[name] = quantityOf(*value);
        } else if (lacking != nullptr) {
            lacking->push_back(name + " of container " + container.value("name", ""));
        }
    }
    return amounts;
}

/// Containers run together, init containers one after the other before them.
void addPod(WorkloadDemand &demand, const core::Json &limitRange)
{
    for (const core::Json &container : valueAt(demand.podSpec, {"containers"})) {
        for (const auto &[name, amount] : amountsOf(container, limitRange, &demand.lacking)) {
            demand.perPod[name] = demand.perPod[name] + amount;
        }
    }
    for (const core::Json &container : valueAt(demand.podSpec, {"initContainers"})) {
        for (const auto &[name, amount] : amountsOf(container, limitRange, &demand.lacking)) {
            demand.perPod[name] = std::max(demand.perPod[name], amount);
        }
    }
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

void countReplicas(WorkloadDemand &demand, const core::Json &object, const std::vector<core::Json> &objects)
{
    const core::Json &spec = valueAt(object, {"spec"});
    const core::Json &job = demand.key.kind.kind == "CronJob" ? valueAt(spec, {"jobTemplate", "spec"}) : spec;
    const bool isJob = demand.key.kind.kind == "CronJob" || demand.key.kind.kind == "Job";
    const core::Json &count = isJob ? valueAt(job, {"parallelism"}) : valueAt(spec, {"replicas"});
    demand.fewest = demand.most = count.is_number_integer() ? count.get<long long>() : 1;
    if (const core::Json *autoscaler = autoscalerOf(objects, demand.key)) {
        const core::Json &least = valueAt(*autoscaler, {"spec", "minReplicas"});
        const core::Json &most = valueAt(*autoscaler, {"spec", "maxReplicas"});
        demand.autoscaler = keyOf(*autoscaler).name;
        demand.fewest = least.is_number_integer() ? least.get<long long>() : 1;
        demand.most = most.is_number_integer() ? most.get<long long>() : demand.fewest;
    }
    if (demand.key.kind.kind == "Deployment" && textAt(spec, {"strategy", "type"}) != "Recreate") {
        demand.surge = countOf(valueAt(spec, {"strategy", "rollingUpdate", "maxSurge"}), demand.most, 25);
    }
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

std::vector<WorkloadDemand> demandsOf(const std::vector<core::Json> &objects)
{
    static const std::map<std::string, std::vector<std::string>> templates = {
        {"Deployment", {"spec", "template"}},
        {"StatefulSet", {"spec", "template"}},
        {"DaemonSet", {"spec", "template"}},
        {"ReplicaSet", {"spec", "template"}},
        {"Job", {"spec", "template"}},
        {"CronJob", {"spec", "jobTemplate", "spec", "template"}},
        {"Pod", {}},
    };
    std::vector<WorkloadDemand> demands;
    for (const core::Json &object : objects) {
        WorkloadDemand demand;
        demand.key = keyOf(object);
        const auto path = templates.find(demand.key.kind.kind);
        if (path == templates.end()) {
            continue;
        }
        const core::Json &pod = valueAt(object, path->second);
        demand.podSpec = valueAt(pod, {"spec"});
        const core::Json &labels = valueAt(pod, {"metadata", "labels"});
        for (auto label = labels.begin(); labels.is_object() && label != labels.end(); ++label) {
            demand.podLabels[label.key()] = label->is_string() ? label->get<std::string>() : label->dump();
        }
        countReplicas(demand, object, objects);
        addPod(demand, limitRangeOf(objects, demand.key.nameSpace.value()));
        demands.push_back(std::move(demand));
    }
    return demands;
}

} // namespace binnacle::stack
