// SPDX-License-Identifier: GPL-3.0-or-later
#include "RollbackCommand.h"

#include "UndoRun.h"
#include "operations/UndoPlans.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

CLI::App *RollbackCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("rollback", "Return to the objects as they were before the last deploy of a stack");
    m_stack.declare(*command);
    command->add_option("--runbook", m_runbook, "The deploy to take back; else the last one that changed anything");
    return command;
}

core::Result<void> RollbackCommand::run(const Environment &environment)
{
    return runUndo(environment, m_stack, {"Roll back", ""},
                   [&](const runbook::Journal &journal, const ClusterSession &session, const std::string &stack) {
                       return operations::rollbackPlan(journal, session.target(), stack, m_runbook, environment.clock,
                                                       environment.random);
                   });
}

} // namespace binnacle::ctl
