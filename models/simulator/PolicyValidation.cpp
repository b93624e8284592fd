// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/PolicyValidation.h"

#include "core/Quantity.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

using Causes = std::vector<ApiCause>;

void wrong(Causes &causes, const std::string &field, const Json &value, const std::string &why)
{
    causes.push_back({"FieldValueInvalid", "Invalid value: " + value.dump() + ": " + why, field});
}

std::optional<Quantity> quantityAt(const Json &item, const char *bound, const std::string &resource)
{
    const Json &value = at(item, {bound, resource});
    const auto quantity = value.is_string() ? Quantity::parse(value.get<std::string>())
                                            : core::Result<Quantity>(core::fail(core::ErrorKind::Invalid, "none"));
    return quantity ? std::optional(*quantity) : std::nullopt;
}

bool isQualified(const std::string &resource)
{
    return resource.find('/') != std::string::npos;
}

bool isStandard(const std::string &resource, bool inQuota)
{
    static const std::set<std::string> everywhere{"cpu", "memory", "ephemeral-storage", "storage"};
    static const std::set<std::string> quotas{"cpu",
                                              "memory",
                                              "ephemeral-storage",
                                              "requests.cpu",
                                              "requests.memory",
                                              "requests.storage",
                                              "requests.ephemeral-storage",
                                              "limits.cpu",
                                              "limits.memory",
                                              "limits.ephemeral-storage",
                                              "resourcequotas",
                                              "pods",
                                              "services",
                                              "replicationcontrollers",
                                              "secrets",
                                              "persistentvolumeclaims",
                                              "configmaps",
                                              "services.nodeports",
                                              "services.loadbalancers"};
    return startsWith(resource, "hugepages-") || (inQuota && startsWith(resource, "requests.hugepages-")) ||
           (inQuota ? quotas : everywhere).contains(resource);
}

/// Only of names without a domain: what stands before a slash is somebody's own business.
void checkName(Causes &causes, const std::string &resource, const std::string &field, bool inQuota)
{
    if (isQualified(resource) || isStandard(resource, inQuota))
        return;
    wrong(causes, field, resource, "must be a standard resource type or fully qualified");
    wrong(causes, field, resource,
          inQuota ? "must be a standard resource for quota" : "must be a standard resource for containers");
}

bool isCounted(const std::string &resource)
{
    static const std::set<std::string> objects{"resourcequotas",
                                               "pods",
                                               "services",
                                               "secrets",
                                               "configmaps",
                                               "persistentvolumeclaims",
                                               "replicationcontrollers",
                                               "services.nodeports",
                                               "services.loadbalancers"};
    return objects.contains(resource) || startsWith(resource, "count/");
}

void checkScopes(Causes &causes, const Json &spec)
{
    static const std::set<std::string> known{"Terminating",   "NotTerminating", "BestEffort",
                                             "NotBestEffort", "PriorityClass",  "CrossNamespacePodAffinity"};
    std::set<std::string> given;
    for (const Json &scope : at(spec, {"scopes"}))
        given.insert(scope.is_string() ? scope.get<std::string>() : "");
    const auto refuse = [&](const char *why) { wrong(causes, "spec.scopes", at(spec, {"scopes"}), why); };
    for (const auto &scope : given) {
        if (!known.contains(scope)) {
            refuse("unsupported scope");
            continue;
        }
        for (const auto &[resource, hard] : at(spec, {"hard"}).items()) {
            const bool compute = !isCounted(resource) && resource.find("storage") == std::string::npos;
            const bool ofPods = resource == "pods" || resource == "count/pods" || startsWith(resource, "count/");
            if (!(ofPods || (compute && scope != "BestEffort")))
                refuse("unsupported scope applied to resource");
        }
    }
    for (const auto &[one, other] : {std::pair{"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"}}) {
        if (given.contains(one) && given.contains(other))
            refuse("conflicting scopes");
    }
    for (const Json &expression : at(spec, {"scopeSelector", "matchExpressions"})) {
        const std::string condition = textAt(expression, {"operator"});
        if ((condition == "In" || condition == "NotIn") && at(expression, {"values"}).empty())
            causes.push_back({"FieldValueRequired",
                              "Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope "
                              "selector",
                              "spec.scopeSelector.matchExpressions.values"});
    }
}

constexpr const char *bounds[] = {"min", "max", "default", "defaultRequest", "maxLimitRequestRatio"};

class LimitCheck
{
public:
    LimitCheck(Causes &causes, const Json &item, std::string path)
        : m_causes(causes), m_item(item), m_path(std::move(path)), m_type(textAt(item, {"type"}))
    {
    }

