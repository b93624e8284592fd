// SPDX-License-Identifier: GPL-3.0-or-later
// bench_layout COMPONENTS [--dot]: prints the milliseconds of one layout (the median of several) as JSON, or the same
// graph for graphviz, so that layout.py can time both in one run.
#include "core/Random.h"
#include "stack/TopologyLayout.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace binnacle;

namespace {

/// Layered like an application: each component talks to one to three of a later tier, in namespaces of about twenty.
stack::Topology topologyOf(int components)
{
    core::SeededRandom random(1);
    stack::Topology topology;
    const int nameSpaces = std::max(1, components / 20);
    for (int i = 0; i < nameSpaces; ++i)
        topology.nameSpaces.push_back({core::Namespace("ns-" + std::to_string(i)), {}, {}});
    for (int i = 0; i < components; ++i) {
        stack::ComponentState state;
        state.component.id = "c-" + std::to_string(i);
        state.component.workload = {{"apps", "Deployment"},
                                    topology.nameSpaces[static_cast<std::size_t>(i % nameSpaces)].name,
                                    state.component.id};
        topology.components.push_back(state);
        for (auto flows = random.below(3) + 1; flows > 0 && i + 1 < components; --flows) {
            stack::FlowState flow;
            flow.flow.from = state.component.id;
            flow.flow.to = "c-" + std::to_string(i + 1 +
                                                 static_cast<int>(random.below(
                                                     static_cast<std::uint64_t>(std::min(40, components - i - 1)))));
            flow.flow.port = 80;
            topology.flows.push_back(flow);
        }
    }
    return topology;
}

double medianMilliseconds(const stack::Topology &topology)
{
    std::vector<double> runs;
    for (int i = 0; i < 7; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const auto layout = stack::layoutOf(topology);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
        if (layout.cards.size() != topology.components.size())
            return -1;
        runs.push_back(took.count());
    }
    std::sort(runs.begin(), runs.end());
    return runs[runs.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    const int components = argc > 1 ? std::stoi(argv[1]) : 500;
    const auto topology = topologyOf(components);
    if (argc > 2)
        std::fputs(topology.toDot().c_str(), stdout);
    else
        std::printf("{\"components\":%d,\"flows\":%zu,\"milliseconds\":%.2f}\n", components, topology.flows.size(),
                    medianMilliseconds(topology));
    return 0;
}
