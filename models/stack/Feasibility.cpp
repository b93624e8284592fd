// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Feasibility.h"

#include "stack/Situation.h"

namespace binnacle::stack {

std::vector<Finding> checkFeasibility(const std::vector<core::Json> &objects)
{
    return checkFeasibility(objects, ClusterFacts());
}

} // namespace binnacle::stack
