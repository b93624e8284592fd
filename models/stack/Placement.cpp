// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Placement.h"

#include <algorithm>
#include <numeric>

namespace binnacle::stack {

namespace {

/// More than this many are not tried one by one.
constexpr long long mostPlaced = 4000;
/// Placements that an exhaustive search may try.
constexpr int searchBudget = 20'000;

long long sum(const std::vector<long long> &numbers)
{
    return std::accumulate(numbers.begin(), numbers.end(), 0LL);
}

} // namespace

std::vector<std::size_t> Placement::nodesInOrder(const State &state, NodeOrder order) const
{
    std::vector<std::size_t> nodes(m_model.nodes().size());
    std::iota(nodes.begin(), nodes.end(), std::size_t{0});
    const auto left = [&](std::size_t node) {
        const auto cpu = state.free[node].find("cpu"), memory = state.free[node].find("memory");
        return std::pair(cpu == state.free[node].end() ? 0 : cpu->second,
                         memory == state.free[node].end() ? 0 : memory->second);
    };
    if (order != NodeOrder::AsListed)
        std::stable_sort(nodes.begin(), nodes.end(), [&](std::size_t a, std::size_t b) {
            return order == NodeOrder::Emptiest ? left(a) > left(b) : left(a) < left(b);
        });
    return nodes;
}

/// As the scheduler does: one pod after another, and those that found no node again once others have one.
void Placement::fillGreedily(State &state, NodeOrder order) const
{
    std::vector<std::size_t> groups(m_model.groups().size());
    std::iota(groups.begin(), groups.end(), std::size_t{0});
    const auto weight = [&](std::size_t group) {
        const auto &asks = m_model.groups()[group].asks;
        const auto cpu = asks.find("cpu"), memory = asks.find("memory");
        const auto &refusals = m_model.groups()[group].refusals;
        // Who can go to few nodes goes first, then the large ones.
        return std::tuple(std::count(refusals.begin(), refusals.end(), std::string()),
                          -(cpu == asks.end() ? 0 : cpu->second), -(memory == asks.end() ? 0 : memory->second));
    };
    std::stable_sort(groups.begin(), groups.end(), [&](auto a, auto b) { return weight(a) < weight(b); });
    long long placed = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (const std::size_t group : groups) {
            for (bool found = true; found && state.wanted[group] > 0;) {
                found = false;
                for (const std::size_t node : nodesInOrder(state, order)) {
                    if (!m_model.obstacle(state, group, node).empty())
                        continue;
                    m_model.put(state, group, node);
                    found = moved = ++placed < mostPlaced;
                    break;
                }
            }
        }
    }
}

/// Some group finds too little room even alone, or all together ask for more than there is.
bool Placement::isBeyondBounds(const State &start) const
{
    std::map<std::string, long long> asked, there;
    std::vector<bool> wanted(m_model.nodes().size());
    for (std::size_t group = 0; group < m_model.groups().size(); ++group) {
        const auto &pod = m_model.groups()[group];
        if (start.wanted[group] <= 0)
            continue;
        long long room = 0;
        for (std::size_t node = 0; node < m_model.nodes().size(); ++node) {
            if (!m_model.groups()[group].refusals[node].empty())
                continue;
            wanted[node] = true;
            long long here = std::max(0LL, start.freePods[node]);
            for (const auto &[resource, amount] : pod.asks) {
                const auto free = start.free[node].find(resource);
                here = std::min(here, free == start.free[node].end() ? 0 : std::max(0LL, free->second) / amount);
            }
            room += pod.ports.empty() && !pod.demand->isDaemon() ? here : std::min(here, 1LL);
        }
        if (room < start.wanted[group])
            return true;
        for (const auto &[resource, amount] : pod.asks)
            asked[resource] += amount * start.wanted[group];
    }
    for (std::size_t node = 0; node < m_model.nodes().size(); ++node) {
        for (const auto &[resource, amount] : start.free[node])
            there[resource] += wanted[node] ? std::max(0LL, amount) : 0;
    }
    return std::any_of(asked.begin(), asked.end(), [&](const auto &ask) { return ask.second > there[ask.first]; });
}

