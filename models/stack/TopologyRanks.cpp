// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyRanks.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace binnacle::stack {

namespace {

int baseRank(const std::string &tier)
{
    if (tier == "frontend")
        return 1;
    if (tier == "backend")
        return 2;
    return tier == "data" ? 3 : 0;
}

struct Graph
{
    std::vector<std::vector<int>> out;
    std::vector<int> byId; ///< component indices in order of id: what makes the result independent of the input's order
};

Graph graphOf(const Topology &topology, const std::vector<bool> &monitoring)
{
    const std::size_t count = topology.components.size();
    Graph graph{std::vector<std::vector<int>>(count), std::vector<int>(count)};
    std::unordered_map<std::string_view, int> index;
    for (std::size_t i = 0; i < count; ++i)
        index.emplace(topology.components[i].component.id, static_cast<int>(i));
    for (const FlowState &state : topology.flows) {
        const auto from = index.find(state.flow.from);
        const auto to = index.find(state.flow.to);
        if (state.flow.kind != FlowKind::Request || from == index.end() || to == index.end() || from == to)
            continue;
        if (!monitoring[static_cast<std::size_t>(from->second)] && !monitoring[static_cast<std::size_t>(to->second)])
            graph.out[static_cast<std::size_t>(from->second)].push_back(to->second);
    }
    // A job that runs at night is not on the way of requests: whom it calls stays where requests put it.
    const auto isJob = [](const Component &component) {
        return component.workload.kind.kind == "CronJob" || component.workload.kind.kind == "Job";
    };
    for (std::size_t i = 0; i < count; ++i)
        if (isJob(topology.components[i].component))
            graph.out[i].clear();
    std::iota(graph.byId.begin(), graph.byId.end(), 0);
    const auto idOf = [&](int i) -> const std::string & {
        return topology.components[static_cast<std::size_t>(i)].component.id;
    };
    const auto byId = [&](int a, int b) { return idOf(a) < idOf(b); };
    std::sort(graph.byId.begin(), graph.byId.end(), byId);
    for (auto &targets : graph.out) {
        std::sort(targets.begin(), targets.end(), byId);
        targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    }
    return graph;
}

/// Depth-first without recursion; drops the edges that close a cycle and gives the order in which nodes are finished.
std::vector<int> breakCycles(Graph &graph)
{
    enum class Mark : char { New, Open, Done };
    const std::size_t count = graph.out.size();
    std::vector<Mark> marks(count, Mark::New);
    std::vector<std::size_t> next(count, 0);
    std::vector<int> finished;
    finished.reserve(count);
    std::vector<std::size_t> stack;
    for (const int root : graph.byId) {
        if (marks[static_cast<std::size_t>(root)] != Mark::New)
            continue;
        stack.push_back(static_cast<std::size_t>(root));
        marks[stack.back()] = Mark::Open;
        while (!stack.empty()) {
            const std::size_t node = stack.back();
            auto &targets = graph.out[node];
            if (next[node] == targets.size()) {
                marks[node] = Mark::Done;
                finished.push_back(static_cast<int>(node));
                stack.pop_back();
                continue;
            }
            const auto target = static_cast<std::size_t>(targets[next[node]]);
            if (marks[target] == Mark::Open) {
                targets.erase(targets.begin() + static_cast<std::ptrdiff_t>(next[node]));
                continue;
            }
            ++next[node];
            if (marks[target] == Mark::New) {
                marks[target] = Mark::Open;
                stack.push_back(target);
            }
        }
    }
    return finished;
}

/// An operator follows a request over a handful of columns, not hundreds.
constexpr int mostRanks = 12;

/// How few steps from where requests come in: never wide, but an edge may then lead back or stay within a column.
std::vector<int> distances(const Graph &graph)
{
    const std::size_t count = graph.out.size();
    std::vector<int> incoming(count, 0);
    for (const auto &targets : graph.out)
        for (const int target : targets)
            ++incoming[static_cast<std::size_t>(target)];
    std::vector<int> rank(count, -1);
    std::vector<int> queue;
    const auto reach = [&](int node, int distance) {
        if (rank[static_cast<std::size_t>(node)] >= 0)
            return;
        rank[static_cast<std::size_t>(node)] = std::min(distance, mostRanks);
        queue.push_back(node);
    };
    for (const int node : graph.byId)
        if (incoming[static_cast<std::size_t>(node)] == 0)
            reach(node, 0);
    for (std::size_t head = 0; head < queue.size(); ++head)
        for (const int target : graph.out[static_cast<std::size_t>(queue[head])])
            reach(target, rank[static_cast<std::size_t>(queue[head])] + 1);
    return rank;
}

/// Barycentre sweeps: each component moves towards the mean place of what it talks to.
std::vector<double> orderOf(const Graph &graph, const std::vector<int> &rank,
                            const std::vector<std::vector<int>> &neighbours)
{
    const std::size_t count = rank.size();
    std::vector<double> order(count, 0);
    const int ranks = count == 0 ? 0 : *std::max_element(rank.begin(), rank.end()) + 1;
    std::vector<std::vector<int>> columns(static_cast<std::size_t>(ranks));
    for (const int node : graph.byId)
        columns[static_cast<std::size_t>(rank[static_cast<std::size_t>(node)])].push_back(node);
    const auto number = [&] {
        for (const auto &column : columns)
            for (std::size_t i = 0; i < column.size(); ++i)
                order[static_cast<std::size_t>(column[i])] =
                    (static_cast<double>(i) + 0.5) / static_cast<double>(column.size());
    };
    number();
    for (int sweep = 0; sweep < 8; ++sweep) {
        const bool leftwards = sweep % 2 == 1;
        std::vector<double> wish = order;
        for (std::size_t node = 0; node < count; ++node) {
            double sum = 0;
            int seen = 0;
            for (const int other : neighbours[node]) {
                const int difference = rank[static_cast<std::size_t>(other)] - rank[node];
                if (leftwards ? difference <= 0 : difference >= 0)
                    continue;
                sum += order[static_cast<std::size_t>(other)];
                ++seen;
            }
            if (seen != 0)
                wish[node] = sum / seen;
        }
        for (auto &column : columns)
            std::stable_sort(column.begin(), column.end(), [&](int a, int b) {
                return wish[static_cast<std::size_t>(a)] < wish[static_cast<std::size_t>(b)];
            });
        number();
    }
    return order;
}

} // namespace

