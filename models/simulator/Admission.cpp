// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Admission.h"

#include "core/Quantity.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

Quantity quantityOf(const Json &value)
{
    const auto parsed = Quantity::parse(value.is_string() ? value.get<std::string>()
                                        : value.is_null() ? "0"
                                                          : value.dump());
    return parsed ? *parsed : Quantity();
}

ApiResult<void> admitNamespace(const ClusterState &state, const Resource &resource, const Json &object)
{
    const ObjectName name = nameOf(object);
    const StoredPointer space = state.storage.get("namespaces", {{}, name.nameSpace});
    if (!space)
        return refuse(
            {404, "NotFound", "namespaces \"" + name.nameSpace + "\" not found", "", "namespaces", name.nameSpace});
    if (!isBeingDeleted(space->object()))
        return {};
    ApiError error =
        forbidden(resource, name.name,
                  "unable to create new content in namespace " + name.nameSpace + " because it is being terminated");
    error.causes.push_back(
        {"NamespaceTerminating", "namespace " + name.nameSpace + " is being terminated", "metadata.namespace"});
    return refuse(error);
}

/// A quota on cpu or memory makes the figure mandatory in every container.
bool isLackedByContainer(const Json &spec, const std::string &counted)
{
    const std::string name = counted == "cpu" || counted == "memory" ? "requests." + counted : counted;
    if (name != "requests.cpu" && name != "requests.memory" && name != "limits.cpu" && name != "limits.memory")
        return false;
    const auto dot = name.find('.');
    for (const char *const list : {"containers", "initContainers"}) {
        for (const Json &container : at(spec, {list}))
            if (!at(container, {"resources", name.substr(0, dot), name.substr(dot + 1)}).is_string())
                return true;
    }
    return false;
}

/// What the object counts for; of a change, what it counts for in addition.
std::map<std::string, std::string> additionalUsage(const Resource &resource, const Json &before, const Json &object)
{
    auto usage = quotaUsage(resource, object);
    if (before.is_null())
        return usage;
    for (const auto &[counted, amount] : quotaUsage(resource, before))
        if (const auto now = usage.find(counted); now != usage.end())
            now->second = (quantityOf(now->second) - quantityOf(amount)).canonical();
    return usage;
}

ApiResult<void> admitQuota(const ClusterState &state, const Resource &resource, const Json &before, const Json &object)
{
    const ObjectName name = nameOf(object);
    const auto usage = additionalUsage(resource, before, object);
    if (usage.empty())
        return {};
    const auto &quotas = state.storage.all("resourcequotas");
    for (auto quota = quotas.lower_bound({name.nameSpace, {}});
         quota != quotas.end() && quota->first.nameSpace == name.nameSpace; ++quota) {
        if (!isInScope(quota->second->object(), resource, object))
            continue;
        const Json &hard = at(quota->second->object(), {"spec", "hard"});
        const Json used = quotaUsed(state, quota->second->object());
        std::vector<std::string> missing, requested, inUse, limited;
        for (const auto &[counted, limit] : hard.items()) {
            const auto adds = usage.find(counted);
            if (resource.kind == "Pod" && before.is_null() && isLackedByContainer(at(object, {"spec"}), counted))
                missing.push_back(counted);
            if (adds == usage.end())
                continue;
            const Quantity more = quantityOf(adds->second);
            if (more.isZero() || more.isNegative() || quantityOf(at(used, {counted})) + more <= quantityOf(limit))
                continue;
            requested.push_back(counted + "=" + adds->second);
            inUse.push_back(counted + "=" + textAt(used, {counted}));
            limited.push_back(counted + "=" + limit.get<std::string>());
        }
        if (!missing.empty()) {
            std::vector<std::string> sentences;
            for (const std::string &counted : missing)
                sentences.push_back(counted + " for: " + textAt(object["spec"]["containers"][0], {"name"}));
            return refuse(forbidden(resource, name.name,
                                    "failed quota: " + quota->first.name + ": must specify " + join(sentences, "; ")));
        }
        if (!requested.empty())
            return refuse(forbidden(resource, name.name,
                                    "exceeded quota: " + quota->first.name + ", requested: " + join(requested, ",") +
                                        ", used: " + join(inUse, ",") + ", limited: " + join(limited, ",")));
    }
    return {};
}

/// The admission plug-in PersistentVolumeClaimResize, then the quota on what is asked for in addition.
ApiResult<void> admitResize(ClusterState &state, const Resource &resource, const Json &before, const Json &object)
{
    const auto asked = [](const Json &claim) {
        return quantityOf(at(claim, {"spec", "resources", "requests", "storage"}));
    };
    if (asked(object) <= asked(before))
        return {};
    const std::string name = nameOf(object).name;
    if (textAt(before, {"status", "phase"}) != "Bound")
        return refuse(forbidden(resource, name, "Only bound persistent volume claims can be expanded"));
    const StoredPointer storageClass =
        state.storage.get("storageclasses.storage.k8s.io", {{}, textAt(object, {"spec", "storageClassName"})});
    if (!storageClass || !flagAt(storageClass->object(), {"allowVolumeExpansion"}))
        return refuse(forbidden(resource, name,
                                "only dynamically provisioned pvc can be resized and the storageclass that provisions "
                                "the pvc must support resize"));
    return admitQuota(state, resource, before, object);
}

