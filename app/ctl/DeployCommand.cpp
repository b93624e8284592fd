// SPDX-License-Identifier: GPL-3.0-or-later
#include "DeployCommand.h"

#include "Await.h"
#include "Confirmation.h"
#include "DiffText.h"
#include "RunbookRun.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

CLI::App *DeployCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("deploy", "Apply a stack in its ordered steps, waiting at each gate");
    m_stack.declare(*command);
    m_secrets.declare(*command);
    command->add_option("--from", m_fromStep, "Leave out the steps before this one");
    auto *const resume =
        command->add_flag("--resume", m_resume, "Continue the last interrupted deploy as it was planned");
    command->add_option("--runbook", m_runbook, "With --resume: this runbook instead of the last one")->needs(resume);
    return command;
}

core::Result<void> DeployCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    return m_resume ? resume(environment, *session) : start(environment, *session);
}

core::Result<void> DeployCommand::start(const Environment &environment, const ClusterSession &session) const
{
    const auto made = makeDeployPlan(environment, m_stack, session.target(), m_fromStep);
    if (!made)
        return core::fail(made.error());
    if (const auto discovery = await(session.client->discover()); !discovery)
        return core::fail(discovery.error());
    if (auto confirmed = checkAndConfirm(environment, session, *made); !confirmed)
        return confirmed;
    auto secrets = m_secrets.collect(environment, session, made->plan);
    if (!secrets)
        return core::fail(std::move(secrets.error()));
    return RunbookRun(environment, session).run([&](operations::RunbookSession &run) {
        run.start(made->plan, std::move(*secrets));
    });
}

core::Result<void> DeployCommand::resume(const Environment &environment, const ClusterSession &session) const
{
    // The plan comes from the journal; the manifests only give back what the journal never keeps.
    std::vector<core::Json> objects;
    std::string name = m_stack.text();
    operations::SecretValues values;
    if (const auto made = makeDeployPlan(environment, m_stack, session.target(), {}); made) {
        name = made->stack.name;
        objects = made->objects;
        auto collected = m_secrets.collect(environment, session, made->plan);
        if (!collected)
            return core::fail(std::move(collected.error()));
        values = std::move(*collected);
    } else if (made.error().kind == core::ErrorKind::Usage) {
        return core::fail(made.error());
    }
    if (const auto allowed = checkIsDeploy(environment, session, name); !allowed)
        return allowed;
    if (auto confirmed = confirm(environment, session, "Continue the interrupted deploy of " + name + "?"); !confirmed)
        return confirmed;
    return RunbookRun(environment, session).run([&](operations::RunbookSession &run) {
        run.resume(session.target(), name, m_runbook, std::move(objects), std::move(values));
    });
}

core::Result<void> DeployCommand::checkIsDeploy(const Environment &environment, const ClusterSession &session,
                                                const std::string &stack) const
{
    const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
    if (!journal)
        return core::fail(journal.error());
    const auto runbooks = (*journal)->runbooksOf(session.target(), stack);
    if (!runbooks)
        return core::fail(runbooks.error());
    // Who says deploy does not mean to go on removing.
    if (!m_runbook.empty() || runbooks->empty() || runbooks->front().kind == runbook::PlanKind::Deploy ||
        runbooks->front().outcome == runbook::Outcome::Done)
        return {};
    const std::string kind = runbook::toString(runbooks->front().kind);
    return core::fail(core::ErrorKind::Usage,
                      "what was interrupted last of stack \"" + stack + "\" is no deploy, but the " + kind + " " +
                          runbooks->front().id,
                      kind + " again to end it, deploy anew, or continue it with --runbook " + runbooks->front().id);
}

core::Result<void> DeployCommand::checkAndConfirm(const Environment &environment, const ClusterSession &session,
                                                  const DeployPlanning &made) const
{
    const auto missing =
        await(operations::missingPermissions(session.client, made.plan, environment.interrupt.token()));
    // A server without authorization serves no access reviews, and refuses nothing either.
    if (!missing && missing.error().kind != core::ErrorKind::Unsupported)
        return core::fail(missing.error());
    if (missing && !missing->empty())
        return core::fail(operations::permissionError(*missing));
    std::string question = "Deploy " + made.stack.name + "?";
    if (!environment.options.yes && environment.console.isInteractive()) {
        const auto diffs = await(operations::preview(session.client, made.plan, environment.interrupt.token()));
        if (!diffs)
            return core::fail(diffs.error());
        environment.console.message(describePlan(environment.console, *made.plan));
        question = "Deploy " + made.stack.name + " (" + summaryOf(*diffs) + ")?";
    }
    return confirm(environment, session, question);
}

} // namespace binnacle::ctl
