// SPDX-License-Identifier: GPL-3.0-or-later
// What a ResourceQuota counts: kubernetes.io/docs/concepts/policy/resource-quotas.
#include "core/Quantity.h"
#include "simulator/Admission.h"
#include "simulator/Scheduler.h"
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

void addPod(std::map<std::string, std::string> &usage, const Json &pod)
{
    const std::string phase = textAt(pod, {"status", "phase"});
    usage["count/pods"] = "1";
    if (phase == "Succeeded" || phase == "Failed")
        return;
    usage["pods"] = "1";
    for (const auto &[name, amount] : amountsWithOverhead(at(pod, {"spec"}))) {
        const std::string quantity = amountText(name, amount);
        add(usage, "requests." + name, quantity);
        if (name == "cpu" || name == "memory" || name == "ephemeral-storage" || startsWith(name, "hugepages-"))
            add(usage, name, quantity);
    }
    for (const auto &[name, amount] : amountsWithOverhead(at(pod, {"spec"}), "limits"))
        add(usage, "limits." + name, amountText(name, amount));
}

bool isBestEffort(const Json &spec)
{
    for (const char *const side : {"requests", "limits"}) {
        const auto asked = requestsOf(spec, side);
        for (const char *const resource : {"cpu", "memory"})
            if (const auto found = asked.find(resource); found != asked.end() && found->second > 0)
                return false;
    }
    return true;
}

bool matchesScope(const Json &spec, const std::string &scope)
{
    if (scope == "Terminating" || scope == "NotTerminating")
        return at(spec, {"activeDeadlineSeconds"}).is_null() != (scope == "Terminating");
    if (scope == "BestEffort" || scope == "NotBestEffort")
        return isBestEffort(spec) == (scope == "BestEffort");
    return scope == "PriorityClass" && !textAt(spec, {"priorityClassName"}).empty();
}

bool matchesExpression(const Json &spec, const Json &expression)
{
    const std::string scope = textAt(expression, {"scopeName"}), op = textAt(expression, {"operator"});
    if (scope != "PriorityClass" || op == "Exists" || op == "DoesNotExist")
        return matchesScope(spec, scope) == (op != "DoesNotExist");
    const Json &values = at(expression, {"values"});
    const bool named = std::find(values.begin(), values.end(), textAt(spec, {"priorityClassName"})) != values.end();
    return named == (op == "In");
}

} // namespace

bool isInScope(const Json &quota, const Resource &resource, const Json &object)
{
    const Json &scopes = at(quota, {"spec", "scopes"});
    const Json &expressions = at(quota, {"spec", "scopeSelector", "matchExpressions"});
    if (scopes.empty() && expressions.empty())
        return true;
    const Json &spec = at(object, {"spec"});
    return resource.kind == "Pod" && resource.group.empty() &&
           std::all_of(scopes.begin(), scopes.end(),
                       [&](const Json &scope) { return matchesScope(spec, scope.get<std::string>()); }) &&
           std::all_of(expressions.begin(), expressions.end(),
                       [&](const Json &expression) { return matchesExpression(spec, expression); });
}

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
        const std::string ofOld =
            textAt(object, {"metadata", "annotations", "volume.beta.kubernetes.io/storage-class"});
        const std::string storageClass = ofOld.empty() ? textAt(object, {"spec", "storageClassName"}) : ofOld;
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
            if (!isInScope(quota, *resource, object->second->object()))
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
