// SPDX-License-Identifier: GPL-3.0-or-later
#include "DiffCommand.h"

#include "Await.h"
#include "ClusterSession.h"
#include "DiffText.h"
#include "PlanMaking.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

CLI::App *DiffCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("diff", "Show what a deploy would change, object by object; changes nothing");
    m_stack.declare(*command);
    command->add_option("--from", m_fromStep, "Leave out the steps before this one");
    command->add_flag("--force-conflicts", m_takesOver, "Also change fields that others have changed since");
    return command;
}

core::Result<void> DiffCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto made =
        makeDeployPlan(environment, m_stack, session->target(), {.fromStep = m_fromStep, .takesOver = m_takesOver});
    if (!made)
        return core::fail(made.error());
    const auto diffs = await(operations::preview(session->client, made->plan, environment.interrupt.token()));
    if (!diffs)
        return core::fail(withTakeOverAdvice(diffs.error(), m_takesOver));
    if (printStructured(environment, operations::diffsToJson(*diffs)))
        return {};
    environment.console.print(describeDiffs(environment.console, *diffs) + summaryOf(*diffs) + "\n");
    return {};
}

} // namespace binnacle::ctl
