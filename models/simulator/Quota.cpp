// SPDX-License-Identifier: GPL-3.0-or-later
// What a ResourceQuota counts: kubernetes.io/docs/concepts/policy/resource-quotas.
#include "core/Quantity.h"
#include "simulator/Admission.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

void add(std::map<std::string, std::string> &usage, const std::string &name, const std::string &quantity)
{
    const auto more = Quantity::parse(quantity);
    if (!more)
        return;
    const auto known = usage.find(name);
    if (known == usage.end()) {
        usage[name] = more->canonical();
        return;
    }
    const auto before = Quantity::parse(known->second);
    known->second = (*before + *more).canonical();
}

std::map<std::string, std::string> usageOf(const Json &container)
{
    std::map<std::string, std::string> usage;
    for (const auto &[name, quantity] : at(container, {"resources", "requests"}).items()) {
        add(usage, "requests." + name, quantity.get<std::string>());
        if (name == "cpu" || name == "memory" || name == "ephemeral-storage" || startsWith(name, "hugepages-"))
            add(usage, name, quantity.get<std::string>());
    }
    for (const auto &[name, quantity] : at(container, {"resources", "limits"}).items())
        add(usage, "limits." + name, quantity.get<std::string>());
    return usage;
}

void addPod(std::map<std::string, std::string> &usage, const Json &pod)
{
    const std::string phase = textAt(pod, {"status", "phase"});
    usage["count/pods"] = "1";
    if (phase == "Succeeded" || phase == "Failed")
        return;
    usage["pods"] = "1";
    std::map<std::string, std::string> sums;
    for (const Json &container : at(pod, {"spec", "containers"})) {
        for (const auto &[counted, quantity] : usageOf(container))
            add(sums, counted, quantity);
    }
    // One runs after the other, before the containers: the largest of them counts.
    for (const Json &container : at(pod, {"spec", "initContainers"})) {
        for (const auto &[counted, quantity] : usageOf(container)) {
            std::string &sum = sums[counted];
            if (sum.empty() || *Quantity::parse(sum) < *Quantity::parse(quantity))
                sum = quantity;
        }
    }
    for (const auto &[counted, quantity] : sums)
        add(usage, counted, quantity);
}

/// Neither requests nor limits anything.
bool isBestEffort(const Json &pod)
{
    for (const char *const list : {"containers", "initContainers"})
        for (const Json &container : at(pod, {"spec", list}))
            for (const char *const side : {"requests", "limits"})
                for (const char *const name : {"cpu", "memory"})
                    if (!at(container, {"resources", side, name}).is_null())
                        return false;
    return true;
}

bool isInScope(const Json &pod, const Json &expression)
{
    const std::string scope = textAt(expression, {"scopeName"});
    const bool terminates = !at(pod, {"spec", "activeDeadlineSeconds"}).is_null();
    if (scope == "BestEffort" || scope == "NotBestEffort")
        return isBestEffort(pod) == (scope == "BestEffort");
    if (scope == "Terminating" || scope == "NotTerminating")
        return terminates == (scope == "Terminating");
    if (scope != "PriorityClass")
        return false; // of pods with affinity to other namespaces, which are never placed by it here
    const std::string priority = textAt(pod, {"spec", "priorityClassName"});
    const std::string condition = textAt(expression, {"operator"});
    if (condition == "Exists" || condition == "DoesNotExist")
        return priority.empty() == (condition == "DoesNotExist");
    const Json &values = at(expression, {"values"});
    const bool named = std::find(values.begin(), values.end(), priority) != values.end();
    return named == (condition == "In");
}

} // namespace

std::map<std::string, std::string> quotaUsage(const Resource &resource, const Json &object)
{
    std::map<std::string, std::string> usage;
    usage["count/" + resource.qualified()] = "1";
    if (!resource.group.empty())
        return usage;
    const std::string &plural = resource.plural;
    if (plural == "pods") {
        addPod(usage, object);
    } else if (plural == "persistentvolumeclaims") {
        usage[plural] = "1";
        const std::string storage = textAt(object, {"spec", "resources", "requests", "storage"});
        const std::string storageClass = textAt(object, {"spec", "storageClassName"});
        add(usage, "requests.storage", storage);
        add(usage, storageClass + ".storageclass.storage.k8s.io/requests.storage", storage);
        usage[storageClass + ".storageclass.storage.k8s.io/persistentvolumeclaims"] = "1";
    } else if (plural == "services") {
        usage[plural] = "1";
        const std::string type = textAt(object, {"spec", "type"});
        if (type == "LoadBalancer")
            usage["services.loadbalancers"] = "1";
        if (type == "LoadBalancer" || type == "NodePort")
            usage["services.nodeports"] = std::to_string(at(object, {"spec", "ports"}).size());
    } else if (plural == "configmaps" || plural == "secrets" || plural == "replicationcontrollers" ||
               plural == "resourcequotas") {
        usage[plural] = "1";
    }
    return usage;
}

bool quotaCounts(const Json &quota, const Resource &resource, const Json &object)
{
    const Json &scopes = at(quota, {"spec", "scopes"});
    const Json &expressions = at(quota, {"spec", "scopeSelector", "matchExpressions"});
    if (scopes.empty() && expressions.empty())
        return true;
    const auto matches = [&](const Json &expression) { return isInScope(object, expression); };
    return resource.kind == "Pod" && std::all_of(expressions.begin(), expressions.end(), matches) &&
           std::all_of(scopes.begin(), scopes.end(), [&](const Json &scope) {
               return matches({{"scopeName", scope}, {"operator", "Exists"}});
           });
}

Json quotaUsed(const ClusterState &state, const Json &quota)
{
    const std::string nameSpace = nameOf(quota).nameSpace;
    std::map<std::string, Quantity> totals;
    const Json &hard = at(quota, {"spec", "hard"});
    std::vector<const Resource *> counted;
    for (const auto &resource : state.resources.all()) {
        if (resource->readOnly || !resource->namespaced || resource->custom ||
            state.resources.stored(resource->collection()) != resource.get())
            continue;
        const bool named = hard.contains("count/" + resource->qualified()) || resource->group.empty();
        if (named && resource->plural != "events")
            counted.push_back(resource.get());
    }
    for (const Resource *const resource : counted) {
        const auto &objects = state.storage.all(resource->collection());
        for (auto object = objects.lower_bound({nameSpace, {}});
             object != objects.end() && object->first.nameSpace == nameSpace; ++object) {
            if (!quotaCounts(quota, *resource, object->second->object()))
                continue;
            for (const auto &[name, quantity] : quotaUsage(*resource, object->second->object()))
                if (hard.contains(name))
                    totals[name] = totals[name] + *Quantity::parse(quantity);
        }
    }
    Json used = Json::object();
    for (const auto &[name, limit] : hard.items()) {
        const auto total = totals.find(name);
        used[name] = total == totals.end() ? "0" : total->second.canonical();
    }
    return used;
}

} // namespace binnacle::simulator
