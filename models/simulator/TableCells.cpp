// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/TableCells.h"
#include "core/Quantity.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator::table {

using core::Json;

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

Column text(const char *title, std::initializer_list<std::string_view> path, const char *fallback, int priority)
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

Column custom(const char *title, const std::function<std::string(const Json &)> &cell, int priority)
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

} // namespace binnacle::simulator::table
