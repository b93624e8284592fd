// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ObjectPlans.h"

#include "operations/DeployPlan.h"

#include <set>

namespace binnacle::operations {

using core::Result;
using runbook::Plan;

namespace {

/// A rolling update of many replicas with slow readiness takes its time; deleting waits for grace periods at most.
constexpr std::chrono::seconds restartTimeout{900};
constexpr std::chrono::seconds goneTimeout{300};

/// One object by its name, several by the first and their number.
std::string subjectOf(const std::vector<runbook::Task> &tasks)
{
    const std::string first = tasks.front().object.describe();
    return tasks.size() == 1 ? first : first + " and " + std::to_string(tasks.size() - 1) + " more";
}

Result<Plan> planOf(runbook::PlanKind kind, const char *verb, runbook::Step step, const runbook::Target &target,
                    const core::Clock &clock, core::Random &random)
{
    if (step.tasks.empty())
        return core::fail(core::ErrorKind::Usage, std::string("nothing to ") + toString(kind),
                          "select an object first");
    const std::string subject = subjectOf(step.tasks);
    Plan plan;
    plan.id = newRunbookId(std::string(toString(kind)) + "-" + step.tasks.front().object.name, clock, random);
    plan.title = std::string(verb) + " " + subject;
    plan.kind = kind;
    plan.target = target;
    // The object takes the place of the stack: two runbooks of one object exclude each other, all others do not, and a
    // deploy's resume never takes this for a deploy.
    plan.stack = subject;
    step.id = toString(kind);
    step.title = plan.title;
    plan.steps.push_back(std::move(step));
    if (const auto valid = plan.validate(); !valid)
        return core::fail(valid.error());
    return plan;
}

} // namespace

bool isRestartable(const core::GroupKind &kind)
{
    static const std::set<core::GroupKind> kinds{
        {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"}};
    return kinds.count(kind) > 0;
}

Result<Plan> restartPlan(const std::vector<kube::ObjectKey> &workloads, const runbook::Target &target,
                         const core::Clock &clock, core::Random &random)
{
    runbook::Step step;
    step.gate = runbook::GateKind::Ready;
    step.timeout = restartTimeout;
    for (const kube::ObjectKey &object : workloads) {
        if (!isRestartable(object.kind))
            return core::fail(core::ErrorKind::Usage, object.describe() + " has no rollout that could be restarted",
                              "choose a Deployment, StatefulSet or DaemonSet");
        runbook::Task task;
        task.object = object;
        task.apiVersion = "apps/v1";
        task.work = runbook::RestartTask{core::formatTime(clock.now())};
        step.tasks.push_back(std::move(task));
    }
    return planOf(runbook::PlanKind::Restart, "Restart", std::move(step), target, clock, random);
}

Result<Plan> deletePlan(const std::vector<Doomed> &objects, runbook::Dependents dependents,
                        const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    runbook::Step step;
    step.gate = runbook::GateKind::Gone;
    step.timeout = goneTimeout;
    for (const auto &[object, uid] : objects) {
        runbook::Task task;
        task.object = object;
        task.work = runbook::DeleteTask{uid, dependents};
        step.tasks.push_back(std::move(task));
    }
    return planOf(runbook::PlanKind::Delete, "Delete", std::move(step), target, clock, random);
}

Result<Plan> editPlan(const std::string &title, const kube::ObjectKey &object, runbook::EditTask edit,
                      runbook::GateKind gate, const runbook::Target &target, const core::Clock &clock,
                      core::Random &random)
{
    if (edit.fields.empty())
        return core::fail(core::ErrorKind::Usage, object.describe() + " has these values already",
                          "change a field first");
    runbook::Step step;
    step.gate = gate;
    step.timeout = restartTimeout;
    runbook::Task task;
    task.object = object;
    task.work = std::move(edit);
    step.tasks.push_back(std::move(task));
    auto plan = planOf(runbook::PlanKind::Edit, "Change", std::move(step), target, clock, random);
    if (plan)
        plan->title = plan->steps.front().title = title;
    return plan;
}

} // namespace binnacle::operations
