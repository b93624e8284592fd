// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"
#include "operations/FeasibilityStep.h"
#include "runbook/Plan.h"

namespace binnacle::ctl {

/// A stack, its rendered objects and the plan that deploys them.
struct DeployPlanning
{
    stack::Stack stack;
    std::vector<core::Json> objects;
    runbook::PlanPointer plan;
};

[[nodiscard]] core::Result<DeployPlanning> makeDeployPlan(const Environment &environment,
                                                          const StackArguments &arguments,
                                                          const runbook::Target &target, const std::string &fromStep,
                                                          operations::FitCheck check = operations::FitCheck::Run);

/// Steps, gates and objects, for people.
[[nodiscard]] std::string describePlan(const Console &console, const runbook::Plan &plan);

/// The name of the stack that an argument means, also when its files are gone.
[[nodiscard]] std::string stackNameOf(const StackArguments &arguments);

} // namespace binnacle::ctl
