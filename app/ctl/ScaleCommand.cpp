// SPDX-License-Identifier: GPL-3.0-or-later
#include "ScaleCommand.h"

#include "Await.h"
#include "ChangeRun.h"
#include "FitVerdict.h"
#include "operations/FeasibilityStep.h"
#include "operations/FieldEdits.h"
#include "operations/ObjectPlans.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

constexpr int mostReplicas = 1'000'000;
const core::GroupKind autoscalerKind{"autoscaling", "HorizontalPodAutoscaler"};

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::vector<std::string> withUnread(std::vector<std::string> warnings, const operations::ReplicaFacts &facts)
{
    for (const auto &kind : facts.unread)
        warnings.push_back(kind + " objects may not be listed here: whether one limits the number is not known");
    return warnings;
}

/// The target of an autoscaler; an empty name when it has none.
kube::ObjectKey targetOf(const kube::ObjectKey &autoscaler, const core::Json &object)
{
    const auto target = object.value("/spec/scaleTargetRef"_json_pointer, core::Json::object());
    const auto version = target.value("apiVersion", "");
    const auto slash = version.find('/');
    return {{slash == std::string::npos ? "" : version.substr(0, slash), target.value("kind", "")},
            autoscaler.nameSpace,
            target.value("name", "")};
}

} // namespace

CLI::App *ScaleCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand(
        "scale", "Change how many pods a workload has, or between which numbers its autoscaler chooses");
    m_object.declare(*command, true);
    auto *const replicas = command->add_option("--replicas", m_replicas, "So many pods");
    auto *const least = command->add_option("--min", m_least, "Of its autoscaler: at least so many pods");
    auto *const most = command->add_option("--max", m_most, "Of its autoscaler: at most so many pods");
    for (auto *const option : {replicas, least, most})
        option->check(CLI::Range(0, mostReplicas))->type_name("N");
    replicas->excludes(least)->excludes(most);
    command->add_flag("--dry-run", m_dryRun, "Only show what the server would change");
    command->add_flag("--skip-check", m_skipCheck, "Go on even if something does not fit the cluster");
    command->footer("Waits until the pods are ready; --timeout limits that. `binnaclectl undo RUNBOOK` takes it back.");
    return command;
}

core::Result<void> ScaleCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    if (auto checked = m_object.check(); !checked)
        return checked;
    if (m_object.name().empty() || m_object.allNamespaces())
        return core::fail(core::ErrorKind::Usage, "scale needs one object",
                          "name it: binnaclectl scale deployment/NAME --replicas N");
    if (!m_replicas && !m_least && !m_most)
        return core::fail(core::ErrorKind::Usage, "scale needs a number",
                          "give --replicas N, or --min N --max N where an autoscaler owns it");
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto resource = m_object.resource(*session);
    if (!resource)
        return core::fail(resource.error());
    const kube::ObjectKey object{resource->gvk().groupKind(),
                                 resource->namespaced ? session->nameSpace : core::Namespace(), m_object.name()};
    if (object.kind == autoscalerKind) {
        if (m_replicas)
            return core::fail(core::ErrorKind::Usage, object.describe() + " has no --replicas",
                              "give it --min N and --max N");
        return limit(environment, *session, object);
    }
    const auto &parts = resource->subresources;
    if (std::find(parts.begin(), parts.end(), "scale") == parts.end())
        return core::fail(core::ErrorKind::Usage, resource->kind + " objects have no number of replicas",
                          "scale a Deployment, StatefulSet, ReplicaSet, or a custom kind with the scale sub-resource");
    const auto facts = await(operations::replicaFacts(session->client, object, environment.interrupt.token()));
    if (!facts)
        return core::fail(facts.error());
    if (facts->owner)
        return core::fail(ownedBy(object, *facts->owner));
    const bool isAutoscaled = facts->isAutoscaled() && m_replicas != 0;
    if (!isAutoscaled && m_replicas)
        return scale(environment, *session, object, *facts);
    if (!facts->autoscaler)
        return core::fail(core::ErrorKind::Usage, "no autoscaler owns the number of " + object.describe(),
                          "set the number itself with --replicas N");
    if (m_replicas)
        return core::fail(limitedBy(object, *facts->autoscaler));
    environment.console.message(facts->autoscaler->describe() + " owns the number of " + object.describe() +
                                ": its limits are changed.");
    return limit(environment, *session, *facts->autoscaler);
}

core::Error ScaleCommand::ownedBy(const kube::ObjectKey &object, const kube::ObjectKey &owner) const
{
    auto error = core::makeError(
        core::ErrorKind::Usage, owner.describe() + " made it and sets its number: one set by hand would not last",
        "scale that one: binnaclectl scale " + lower(owner.kind.kind) + "/" + owner.name + " -n " +
            owner.nameSpace.value() + (m_replicas ? " --replicas " + std::to_string(*m_replicas) : std::string()));
    error.object = object.describe();
    return error;
}

