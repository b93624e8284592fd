// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/FeasibilityStep.h"

#include "core/Futures.h"
#include "operations/ClusterSurvey.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;
using runbook::Applied;
using stack::Finding;

/// What the plan leaves behind; of secrets no more than that they are there, which is all that quotas count.
std::vector<Json> objectsOf(const runbook::Plan &plan)
{
    std::vector<Json> objects;
    for (const runbook::Step &step : plan.steps) {
        for (const runbook::Task &task : step.tasks) {
            if (const auto *apply = std::get_if<runbook::ApplyTask>(&task.work); apply != nullptr && apply->manifest)
                objects.push_back(runbook::withoutSecretValues(*apply->manifest));
            else if (std::holds_alternative<runbook::SecretTask>(task.work))
                objects.push_back(
                    {{"apiVersion", "v1"},
                     {"kind", "Secret"},
                     {"metadata", {{"name", task.object.name}, {"namespace", task.object.nameSpace.value()}}}});
        }
    }
    return objects;
}

Result<Applied> verdictOn(const std::vector<Json> &objects, const stack::ClusterFacts &facts)
{
    auto findings = stack::checkFeasibility(objects, facts);
    std::vector<Finding> certain;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(certain),
                 [](const Finding &finding) { return finding.certain; });
    if (!certain.empty())
        return core::fail(fitError(certain));
    Applied applied{
        .action = runbook::Action::Unchanged, .uid = {}, .generation = 0, .resourceVersion = {}, .diff = {}};
    for (const Finding &finding : findings)
        applied.diff += finding.object.describe() + ": " + finding.message + "\n";
    std::string unread;
    for (const std::string &line : facts.unread)
        unread += (unread.empty() ? "" : "; ") + line;
    if (!unread.empty())
        applied.diff += unread + "\n";
    return applied;
}

} // namespace

core::Error fitError(const std::vector<Finding> &findings)
{
    const Finding &first = findings.front();
    std::string message = first.message;
    if (findings.size() > 1)
        message += " (and " + std::to_string(findings.size() - 1) +
                   (findings.size() == 2 ? " more problem)" : " more problems)");
    auto error = core::makeError(core::ErrorKind::Invalid, std::move(message), first.next);
    error.object = first.object.describe();
    return error;
}

runbook::Plan withFitCheck(runbook::Plan plan, FitCheck check)
{
    const bool skipped = check == FitCheck::Skip;
    runbook::Step step;
    step.id = "check";
    // A stack may have a step of that name itself.
    while (std::any_of(plan.steps.begin(), plan.steps.end(), [&](const auto &known) { return known.id == step.id; }))
        step.id = "fit-" + step.id;
    step.title = skipped ? "Check that it fits (skipped)" : "Check that it fits";
    step.timeout = std::chrono::seconds(60);
    step.tasks.push_back({.object = {{"", "Stack"}, {}, plan.stack},
                          .apiVersion = "",
                          .wave = 0,
                          .work = runbook::CheckTask{skipped},
                          .gate = {}});
    for (runbook::Step &later : plan.steps) {
        for (std::size_t &after : later.after)
            ++after;
        if (later.after.empty())
            later.after.push_back(0);
    }
    plan.steps.insert(plan.steps.begin(), std::move(step));
    return plan;
}

QFuture<Result<Applied>> checkFit(std::shared_ptr<kube::Client> client, const runbook::Plan &plan,
                                  const runbook::CheckTask &work, core::CancellationToken token)
{
    if (work.skipped)
        return core::ready(Result<Applied>(Applied{.action = runbook::Action::Unchanged,
                                                   .uid = {},
                                                   .generation = 0,
                                                   .resourceVersion = {},
                                                   .diff = "not judged, as the operator said so\n"}));
    auto objects = objectsOf(plan);
    auto nameSpaces = namespacesOf(objects);
    return core::then(surveyCluster(std::move(client), std::move(nameSpaces), std::move(token)),
                      [objects = std::move(objects)](Result<stack::ClusterFacts> facts) -> Result<Applied> {
                          if (!facts)
                              return core::fail(std::move(facts.error()));
                          return verdictOn(objects, *facts);
                      });
}

} // namespace binnacle::operations
