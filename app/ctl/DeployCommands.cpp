// SPDX-License-Identifier: GPL-3.0-or-later
#include "DeployCommands.h"

#include "Await.h"
#include "ClusterSession.h"
#include "operations/DeployPlan.h"
#include "operations/Preview.h"
#include "operations/RunbookSession.h"
#include "operations/UndoPlans.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <QEventLoop>

#include <set>

namespace binnacle::ctl {

CLI::App *DeployCommand::declare(CLI::App &program)
{
    static constexpr const char *names[] = {"plan", "diff", "deploy", "rollback", "uninstall"};
    static constexpr const char *texts[] = {
        "Print the steps of a deploy, changing nothing", "Compare the cluster with a dry run of a deploy",
        "Deploy a stack in its steps", "Return to the objects as they were before a deploy",
        "Remove what the deploys of a stack created"};
    auto *const command = program.add_subcommand(names[static_cast<int>(m_mode)], texts[static_cast<int>(m_mode)]);
    m_stack.declare(*command);
    if (m_mode == Mode::Plan || m_mode == Mode::Diff || m_mode == Mode::Deploy)
        command->add_option("--from", m_from, "Begin with this step");
    if (m_mode == Mode::Deploy)
        command->add_flag("--resume", m_resume, "Continue the runbook that was interrupted");
    if (m_mode == Mode::Rollback)
        command->add_option("--runbook", m_runbook, "Undo this runbook instead of the newest deploy");
    if (m_mode == Mode::Uninstall)
        command->add_flag("--volumes", m_volumes, "Remove volumes, too");
    return command;
}

core::Result<runbook::Plan> DeployCommand::plan(const Environment &environment, const ClusterSession &cluster) const
{
    const auto stack = m_stack.load();
    if (!stack)
        return core::fail(asContentError(stack.error()));
    if (m_mode == Mode::Rollback || m_mode == Mode::Uninstall) {
        const auto journal = runbook::Journal::open(runbook::Journal::defaultPath(), environment.clock);
        if (!journal)
            return core::fail(journal.error());
        return m_mode == Mode::Rollback
                   ? operations::rollbackPlan(**journal, cluster.target(), stack->name, m_runbook, environment.clock,
                                              environment.random)
                   : operations::uninstallPlan(**journal, cluster.target(), stack->name, {.volumes = m_volumes},
                                               environment.clock, environment.random);
    }
    const auto options = m_stack.renderOptions(*stack);
    if (!options)
        return core::fail(options.error());
    const auto objects = stack::render(*stack, *options);
    if (!objects)
        return core::fail(asContentError(objects.error()));
    return operations::deployPlan(*stack, *objects,
                                  {.target = cluster.target(),
                                   .overlay = options->overlay,
                                   .parameters = options->parameters,
                                   .fromStep = m_from},
                                  environment.clock, environment.random);
}

core::Result<void> DeployCommand::execute(const Environment &environment, const ClusterSession &cluster) const
{
    operations::RunbookSession session(cluster.client, environment.clock, environment.random);
    QEventLoop loop;
    std::set<std::string> told;
    QObject::connect(&session, &operations::RunbookSession::finished, &loop, &QEventLoop::quit);
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &session, &operations::RunbookSession::cancel);
    QObject::connect(&session, &operations::RunbookSession::stateChanged, &session, [&] {
        for (const auto &hold : session.holds()) {
            const std::string line = (hold.object ? hold.object->describe() + ": " : std::string()) + hold.text;
            if (hold.reason != runbook::HoldReason::EarlierStep && hold.reason != runbook::HoldReason::Applying &&
                told.insert(line).second)
                environment.console.message(line);
        }
    });
    if (m_resume) {
        const auto stack = m_stack.load();
        if (!stack)
            return core::fail(asContentError(stack.error()));
        session.resume(cluster.target(), stack->name, {}, {});
    } else {
        auto planned = plan(environment, cluster);
        if (!planned)
            return core::fail(planned.error());
        const auto shared = std::make_shared<const runbook::Plan>(std::move(*planned));
        const auto missing =
            await(operations::missingPermissions(cluster.client, shared, environment.interrupt.token()));
        if (!missing)
            return core::fail(missing.error());
        if (!missing->empty())
            return core::fail(operations::permissionError(*missing));
        if (!environment.options.yes) {
            const auto answer = environment.console.ask(shared->title + " in context " + cluster.context.value() +
                                                        " (" + cluster.server + ")? Type yes: ");
            if (!answer || *answer != "yes")
                return core::fail(core::ErrorKind::Cancelled, "nothing was changed", "answer yes, or give --yes");
        }
        session.start(shared);
    }
    loop.exec();
    if (session.state() != nullptr && !printStructured(environment, session.report())) {
        const auto report = session.report();
        for (const auto &step : report["steps"])
            environment.console.print(step["id"].get<std::string>() + "\t" + step["state"].get<std::string>() + "\n");
        environment.console.print(report["outcome"].get<std::string>() + "\n");
    }
    if (const auto error = session.error())
        return core::fail(*error);
    return {};
}

core::Result<void> DeployCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    auto cluster = openCluster(environment);
    if (!cluster)
        return core::fail(cluster.error());
    if (m_mode != Mode::Plan && m_mode != Mode::Diff)
        return execute(environment, *cluster);
    const auto planned = plan(environment, *cluster);
    if (!planned)
        return core::fail(planned.error());
    if (m_mode == Mode::Plan) {
        if (!printStructured(environment, operations::planToJson(*planned))) {
            for (const auto &[step, commands] : operations::kubectlEquivalents(*planned)) {
                environment.console.print(step + "\n");
                for (const std::string &command : commands)
                    environment.console.print("  " + command + "\n");
            }
        }
        return {};
    }
    const auto diffs = await(operations::preview(cluster->client, std::make_shared<const runbook::Plan>(*planned),
                                                 environment.interrupt.token()));
    if (!diffs)
        return core::fail(diffs.error());
    if (!printStructured(environment, operations::diffsToJson(*diffs))) {
        for (const auto &diff : *diffs)
            environment.console.print(diff.diff);
    }
    return {};
}

} // namespace binnacle::ctl