core::Error ScaleCommand::limitedBy(const kube::ObjectKey &workload, const kube::ObjectKey &autoscaler) const
{
    const auto number = std::to_string(std::max(1, *m_replicas));
    auto error = core::makeError(
        core::ErrorKind::Usage,
        autoscaler.describe() + " owns the number of " + workload.describe() + ": a number set by hand would not last",
        "change its limits: binnaclectl scale " + lower(workload.kind.kind) + "/" + workload.name + " -n " +
            workload.nameSpace.value() + " --min " + number + " --max " + number);
    error.object = workload.describe();
    return error;
}

core::Result<void> ScaleCommand::scale(const Environment &environment, const ClusterSession &session,
                                       const kube::ObjectKey &workload, const operations::ReplicaFacts &facts) const
{
    const auto title = "Scale " + workload.describe() + " to " + std::to_string(*m_replicas);
    if (facts.replicas == *m_replicas) {
        reportUnchanged(environment, title + ": the cluster is like that already");
        return {};
    }
    const runbook::EditTask edit{{{"/spec/replicas", std::make_shared<const core::Json>(facts.replicas),
                                   std::make_shared<const core::Json>(*m_replicas)}},
                                 "scale"};
    auto plan = operations::editPlan(title, workload, edit, runbook::GateKind::Ready, session.target(),
                                     environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    const auto scaleOf = [](int replicas) { return core::Json{{"kind", "Scale"}, {"spec", {{"replicas", replicas}}}}; };
    return change(environment, session, std::move(*plan), {workload, scaleOf(facts.replicas), scaleOf(*m_replicas)},
                  withUnread(operations::replicaWarnings(facts, *m_replicas), facts));
}

core::Result<void> ScaleCommand::change(const Environment &environment, const ClusterSession &session,
                                        runbook::Plan plan, const EditedObject &edited,
                                        std::vector<std::string> warnings) const
{
    auto verdict = judgeFit(environment, session, edited);
    if (!verdict)
        return core::fail(std::move(verdict.error()));
    warnings.insert(warnings.begin(), verdict->lines.begin(), verdict->lines.end());
    const bool refused = !verdict->certain.empty() && !m_skipCheck;
    // What a dry run shows is worth seeing even where the change would be refused.
    if (!refused || m_dryRun) {
        auto done =
            runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(plan)), warnings, m_dryRun);
        if (!done || !refused)
            return done;
    }
    auto error = operations::fitError(verdict->certain);
    error.message = "would not fit: " + error.message;
    error.next += " --skip-check goes on all the same.";
    return core::fail(std::move(error));
}

core::Result<void> ScaleCommand::limit(const Environment &environment, const ClusterSession &session,
                                       const kube::ObjectKey &autoscaler) const
{
    const auto live = await(session.client->get(autoscaler, environment.interrupt.token()));
    if (!live)
        return core::fail(live.error());
    auto changed = *live;
    if (m_least)
        changed["spec"]["minReplicas"] = *m_least;
    if (m_most)
        changed["spec"]["maxReplicas"] = *m_most;
    auto edit = operations::editsBetween(*live, changed, {"/spec/minReplicas", "/spec/maxReplicas"});
    if (!edit)
        return core::fail(std::move(edit.error()));
    const auto limits = changed["spec"].value("minReplicas", 1);
    const auto title = "Let " + autoscaler.describe() + " choose from " + std::to_string(limits) + " to " +
                       std::to_string(changed["spec"].value("maxReplicas", 0)) + " replicas";
    if (edit->fields.empty()) {
        reportUnchanged(environment, title + ": the cluster is like that already");
        return {};
    }
    auto plan = operations::editPlan(title, autoscaler, std::move(*edit), runbook::GateKind::None, session.target(),
                                     environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    std::vector<std::string> warnings;
    if (const auto target = targetOf(autoscaler, *live); !target.name.empty()) {
        const auto facts = await(operations::replicaFacts(session.client, target, environment.interrupt.token()));
        if (facts)
            warnings = operations::replicaWarnings(facts->budgets, limits);
        if (facts && !operations::idleWarning(*facts).empty())
            warnings.push_back(operations::idleWarning(*facts));
        if (!facts)
            warnings.push_back("its target could not be read: " + facts.error().message);
    }
    return change(environment, session, std::move(*plan), {autoscaler, *live, changed}, std::move(warnings));
}

} // namespace binnacle::ctl
