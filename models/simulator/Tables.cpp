// SPDX-License-Identifier: GPL-3.0-or-later
// metav1.Table: the columns that `kubectl get` shows for each kind (KEP-2334 and pkg/printers' column names).
#include "simulator/ApiServer.h"
#include "simulator/CustomResources.h"
#include "simulator/TableCells.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

using namespace table;

std::vector<Column> appColumns(const std::string &kind)
{
    const Column containers = custom("Containers", containerNames, 1);
    const Column imageList = custom("Images", images, 1);
    const Column selector = custom("Selector", selectorText, 1);
    if (kind == "Deployment")
        return {name(),
                custom("Ready",
                       [](const Json &o) {
                           return fraction(o, {"status", "readyReplicas"}, {"spec", "replicas"});
                       }),
                number("Up-to-date", {"status", "updatedReplicas"}),
                number("Available", {"status", "availableReplicas"}),
                age(),
                containers,
                imageList,
                selector};
    if (kind == "ReplicaSet" || kind == "ReplicationController")
        return {name(),
                number("Desired", {"spec", "replicas"}),
                number("Current", {"status", "replicas"}),
                number("Ready", {"status", "readyReplicas"}),
                age(),
                containers,
                imageList,
                selector};
    if (kind == "StatefulSet")
        return {name(),
                custom("Ready",
                       [](const Json &o) {
                           return fraction(o, {"status", "readyReplicas"}, {"spec", "replicas"});
                       }),
                age(), containers, imageList};
    if (kind == "DaemonSet")
        return {name(),
                number("Desired", {"status", "desiredNumberScheduled"}),
                number("Current", {"status", "currentNumberScheduled"}),
                number("Ready", {"status", "numberReady"}),
                number("Up-to-date", {"status", "updatedNumberScheduled"}),
                number("Available", {"status", "numberAvailable"}),
                custom("Node Selector",
                       [](const Json &o) {
                           const auto text =
                               LabelSelector::fromMap(at(o, {"spec", "template", "spec", "nodeSelector"})).toString();
                           return text.empty() ? std::string("<none>") : text;
                       }),
                age(),
                containers,
                imageList,
                selector};
    if (kind == "Job")
        return {name(),
                custom("Status", jobState),
                custom("Completions",
                       [](const Json &o) {
                           return fraction(o, {"status", "succeeded"}, {"spec", "completions"});
                       }),
                {"Duration", "string", 0,
                 [](const ClusterState &state, const Json &o) {
                     const auto start = core::parseTime(textAt(o, {"status", "startTime"}));
                     const auto end = core::parseTime(textAt(o, {"status", "completionTime"}));
                     if (!start)
                         return Json("");
                     const auto length = (end ? *end : state.clock.now()) - *start;
                     return Json(std::to_string(std::chrono::duration_cast<std::chrono::seconds>(length).count()) +
                                 "s");
                 }},
                age(),
                containers,
                imageList,
                selector};
    if (kind == "CronJob")
        return {name(),
                text("Schedule", {"spec", "schedule"}),
                text("Timezone", {"spec", "timeZone"}),
                custom("Suspend",
                       [](const Json &o) {
                           return flagAt(o, {"spec", "suspend"}) ? "True" : "False";
                       }),
                custom("Active",
                       [](const Json &o) {
                           return std::to_string(at(o, {"status", "active"}).size());
                       }),
                {"Last Schedule", "string", 0,
                 [](const ClusterState &state, const Json &o) {
                     const Json &last = at(o, {"status", "lastScheduleTime"});
                     return Json(last.is_null() ? "<none>" : shortAge(state, last));
                 }},
                age()};
    return {};
}

