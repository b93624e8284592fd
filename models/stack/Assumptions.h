// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/ClusterFacts.h"

#include <string>
#include <vector>

namespace binnacle::stack {

/// What cannot be known beforehand and changes what the server does: feasibility is judged on each possibility.
struct Assumption
{
    bool quotasCountOverhead = true; ///< of runtime classes
    std::string doubt;               ///< why another one may hold, for people; empty: none may
};

/// At least one. `objects`: the stack's.
[[nodiscard]] std::vector<Assumption> assumptionsOn(const std::vector<core::Json> &objects, const ClusterFacts &facts);

/// What holds whatever is true stays as it is. An error that only some of the assumptions lead to becomes a warning
/// that says so, unless its object fails under each of them. `findings`: of each of the assumptions.
[[nodiscard]] std::vector<Finding> findingsUnder(const std::vector<Assumption> &assumptions,
                                                 const std::vector<std::vector<Finding>> &findings);

} // namespace binnacle::stack
