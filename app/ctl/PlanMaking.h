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

/// How a deploy is meant, beyond the stack's arguments.
struct DeployChoices
{
    std::string fromStep = {}; ///< id; earlier steps are left out
    operations::FitCheck fitCheck = operations::FitCheck::Run;
    bool takesOver = false; ///< see operations::DeployOptions
};

[[nodiscard]] core::Result<DeployPlanning> makeDeployPlan(const Environment &environment,
                                                          const StackArguments &arguments,
                                                          const runbook::Target &target, const DeployChoices &choices);

/// A conflict of fields also says how to take them over, unless that was asked for already.
[[nodiscard]] core::Error withTakeOverAdvice(core::Error error, bool takesOver);

/// Steps, gates and objects, for people.
[[nodiscard]] std::string describePlan(const Console &console, const runbook::Plan &plan);

/// The name of the stack that an argument means, also when its files are gone.
[[nodiscard]] std::string stackNameOf(const StackArguments &arguments);

} // namespace binnacle::ctl
