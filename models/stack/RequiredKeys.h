// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Feasibility.h"
#include "stack/Stack.h"

#include <optional>

namespace binnacle::stack {

/// Keys of Secrets and config maps that the workloads of a stack need and that nobody provides: neither its objects,
/// nor what the deploy generates, nor the cluster. `live`: the Secrets and config maps that the cluster has; nothing:
/// no cluster was asked, and what only it could provide is a warning. What a deploy asks the operator for is missing
/// until the cluster has it; what may be left out is never missing.
[[nodiscard]] std::vector<Finding> missingKeys(const Stack &stack, const std::vector<core::Json> &objects,
                                               const std::optional<std::vector<core::Json>> &live);

} // namespace binnacle::stack
