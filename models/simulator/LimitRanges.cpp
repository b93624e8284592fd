// SPDX-License-Identifier: GPL-3.0-or-later
// plugin/pkg/admission/limitranger: what limit ranges complete and refuse.
#include "core/Quantity.h"
#include "simulator/Admission.h"
#include "simulator/Scheduler.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

Quantity quantityOf(const Json &value)
{
    const auto parsed = Quantity::parse(value.is_string() ? value.get<std::string>() : value.dump());
    return parsed ? *parsed : Quantity();
}

void setDefaults(const Json &limit, Json &container)
{
    const std::pair<const char *, const char *> defaulted[] = {{"default", "limits"}, {"defaultRequest", "requests"}};
    for (const auto &[from, to] : defaulted) {
        for (const auto &[resource, quantity] : at(limit, {from}).items())
            if (!container["resources"][to].contains(resource))
                container["resources"][to][resource] = quantity;
    }
    for (const char *const list : {"limits", "requests"})
        if (container["resources"][list].is_null())
            container["resources"].erase(list);
}

/// What limit ranges look at: a container's resources, a pod's sums, or what a claim requests.
struct Limited
{
    std::string type;
    Json requests, limits;
    bool hasLimits = true;
};

class LimitCheck
{
public:
    LimitCheck(const Limited &limited, std::vector<std::string> &violations)
        : m_limited(limited), m_violations(violations)
    {
    }

    void check(const Json &limit)
    {
        for (const auto &[resource, minimum] : at(limit, {"min"}).items())
            checkMinimum(resource, minimum);
        for (const auto &[resource, maximum] : at(limit, {"max"}).items())
            checkMaximum(resource, maximum);
        for (const auto &[resource, ratio] : at(limit, {"maxLimitRequestRatio"}).items())
            checkRatio(resource, ratio);
    }

private:
    void refuseUsage(const char *bound, const std::string &resource, const Json &enforced, const std::string &why)
    {
        m_violations.push_back(std::string(bound) + " " + resource + " usage per " + m_limited.type + " is " +
                               enforced.get<std::string>() + why);
    }

    void checkMinimum(const std::string &resource, const Json &minimum)
    {
        const Json &request = at(m_limited.requests, {resource}), &limit = at(m_limited.limits, {resource});
        if (!request.is_string())
            refuseUsage("minimum", resource, minimum, ". No request is specified");
        else if (quantityOf(request) < quantityOf(minimum))
            refuseUsage("minimum", resource, minimum, ", but request is " + request.get<std::string>());
        else if (limit.is_string() && quantityOf(limit) < quantityOf(minimum))
            refuseUsage("minimum", resource, minimum, ", but limit is " + limit.get<std::string>());
    }

    void checkMaximum(const std::string &resource, const Json &maximum)
    {
        const Json &request = at(m_limited.requests, {resource}), &limit = at(m_limited.limits, {resource});
        if (m_limited.hasLimits && !limit.is_string())
            refuseUsage("maximum", resource, maximum, ". No limit is specified");
        else if (limit.is_string() && quantityOf(limit) > quantityOf(maximum))
            refuseUsage("maximum", resource, maximum, ", but limit is " + limit.get<std::string>());
        else if (request.is_string() && quantityOf(request) > quantityOf(maximum))
            refuseUsage("maximum", resource, maximum, ", but request is " + request.get<std::string>());
    }

    void checkRatio(const std::string &resource, const Json &ratio)
    {
        const Json &request = at(m_limited.requests, {resource}), &limit = at(m_limited.limits, {resource});
        const std::string start = resource + " max limit to request ratio per " + m_limited.type + " is " +
                                  (ratio.is_string() ? ratio.get<std::string>() : ratio.dump());
        if (!request.is_string() || quantityOf(request).isZero())
            m_violations.push_back(start + ", but no request is specified or request is 0");
        else if (!limit.is_string() || quantityOf(limit).isZero())
            m_violations.push_back(start + ", but no limit is specified or limit is 0");
        else if (quantityOf(limit) * 1000 > quantityOf(request) * quantityOf(ratio).milliValue())
            m_violations.push_back(start + ", but provided ratio is " +
                                   std::to_string(quantityOf(limit).toDouble() / quantityOf(request).toDouble()));
    }

    const Limited &m_limited;
    std::vector<std::string> &m_violations;
};

Json sumsOf(const Json &spec, const char *side)
{
    Json sums = Json::object();
    for (const auto &[resource, amount] : requestsOf(spec, side))
        sums[resource] = amountText(resource, amount);
    return sums;
}

void checkPod(const Json &limit, Json &spec, std::vector<std::string> &violations)
{
    const std::string type = textAt(limit, {"type"});
    if (type == "Pod")
        LimitCheck({type, sumsOf(spec, "requests"), sumsOf(spec, "limits")}, violations).check(limit);
    if (type != "Container")
        return;
    for (const char *const list : {"initContainers", "containers"}) {
        for (const Json &container : at(spec, {list}))
            LimitCheck({type, at(container, {"resources", "requests"}), at(container, {"resources", "limits"})},
                       violations)
                .check(limit);
    }
}

} // namespace

ApiResult<void> admitLimits(const ClusterState &state, const Resource &resource, Json &object)
{
    const ObjectName name = nameOf(object);
    const auto &ranges = state.storage.all("limitranges");
    std::vector<Json> limits;
    for (auto range = ranges.lower_bound({name.nameSpace, {}});
         range != ranges.end() && range->first.nameSpace == name.nameSpace; ++range) {
        for (const Json &limit : at(range->second->object(), {"spec", "limits"}))
            limits.push_back(limit);
    }
    for (const Json &limit : limits) {
        if (resource.kind != "Pod" || textAt(limit, {"type"}) != "Container")
            continue;
        for (const char *const list : {"initContainers", "containers"})
            if (object["spec"].contains(list))
                for (Json &container : object["spec"][list])
                    setDefaults(limit, container);
    }
    std::vector<std::string> violations;
    for (const Json &limit : limits) {
        if (resource.kind == "Pod")
            checkPod(limit, object["spec"], violations);
        else if (textAt(limit, {"type"}) == resource.kind)
            LimitCheck({resource.kind, at(object, {"spec", "resources", "requests"}), Json::object(), false},
                       violations)
                .check(limit);
    }
    if (violations.empty())
        return {};
    return refuse(
        forbidden(resource, name.name, violations.size() == 1 ? violations[0] : "[" + join(violations, ", ") + "]"));
}

} // namespace binnacle::simulator
