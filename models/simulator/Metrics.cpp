// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Quantity.h"
#include "simulator/ApiServer.h"
#include "simulator/Text.h"
#include "simulator/Usage.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace binnacle::simulator {

using core::Json;
using core::Quantity;

namespace {

double secondsNow(const ClusterState &state)
{
    return std::chrono::duration<double>(state.clock.now().time_since_epoch()).count();
}

long long milliOf(const Json &object, std::initializer_list<std::string_view> path, long long fallback)
{
    const auto quantity = Quantity::parse(textAt(object, path));
    return quantity && !textAt(object, path).empty() ? quantity->milliValue() : fallback;
}

Json usageOf(long long cpuMilli, long long memoryBytes)
{
    return {{"cpu", std::to_string(cpuMilli * 1'000'000) + "n"}, {"memory", std::to_string(memoryBytes / 1024) + "Ki"}};
}

Json measured(const ClusterState &state, const Json &object, const char *kind)
{
    Json metrics = {{"kind", kind},
                    {"apiVersion", "metrics.k8s.io/v1beta1"},
                    {"metadata", {{"name", object["metadata"]["name"]}, {"creationTimestamp", state.timeText()}}},
                    {"timestamp", state.timeText()},
                    {"window", "15s"}};
    for (const char *const field : {"namespace", "labels"})
        if (object["metadata"].contains(field))
            metrics["metadata"][field] = object["metadata"][field];
    return metrics;
}

} // namespace

Json podMetrics(const ClusterState &state, const Json &pod)
{
    Json metrics = measured(state, pod, "PodMetrics");
    metrics["containers"] = Json::array();
    for (const Json &container : at(pod, {"spec", "containers"})) {
        const ContainerUsage usage(textAt(pod, {"metadata", "name"}), container);
        metrics["containers"].push_back({{"name", textAt(container, {"name"})},
                                         {"usage", usageOf(std::llround(usage.cores(secondsNow(state)) * 1000),
                                                           std::llround(usage.memoryBytes(secondsNow(state))))}});
    }
    return metrics;
}

Json nodeMetrics(const ClusterState &state, const Json &node)
{
    Json metrics = measured(state, node, "NodeMetrics");
    const double level = swing(textAt(node, {"metadata", "name"}), secondsNow(state));
    const auto share = [&](const char *resource, double part) {
        return static_cast<long long>(static_cast<double>(milliOf(node, {"status", "capacity", resource}, 0)) * part);
    };
    metrics["usage"] = usageOf(share("cpu", 0.2 + 0.2 * level), share("memory", 0.4 + 0.1 * level) / 1000);
    return metrics;
}

} // namespace binnacle::simulator
