// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/ClusterFacts.h"

namespace binnacle::operations {

/// What changing one object does to whether its namespace fits.
struct EditImpact
{
    std::vector<stack::Finding> broken; ///< would be so, and is not now; what breaks first is first
    std::vector<stack::Finding> mended; ///< is so now, and would not be
    /// Errors that are so now and would still be, of the edited workload or the one its autoscaler scales; where fewer
    /// of its replicas fit than it asks for those of the others too, and its warnings. Of an edited quota, limit range,
    /// claim or budget all errors.
    std::vector<stack::Finding> standing;
    std::optional<long long> fits; ///< replicas of that workload; nothing: no limit, or the object has no replicas
};

enum class Fit {
    Fits,        ///< nothing stands in its way
    Surprises,   ///< works until something else happens
    Mends,       ///< was broken, and is no longer
    MendsPart,   ///< was broken, and still is in other ways
    StaysBroken, ///< is broken already, and this does not mend it
    Breaks,      ///< would not fit
};

/// The verdict on an edit in one word.
[[nodiscard]] Fit fitOf(const EditImpact &impact);

/// Whether an edit of this kind can change what fits.
[[nodiscard]] bool bearsOnFeasibility(const core::GroupKind &kind);

/// Of an edited object: what certainly fails if it is made, and so stops it; empty: nothing.
[[nodiscard]] std::vector<stack::Finding> certainOf(const EditImpact &impact);

/// Pure. `before` and `after` are the object, or its sub-resource "scale", as it is and as it would be; `facts` those
/// of its namespace.
[[nodiscard]] EditImpact impactOf(const kube::ObjectKey &object, const core::Json &before, const core::Json &after,
                                  const stack::ClusterFacts &facts);

} // namespace binnacle::operations