std::map<std::string, long long> thousandthsIn(const Json &quantities)
{
    std::map<std::string, long long> amounts;
    for (const auto &[name, quantity] : quantities.items())
        amounts[name] = quantityOf(quantity).milliValue();
    return amounts;
}

/// The admission plug-in RuntimeClass: gives pods the overhead of the class that they name, and the nodes that have it.
ApiResult<void> admitRuntime(const ClusterState &state, const Resource &resource, Json &object)
{
    const std::string name = nameOf(object).name, runtime = textAt(object, {"spec", "runtimeClassName"});
    const StoredPointer found =
        runtime.empty() ? StoredPointer() : state.storage.get("runtimeclasses.node.k8s.io", {{}, runtime});
    if (!runtime.empty() && !found)
        return refuse(forbidden(resource, name, "pod rejected: RuntimeClass \"" + runtime + "\" not found"));
    const Json runtimeClass = found ? found->object() : Json();
    const Json &fixed = at(runtimeClass, {"overhead", "podFixed"});
    Json &spec = object["spec"];
    if (!at(spec, {"overhead"}).empty() && fixed.empty())
        return refuse(forbidden(resource, name,
                                "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"));
    if (!at(spec, {"overhead"}).empty() && thousandthsIn(spec["overhead"]) != thousandthsIn(fixed))
        return refuse(
            forbidden(resource, name, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"));
    if (!fixed.empty())
        spec["overhead"] = fixed;
    for (const auto &[label, value] : at(runtimeClass, {"scheduling", "nodeSelector"}).items()) {
        const std::string asked = value.get<std::string>(), stated = textAt(spec, {"nodeSelector", label});
        if (!stated.empty() && stated != asked)
            return refuse(forbidden(resource, name,
                                    "conflict: runtimeClass.scheduling.nodeSelector[" + label + "] = " + asked +
                                        "; pod.spec.nodeSelector[" + label + "] = " + stated));
        spec["nodeSelector"][label] = value;
    }
    for (const Json &toleration : at(runtimeClass, {"scheduling", "tolerations"})) {
        const Json &own = at(spec, {"tolerations"});
        if (std::find(own.begin(), own.end(), toleration) == own.end())
            spec["tolerations"].push_back(toleration);
    }
    return {};
}

ApiResult<void> admitPod(ClusterState &state, const Resource &resource, Json &object)
{
    const ObjectName name = nameOf(object);
    const std::string account = textAt(object, {"spec", "serviceAccountName"});
    if (!state.storage.get("serviceaccounts", {name.nameSpace, account}))
        return refuse(forbidden(resource, name.name,
                                "error looking up service account " + name.nameSpace + "/" + account +
                                    ": serviceaccount \"" + account + "\" not found"));
    const std::string priority = textAt(object, {"spec", "priorityClassName"});
    const bool isSystems = priority == "system-cluster-critical" || priority == "system-node-critical";
    if (!priority.empty() && !isSystems && !state.storage.get("priorityclasses.scheduling.k8s.io", {{}, priority}))
        return refuse(forbidden(resource, name.name, "no PriorityClass with name " + priority + " was found"));
    if (auto admitted = admitRuntime(state, resource, object); !admitted)
        return admitted;
    const StoredPointer space = state.storage.get("namespaces", {{}, name.nameSpace});
    const std::string level = textAt(space->object(), {"metadata", "labels", "pod-security.kubernetes.io/enforce"});
    const auto violations = podSecurityViolations(level, at(object, {"spec"}));
    if (!violations.empty())
        return refuse(
            forbidden(resource, name.name, "violates PodSecurity \"" + level + ":latest\": " + join(violations, ", ")));
    return {};
}

/// A workload is let in, but warned about, when its pods would not be.
void warnAboutTemplate(const ClusterState &state, const Json &object, const WriteOptions &options)
{
    const Json &spec = at(object, {"spec", "template", "spec"});
    const StoredPointer space = state.storage.get("namespaces", {{}, nameOf(object).nameSpace});
    if (options.warnings == nullptr || !spec.is_object() || !space)
        return;
    std::string level = textAt(space->object(), {"metadata", "labels", "pod-security.kubernetes.io/warn"});
    if (level.empty())
        level = textAt(space->object(), {"metadata", "labels", "pod-security.kubernetes.io/enforce"});
    const auto violations = podSecurityViolations(level, spec);
    if (!violations.empty())
        options.warnings->push_back("would violate PodSecurity \"" + level + ":latest\": " + join(violations, ", "));
}

} // namespace

ApiResult<void> admit(ClusterState &state, const Resource &resource, const Json &before, Json &object,
                      const WriteOptions &options)
{
    if (resource.namespaced && before.is_null())
        if (auto admitted = admitNamespace(state, resource, object); !admitted)
            return admitted;
    if (resource.custom)
        return {};
    if (options.subresource.empty() && resource.group != "events.k8s.io" && resource.kind != "Event")
        warnAboutTemplate(state, object, options);
    if (!before.is_null())
        return resource.kind == "PersistentVolumeClaim" ? admitResize(state, resource, before, object)
                                                        : ApiResult<void>();
    if (resource.kind == "Pod" || resource.kind == "PersistentVolumeClaim")
        if (auto admitted = admitLimits(state, resource, object); !admitted)
            return admitted;
    if (resource.kind == "Pod")
        if (auto admitted = admitPod(state, resource, object); !admitted)
            return admitted;
    if (resource.namespaced)
        return admitQuota(state, resource, Json(), object);
    return {};
}

} // namespace binnacle::simulator
