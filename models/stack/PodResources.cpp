// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/PodResources.h"

#include "stack/Workloads.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

void addAll(Amounts &to, const Amounts &more)
{
    for (const auto &[name, amount] : more)
        to[name] = to[name] + amount;
}

void raiseAll(Amounts &to, const Amounts &least)
{
    for (const auto &[name, amount] : least)
        to[name] = std::max(to[name], amount);
}

Amounts amountsIn(const core::Json &resources)
{
    Amounts amounts;
    for (const char *const side : {"requests", "limits"}) {
        for (const auto &[name, value] : valueAt(resources, {side}).items())
            amounts[std::string(side) + "." + name] = quantityOf(value);
    }
    return amounts;
}

void fillIn(core::Json &to, const core::Json &from)
{
    for (const auto &[name, value] : from.items()) {
        if (!to.contains(name))
            to[name] = value;
    }
}

/// Requests that are missing are the limits (SetDefaults_Pod), before any limit range is asked.
void admitContainer(core::Json &container, const std::vector<core::Json> &limits)
{
    core::Json resources = valueAt(container, {"resources"});
    if (!resources.is_object())
        resources = core::Json::object();
    for (const char *const side : {"requests", "limits"}) {
        if (!resources[side].is_object())
            resources[side] = core::Json::object();
    }
    fillIn(resources["requests"], resources["limits"]);
    for (const core::Json &limit : limits) {
        if (textAt(limit, {"type"}) != "Container")
            continue;
        fillIn(resources["limits"], valueAt(limit, {"default"}));
        fillIn(resources["requests"], valueAt(limit, {"defaultRequest"}));
    }
    container["resources"] = std::move(resources);
}

} // namespace

std::vector<core::Json> limitsOf(const core::Json &limitRange)
{
    std::vector<core::Json> limits;
    for (core::Json limit : valueAt(limitRange, {"spec", "limits"})) {
        if (limit.is_object() && textAt(limit, {"type"}) == "Container") {
            for (const char *const field : {"default", "defaultRequest"}) {
                if (!valueAt(limit, {field}).is_object())
                    limit[field] = core::Json::object();
            }
            fillIn(limit["default"], valueAt(limit, {"max"}));
            fillIn(limit["defaultRequest"], core::Json(limit["default"]));
            fillIn(limit["defaultRequest"], valueAt(limit, {"min"}));
        }
        limits.push_back(std::move(limit));
    }
    return limits;
}

core::Json admittedPodSpec(core::Json podSpec, const std::vector<core::Json> &limits)
{
    for (const char *const list : {"containers", "initContainers"}) {
        if (!valueAt(podSpec, {list}).is_array())
            continue;
        for (core::Json &container : podSpec[list]) {
            if (container.is_object())
                admitContainer(container, limits);
        }
    }
    return podSpec;
}

Amounts amountsOfPod(const core::Json &podSpec, Overhead overhead)
{
    Amounts running;
    for (const core::Json &container : valueAt(podSpec, {"containers"}))
        addAll(running, amountsIn(valueAt(container, {"resources"})));
    Amounts sidecars, starting;
    for (const core::Json &container : valueAt(podSpec, {"initContainers"})) {
        Amounts now = amountsIn(valueAt(container, {"resources"}));
        if (textAt(container, {"restartPolicy"}) == "Always") {
            addAll(sidecars, now);
            raiseAll(starting, sidecars);
        } else {
            addAll(now, sidecars);
            raiseAll(starting, now);
        }
    }
    addAll(running, sidecars);
    raiseAll(running, starting);
    for (const auto &[name, amount] : amountsIn(valueAt(podSpec, {"resources"})))
        running[name] = amount;
    if (overhead == Overhead::LeftOut)
        return running;
    for (const auto &[name, value] : valueAt(podSpec, {"overhead"}).items()) {
        running["requests." + name] = running["requests." + name] + quantityOf(value);
        // Where there is no limit the overhead does not make one.
        if (const auto limit = running.find("limits." + name); limit != running.end() && !limit->second.isZero())
            limit->second = limit->second + quantityOf(value);
    }
    return running;
}

std::vector<const core::Json *> allContainersOf(const core::Json &podSpec)
{
    std::vector<const core::Json *> containers;
    for (const char *const list : {"containers", "initContainers"}) {
        for (const core::Json &container : valueAt(podSpec, {list}))
            containers.push_back(&container);
    }
    return containers;
}

bool isBestEffort(const core::Json &podSpec)
{
    const auto containers = allContainersOf(podSpec);
    return valueAt(podSpec, {"resources"}).empty() &&
           std::none_of(containers.begin(), containers.end(), [](const core::Json *container) {
               for (const char *const side : {"requests", "limits"}) {
                   for (const char *const resource : {"cpu", "memory"}) {
                       const core::Json &value = valueAt(*container, {"resources", side, resource});
                       if (!value.is_null() && !quantityOf(value).isZero())
                           return true;
                   }
               }
               return false;
           });
}

} // namespace binnacle::stack
