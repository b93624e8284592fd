// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/VersionConversions.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string_view>

namespace binnacle::kube {

using core::Json;

namespace {

/// The value at a path of keys, or nullptr.
Json *at(Json &object, std::initializer_list<const char *> path)
{
    Json *value = &object;
    for (const char *key : path) {
        if (!value->is_object() || !value->contains(key))
            return nullptr;
        value = &(*value)[key];
    }
    return value;
}

void rename(Json &object, const char *from, const char *to)
{
    if (object.is_object() && object.contains(from)) {
        object[to] = std::move(object[from]);
        object.erase(from);
    }
}

// --- HorizontalPodAutoscaler -------------------------------------------------------------------------------------

/// autoscaling/v1 has one target, the average CPU utilization.
std::string autoscalerToV1(Json &object, int)
{
    Json *spec = at(object, {"spec"});
    if (spec == nullptr)
        return {};
    if (spec->contains("behavior"))
        return "spec.behavior";
    const Json metrics = spec->value("metrics", Json::array());
    spec->erase("metrics");
    if (metrics.empty())
        return {};
    const Json only = metrics.size() == 1 ? metrics[0].value("resource", Json::object()) : Json::object();
    const Json target = only.value("target", Json::object());
    if (only.value("name", "") != "cpu" || target.value("type", "") != "Utilization")
        return "spec.metrics other than the CPU utilization";
    (*spec)["targetCPUUtilizationPercentage"] = target.at("averageUtilization");
    return {};
}

std::string autoscalerFromV1(Json &object)
{
    Json *spec = at(object, {"spec"});
    if (spec == nullptr || !spec->contains("targetCPUUtilizationPercentage"))
        return {};
    const Json percentage = (*spec)["targetCPUUtilizationPercentage"];
    spec->erase("targetCPUUtilizationPercentage");
    (*spec)["metrics"] = Json::array(
        {{{"type", "Resource"},
          {"resource", {{"name", "cpu"}, {"target", {{"type", "Utilization"}, {"averageUtilization", percentage}}}}}}});
    return {};
}

/// autoscaling/v2beta1 writes a target as one of two fields instead of an object.
std::string autoscalerToV2beta1(Json &object, int)
{
    Json *spec = at(object, {"spec"});
    if (spec == nullptr)
        return {};
    if (spec->contains("behavior"))
        return "spec.behavior";
    Json *metrics = at(*spec, {"metrics"});
    if (metrics == nullptr)
        return {};
    for (Json &metric : *metrics) {
        if (metric.value("type", "") != "Resource")
            return "spec.metrics of type " + metric.value("type", "");
        const Json target = metric["resource"].value("target", Json::object());
        metric["resource"].erase("target");
        if (target.contains("averageUtilization"))
            metric["resource"]["targetAverageUtilization"] = target["averageUtilization"];
        else if (target.contains("averageValue"))
            metric["resource"]["targetAverageValue"] = target["averageValue"];
        else
            return "a resource metric's absolute value";
    }
    return {};
}

std::string autoscalerFromV2beta1(Json &object)
{
    Json *metrics = at(object, {"spec", "metrics"});
    if (metrics == nullptr)
        return {};
    for (Json &metric : *metrics) {
        if (metric.value("type", "") != "Resource")
            return "spec.metrics of type " + metric.value("type", "");
        Json &resource = metric["resource"];
        if (resource.contains("targetAverageUtilization"))
            resource["target"] = {{"type", "Utilization"},
                                  {"averageUtilization", resource["targetAverageUtilization"]}};
        else if (resource.contains("targetAverageValue"))
            resource["target"] = {{"type", "AverageValue"}, {"averageValue", resource["targetAverageValue"]}};
        resource.erase("targetAverageUtilization");
        resource.erase("targetAverageValue");
    }
    return {};
}

// --- CronJob, PodDisruptionBudget --------------------------------------------------------------------------------

std::string cronJobToV1beta1(Json &object, int minorVersion)
{
    // KEP-3140: timeZone is honoured from 1.25 on and dropped silently before.
    if (at(object, {"spec", "timeZone"}) != nullptr && minorVersion < 25)
        return "spec.timeZone";
    return {};
}

std::string budgetToV1beta1(Json &object, int)
{
    if (at(object, {"spec", "unhealthyPodEvictionPolicy"}) != nullptr)
        return "spec.unhealthyPodEvictionPolicy";
    // policy/v1beta1: "an empty selector matches no pods"; in v1 it matches all.
    const Json *selector = at(object, {"spec", "selector"});
    if (selector != nullptr && selector->empty())
        return "an empty spec.selector, which selects no pods in policy/v1beta1 and all in policy/v1";
    return {};
}

std::string budgetFromV1beta1(Json &object)
{
    const Json *selector = at(object, {"spec", "selector"});
    if (selector != nullptr && selector->empty())
        return "an empty spec.selector, which selects no pods in policy/v1beta1 and all in policy/v1";
    return {};
}

// --- Ingress -----------------------------------------------------------------------------------------------------

void backendToV1beta1(Json &backend)
{
    if (!backend.is_object() || !backend.contains("service"))
        return;
    const Json service = backend["service"];
    backend.erase("service");
    backend["serviceName"] = service.value("name", "");
    const Json port = service.value("port", Json::object());
    if (port.contains("number"))
        backend["servicePort"] = port["number"];
    else if (port.contains("name"))
        backend["servicePort"] = port["name"];
}

void backendFromV1beta1(Json &backend)
{
    if (!backend.is_object() || !backend.contains("serviceName"))
        return;
    Json service{{"name", backend["serviceName"]}};
    if (backend.contains("servicePort"))
        service["port"] = {{backend["servicePort"].is_number() ? "number" : "name", backend["servicePort"]}};
    backend.erase("serviceName");
    backend.erase("servicePort");
    backend["service"] = std::move(service);
}

template <typename Visit>
void forEachIngressPath(Json &object, const Visit &visit)
{
    Json *rules = at(object, {"spec", "rules"});
    if (rules == nullptr)
        return;
    for (Json &rule : *rules) {
        if (Json *paths = at(rule, {"http", "paths"})) {
            for (Json &path : *paths)
                visit(path);
        }
    }
}

std::string ingressToV1beta1(Json &object, int)
{
    if (Json *backend = at(object, {"spec", "defaultBackend"}))
        backendToV1beta1(*backend);
    if (Json *spec = at(object, {"spec"}))
        rename(*spec, "defaultBackend", "backend");
    forEachIngressPath(object, [](Json &path) { backendToV1beta1(path["backend"]); });
    return {};
}

std::string ingressFromV1beta1(Json &object)
{
    if (Json *spec = at(object, {"spec"}))
        rename(*spec, "backend", "defaultBackend");
    if (Json *backend = at(object, {"spec", "defaultBackend"}))
        backendFromV1beta1(*backend);
    forEachIngressPath(object, [](Json &path) {
        backendFromV1beta1(path["backend"]);
        // v1 demands a path type; v1beta1 defaults to this one.
        if (!path.contains("pathType"))
            path["pathType"] = "ImplementationSpecific";
    });
    return {};
}

// --- EndpointSlice -----------------------------------------------------------------------------------------------

constexpr const char *zoneLabel = "topology.kubernetes.io/zone";

std::string sliceToV1beta1(Json &object, int)
{
    if (!object.contains("endpoints") || !object["endpoints"].is_array())
        return {};
    for (Json &endpoint : object["endpoints"]) {
        if (endpoint.contains("deprecatedTopology"))
            rename(endpoint, "deprecatedTopology", "topology");
        if (endpoint.contains("zone")) {
            endpoint["topology"][zoneLabel] = endpoint["zone"];
            endpoint.erase("zone");
        }
    }
    return {};
}

std::string sliceFromV1beta1(Json &object)
{
    if (!object.contains("endpoints") || !object["endpoints"].is_array())
        return {};
    for (Json &endpoint : object["endpoints"]) {
        Json *zone = at(endpoint, {"topology", zoneLabel});
        if (zone != nullptr) {
            endpoint["zone"] = *zone;
            endpoint["topology"].erase(zoneLabel);
        }
        rename(endpoint, "topology", "deprecatedTopology");
    }
    return {};
}

// --- workloads of before apps/v1 (removed in 1.16) ---------------------------------------------------------------

/// apps/v1 demands a selector and refuses what the old versions defaulted or ignored.
std::string workloadFromOld(Json &object)
{
    Json *spec = at(object, {"spec"});
    if (spec == nullptr)
        return {};
    if (spec->contains("rollbackTo"))
        return "spec.rollbackTo";
    spec->erase("templateGeneration");
    if (!spec->contains("selector")) {
        const Json *labels = at(object, {"spec", "template", "metadata", "labels"});
        if (labels == nullptr)
            return "spec.selector, which cannot be taken from template labels that are not there";
        (*spec)["selector"]["matchLabels"] = *labels;
    }
    return {};
}

std::string workloadToOld(Json &, int)
{
    return {};
}

// --- flow control ------------------------------------------------------------------------------------------------

/// flowcontrol v1beta1 and v1beta2 call nominalConcurrencyShares assuredConcurrencyShares (KEP-1040).
std::string priorityLevelFromAssured(Json &object)
{
    if (Json *limited = at(object, {"spec", "limited"}))
        rename(*limited, "assuredConcurrencyShares", "nominalConcurrencyShares");
    return {};
}

std::string priorityLevelToAssured(Json &object, int)
{
    if (Json *limited = at(object, {"spec", "limited"}))
        rename(*limited, "nominalConcurrencyShares", "assuredConcurrencyShares");
    return {};
}

VersionFamily sameSchema(std::string kind, std::initializer_list<const char *> apiVersions)
{
    VersionFamily family{std::move(kind), {}};
    for (const char *apiVersion : apiVersions)
        family.members.push_back({apiVersion, {}, {}});
    return family;
}

VersionFamily workload(std::string kind, std::initializer_list<const char *> oldVersions)
{
    VersionFamily family{std::move(kind), {{"apps/v1", {}, {}}}};
    for (const char *apiVersion : oldVersions)
        family.members.push_back({apiVersion, workloadFromOld, workloadToOld});
    return family;
}

std::vector<VersionFamily> makeFamilies()
{
    std::vector<VersionFamily> families{
        {"HorizontalPodAutoscaler",
         {{"autoscaling/v2", {}, {}},
          {"autoscaling/v2beta2", {}, {}},
          {"autoscaling/v2beta1", autoscalerFromV2beta1, autoscalerToV2beta1},
          {"autoscaling/v1", autoscalerFromV1, autoscalerToV1}}},
        {"CronJob", {{"batch/v1", {}, {}}, {"batch/v1beta1", {}, cronJobToV1beta1}}},
        {"PodDisruptionBudget", {{"policy/v1", {}, {}}, {"policy/v1beta1", budgetFromV1beta1, budgetToV1beta1}}},
        {"Ingress",
         {{"networking.k8s.io/v1", {}, {}},
          {"networking.k8s.io/v1beta1", ingressFromV1beta1, ingressToV1beta1},
          {"extensions/v1beta1", ingressFromV1beta1, ingressToV1beta1}}},
        {"EndpointSlice",
         {{"discovery.k8s.io/v1", {}, {}}, {"discovery.k8s.io/v1beta1", sliceFromV1beta1, sliceToV1beta1}}},
        {"PriorityLevelConfiguration",
         {{"flowcontrol.apiserver.k8s.io/v1", {}, {}},
          {"flowcontrol.apiserver.k8s.io/v1beta3", {}, {}},
          {"flowcontrol.apiserver.k8s.io/v1beta2", priorityLevelFromAssured, priorityLevelToAssured},
          {"flowcontrol.apiserver.k8s.io/v1beta1", priorityLevelFromAssured, priorityLevelToAssured}}},
        workload("Deployment", {"apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"}),
        workload("StatefulSet", {"apps/v1beta2", "apps/v1beta1"}),
        workload("DaemonSet", {"apps/v1beta2", "extensions/v1beta1"}),
        workload("ReplicaSet", {"apps/v1beta2", "extensions/v1beta1"}),
        sameSchema("NetworkPolicy", {"networking.k8s.io/v1", "extensions/v1beta1"}),
        sameSchema("IngressClass", {"networking.k8s.io/v1", "networking.k8s.io/v1beta1"}),
        sameSchema("PriorityClass",
                   {"scheduling.k8s.io/v1", "scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1alpha1"}),
        sameSchema("RuntimeClass", {"node.k8s.io/v1", "node.k8s.io/v1beta1"}),
        sameSchema("Lease", {"coordination.k8s.io/v1", "coordination.k8s.io/v1beta1"}),
        sameSchema("FlowSchema", {"flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1beta3",
                                  "flowcontrol.apiserver.k8s.io/v1beta2", "flowcontrol.apiserver.k8s.io/v1beta1"}),
    };
    for (const char *kind : {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"})
        families.push_back(sameSchema(kind, {"rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1beta1",
                                             "rbac.authorization.k8s.io/v1alpha1"}));
    for (const char *kind : {"StorageClass", "VolumeAttachment", "CSIDriver", "CSINode", "CSIStorageCapacity"})
        families.push_back(sameSchema(kind, {"storage.k8s.io/v1", "storage.k8s.io/v1beta1"}));
    return families;
}

} // namespace

const std::vector<VersionFamily> &versionFamilies()
{
    static const std::vector<VersionFamily> families = makeFamilies();
    return families;
}

} // namespace binnacle::kube