TopologyRanks ranksOf(const Topology &topology)
{
    const std::size_t count = topology.components.size();
    TopologyRanks ranks;
    ranks.monitoring.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        ranks.monitoring[i] = topology.components[i].component.tier == "monitoring";
    Graph graph = graphOf(topology, ranks.monitoring);
    ranks.neighbours.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (const int target : graph.out[i]) {
            ranks.neighbours[i].push_back(target);
            ranks.neighbours[static_cast<std::size_t>(target)].push_back(static_cast<int>(i));
        }
    }
    const std::vector<int> finished = breakCycles(graph);
    ranks.rank.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        ranks.rank[i] = ranks.monitoring[i] ? 0 : baseRank(topology.components[i].component.tier);
    for (auto node = finished.rbegin(); node != finished.rend(); ++node) {
        const auto from = static_cast<std::size_t>(*node);
        for (const int target : graph.out[from])
            ranks.rank[static_cast<std::size_t>(target)] =
                std::max(ranks.rank[static_cast<std::size_t>(target)], ranks.rank[from] + 1);
    }
    if (count != 0 && *std::max_element(ranks.rank.begin(), ranks.rank.end()) > mostRanks)
        ranks.rank = distances(graph);
    ranks.order = orderOf(graph, ranks.rank, ranks.neighbours);
    return ranks;
}

} // namespace binnacle::stack
