// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "StackArguments.h"
#include "runbook/Journal.h"
#include "runbook/Plan.h"

#include <functional>

namespace binnacle::ctl {

struct UndoWords
{
    std::string verb;    ///< "Roll back"
    std::string warning; ///< what makes it worse than it sounds
};

using UndoPlanner = std::function<core::Result<runbook::Plan>(const runbook::Journal &, const ClusterSession &,
                                                              const std::string &stack)>;

/// Plans from the journal, shows the plan, has the stack's name typed, and runs it.
[[nodiscard]] core::Result<void> runUndo(const Environment &environment, const StackArguments &arguments,
                                         const UndoWords &words, const UndoPlanner &planner);

} // namespace binnacle::ctl
