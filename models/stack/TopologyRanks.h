// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Topology.h"

#include <vector>

namespace binnacle::stack {

/// The order that the layout draws, before any coordinate.
struct TopologyRanks
{
    std::vector<int> rank;                    ///< of each component: 0 leftmost, along the way of requests
    std::vector<bool> monitoring;             ///< of each component: it watches the others, and stands below them
    std::vector<double> order;                ///< of each component within its rank: fewer crossings when sorted by it
    std::vector<std::vector<int>> neighbours; ///< request flows in both directions
};

/// Deterministic: depends on ids, tiers and flows, not on the order in which they are given.
[[nodiscard]] TopologyRanks ranksOf(const Topology &topology);

} // namespace binnacle::stack