std::vector<Column> coreColumns(const std::string &kind)
{
    if (kind == "Pod")
        return {name(),
                custom("Ready", podReady),
                custom("Status", podStatus),
                {"Restarts", "string", 0, [](const ClusterState &, const Json &o) { return podRestarts(o); }},
                age(),
                text("IP", {"status", "podIP"}, "<none>", 1),
                text("Node", {"spec", "nodeName"}, "<none>", 1),
                text("Nominated Node", {"status", "nominatedNodeName"}, "<none>", 1),
                custom(
                    "Readiness Gates", [](const Json &) { return "<none>"; }, 1)};
    if (kind == "Service")
        return {name(),
                text("Type", {"spec", "type"}),
                text("Cluster-IP", {"spec", "clusterIP"}),
                custom("External-IP",
                       [](const Json &o) {
                           const auto address = ingressAddress(o);
                           return !address.empty()                                ? address
                                  : textAt(o, {"spec", "type"}) == "LoadBalancer" ? "<pending>"
                                  : textAt(o, {"spec", "type"}) == "ExternalName" ? textAt(o, {"spec", "externalName"})
                                                                                  : "<none>";
                       }),
                custom("Port(s)", servicePorts),
                age(),
                custom(
                    "Selector",
                    [](const Json &o) {
                        const auto text = LabelSelector::fromMap(at(o, {"spec", "selector"})).toString();
                        return text.empty() ? std::string("<none>") : text;
                    },
                    1)};
    if (kind == "Namespace")
        return {name(), text("Status", {"status", "phase"}), age()};
    if (kind == "Node")
        return {name(),
                custom("Status", nodeState),
                custom("Roles", nodeRoles),
                age(),
                text("Version", {"status", "nodeInfo", "kubeletVersion"}),
                text("OS-Image", {"status", "nodeInfo", "osImage"}, "<unknown>", 1),
                text("Container-Runtime", {"status", "nodeInfo", "containerRuntimeVersion"}, "<unknown>", 1)};
    if (kind == "ConfigMap")
        return {name(), custom("Data", dataCount), age()};
    if (kind == "Secret")
        return {name(), text("Type", {"type"}), custom("Data", dataCount), age()};
    if (kind == "ServiceAccount")
        return {name(), custom("Secrets", [](const Json &o) { return std::to_string(at(o, {"secrets"}).size()); }),
                age()};
    if (kind == "Endpoints")
        return {name(), custom("Endpoints", endpointsText), age()};
    if (kind == "PersistentVolumeClaim")
        return {name(),
                text("Status", {"status", "phase"}),
                text("Volume", {"spec", "volumeName"}, ""),
                text("Capacity", {"status", "capacity", "storage"}, ""),
                custom("Access Modes", accessModes),
                text("StorageClass", {"spec", "storageClassName"}, ""),
                text("VolumeAttributesClass", {"spec", "volumeAttributesClassName"}, "<unset>"),
                age(),
                text("VolumeMode", {"spec", "volumeMode"}, "", 1)};
    if (kind == "PersistentVolume")
        return {
            name(),
            text("Capacity", {"spec", "capacity", "storage"}, ""),
            custom("Access Modes", accessModes),
            text("Reclaim Policy", {"spec", "persistentVolumeReclaimPolicy"}),
            text("Status", {"status", "phase"}),
            custom(
                "Claim",
                [](const Json &o) {
                    return textAt(o, {"spec", "claimRef", "namespace"}) + "/" + textAt(o, {"spec", "claimRef", "name"});
                }),
            text("StorageClass", {"spec", "storageClassName"}, ""),
            text("Reason", {"status", "reason"}, ""),
            age()};
    if (kind == "Event")
        return {
            {"Last Seen", "string", 0,
             [](const ClusterState &state, const Json &o) { return shortAge(state, at(o, {"lastTimestamp"})); }},
            text("Type", {"type"}),
            text("Reason", {"reason"}),
            custom(
                "Object",
                [](const Json &o) {
                    return lower(textAt(o, {"involvedObject", "kind"})) + "/" + textAt(o, {"involvedObject", "name"});
                }),
            text("Message", {"message"})};
    if (kind == "ResourceQuota")
        return {name(), age(), custom("Request", [](const Json &o) { return quotaText(o, false); }),
                custom("Limit", [](const Json &o) { return quotaText(o, true); })};
    if (kind == "LimitRange")
        return {name(), {"Created At", "string", 0, [](const ClusterState &, const Json &o) {
                             return textAt(o, {"metadata", "creationTimestamp"});
                         }}};
    return appColumns(kind);
}

