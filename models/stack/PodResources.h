// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Quantity.h"

#include <map>
#include <string>
#include <vector>

namespace binnacle::stack {

/// By name as quotas call them: "requests.cpu", "limits.memory", "requests.nvidia.com/gpu".
using Amounts = std::map<std::string, core::Quantity>;

/// A LimitRange's entries with what the API server fills in on writing one: without `default` the maximum, without
/// `defaultRequest` the default, else the minimum (kubernetes.io/docs/concepts/policy/limit-range).
[[nodiscard]] std::vector<core::Json> limitsOf(const core::Json &limitRange);

/// A pod's spec as admission leaves it: a request that is missing is the container's own limit, then the defaults of
/// the limit ranges. `limits`: of all limit ranges of the namespace, from limitsOf().
[[nodiscard]] core::Json admittedPodSpec(core::Json podSpec, const std::vector<core::Json> &limits);

enum class Overhead { Counts, LeftOut };
/// What scheduler and quota count for one pod: the sum of its containers and sidecars, or what one of its init
/// containers takes beside the sidecars that run already, whichever is more; and the overhead of its runtime class
/// (KEP-753, KEP-688), unless it shall be left out. With pod-level resources those (KEP-2837).
[[nodiscard]] Amounts amountsOfPod(const core::Json &podSpec, Overhead overhead = Overhead::Counts);

/// No container of it requests or limits cpu or memory.
[[nodiscard]] bool isBestEffort(const core::Json &podSpec);

/// Containers and init containers.
[[nodiscard]] std::vector<const core::Json *> allContainersOf(const core::Json &podSpec);

} // namespace binnacle::stack
