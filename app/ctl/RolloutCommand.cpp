// SPDX-License-Identifier: GPL-3.0-or-later
#include "RolloutCommand.h"

#include "Await.h"
#include "ChangeRun.h"
#include "RolloutFollow.h"
#include "TextTable.h"
#include "operations/ObjectPlans.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const auto &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// "3d", "5h", "12m"
std::string ageOf(const std::string &created, const core::Clock &clock)
{
    const auto time = core::parseTime(created);
    return time ? core::formatDuration(std::chrono::duration_cast<std::chrono::seconds>(clock.now() - *time))
                : std::string();
}

core::Json toJson(const operations::Revision &revision)
{
    return {{"revision", revision.number},         {"name", revision.name},     {"current", revision.current},
            {"changeCause", revision.changeCause}, {"images", revision.images}, {"created", revision.created}};
}

} // namespace

CLI::App *RolloutCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("rollout", "Follow, hold, restart and take back the rollouts of a workload");
    command->require_subcommand(1);
    command->fallthrough();
    add(*command, Action::Status, "status", "Watch until the rollout is done, saying what it waits for")
        ->add_flag("--once", m_once, "Only look");
    add(*command, Action::History, "history", "List the revisions, newest first")
        ->add_option("--revision", m_revision, "Instead show what going to this one would change in the pod template");
    for (auto *const change :
         {add(*command, Action::Pause, "pause", "Hold the rollouts of a Deployment"),
          add(*command, Action::Resume, "resume", "Let them go on"),
          add(*command, Action::Restart, "restart", "Replace the pods one after another"),
          add(*command, Action::Undo, "undo", "Go back to the pod template of an earlier revision")}) {
        change->add_flag("--dry-run", m_dryRun, "Only show what the server would change");
        if (change->get_name() == "undo")
            change->add_option("--to-revision", m_revision, "Which one; else the one before the current one");
    }
    return command;
}

CLI::App *RolloutCommand::add(CLI::App &parent, Action action, const std::string &name, const std::string &help)
{
    auto *const command = parent.add_subcommand(name, help);
    m_object.declare(*command, true);
    command->fallthrough();
    command->callback([this, action] { m_action = action; });
    return command;
}

core::Result<kube::ObjectKey> RolloutCommand::workload(const ClusterSession &session)
{
    if (auto checked = m_object.check(); !checked)
        return core::fail(std::move(checked.error()));
    if (m_object.name().empty() || m_object.allNamespaces())
        return core::fail(core::ErrorKind::Usage, "rollout needs one workload", "name it: deployment/NAME");
    const auto resource = m_object.resource(session);
    if (!resource)
        return core::fail(resource.error());
    kube::ObjectKey object{resource->gvk().groupKind(), session.nameSpace, m_object.name()};
    if (!operations::hasRevisions(object.kind))
        return core::fail(core::ErrorKind::Usage, object.describe() + " has no rollout",
                          "choose a Deployment, StatefulSet or DaemonSet");
    return object;
}

core::Result<void> RolloutCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto object = workload(*session);
    if (!object)
        return core::fail(object.error());
    if (m_action == Action::Status)
        return follow(environment, *session, *object);
    const auto history = await(operations::rolloutHistory(session->client, *object, environment.interrupt.token()));
    if (!history)
        return core::fail(history.error());
    if (m_action == Action::History && m_revision != 0)
        return compare(environment, *history);
    if (m_action == Action::History) {
        print(environment, *history);
        return {};
    }
    const bool holding = m_action == Action::Pause || m_action == Action::Resume;
    if (holding && operations::isPausable(object->kind) && history->paused == (m_action == Action::Pause)) {
        reportUnchanged(environment, object->describe() + (history->paused ? " is paused already" : " is not paused"));
        return {};
    }
    auto made = plan(environment, *session, *history);
    if (!made)
        return core::fail(std::move(made.error()));
    return runChange(environment, *session, std::make_shared<const runbook::Plan>(std::move(*made)), {}, m_dryRun);
}

core::Result<runbook::Plan> RolloutCommand::plan(const Environment &environment, const ClusterSession &session,
                                                 const operations::RolloutHistory &history) const
{
    if (m_action == Action::Restart)
        return operations::restartPlan({history.object}, session.target(), environment.clock, environment.random);
    if (m_action != Action::Undo)
        return operations::pausePlan(history, m_action == Action::Pause, session.target(), environment.clock,
                                     environment.random);
    const auto revision = history.find(m_revision);
    if (!revision)
        return core::fail(revision.error());
    return operations::rollBackPlan(history, *revision, session.target(), environment.clock, environment.random);
}

core::Result<void> RolloutCommand::follow(const Environment &environment, const ClusterSession &session,
                                          const kube::ObjectKey &object) const
{
    const auto progress = followRollout(environment, session, object, m_once);
    if (!progress)
        return core::fail(progress.error());
    if (printStructured(environment, {{"kind", object.kind.kind},
                                      {"namespace", object.nameSpace.value()},
                                      {"name", object.name},
                                      {"done", progress->done},
                                      {"state", cluster::toString(progress->health.state)},
                                      {"reason", progress->health.reason}}))
        return {};
    environment.console.print(object.describe() + (progress->done ? ": rolled out, " : ": not done, ") +
                              progress->health.reason + "\n");
    return {};
}

void RolloutCommand::print(const Environment &environment, const operations::RolloutHistory &history) const
{
    core::Json json = core::Json::array();
    TextTable table({"REVISION", "AGE", "IMAGES", "CHANGE-CAUSE"});
    for (const auto &revision : history.revisions) {
        json.push_back(toJson(revision));
        table.add({std::to_string(revision.number) + (revision.current ? " (current)" : ""),
                   ageOf(revision.created, environment.clock), joined(revision.images), revision.changeCause});
    }
    if (printStructured(environment, {{"kind", history.object.kind.kind},
                                      {"namespace", history.object.nameSpace.value()},
                                      {"name", history.object.name},
                                      {"paused", history.paused},
                                      {"revisions", std::move(json)}}))
        return;
    if (history.paused)
        environment.console.message(history.object.describe() + " is paused.");
    environment.console.print(table.text(environment.console));
}

core::Result<void> RolloutCommand::compare(const Environment &environment,
                                           const operations::RolloutHistory &history) const
{
    const auto revision = history.find(m_revision);
    if (!revision)
        return core::fail(revision.error());
    const auto diff =
        operations::templateDiff(history.workload->value("/spec/template"_json_pointer, core::Json::object()),
                                 *revision->podTemplate, "revision " + std::to_string(revision->number));
    auto json = toJson(*revision);
    json["diff"] = diff;
    if (!printStructured(environment, json))
        environment.console.print(diff.empty() ? "The pod template is like that already.\n" : diff);
    return {};
}

} // namespace binnacle::ctl