/// Every way there is, as far as the budget goes. Pods of a group are alike, so where order does not matter they go to
/// nodes in the order of those.
Placement::Verdict Placement::search(State &state, std::size_t group, std::size_t from, int &budget) const
{
    while (group < m_model.groups().size() && state.wanted[group] <= 0) {
        ++group;
        from = 0;
    }
    if (group == m_model.groups().size())
        return Verdict::Fits;
    for (std::size_t node = from; node < m_model.nodes().size(); ++node) {
        if (--budget < 0)
            return Verdict::CannotTell;
        if (!m_model.obstacle(state, group, node).empty())
            continue;
        m_model.put(state, group, node);
        const Verdict verdict = search(state, group, m_model.dependsOnOrder(group) ? 0 : node, budget);
        if (verdict != Verdict::DoesNotFit)
            return verdict;
        m_model.put(state, group, node, -1);
    }
    return Verdict::DoesNotFit;
}

Placement::Answer Placement::answerOf(const State &state, Verdict verdict) const
{
    Answer answer;
    answer.verdict = verdict;
    const auto &groups = m_model.groups();
    for (std::size_t group = 0; group < groups.size(); ++group) {
        if (state.wanted[group] <= 0 || answer.blamed != nullptr)
            continue;
        answer.blamed = groups[group].demand;
        answer.placed = state.total[group];
        std::vector<std::pair<std::string, int>> reasons;
        for (std::size_t node = 0; node < m_model.nodes().size(); ++node) {
            const std::string why = m_model.obstacle(state, group, node);
            if (why.empty())
                continue;
            const auto known =
                std::find_if(reasons.begin(), reasons.end(), [&](const auto &entry) { return entry.first == why; });
            if (known != reasons.end())
                ++known->second;
            else
                reasons.emplace_back(why, 1);
        }
        const std::size_t count = m_model.nodes().size();
        for (const auto &[why, times] : reasons)
            answer.reasons += (answer.reasons.empty() ? "" : ", ") + std::to_string(times) + " " + why;
        answer.reasons = (count == 1 ? "of 1 node: " : "of " + std::to_string(count) + " nodes: ") + answer.reasons;
    }
    return answer;
}

Placement::Answer Placement::place(const PodCount &count) const
{
    const State start = m_model.start(count);
    long long missing = 0;
    for (const long long wanted : start.wanted)
        missing += std::max(0LL, wanted);
    if (missing == 0)
        return {};
    State best = start;
    const bool beyond = isBeyondBounds(start);
    for (const NodeOrder order : {NodeOrder::Emptiest, NodeOrder::Fullest, NodeOrder::AsListed}) {
        State state = start;
        fillGreedily(state, order);
        if (std::all_of(state.wanted.begin(), state.wanted.end(), [](long long left) { return left <= 0; }))
            return {};
        if (sum(state.total) > sum(best.total))
            best = std::move(state);
    }
    if (beyond)
        return answerOf(best, Verdict::DoesNotFit);
    State state = start;
    int budget = missing <= 100 ? searchBudget : 0;
    Verdict verdict = search(state, 0, 0, budget);
    // Groups are tried one after another: what one needs of a later one has not been tried.
    const bool waits = std::any_of(m_model.terms().begin(), m_model.terms().end(), [&](const auto &term) {
        for (std::size_t group = 0; group < term.means.size(); ++group) {
            if (term.rule != PlacementModel::Rule::AntiAffinity && group != term.group && term.means[group] &&
                start.wanted[group] > 0 && start.wanted[term.group] > 0)
                return true;
        }
        return false;
    });
    if (verdict == Verdict::DoesNotFit && waits)
        verdict = Verdict::CannotTell;
    return verdict == Verdict::Fits ? Answer() : answerOf(best, verdict);
}

} // namespace binnacle::stack