std::vector<Column> otherColumns(const std::string &kind)
{
    if (kind == "Ingress")
        return {name(),
                text("Class", {"spec", "ingressClassName"}),
                custom("Hosts", ingressHosts),
                custom("Address", ingressAddress),
                custom("Ports",
                       [](const Json &o) {
                           return at(o, {"spec", "tls"}).empty() ? "80" : "80, 443";
                       }),
                age()};
    if (kind == "IngressClass")
        return {name(), text("Controller", {"spec", "controller"}), text("Parameters", {"spec", "parameters", "name"}),
                age()};
    if (kind == "NetworkPolicy")
        return {name(),
                custom("Pod-Selector",
                       [](const Json &o) {
                           const auto text = LabelSelector::fromObject(at(o, {"spec", "podSelector"})).toString();
                           return text.empty() ? std::string("<none>") : text;
                       }),
                age()};
    if (kind == "HorizontalPodAutoscaler")
        return {name(),
                custom("Reference",
                       [](const Json &o) {
                           return textAt(o, {"spec", "scaleTargetRef", "kind"}) + "/" +
                                  textAt(o, {"spec", "scaleTargetRef", "name"});
                       }),
                custom("Targets", hpaTargets),
                number("MinPods", {"spec", "minReplicas"}),
                number("MaxPods", {"spec", "maxReplicas"}),
                number("Replicas", {"status", "currentReplicas"}),
                age()};
    if (kind == "PodDisruptionBudget")
        return {name(), text("Min Available", {"spec", "minAvailable"}, "N/A"),
                text("Max Unavailable", {"spec", "maxUnavailable"}, "N/A"),
                number("Allowed Disruptions", {"status", "disruptionsAllowed"}), age()};
    if (kind == "StorageClass")
        return {custom("Name",
                       [](const Json &o) {
                           const bool standard = textAt(o, {"metadata", "annotations",
                                                            "storageclass.kubernetes.io/is-default-class"}) == "true";
                           return textAt(o, {"metadata", "name"}) + (standard ? " (default)" : "");
                       }),
                text("Provisioner", {"provisioner"}),
                text("ReclaimPolicy", {"reclaimPolicy"}),
                text("VolumeBindingMode", {"volumeBindingMode"}),
                text("AllowVolumeExpansion", {"allowVolumeExpansion"}, "false"),
                age()};
    if (kind == "CustomResourceDefinition" || kind == "ClusterRole" || kind == "Role")
        return {name(), {"Created At", "string", 0, [](const ClusterState &, const Json &o) {
                             return textAt(o, {"metadata", "creationTimestamp"});
                         }}};
    if (kind == "RoleBinding" || kind == "ClusterRoleBinding")
        return {name(),
                custom("Role",
                       [](const Json &o) {
                           return textAt(o, {"roleRef", "kind"}) + "/" + textAt(o, {"roleRef", "name"});
                       }),
                age()};
    if (kind == "Lease")
        return {name(), text("Holder", {"spec", "holderIdentity"}, ""), age()};
    if (kind == "EndpointSlice")
        return {name(), text("AddressType", {"addressType"}),
                custom("Ports",
                       [](const Json &o) {
                           std::vector<std::string> all;
                           for (const Json &port : at(o, {"ports"}))
                               all.push_back(at(port, {"port"}).dump());
                           return all.empty() ? "<unset>" : join(all, ",");
                       }),
                custom("Endpoints",
                       [](const Json &o) {
                           std::vector<std::string> all;
                           for (const Json &endpoint : at(o, {"endpoints"}))
                               for (const Json &address : at(endpoint, {"addresses"}))
                                   all.push_back(address.get<std::string>());
                           return all.empty() ? "<unset>" : join(all, ",");
                       }),
                age()};
    return {name(), age()};
}

/// A definition that names columns has no others, not even the age.
std::vector<Column> customColumns(const Json &definitions)
{
    std::vector<Column> columns = {name()};
    for (const Json &definition : definitions) {
        const std::string type = textAt(definition, {"type"});
        columns.push_back({textAt(definition, {"name"}), type, static_cast<int>(numberAt(definition, {"priority"})),
                           [path = textAt(definition, {"jsonPath"}), type](const ClusterState &state, const Json &o) {
                               const Json &value = atJsonPath(o, path);
                               if (type == "date" && value.is_string())
                                   return Json(shortAge(state, value));
                               return value.is_null() || value.is_primitive() ? value : Json(value.dump());
                           }});
    }
    if (definitions.empty())
        columns.push_back(age());
    return columns;
}

std::vector<Column> columnsFor(const Resource &resource)
{
    if (resource.custom)
        return customColumns(at(*resource.definition, {"additionalPrinterColumns"}));
    auto columns = coreColumns(resource.kind);
    return columns.empty() ? otherColumns(resource.kind) : columns;
}

} // namespace

Json makeTable(const ClusterState &state, const Resource &resource, const std::vector<const Json *> &objects,
               const std::string &includeObject, bool withHeader)
{
    const auto columns = columnsFor(resource);
    Json definitions = Json::array();
    if (withHeader)
        for (const Column &column : columns)
            definitions.push_back({{"name", column.name},
                                   {"type", column.type},
                                   {"format", column.name == "Name" ? "name" : ""},
                                   {"description", ""},
                                   {"priority", column.priority}});
    Json rows = Json::array();
    for (const Json *const object : objects) {
        Json cells = Json::array();
        for (const Column &column : columns)
            cells.push_back(column.cell(state, *object));
        Json row = {{"cells", std::move(cells)}};
        if (includeObject == "Object")
            row["object"] = *object;
        else if (includeObject != "None")
            row["object"] = {{"kind", "PartialObjectMetadata"},
                             {"apiVersion", "meta.k8s.io/v1"},
                             {"metadata", (*object)["metadata"]}};
        rows.push_back(std::move(row));
    }
    return {{"kind", "Table"},
            {"apiVersion", "meta.k8s.io/v1"},
            {"metadata", Json::object()},
            {"columnDefinitions", std::move(definitions)},
            {"rows", std::move(rows)}};
}

} // namespace binnacle::simulator
