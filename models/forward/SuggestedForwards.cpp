// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/SuggestedForwards.h"

#include "forward/ForwardTarget.h"

#include <algorithm>
#include <array>
#include <set>

namespace binnacle::forward {

namespace {

/// By the name of the service or of its label app.kubernetes.io/name.
constexpr std::array<std::string_view, 12> names{"prometheus", "grafana", "alertmanager", "postgres",
                                                 "mysql",      "mariadb", "mongo",        "redis",
                                                 "rabbitmq",   "kafka",   "elastic",      "jaeger"};
/// IANA's numbers, and those that Prometheus' wiki lists.
constexpr std::array<std::uint16_t, 8> numbers{9090, 3306, 5432, 6379, 27017, 5672, 15672, 9200};
constexpr std::uint16_t lowestFree = 1024; ///< below, most systems ask for more rights

bool isWellKnown(const kube::ObjectRecord &service, std::uint16_t port)
{
    const auto &label = service.meta.label("app.kubernetes.io/name");
    return std::find(numbers.begin(), numbers.end(), port) != numbers.end() ||
           std::any_of(names.begin(), names.end(), [&](std::string_view name) {
               return service.meta.name.find(name) != std::string::npos || label.find(name) != std::string::npos;
           });
}

} // namespace

std::vector<ForwardRequest> suggestedForwards(const std::vector<kube::RecordPointer> &services)
{
    std::vector<ForwardRequest> suggested;
    std::set<std::uint16_t> taken;
    for (const auto &service : services) {
        if (service->json() == nullptr || podSelector(service->gvk.groupKind(), *service->json()).empty())
            continue;
        for (const auto &port : offeredPorts(service->gvk.groupKind(), *service->json())) {
            if (!isWellKnown(*service, port.number))
                continue;
            const bool own = port.number >= lowestFree && taken.insert(port.number).second;
            suggested.push_back({service->key(), {own ? port.number : std::uint16_t{0}, std::to_string(port.number)}});
        }
    }
    return suggested;
}

} // namespace binnacle::forward
