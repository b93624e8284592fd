// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/LimitRangeRules.h"

#include "stack/Workloads.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace binnacle::stack {

namespace {

using core::Json;
using core::Quantity;

/// The values of one resource of one item.
class Values
{
public:
    Values(const Json &item, const std::string &resource, std::vector<LimitProblem> &problems)
        : m_item(item), m_type(textAt(item, {"type"})), m_resource(resource), m_problems(problems)
    {
    }

    void check()
    {
        ordered("min", "max", "min");
        ordered("min", "defaultRequest", "defaultRequest");
        ordered("defaultRequest", "max", "defaultRequest");
        ordered("defaultRequest", "default", "defaultRequest");
        ordered("min", "default", "default");
        ordered("default", "max", "default");
        checkRatio();
        // What cannot be overcommitted is requested as it is limited.
        const auto asked = value("defaultRequest");
        const auto limit = value("default");
        const bool device = m_resource.find('/') != std::string::npos || m_resource.starts_with("hugepages-");
        if (device && asked && limit && *asked < *limit)
            tell("defaultRequest", "must equal default " + limit->canonical() + ": it cannot be overcommitted");
    }

private:
    [[nodiscard]] std::optional<Quantity> value(const char *bound) const
    {
        const Json &found = valueAt(m_item, {bound, m_resource});
        return found.is_null() ? std::nullopt : std::optional(quantityOf(found));
    }

    void tell(const char *bound, std::string text)
    {
        m_problems.push_back({m_type, bound, m_resource, std::move(text)});
    }

    void ordered(const char *low, const char *high, const char *blamed)
    {
        const auto less = value(low);
        const auto more = value(high);
        if (less && more && *less > *more)
            tell(blamed,
                 std::string(low) + " " + less->canonical() + " is greater than " + high + " " + more->canonical());
    }

    void checkRatio()
    {
        const auto ratio = value("maxLimitRequestRatio");
        const auto least = value("min");
        const auto most = value("max");
        if (!ratio)
            return;
        if (*ratio < Quantity::fromMilli(1000))
            tell("maxLimitRequestRatio", "ratio " + ratio->canonical() + " is less than 1");
        if (least && most && !least->isZero() && ratio->toDouble() > most->toDouble() / least->toDouble())
            tell("maxLimitRequestRatio", "ratio " + ratio->canonical() + " is greater than max " + most->canonical() +
                                             " / min " + least->canonical());
    }

    const Json &m_item;
    std::string m_type;
    std::string m_resource;
    std::vector<LimitProblem> &m_problems;
};

} // namespace

bool hasBound(const std::string &type, const std::string &bound)
{
    return type == "Container" || (bound != "default" && bound != "defaultRequest");
}

std::vector<LimitProblem> limitProblems(const Json &limits)
{
    std::vector<LimitProblem> problems;
    for (const Json &item : limits) {
        std::set<std::string> resources;
        for (const char *const bound : limitBounds) {
            for (const auto &[resource, value] : valueAt(item, {bound}).items())
                resources.insert(resource);
        }
        for (const auto &resource : resources)
            Values(item, resource, problems).check();
        const bool claims = textAt(item, {"type"}) == "PersistentVolumeClaim";
        if (claims && valueAt(item, {"min", "storage"}).is_null() && valueAt(item, {"max", "storage"}).is_null())
            problems.push_back({"PersistentVolumeClaim", "max", "storage", "a min or a max is needed"});
    }
    return problems;
}

Json completedLimit(Json item)
{
    const auto fill = [&](const char *bound, const char *from) {
        const Json values = valueAt(item, {from});
        for (const auto &[resource, value] : values.items()) {
            if (valueAt(item, {bound, resource}).is_null())
                item[bound][resource] = value;
        }
    };
    if (textAt(item, {"type"}) == "Container") {
        fill("default", "max");
        fill("defaultRequest", "default");
        fill("defaultRequest", "min");
    }
    for (const char *const bound : limitBounds) {
        if (item.contains(bound) && item[bound].empty())
            item.erase(bound);
    }
    return item;
}

} // namespace binnacle::stack
