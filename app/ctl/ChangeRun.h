// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "operations/SecretValues.h"
#include "runbook/Plan.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// Shows what a plan of single objects would change, as the server sees it, with what kubectl would say, asks, and runs
/// it. `warnings`: what is allowed and may surprise. `dryRun`: only shows. Where nothing would change nothing is run.
/// `secrets`: the values for Secrets that the plan edits or makes.
[[nodiscard]] core::Result<void> runChange(const Environment &environment, const ClusterSession &session,
                                           const runbook::PlanPointer &plan, const std::vector<std::string> &warnings,
                                           bool dryRun, const operations::SecretValues &secrets = {});

/// Says that the cluster is like that already: the answer of a command that may be repeated.
void reportUnchanged(const Environment &environment, const std::string &what);

} // namespace binnacle::ctl
