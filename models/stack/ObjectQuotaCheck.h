// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Situation.h"

namespace binnacle::stack {

/// Checks one name of a quota that counts other things than pods: "services.nodeports", "requests.storage",
/// "count/replicasets.apps". What controllers will make of the stack's objects counts with them.
void checkObjectQuota(const Situation &situation, const core::Json &quota, const std::string &name,
                      const core::Quantity &hard, std::vector<Finding> &findings);

} // namespace binnacle::stack
