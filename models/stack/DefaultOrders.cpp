// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/DefaultOrders.h"

#include "stack/Workloads.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

/// "default.cpu": what a limit range gives containers that do not state it.
Amounts defaultsOf(const core::Json &limitRange)
{
    Amounts amounts;
    for (const core::Json &limit : limitsOf(limitRange)) {
        if (textAt(limit, {"type"}) != "Container")
            continue;
        for (const char *const side : {"default", "defaultRequest"}) {
            for (const auto &[resource, value] : valueAt(limit, {side}).items())
                amounts[std::string(side) + "." + resource] = quantityOf(value);
        }
    }
    return amounts;
}

bool differ(const core::Json &a, const core::Json &b)
{
    const Amounts one = defaultsOf(a), other = defaultsOf(b);
    return std::any_of(one.begin(), one.end(), [&](const auto &entry) {
        const auto found = other.find(entry.first);
        return found != other.end() && !(found->second == entry.second);
    });
}

using Ranges = std::map<std::string, std::vector<core::Json>>;

/// Of each namespace, the stack's in place of the cluster's.
Ranges rangesOf(const std::vector<core::Json> &objects, const std::vector<core::Json> &live)
{
    Ranges ranges;
    std::set<kube::ObjectKey> known;
    for (const auto *list : {&objects, &live}) {
        for (const core::Json &object : *list) {
            const kube::ObjectKey key = keyOf(object);
            if (key.kind.kind == "LimitRange" && known.insert(key).second)
                ranges[key.nameSpace.value()].push_back(object);
        }
    }
    return ranges;
}

bool haveChoice(const std::vector<core::Json> &ranges)
{
    for (auto range = ranges.begin(); range != ranges.end(); ++range) {
        if (std::any_of(std::next(range), ranges.end(), [&](const core::Json &other) { return differ(*range, other); }))
            return true;
    }
    return false;
}

void removeRanges(std::vector<core::Json> &objects)
{
    std::erase_if(objects, [](const core::Json &object) { return keyOf(object).kind.kind == "LimitRange"; });
}

} // namespace

std::vector<DefaultsOrder> ordersOfDefaults(const std::vector<core::Json> &objects, const ClusterFacts &facts)
{
    const Ranges ranges = rangesOf(objects, facts.objects);
    std::size_t most = 0;
    for (const auto &[nameSpace, here] : ranges) {
        if (haveChoice(here))
            most = std::max(most, here.size());
    }
    std::vector<DefaultsOrder> orders;
    // Each first once, and the others after it as they come and the other way round.
    for (std::size_t turn = 0; turn < (most > 2 ? 2 * most : most); ++turn) {
        DefaultsOrder order{objects, facts};
        removeRanges(order.objects);
        removeRanges(order.facts.objects);
        for (const auto &[nameSpace, here] : ranges) {
            for (std::size_t i = 0; i < here.size(); ++i) {
                const std::size_t step = turn < most ? i : here.size() - i;
                order.facts.objects.push_back(here[(turn + step) % here.size()]);
            }
        }
        orders.push_back(std::move(order));
    }
    return orders;
}

} // namespace binnacle::stack
