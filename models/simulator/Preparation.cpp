// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Preparation.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::simulator {

using core::Json;

namespace {

void allocateAddresses(ClusterState &state, Json &spec)
{
    const std::string type = textAt(spec, {"type"});
    if (type == "ExternalName") {
        for (const char *const field : {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"})
            spec.erase(field);
        return;
    }
    if (textAt(spec, {"clusterIP"}).empty()) {
        std::set<std::string> used;
        for (const auto &[name, service] : state.storage.all("services"))
            used.insert(textAt(service->object(), {"spec", "clusterIP"}));
        std::string address;
        do {
            address =
                "10.96." + std::to_string(state.random.below(256)) + "." + std::to_string(1 + state.random.below(254));
        } while (used.count(address) > 0);
        spec["clusterIP"] = address;
    }
    spec["clusterIPs"] = Json::array({spec["clusterIP"]});
    if ((type == "NodePort" || type == "LoadBalancer") && spec.contains("ports"))
        for (Json &port : spec["ports"])
            if (!port.contains("nodePort"))
                port["nodePort"] = 30000 + static_cast<int>(state.random.below(2768));
}

void labelJobPods(const std::string &uid, Json &job)
{
    Json &spec = job["spec"];
    if (flagAt(spec, {"manualSelector"}))
        return;
    const std::string name = textAt(job, {"metadata", "name"});
    Json &labels = spec["template"]["metadata"]["labels"];
    labels["batch.kubernetes.io/controller-uid"] = uid;
    labels["controller-uid"] = uid;
    labels["batch.kubernetes.io/job-name"] = name;
    labels["job-name"] = name;
    spec["selector"] = {{"matchLabels", {{"batch.kubernetes.io/controller-uid", uid}}}};
}

void encodeStringData(Json &secret)
{
    const auto plain = secret.find("stringData");
    if (plain == secret.end())
        return;
    for (const auto &[key, value] : plain->items())
        secret["data"][key] = base64Encode(value.is_string() ? value.get<std::string>() : value.dump());
    secret.erase("stringData");
}

std::string qosClass(const Json &spec)
{
    bool any = false;
    bool guaranteed = true;
    for (const Json &container : at(spec, {"containers"}))
        for (const char *const resource : {"cpu", "memory"}) {
            const std::string request = textAt(container, {"resources", "requests", resource});
            const std::string limit = textAt(container, {"resources", "limits", resource});
            any = any || !request.empty() || !limit.empty();
            guaranteed = guaranteed && !limit.empty() && request == limit;
        }
    return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
}

/// What the pod's admission adds: a token volume in every container, the tolerations for sick nodes.
void completePod(ClusterState &state, Json &pod)
{
    Json &spec = pod["spec"];
    pod["status"] = {{"phase", "Pending"}, {"qosClass", qosClass(spec)}};
    if (!spec.contains("serviceAccountName"))
        spec["serviceAccountName"] = "default";
    spec["serviceAccount"] = spec["serviceAccountName"];
    if (!spec.contains("priority"))
        spec["priority"] = 0;
    if (!spec.contains("preemptionPolicy"))
        spec["preemptionPolicy"] = "PreemptLowerPriority";
    for (const char *const taint : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
        spec["tolerations"].push_back(
            {{"key", taint}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", 300}});
    if (!flagAt(spec, {"automountServiceAccountToken"}, true))
        return;
    const std::string volume = "kube-api-access-" + state.newSuffix();
    spec["volumes"].push_back(
        {{"name", volume},
         {"projected",
          {{"defaultMode", 420},
           {"sources",
            {{{"serviceAccountToken", {{"expirationSeconds", 3607}, {"path", "token"}}}},
             {{"configMap",
               {{"name", "kube-root-ca.crt"}, {"items", {{{"key", "ca.crt"}, {"path", "ca.crt"}}}}}}}}}}}});
    for (const char *const list : {"containers", "initContainers"})
        if (spec.contains(list))
            for (Json &container : spec[list])
                container["volumeMounts"].push_back({{"name", volume},
                                                     {"mountPath", "/var/run/secrets/kubernetes.io/serviceaccount"},
                                                     {"readOnly", true}});
}

void chooseStorageClass(ClusterState &state, Json &claim)
{
    claim["status"] = {{"phase", "Pending"}};
    if (claim["spec"].contains("storageClassName") || claim["spec"].contains("volumeName"))
        return;
    for (const auto &[name, storageClass] : state.storage.all("storageclasses.storage.k8s.io"))
        for (const char *const annotation :
             {"storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"})
            if (textAt(storageClass->object(), {"metadata", "annotations", annotation}) == "true")
                claim["spec"]["storageClassName"] = name.name;
}

Json eventToRegarding(Json event)
{
    const std::pair<const char *, const char *> renamed[] = {{"involvedObject", "regarding"},
                                                             {"message", "note"},
                                                             {"source", "deprecatedSource"},
                                                             {"firstTimestamp", "deprecatedFirstTimestamp"},
                                                             {"lastTimestamp", "deprecatedLastTimestamp"},
                                                             {"count", "deprecatedCount"},
                                                             {"reportingComponent", "reportingController"}};
    for (const auto &[from, to] : renamed)
        if (event.contains(from)) {
            event[to] = event[from];
            event.erase(from);
        }
    event["apiVersion"] = "events.k8s.io/v1";
    return event;
}

Json autoscalerToV1(Json autoscaler)
{
    Json &spec = autoscaler["spec"];
    for (const Json &metric : at(spec, {"metrics"}))
        if (textAt(metric, {"resource", "name"}) == "cpu" &&
            at(metric, {"resource", "target", "averageUtilization"}).is_number())
            spec["targetCPUUtilizationPercentage"] = metric["resource"]["target"]["averageUtilization"];
    spec.erase("metrics");
    spec.erase("behavior");
    if (autoscaler.contains("status")) {
        Json &status = autoscaler["status"];
        for (const Json &metric : at(status, {"currentMetrics"}))
            if (textAt(metric, {"resource", "name"}) == "cpu" &&
                at(metric, {"resource", "current", "averageUtilization"}).is_number())
                status["currentCPUUtilizationPercentage"] = metric["resource"]["current"]["averageUtilization"];
        status.erase("currentMetrics");
        status.erase("conditions");
    }
    autoscaler["apiVersion"] = "autoscaling/v1";
    return autoscaler;
}

} // namespace

void prepareForCreate(ClusterState &state, const Resource &resource, Json &object)
{
    const std::string &kind = resource.kind;
    if (resource.custom)
        return;
    if (kind == "Service") {
        allocateAddresses(state, object["spec"]);
        object["status"] = {{"loadBalancer", Json::object()}};
    } else if (kind == "Job") {
        labelJobPods(textAt(object, {"metadata", "uid"}), object);
    } else if (kind == "Pod") {
        completePod(state, object);
    } else if (kind == "PersistentVolumeClaim") {
        chooseStorageClass(state, object);
    } else if (kind == "Secret") {
        encodeStringData(object);
    } else if (kind == "Namespace") {
        object["status"] = {{"phase", "Active"}};
    } else if (kind == "PersistentVolume") {
        object["status"] = {{"phase", "Available"}};
    } else if (kind == "Ingress") {
        object["status"] = {{"loadBalancer", Json::object()}};
    }
}

void prepareForUpdate(ClusterState &state, const Resource &resource, const Json &before, Json &object)
{
    if (resource.kind == "Service" && resource.group.empty()) {
        Json &spec = object["spec"];
        for (const char *const field : {"clusterIP", "clusterIPs"})
            if (!spec.contains(field) && at(before, {"spec", field}).size() > 0)
                spec[field] = before["spec"][field];
        if (spec.contains("ports"))
            for (Json &port : spec["ports"])
                for (const Json &old : at(before, {"spec", "ports"}))
                    if (at(old, {"port"}) == at(port, {"port"}) && old.contains("nodePort") &&
                        !port.contains("nodePort") && textAt(spec, {"type"}) != "ClusterIP")
                        port["nodePort"] = old["nodePort"];
        allocateAddresses(state, spec);
    } else if (resource.kind == "Secret" && resource.group.empty()) {
        encodeStringData(object);
    } else if (resource.kind == "PersistentVolumeClaim") {
        for (const char *const field : {"volumeName", "storageClassName"})
            if (!object["spec"].contains(field) && before["spec"].contains(field))
                object["spec"][field] = before["spec"][field];
    } else if (resource.kind == "Job") {
        if (!object["spec"].contains("selector"))
            labelJobPods(textAt(before, {"metadata", "uid"}), object);
    }
}

Json convertToVersion(const Resource &resource, Json stored)
{
    if (resource.group == "events.k8s.io")
        return eventToRegarding(std::move(stored));
    if (resource.group == "autoscaling" && resource.version == "v1")
        return autoscalerToV1(std::move(stored));
    return stored;
}

Json convertToStored(const Resource &resource, Json object)
{
    if (resource.group == "events.k8s.io") {
        const std::pair<const char *, const char *> renamed[] = {{"regarding", "involvedObject"},
                                                                 {"note", "message"},
                                                                 {"deprecatedSource", "source"},
                                                                 {"deprecatedFirstTimestamp", "firstTimestamp"},
                                                                 {"deprecatedLastTimestamp", "lastTimestamp"},
                                                                 {"deprecatedCount", "count"},
                                                                 {"reportingController", "reportingComponent"}};
        for (const auto &[from, to] : renamed)
            if (object.contains(from)) {
                object[to] = object[from];
                object.erase(from);
            }
        object["apiVersion"] = "v1";
    } else if (resource.group == "autoscaling" && resource.version == "v1") {
        Json &spec = object["spec"];
        if (spec.contains("targetCPUUtilizationPercentage")) {
            const Json target = {{"type", "Utilization"},
                                 {"averageUtilization", spec["targetCPUUtilizationPercentage"]}};
            spec["metrics"] =
                Json::array({{{"type", "Resource"}, {"resource", {{"name", "cpu"}, {"target", target}}}}});
            spec.erase("targetCPUUtilizationPercentage");
        }
        object["apiVersion"] = "autoscaling/v2";
    }
    return object;
}

} // namespace binnacle::simulator
