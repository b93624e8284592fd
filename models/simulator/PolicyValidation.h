// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ApiError.h"

#include <vector>

namespace binnacle::simulator {

/// What is wrong with a ResourceQuota's spec: ValidateResourceQuotaSpec in Kubernetes' pkg/apis/core/validation.
[[nodiscard]] std::vector<ApiCause> quotaProblems(const core::Json &spec);
/// What is wrong with a LimitRange's spec: ValidateLimitRange there.
[[nodiscard]] std::vector<ApiCause> limitRangeProblems(const core::Json &spec);

} // namespace binnacle::simulator
