// SPDX-License-Identifier: GPL-3.0-or-later
#include "UninstallCommand.h"

#include "UndoRun.h"
#include "operations/UndoPlans.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

CLI::App *UninstallCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("uninstall", "Remove what the deploys of a stack created, last step first");
    m_stack.declare(*command);
    command->add_flag("--volumes", m_volumes, "Also the volumes with their data, and the namespaces that hold them");
    return command;
}

core::Result<void> UninstallCommand::run(const Environment &environment)
{
    const std::string warning = m_volumes ? " with all its data" : "";
    return runUndo(environment, m_stack, {"Uninstall", warning},
                   [&](const runbook::Journal &journal, const runbook::Target &target, const std::string &stack) {
                       return operations::uninstallPlan(journal, target, stack, {m_volumes}, environment.clock,
                                                        environment.random);
                   });
}

} // namespace binnacle::ctl
