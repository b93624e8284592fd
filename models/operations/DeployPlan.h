// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "runbook/Plan.h"
#include "stack/Stack.h"

namespace binnacle::operations {

struct DeployOptions
{
    runbook::Target target;
    std::string overlay; ///< empty: the stack's default
    std::map<std::string, std::string> parameters;
    std::string fromStep;   ///< id; earlier steps are left out
    bool takesOver = false; ///< fields that somebody else changed get the stack's values, instead of a conflict
};

/// The stack's steps with the objects that each of them applies. Every object is in exactly one step (the first whose
/// selectors match); one that no step selects is an error, so that nothing is left behind unnoticed.
[[nodiscard]] core::Result<runbook::Plan> deployPlan(const stack::Stack &stack, const std::vector<core::Json> &objects,
                                                     const DeployOptions &options, const core::Clock &clock,
                                                     core::Random &random);

/// The design's `plan -o json`.
[[nodiscard]] core::Json planToJson(const runbook::Plan &plan);

/// What an operator would type for each step: [{"id","commands":[...]}] as pairs of step id and commands.
[[nodiscard]] std::vector<std::pair<std::string, std::vector<std::string>>>
kubectlEquivalents(const runbook::Plan &plan);

/// "ai-saas-20260131-120000-k3x9": sorts by time, is unique, and can be typed.
[[nodiscard]] std::string newRunbookId(const std::string &stack, const core::Clock &clock, core::Random &random);

} // namespace binnacle::operations
