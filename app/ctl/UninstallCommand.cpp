// SPDX-License-Identifier: GPL-3.0-or-later
#include "UninstallCommand.h"

#include "Await.h"
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
                   [&](const runbook::Journal &journal, const ClusterSession &session,
                       const std::string &stack) -> core::Result<runbook::Plan> {
                       operations::UninstallOptions options{m_volumes};
                       if (m_volumes) {
                           const auto nameSpaces = operations::namespacesOfClaims(journal, session.target(), stack);
                           if (!nameSpaces)
                               return core::fail(nameSpaces.error());
                           auto claims = await(
                               operations::liveClaims(session.client, *nameSpaces, environment.interrupt.token()));
                           if (!claims)
                               return core::fail(std::move(claims.error()));
                           options.claims = std::move(*claims);
                       }
                       return operations::uninstallPlan(journal, session.target(), stack, options, environment.clock,
                                                        environment.random);
                   });
}

} // namespace binnacle::ctl
