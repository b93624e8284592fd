// SPDX-License-Identifier: GPL-3.0-or-later
#include "DeployCommand.h"

#include "Await.h"
#include "Confirmation.h"
#include "DiffText.h"
#include "RunbookRun.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

CLI::App *DeployCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("deploy", "Apply a stack in its ordered steps, waiting at each gate");
    m_stack.declare(*command);
    m_secrets.declare(*command);
    auto *const from = command->add_option("--from", m_fromStep, "Leave out the steps before this one");
    auto *const skip = command->add_flag("--skip-check", m_skipCheck,
                                         "Go on even if something does not fit the cluster; the journal tells");
    auto *const force = command->add_flag("--force-conflicts", m_takesOver,
                                          "Give fields that others have changed since the stack's values again");
    auto *const resume =
        command->add_flag("--resume", m_resume, "Continue the last interrupted deploy as it was planned")
            ->excludes(from)
            ->excludes(skip)
            ->excludes(force);
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
    auto done = m_resume ? resume(environment, *session) : start(environment, *session);
    if (!done && !m_resume)
        return core::fail(withTakeOverAdvice(std::move(done.error()), m_takesOver));
    return done;
}

core::Result<void> DeployCommand::start(const Environment &environment, const ClusterSession &session) const
{
    const auto made = makeDeployPlan(environment, m_stack, session.target(),
                                     {.fromStep = m_fromStep,
                                      .fitCheck = m_skipCheck ? operations::FitCheck::Skip : operations::FitCheck::Run,
                                      .takesOver = m_takesOver});
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
    std::string name = m_stack.text();
    const auto stack = m_stack.load();
    if (stack)
        name = stack->name;
    const auto plan = interruptedPlan(environment, session, name);
    if (!plan)
        return core::fail(plan.error());
    // The journal keeps no data of Secrets: the manifests give it back, rendered as they were for the plan.
    std::vector<core::Json> objects;
    if (stack) {
        const auto asked = m_stack.renderOptions(*stack);
        if (!asked)
            return core::fail(asked.error());
        const stack::RenderOptions planned{(*plan)->overlay, (*plan)->parameters};
        if ((!asked->overlay.empty() && asked->overlay != planned.overlay) ||
            (!asked->parameters.empty() && asked->parameters != planned.parameters))
            return core::fail(core::ErrorKind::Usage,
                              "--resume continues runbook " + (*plan)->id + " as it was planned, with overlay \"" +
                                  planned.overlay + "\"",
                              "leave out --overlay and --set, or deploy anew without --resume");
        if (auto rendered = stack::render(*stack, planned); rendered)
            objects = std::move(*rendered);
    }
    if (auto allowed = checkPermissions(environment, session, *plan); !allowed)
        return allowed;
    if (auto confirmed = confirm(environment, session, "Continue the interrupted deploy of " + name + "?"); !confirmed)
        return confirmed;
    auto secrets = m_secrets.collect(environment, session, *plan);
    if (!secrets)
        return core::fail(std::move(secrets.error()));
    return RunbookRun(environment, session).run([&](operations::RunbookSession &run) {
        run.resume(session.target(), name, (*plan)->id, std::move(objects), std::move(*secrets));
    });
}

core::Result<runbook::PlanPointer> DeployCommand::interruptedPlan(const Environment &environment,
                                                                  const ClusterSession &session,
                                                                  const std::string &stack) const
{
    const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
    if (!journal)
        return core::fail(journal.error());
    const auto runbooks = (*journal)->runbooksOf(session.target(), stack);
    if (!runbooks)
        return core::fail(runbooks.error());
    const auto found = m_runbook.empty() ? runbooks->begin()
                                         : std::find_if(runbooks->begin(), runbooks->end(),
                                                        [&](const auto &known) { return known.id == m_runbook; });
    if (found == runbooks->end() || found->outcome == runbook::Outcome::Done)
        return core::fail(core::ErrorKind::NotFound,
                          (m_runbook.empty() ? "no interrupted runbook" : "no interrupted runbook " + m_runbook) +
                              " of stack \"" + stack + "\" in context " + session.context.value() +
                              " is in the journal",
                          "see `binnaclectl journal`, or deploy anew without --resume");
    // Who says deploy does not mean to go on removing.
    const std::string kind = runbook::toString(found->kind);
    if (m_runbook.empty() && found->kind != runbook::PlanKind::Deploy)
        return core::fail(core::ErrorKind::Usage,
                          "what was interrupted last of stack \"" + stack + "\" is no deploy, but the " + kind + " " +
                              found->id,
                          kind + " again to end it, deploy anew, or continue it with --runbook " + found->id);
    auto plan = (*journal)->plan(found->id);
    if (!plan)
        return core::fail(std::move(plan.error()));
    return std::make_shared<const runbook::Plan>(std::move(*plan));
}

core::Result<void> DeployCommand::checkPermissions(const Environment &environment, const ClusterSession &session,
                                                   const runbook::PlanPointer &plan) const
{
    const auto missing = await(operations::missingPermissions(session.client, plan, environment.interrupt.token()));
    // A server without authorization serves no access reviews, and refuses nothing either.
    if (!missing && missing.error().kind != core::ErrorKind::Unsupported)
        return core::fail(missing.error());
    if (missing && !missing->empty())
        return core::fail(operations::permissionError(*missing));
    return {};
}

core::Result<void> DeployCommand::checkAndConfirm(const Environment &environment, const ClusterSession &session,
                                                  const DeployPlanning &made) const
{
    if (auto allowed = checkPermissions(environment, session, made.plan); !allowed)
        return allowed;
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
