// SPDX-License-Identifier: GPL-3.0-or-later
#include "UndoCommand.h"

#include "Await.h"
#include "ChangeRun.h"
#include "operations/UndoPlans.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

CLI::App *UndoCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("undo", "Take back what a runbook changed, as the journal recorded it");
    command->add_option("RUNBOOK", m_runbook, "As the journal names it")->required();
    command->add_flag("--dry-run", m_dryRun, "Only show what the server would change");
    return command;
}

core::Result<void> UndoCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    auto made = plan(environment, *session);
    if (!made)
        return core::fail(std::move(made.error()));
    if (const auto discovery = await(session->client->discover()); !discovery)
        return core::fail(discovery.error());
    return runChange(environment, *session, std::make_shared<const runbook::Plan>(std::move(*made)), {}, m_dryRun);
}

core::Result<runbook::Plan> UndoCommand::plan(const Environment &environment, const ClusterSession &session) const
{
    const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
    if (!journal)
        return core::fail(journal.error());
    const auto done = (*journal)->plan(m_runbook);
    if (!done)
        return core::fail(done.error());
    if (done->kind == runbook::PlanKind::Rotate)
        return core::fail(core::ErrorKind::Unsupported, "a rotated value cannot be taken back: it is not recorded",
                          "rotate it again");
    if (done->target.server != session.server)
        return core::fail(core::ErrorKind::Usage,
                          m_runbook + " changed context " + done->target.context.value() + ", server " +
                              done->target.server + ", not " + session.server,
                          "choose that one with --context");
    return operations::rollbackPlan(**journal, session.target(), done->stack, m_runbook, environment.clock,
                                    environment.random);
}

} // namespace binnacle::ctl
