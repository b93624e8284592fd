// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Admission.h"

#include "core/Quantity.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

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

/// The container limits of all limit ranges: defaults first, then minima and maxima.
std::vector<std::string> applyLimitRange(const Json &limit, Json &container)
{
    std::vector<std::string> violations;
    const std::string name = textAt(container, {"name"});
    const std::pair<const char *, const char *> defaulted[] = {{"default", "limits"}, {"defaultRequest", "requests"}};
    for (const auto &[from, to] : defaulted)
        for (const auto &[resource, quantity] : at(limit, {from}).items())
            if (!container["resources"][to].contains(resource))
                container["resources"][to][resource] = quantity;
    for (const char *const list : {"limits", "requests"})
        if (container["resources"][list].is_null())
            container["resources"].erase(list);
    for (const auto &[resource, minimum] : at(limit, {"min"}).items())
        if (const Json &request = at(container, {"resources", "requests", resource});
            request.is_string() && quantityOf(request) < quantityOf(minimum))
            violations.push_back("minimum " + resource + " usage per Container is " + minimum.get<std::string>() +
                                 ", but request is " + request.get<std::string>());
    for (const auto &[resource, maximum] : at(limit, {"max"}).items()) {
        const Json &allowed = at(container, {"resources", "limits", resource});
        if (!allowed.is_string())
            violations.push_back("maximum " + resource + " usage per Container is " + maximum.get<std::string>() +
                                 ". No limit is specified");
        else if (quantityOf(allowed) > quantityOf(maximum))
            violations.push_back("maximum " + resource + " usage per Container is " + maximum.get<std::string>() +
                                 ", but limit is " + allowed.get<std::string>());
    }
    return violations;
}

ApiResult<void> admitLimits(const ClusterState &state, const Resource &resource, Json &object)
{
    const ObjectName name = nameOf(object);
    const auto &ranges = state.storage.all("limitranges");
    std::vector<std::string> violations;
    for (auto range = ranges.lower_bound({name.nameSpace, {}});
         range != ranges.end() && range->first.nameSpace == name.nameSpace; ++range) {
        for (const Json &limit : at(range->second->object(), {"spec", "limits"})) {
            const std::string type = textAt(limit, {"type"});
            if (resource.kind == "Pod" && type == "Container") {
                for (const char *const list : {"initContainers", "containers"})
                    if (object["spec"].contains(list))
                        for (Json &container : object["spec"][list])
                            for (std::string &violation : applyLimitRange(limit, container))
                                violations.push_back(std::move(violation));
            } else if (resource.kind == "PersistentVolumeClaim" && type == "PersistentVolumeClaim") {
                const Json &asked = at(object, {"spec", "resources", "requests", "storage"});
                if (const Json &maximum = at(limit, {"max", "storage"});
                    maximum.is_string() && quantityOf(asked) > quantityOf(maximum))
                    violations.push_back("maximum storage usage per PersistentVolumeClaim is " +
                                         maximum.get<std::string>() + ", but request is " + asked.get<std::string>());
                if (const Json &minimum = at(limit, {"min", "storage"});
                    minimum.is_string() && quantityOf(asked) < quantityOf(minimum))
                    violations.push_back("minimum storage usage per PersistentVolumeClaim is " +
                                         minimum.get<std::string>() + ", but request is " + asked.get<std::string>());
            }
        }
    }
    if (violations.empty())
        return {};
    return refuse(
        forbidden(resource, name.name, violations.size() == 1 ? violations[0] : "[" + join(violations, ", ") + "]"));
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
        if (!quotaCounts(quota->second->object(), resource, object))
            continue;
        const Json &hard = at(quota->second->object(), {"spec", "hard"});
        const Json used = quotaUsed(state, quota->second->object());
        std::vector<std::string> missing, requested, inUse, limited;
        for (const auto &[counted, limit] : hard.items()) {
            const auto adds = usage.find(counted);
            if (adds == usage.end()) {
                // A quota on compute makes it mandatory in every pod.
                const bool compute = counted == "cpu" || counted == "memory" || startsWith(counted, "limits.") ||
                                     counted == "requests.cpu" || counted == "requests.memory";
                if (resource.kind == "Pod" && compute)
                    missing.push_back(counted);
                continue;
            }
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

ApiResult<void> admitPod(ClusterState &state, const Resource &resource, const Json &object)
{
    const ObjectName name = nameOf(object);
    const std::string account = textAt(object, {"spec", "serviceAccountName"});
    if (!state.storage.get("serviceaccounts", {name.nameSpace, account}))
        return refuse(forbidden(resource, name.name,
                                "error looking up service account " + name.nameSpace + "/" + account +
                                    ": serviceaccount \"" + account + "\" not found"));
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
