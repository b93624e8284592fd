// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Situation.h"

namespace binnacle::stack {

/// How many replicas of the workload its namespace's quotas let in, `most` at most, beside what all else asks for.
[[nodiscard]] long long replicasInQuotas(const Situation &situation, const kube::ObjectKey &workload, long long most);

/// Whether a quota refuses each new pod of the workload, whatever others of the stack take.
[[nodiscard]] bool isRefusedByQuotas(const Situation &situation, const WorkloadDemand &workload);

} // namespace binnacle::stack
