// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <array>
#include <string>
#include <vector>

namespace binnacle::stack {

/// The values that a limit range can have for a resource, in the order in which they must not fall.
inline constexpr std::array<const char *, 5> limitBounds{"min", "defaultRequest", "default", "max",
                                                         "maxLimitRequestRatio"};

/// Whether items of this type ("Container", "Pod", "PersistentVolumeClaim") have the value: only what containers lack
/// is filled in.
[[nodiscard]] bool hasBound(const std::string &type, const std::string &bound);

/// A value of a limit range that contradicts another one.
struct LimitProblem
{
    std::string type; ///< of the item
    std::string bound;
    std::string resource;
    std::string text; ///< "min 3 is greater than max 2"

    friend bool operator==(const LimitProblem &, const LimitProblem &) = default;
};

/// Pure: what a server would refuse, of LimitRange spec.limits (ValidateLimitRange in Kubernetes' pkg/apis/core).
[[nodiscard]] std::vector<LimitProblem> limitProblems(const core::Json &limits);

/// Pure: an item of spec.limits with what a server fills in: of containers an absent default is the max, an absent
/// defaultRequest the default, else the min (SetDefaults_LimitRangeItem). Without empty groups.
[[nodiscard]] core::Json completedLimit(core::Json item);

} // namespace binnacle::stack
