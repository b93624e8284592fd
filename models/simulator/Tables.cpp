// SPDX-License-Identifier: GPL-3.0-or-later
// metav1.Table: the columns that `kubectl get` shows for each kind (KEP-2334 and pkg/printers' column names).
#include "core/Quantity.h"
#include "simulator/ApiServer.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace binnacle::simulator {

using core::Json;

namespace {

using Cell = std::function<Json(const ClusterState &, const Json &)>;

struct Column
{
    std::string name;
    std::string type = "string";
    int priority = 0;
    Cell cell;
};

std::string shortAge(const ClusterState &state, const Json &stamp)
{
    const auto time = stamp.is_string() ? core::parseTime(stamp.get<std::string>()) : std::nullopt;
    if (!time)
        return "<unknown>";
    const auto seconds =
        std::max<long long>(0, std::chrono::duration_cast<std::chrono::seconds>(state.clock.now() - *time).count());
    // The steps of apimachinery's HumanDuration.
    if (seconds < 120)
        return std::to_string(seconds) + "s";
    const long long minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
    if (minutes < 10)
        return std::to_string(minutes) + "m" + (seconds % 60 == 0 ? "" : std::to_string(seconds % 60) + "s");
    if (hours < 3)
        return std::to_string(minutes) + "m";
    if (hours < 8)
        return std::to_string(hours) + "h" + (minutes % 60 == 0 ? "" : std::to_string(minutes % 60) + "m");
    if (hours < 48)
        return std::to_string(hours) + "h";
    if (days < 8)
        return std::to_string(days) + "d" + (hours % 24 == 0 ? "" : std::to_string(hours % 24) + "h");
    return std::to_string(days) + "d";
}

Column name()
{
    return {"Name", "string", 0, [](const ClusterState &, const Json &o) { return textAt(o, {"metadata", "name"}); }};
}

Column age()
{
    return {"Age", "string", 0, [](const ClusterState &state, const Json &o) {
                return shortAge(state, at(o, {"metadata", "creationTimestamp"}));
            }};
}

Column text(const char *title, std::initializer_list<std::string_view> path, const char *fallback = "<none>",
            int priority = 0)
{
    std::vector<std::string> owned(path.begin(), path.end());
    return {title, "string", priority, [owned, fallback](const ClusterState &, const Json &o) {
                const Json *value = &o;
                for (const std::string &part : owned)
                    value = &at(*value, {part});
                return value->is_string() ? value->get<std::string>()
                       : value->is_null() ? std::string(fallback)
                                          : value->dump();
            }};
}

Column number(const char *title, std::initializer_list<std::string_view> path)
{
    Column column = text(title, path, "0");
    column.type = "integer";
    const Cell inner = column.cell;
    column.cell = [inner](const ClusterState &state, const Json &o) {
        return Json(std::atoll(inner(state, o).get<std::string>().c_str()));
    };
    return column;
}

Column custom(const char *title, const std::function<std::string(const Json &)> &cell, int priority = 0)
{
    return {title, "string", priority, [cell](const ClusterState &, const Json &o) { return Json(cell(o)); }};
}

std::string fraction(const Json &o, std::initializer_list<std::string_view> part,
                     std::initializer_list<std::string_view> whole)
{
    return std::to_string(numberAt(o, part)) + "/" + std::to_string(numberAt(o, whole));
}

std::string podReady(const Json &pod)
{
    std::size_t ready = 0;
    for (const Json &status : at(pod, {"status", "containerStatuses"}))
        ready += flagAt(status, {"ready"}) ? 1 : 0;
    return std::to_string(ready) + "/" + std::to_string(at(pod, {"spec", "containers"}).size());
}

std::string podStatus(const Json &pod)
{
    std::string status = textAt(pod, {"status", "reason"});
    if (status.empty())
        status = textAt(pod, {"status", "phase"});
    bool initializing = false;
    std::size_t done = 0;
    const auto &inits = at(pod, {"status", "initContainerStatuses"});
    for (const Json &container : inits) {
        if (textAt(container, {"state", "terminated", "reason"}) == "Completed") {
            ++done;
            continue;
        }
        const std::string waiting = textAt(container, {"state", "waiting", "reason"});
        status = "Init:" + (waiting.empty() || waiting == "PodInitializing"
                                ? std::to_string(done) + "/" + std::to_string(inits.size())
                                : waiting);
        initializing = true;
        break;
    }
    if (!initializing)
        for (const Json &container : at(pod, {"status", "containerStatuses"})) {
            const std::string waiting = textAt(container, {"state", "waiting", "reason"});
            const std::string ended = textAt(container, {"state", "terminated", "reason"});
            if (!waiting.empty())
                status = waiting;
            else if (!ended.empty())
                status = ended;
        }
    return isBeingDeleted(pod) ? "Terminating" : status;
}

Json podRestarts(const Json &pod)
{
    long long restarts = 0;
    for (const Json &container : at(pod, {"status", "containerStatuses"}))
        restarts += numberAt(container, {"restartCount"});
    return std::to_string(restarts);
}

std::string images(const Json &o)
{
    std::vector<std::string> all;
    for (const Json &container : at(o, {"spec", "template", "spec", "containers"}))
        all.push_back(textAt(container, {"image"}));
    return join(all, ",");
}

std::string containerNames(const Json &o)
{
    std::vector<std::string> all;
    for (const Json &container : at(o, {"spec", "template", "spec", "containers"}))
        all.push_back(textAt(container, {"name"}));
    return join(all, ",");
}

std::string selectorText(const Json &o)
{
    return LabelSelector::fromObject(at(o, {"spec", "selector"})).toString();
}

std::string servicePorts(const Json &service)
{
    std::vector<std::string> ports;
    for (const Json &port : at(service, {"spec", "ports"})) {
        std::string entry = at(port, {"port"}).dump();
        if (port.contains("nodePort"))
            entry += ":" + port["nodePort"].dump();
        ports.push_back(entry + "/" + textAt(port, {"protocol"}));
    }
    return ports.empty() ? "<none>" : join(ports, ",");
}

std::string endpointsText(const Json &endpoints)
{
    std::vector<std::string> all;
    for (const Json &subset : at(endpoints, {"subsets"}))
        for (const Json &address : at(subset, {"addresses"}))
            for (const Json &port : at(subset, {"ports"}))
                all.push_back(textAt(address, {"ip"}) + ":" + at(port, {"port"}).dump());
    if (all.size() > 3)
        return join({all[0], all[1], all[2]}, ",") + " + " + std::to_string(all.size() - 3) + " more...";
    return all.empty() ? "<none>" : join(all, ",");
}

std::string ingressHosts(const Json &ingress)
{
    std::vector<std::string> hosts;
    for (const Json &rule : at(ingress, {"spec", "rules"}))
        hosts.push_back(textAt(rule, {"host"}).empty() ? "*" : textAt(rule, {"host"}));
    return hosts.empty() ? "*" : join(hosts, ",");
}

std::string ingressAddress(const Json &ingress)
{
    std::vector<std::string> all;
    for (const Json &entry : at(ingress, {"status", "loadBalancer", "ingress"}))
        all.push_back(textAt(entry, {"ip"}).empty() ? textAt(entry, {"hostname"}) : textAt(entry, {"ip"}));
    return join(all, ",");
}

std::string hpaTargets(const Json &hpa)
{
    std::vector<std::string> all;
    for (const Json &metric : at(hpa, {"spec", "metrics"})) {
        const std::string resource = textAt(metric, {"resource", "name"});
        std::string current = "<unknown>";
        for (const Json &seen : at(hpa, {"status", "currentMetrics"}))
            if (textAt(seen, {"resource", "name"}) == resource)
                current = std::to_string(numberAt(seen, {"resource", "current", "averageUtilization"})) + "%";
        all.push_back(resource + ": " + current + "/" +
                      std::to_string(numberAt(metric, {"resource", "target", "averageUtilization"})) + "%");
    }
    return all.empty() ? "<none>" : join(all, ", ");
}

std::string accessModes(const Json &claim)
{
    std::vector<std::string> all;
    for (const Json &mode : at(claim, {"spec", "accessModes"})) {
        const std::string value = mode.get<std::string>();
        all.push_back(value == "ReadWriteOnce"   ? "RWO"
                      : value == "ReadWriteMany" ? "RWX"
                      : value == "ReadOnlyMany"  ? "ROX"
                                                 : "RWOP");
    }
    return join(all, ",");
}

std::string quotaText(const Json &quota, bool limits)
{
    std::vector<std::string> all;
    for (const auto &[key, hard] : at(quota, {"spec", "hard"}).items())
        if (startsWith(key, "limits.") == limits)
            all.push_back(key + ": " + textAt(quota, {"status", "used", key}) + "/" + hard.get<std::string>());
    return join(all, ", ");
}

std::string nodeState(const Json &node)
{
    const std::string ready = conditionIsTrue(node, "Ready") ? "Ready" : "NotReady";
    return flagAt(node, {"spec", "unschedulable"}) ? ready + ",SchedulingDisabled" : ready;
}

std::string nodeRoles(const Json &node)
{
    std::vector<std::string> roles;
    for (const auto &[key, value] : at(node, {"metadata", "labels"}).items())
        if (startsWith(key, "node-role.kubernetes.io/"))
            roles.push_back(key.substr(24));
    return roles.empty() ? "<none>" : join(roles, ",");
}

std::string jobState(const Json &job)
{
    for (const char *const type : {"Complete", "Failed", "Suspended"})
        if (conditionIsTrue(job, type))
            return type;
    return isBeingDeleted(job) ? "Terminating" : "Running";
}

std::string dataCount(const Json &o)
{
    return std::to_string(at(o, {"data"}).size() + at(o, {"binaryData"}).size());
}

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

std::vector<Column> columnsFor(const Resource &resource)
{
    if (resource.custom)
        return {name(), age()};
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
