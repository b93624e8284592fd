// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>
#include <vector>

namespace binnacle::stack {

/// Pure: what stops working when a ResourceQuota changes from `before` (null: there was none) to `after`, in sentences
/// for an operator; empty: nothing does. Kubernetes allows a hard value below what is used: what runs stays, and what
/// is new is refused. `objects`: of the namespace, of the kinds of ClusterFacts; they tell which workloads are hit
/// first, and what is used of a resource that the quota did not count yet.
[[nodiscard]] std::vector<std::string> quotaImpact(const core::Json &before, const core::Json &after,
                                                   const std::vector<core::Json> &objects);

/// Pure: what stops working when a LimitRange becomes `after`: pods that it would refuse, and quotas that its defaults
/// overrun or no longer satisfy. What was so before is not said again.
[[nodiscard]] std::vector<std::string> limitRangeImpact(const core::Json &after,
                                                        const std::vector<core::Json> &objects);

} // namespace binnacle::stack
