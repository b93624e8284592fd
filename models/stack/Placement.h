// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/PlacementModel.h"

namespace binnacle::stack {

/// Looks for a way to place the pods of a model. Says "fits" only with a placement found, "does not fit" only where
/// there is none, and "cannot tell" when the search would take too long.
class Placement
{
public:
    enum class Verdict { Fits, DoesNotFit, CannotTell };

    struct Answer
    {
        Verdict verdict = Verdict::Fits;
        const WorkloadDemand *blamed = nullptr; ///< whose pods do not all find room
        long long placed = 0;                   ///< of its pods, at best
        std::string reasons;                    ///< "of 3 nodes: 2 with too little cpu free ..., 1 cordoned"
    };

    /// `model` must live as long.
    explicit Placement(const PlacementModel &model) : m_model(model) {}

    /// Whether all workloads find room with so many pods each.
    [[nodiscard]] Answer place(const PodCount &count) const;

private:
    using State = PlacementModel::State;
    enum class NodeOrder { Emptiest, Fullest, AsListed };

    void fillGreedily(State &state, NodeOrder order) const;
    [[nodiscard]] std::vector<std::size_t> nodesInOrder(const State &state, NodeOrder order) const;
    [[nodiscard]] bool isBeyondBounds(const State &start) const;
    [[nodiscard]] Verdict search(State &state, std::size_t group, std::size_t from, int &budget) const;
    [[nodiscard]] Answer answerOf(const State &state, Verdict verdict) const;

    const PlacementModel &m_model;
};

} // namespace binnacle::stack
