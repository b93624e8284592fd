// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "runbook/Plan.h"
#include "runbook/RunState.h"
#include "stack/Feasibility.h"

namespace binnacle::operations {

enum class FitCheck {
    Run,  ///< what certainly does not fit fails the deploy before anything is written
    Skip, ///< the operator goes on regardless, which the journal remembers
};

/// The deploy plan with a first step that judges whether all of it fits the cluster.
[[nodiscard]] runbook::Plan withFitCheck(runbook::Plan plan, FitCheck check);

/// Does that step: judges what the plan applies by what the cluster is now. Fails with what certainly breaks first;
/// other findings, and what could not be judged, are lines of Applied::diff. Changes nothing.
[[nodiscard]] QFuture<core::Result<runbook::Applied>> checkFit(std::shared_ptr<kube::Client> client,
                                                               const runbook::Plan &plan,
                                                               const runbook::CheckTask &work,
                                                               core::CancellationToken token = {});

/// The findings as one error: the first, with the number of the others.
[[nodiscard]] core::Error fitError(const std::vector<stack::Finding> &findings);

} // namespace binnacle::operations
