// SPDX-License-Identifier: GPL-3.0-or-later
#include "ChangeRun.h"

#include "Await.h"
#include "Confirmation.h"
#include "DiffText.h"
#include "RunbookRun.h"
#include "operations/DeployPlan.h"
#include "operations/Preview.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

namespace {

core::Result<void> checkPermissions(const Environment &environment, const ClusterSession &session,
                                    const runbook::PlanPointer &plan)
{
    const auto missing = await(operations::missingPermissions(session.client, plan, environment.interrupt.token()));
    if (!missing)
        return core::fail(missing.error());
    if (!missing->empty())
        return core::fail(operations::permissionError(*missing));
    return {};
}

std::vector<std::string> commandsOf(const runbook::Plan &plan)
{
    std::vector<std::string> all;
    for (const auto &[step, commands] : operations::kubectlEquivalents(plan))
        all.insert(all.end(), commands.begin(), commands.end());
    return all;
}

} // namespace

void reportUnchanged(const Environment &environment, const std::string &what)
{
    if (!printStructured(environment,
                         {{"outcome", "done"}, {"runbook", nullptr}, {"steps", core::Json::array()}, {"note", what}}))
        environment.console.print(what + "\n");
}

core::Result<void> runChange(const Environment &environment, const ClusterSession &session,
                             const runbook::PlanPointer &plan, const std::vector<std::string> &warnings, bool dryRun,
                             const operations::SecretValues &secrets)
{
    if (auto allowed = checkPermissions(environment, session, plan); !allowed)
        return allowed;
    const auto diffs = await(operations::preview(session.client, plan, environment.interrupt.token(),
                                                 std::make_shared<const operations::SecretValues>(secrets.clone())));
    if (!diffs)
        return core::fail(diffs.error());
    const auto &console = environment.console;
    for (const auto &warning : warnings)
        console.message(console.colouredMessage("warning: " + warning, Colour::Yellow));
    const auto commands = commandsOf(*plan);
    if (dryRun) {
        if (printStructured(environment, {{"title", plan->title},
                                          {"changes", operations::diffsToJson(*diffs)},
                                          {"warnings", warnings},
                                          {"kubectl", commands}}))
            return {};
        console.print(describeDiffs(console, *diffs) + summaryOf(*diffs) + "; nothing was changed\n");
        return {};
    }
    if (std::all_of(diffs->begin(), diffs->end(), [](const auto &diff) { return diff.action == "none"; })) {
        reportUnchanged(environment, plan->title + ": the cluster is like that already");
        return {};
    }
    if (!environment.options.yes) {
        console.message(describeDiffs(console, *diffs));
        for (const auto &command : commands)
            console.message(console.colouredMessage(command, Colour::Dim));
    }
    if (auto confirmed = confirm(environment, session, plan->title + "?"); !confirmed)
        return confirmed;
    return RunbookRun(environment, session).run([&](operations::RunbookSession &run) {
        run.start(plan, secrets.clone());
    });
}

} // namespace binnacle::ctl
