// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretRestartCommand.h"

#include "Await.h"
#include "ChangeRun.h"
#include "operations/ConfigReaders.h"
#include "operations/ObjectPlans.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

CLI::App *SecretRestartCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("restart", "Restart the workloads whose pods still have an old value, and no others");
    m_object.declare(*command);
    command->add_option("--key", m_key, "Only where this key is meant");
    command->add_flag("--dry-run", m_dryRun, "Only show what the server would change");
    return command;
}

core::Result<void> SecretRestartCommand::run(const Environment &environment)
{
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &session = opened->session;
    const auto &object = opened->object;
    const auto readers = readersOf(environment, *opened, m_key);
    if (!readers)
        return core::fail(readers.error());
    std::vector<std::string> warnings;
    for (const auto &kind : readers->unread)
        warnings.push_back(kind + " objects may not be listed here: whether one has an old value is not known");
    for (const auto &pod : readers->stalePods())
        warnings.push_back(pod.describe() + " has an old value, and no workload would replace it: delete it by hand");
    const auto workloads = readers->staleWorkloads();
    if (workloads.empty()) {
        for (const auto &warning : warnings)
            environment.console.message("warning: " + warning);
        reportUnchanged(environment, "No workload has a pod with an old value of " + object.describe());
        return {};
    }
    auto plan = operations::restartPlan(workloads, session.target(), environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    return runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(*plan)), warnings, m_dryRun);
}

} // namespace binnacle::ctl