    void check()
    {
        static const std::set<std::string> types{"Pod", "Container", "PersistentVolumeClaim"};
        if (!types.contains(m_type) && !isQualified(m_type))
            wrong(m_causes, m_path + ".type", m_type, "must be a standard limit type or fully qualified");
        std::set<std::string> resources;
        for (const char *const bound : bounds) {
            if (m_type == "Pod" && startsWith(bound, "default")) {
                if (!at(m_item, {bound}).empty())
                    m_causes.push_back({"FieldValueForbidden", "Forbidden: may not be specified when `type` is 'Pod'",
                                        m_path + "." + bound});
                continue;
            }
            for (const auto &[resource, value] : at(m_item, {bound}).items()) {
                checkName(m_causes, resource, field(bound, resource), false);
                resources.insert(resource);
            }
        }
        if (m_type == "PersistentVolumeClaim" && !quantityAt(m_item, "min", "storage") &&
            !quantityAt(m_item, "max", "storage"))
            m_causes.push_back({"FieldValueRequired",
                                "Required value: either minimum or maximum storage value is required, but neither was "
                                "provided",
                                m_path + ".limits"});
        for (const auto &resource : resources)
            checkResource(resource);
    }

private:
    struct Order
    {
        const char *low;
        const char *lowWords;
        const char *high;
        const char *highWords;
        const char *blamed;
    };

    [[nodiscard]] std::string field(const std::string &bound, const std::string &resource) const
    {
        return m_path + "." + bound + "[" + resource + "]";
    }

    void checkResource(const std::string &resource)
    {
        static constexpr Order orders[] = {
            {"min", "min value", "max", "max value", "min"},
            {"min", "min value", "defaultRequest", "default request value", "defaultRequest"},
            {"defaultRequest", "default request value", "max", "max value", "defaultRequest"},
            {"defaultRequest", "default request value", "default", "default limit value", "defaultRequest"},
            {"min", "min value", "default", "default value", "default"},
            {"default", "default value", "max", "max value", "default"},
        };
        for (const auto &order : orders) {
            const auto low = quantityAt(m_item, order.low, resource);
            const auto high = quantityAt(m_item, order.high, resource);
            if (low && high && *low > *high)
                wrong(m_causes, field(order.blamed, resource), at(m_item, {order.blamed, resource}),
                      std::string(order.lowWords) + " " + low->canonical() + " is greater than " + order.highWords +
                          " " + high->canonical());
        }
        checkRatio(resource);
        const auto limit = quantityAt(m_item, "default", resource);
        const auto request = quantityAt(m_item, "defaultRequest", resource);
        const bool overcommits = !isQualified(resource) && !startsWith(resource, "hugepages-");
        if (!overcommits && limit && request && *limit != *request)
            wrong(m_causes, field("defaultRequest", resource), at(m_item, {"defaultRequest", resource}),
                  "default value " + limit->canonical() + " must equal to defaultRequest value " +
                      request->canonical() + " in " + resource);
    }

    void checkRatio(const std::string &resource)
    {
        const auto ratio = quantityAt(m_item, "maxLimitRequestRatio", resource);
        const auto least = quantityAt(m_item, "min", resource);
        const auto most = quantityAt(m_item, "max", resource);
        if (!ratio)
            return;
        const std::string name = field("maxLimitRequestRatio", resource);
        const Json &value = at(m_item, {"maxLimitRequestRatio", resource});
        if (*ratio < Quantity::fromMilli(1000))
            wrong(m_causes, name, value, "ratio " + ratio->canonical() + " is less than 1");
        if (!least || !most || least->isZero())
            return;
        const double allowed = most->toDouble() / least->toDouble();
        if (ratio->toDouble() > allowed)
            wrong(m_causes, name, value,
                  "ratio " + ratio->canonical() + " is greater than max/min = " + std::to_string(allowed));
    }

    Causes &m_causes;
    const Json &m_item;
    std::string m_path;
    std::string m_type;
};

} // namespace

std::vector<ApiCause> quotaProblems(const Json &spec)
{
    Causes causes;
    for (const auto &[resource, hard] : at(spec, {"hard"}).items()) {
        const std::string field = "spec.hard[" + resource + "]";
        checkName(causes, resource, field, true);
        const auto quantity = Quantity::parse(hard.is_string() ? hard.get<std::string>() : hard.dump());
        if (!quantity)
            continue; // the schema's business
        if (quantity->isNegative())
            wrong(causes, field, hard, "must be greater than or equal to 0");
        if (isCounted(resource) && *quantity != Quantity::fromMilli(quantity->value() * 1000))
            wrong(causes, field, hard, "must be an integer");
    }
    checkScopes(causes, spec);
    return causes;
}

std::vector<ApiCause> limitRangeProblems(const Json &spec)
{
    Causes causes;
    std::set<std::string> types;
    std::size_t index = 0;
    for (const Json &item : at(spec, {"limits"})) {
        const std::string path = "spec.limits[" + std::to_string(index++) + "]";
        const std::string type = textAt(item, {"type"});
        if (!types.insert(type).second)
            causes.push_back({"FieldValueDuplicate", "Duplicate value: \"" + type + "\"", path + ".type"});
        LimitCheck(causes, item, path).check();
    }
    return causes;
}

} // namespace binnacle::simulator
