// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/ClusterFacts.h"

namespace binnacle::operations {

/// What changing one object does to whether its namespace fits.
struct EditImpact
{
    std::vector<stack::Finding> broken; ///< would be so, and is not now; what breaks first is first
    std::vector<stack::Finding> mended; ///< is so now, and would not be
    std::optional<long long> fits;      ///< replicas of the edited workload, or of the one its autoscaler scales
};

/// Whether an edit of this kind can change what fits.
[[nodiscard]] bool bearsOnFeasibility(const core::GroupKind &kind);

/// Pure. `before` and `after` are the object, or its sub-resource "scale", as it is and as it would be; `facts` those
/// of its namespace.
[[nodiscard]] EditImpact impactOf(const kube::ObjectKey &object, const core::Json &before, const core::Json &after,
                                  const stack::ClusterFacts &facts);

} // namespace binnacle::operations
