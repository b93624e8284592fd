// SPDX-License-Identifier: GPL-3.0-or-later
// Resource names: kubernetes.io/docs/concepts/policy/resource-quotas.
#include "stack/QuotaReport.h"

#include "stack/Workloads.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::stack {

namespace {

using core::Amount;
using core::Json;

constexpr double amber = 0.8;
constexpr double red = 0.9;

std::string joined(const Json &values)
{
    std::string text;
    for (const auto &value : values)
        text += (text.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

/// "PriorityClass in (high, low)", "NotBestEffort"
std::string wordsOf(const Json &expression)
{
    const std::string name = textAt(expression, {"scopeName"});
    const std::string condition = textAt(expression, {"operator"});
    if (condition == "In" || condition == "NotIn")
        return name + (condition == "In" ? " in (" : " not in (") + joined(valueAt(expression, {"values"})) + ")";
    return condition == "DoesNotExist" ? "no " + name : name;
}

/// What nodes offer beyond what every node has.
bool isDevice(const std::string &resource)
{
    return resource.find('/') != std::string::npos && resource.find("kubernetes.io/") == std::string::npos;
}

} // namespace

Amount amountOf(std::string_view resource)
{
    const auto slash = resource.rfind('/');
    if (slash != std::string_view::npos) {
        const bool ofClass = resource.substr(0, slash).ends_with(".storageclass.storage.k8s.io");
        return ofClass && resource.substr(slash + 1) == "requests.storage" ? Amount::Bytes : Amount::Count;
    }
    for (const std::string_view prefix : {"requests.", "limits."}) {
        if (resource.starts_with(prefix))
            resource.remove_prefix(prefix.size());
    }
    if (resource == "cpu")
        return Amount::Cores;
    const bool bytes = resource == "memory" || resource == "storage" || resource == "ephemeral-storage" ||
                       resource.starts_with("hugepages-");
    return bytes ? Amount::Bytes : Amount::Count;
}

double QuotaLine::fraction() const
{
    if (!used)
        return 0;
    return !hard.isZero() ? used->toDouble() / hard.toDouble() : used->isZero() ? 0 : 1;
}

QuotaLine::Level QuotaLine::level() const
{
    if (hard.isZero())
        return Level::Full;
    if (!used)
        return Level::Unknown;
    return fraction() >= red ? Level::Full : fraction() >= amber ? Level::High : Level::Fine;
}

std::string QuotaLine::percent() const
{
    if (hard.isZero())
        return "none allowed";
    // Never rounded up to a full quota, nor down to an empty one.
    return used ? std::to_string(static_cast<long long>(std::floor(fraction() * 100))) + " %" : "not counted yet";
}

const char *toString(QuotaLine::Level level)
{
    switch (level) {
    case QuotaLine::Level::Fine:
        return "fine";
    case QuotaLine::Level::High:
        return "high";
    case QuotaLine::Level::Full:
        return "full";
    case QuotaLine::Level::Unknown:
        break;
    }
    return "unknown";
}

Json QuotaReport::toJson() const
{
    Json resources = Json::array();
    for (const auto &line : lines)
        resources.push_back(
            {{"resource", line.resource},
             {"hard", line.hard.canonical()},
             {"used", line.used ? Json(line.used->canonical()) : Json()},
             {"percent", line.used && !line.hard.isZero() ? Json(std::floor(line.fraction() * 1000) / 10) : Json()},
             {"level", toString(line.level())}});
    return {{"namespace", quota.nameSpace.value()},
            {"name", quota.name},
            {"scopes", scopes},
            {"resources", std::move(resources)}};
}

QuotaReport quotaReport(const Json &quota)
{
    QuotaReport report{.quota = keyOf(quota), .scopes = {}, .lines = {}};
    for (const auto &scope : valueAt(quota, {"spec", "scopes"}))
        report.scopes.push_back(scope.is_string() ? scope.get<std::string>() : scope.dump());
    for (const auto &expression : valueAt(quota, {"spec", "scopeSelector", "matchExpressions"}))
        report.scopes.push_back(wordsOf(expression));
    for (const auto &[resource, hard] : valueAt(quota, {"spec", "hard"}).items()) {
        const Json &used = valueAt(quota, {"status", "used", resource});
        report.lines.push_back({.resource = resource,
                                .hard = quantityOf(hard),
                                .used = used.is_null() ? std::nullopt : std::optional(quantityOf(used))});
    }
    return report;
}

std::vector<std::string> quotaResources(const kube::Discovery &discovery, const std::vector<Json> &storageClasses,
                                        const std::vector<Json> &nodes)
{
    std::vector<std::string> names{"requests.cpu",
                                   "requests.memory",
                                   "limits.cpu",
                                   "limits.memory",
                                   "pods",
                                   "persistentvolumeclaims",
                                   "requests.storage",
                                   "requests.ephemeral-storage",
                                   "limits.ephemeral-storage",
                                   "services",
                                   "services.loadbalancers",
                                   "services.nodeports",
                                   "configmaps",
                                   "secrets",
                                   "replicationcontrollers",
                                   "resourcequotas"};
    for (const auto &storageClass : storageClasses) {
        const std::string start = keyOf(storageClass).name + ".storageclass.storage.k8s.io/";
        names.push_back(start + "requests.storage");
        names.push_back(start + "persistentvolumeclaims");
    }
    std::set<std::string> more;
    for (const auto &node : nodes) {
        for (const auto &[resource, amount] : valueAt(node, {"status", "allocatable"}).items()) {
            if (isDevice(resource) || resource.starts_with("hugepages-"))
                more.insert("requests." + resource);
        }
    }
    names.insert(names.end(), more.begin(), more.end());
    more.clear();
    for (const auto &resource : discovery.resources()) {
        const auto &gvr = resource.gvr;
        // Reviews and the like are asked, not kept; events expire and are better not counted.
        if (resource.namespaced && resource.can("create") && resource.can("list") && gvr.resource != "events")
            more.insert("count/" + gvr.resource + (gvr.group.empty() ? "" : "." + gvr.group));
    }
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

} // namespace binnacle::stack
