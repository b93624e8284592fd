// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/ClusterFacts.h"

#include <string>
#include <vector>

namespace binnacle::stack {

/// The stack and its cluster with limit ranges in one order in which the server may ask them.
struct DefaultsOrder
{
    std::vector<core::Json> objects; ///< without limit ranges
    ClusterFacts facts;              ///< with all of them
};

/// Where several limit ranges of a namespace have different defaults, a container gets those of the one that is asked
/// first, and the server asks them in no fixed order (plugin/pkg/admission/limitranger): the orders to be judged, each
/// range first once in each. Empty: there is nothing to choose from.
[[nodiscard]] std::vector<DefaultsOrder> ordersOfDefaults(const std::vector<core::Json> &objects,
                                                          const ClusterFacts &facts);

} // namespace binnacle::stack
