// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rotation.h"

#include "core/Futures.h"
#include "operations/DeployPlan.h"
#include "stack/ConfigUsage.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using Action = runbook::RotationTask::Action;
using core::Json;
using runbook::Plan;

constexpr std::chrono::seconds effectTimeout{120};
constexpr std::chrono::seconds restartTimeout{900};
constexpr const char *revertedParameter = "reverts";

/// Rotations of one key exclude each other.
std::string subjectOf(const runbook::RotationSubject &subject)
{
    return subject.secret.describe() + " " + subject.key;
}

class Builder
{
public:
    Builder(const runbook::RotationSubject &subject, const std::string &verb, const runbook::Target &target,
            const core::Clock &clock, core::Random &random)
        : m_subject(subject), m_clock(clock)
    {
        plan.id = newRunbookId("rotate-" + subject.secret.name, clock, random);
        plan.title = verb + " " + subjectOf(subject);
        plan.kind = runbook::PlanKind::Rotate;
        plan.target = target;
        plan.stack = subjectOf(subject);
        rotation = plan.id;
    }

    void effect(const char *id, const std::string &title, Action action, const kube::ObjectKey &object)
    {
        runbook::Task task;
        task.object = object;
        task.work = runbook::RotationTask{action, m_subject, rotation};
        append(id, title, {std::move(task)}, runbook::GateKind::None, effectTimeout);
    }

    /// The database first: what uses it finds it ready.
    void restart(const std::vector<kube::ObjectKey> &consumers)
    {
        std::vector<runbook::Task> first;
        std::vector<runbook::Task> others;
        for (const auto &consumer : consumers) {
            runbook::Task task;
            task.object = consumer;
            task.apiVersion = "apps/v1";
            task.work = runbook::RestartTask{core::formatTime(m_clock.now())};
            (consumer == m_subject.workload ? first : others).push_back(std::move(task));
        }
        append("restart-database", "Restart the database", std::move(first), runbook::GateKind::Ready, restartTimeout);
        append("restart", "Restart what uses the value", std::move(others), runbook::GateKind::Ready, restartTimeout);
    }

    void clean()
    {
        runbook::Task task;
        task.object = stagingSecret(m_subject.secret);
        task.work = runbook::DeleteTask{};
        append("clean", "Forget the old value", {std::move(task)}, runbook::GateKind::None, effectTimeout);
    }

    Plan plan;
    std::string rotation; ///< whose staged values are meant

private:
    void append(const std::string &id, const std::string &title, std::vector<runbook::Task> tasks,
                runbook::GateKind gate, std::chrono::seconds timeout)
    {
        if (tasks.empty())
            return;
        runbook::Step step;
        step.id = id;
        step.title = title;
        step.tasks = std::move(tasks);
        step.gate = gate;
        step.timeout = timeout;
        if (!plan.steps.empty())
            step.after = {plan.steps.size() - 1};
        plan.steps.push_back(std::move(step));
    }

    const runbook::RotationSubject &m_subject;
    const core::Clock &m_clock;
};

const runbook::RotationTask *firstRotationTask(const Plan &plan)
{
    for (const auto &step : plan.steps) {
        for (const auto &task : step.tasks) {
            if (const auto *rotation = std::get_if<runbook::RotationTask>(&task.work))
                return rotation;
        }
    }
    return nullptr;
}

std::vector<kube::ObjectKey> restartedBy(const Plan &plan)
{
    std::vector<kube::ObjectKey> objects;
    for (const auto &step : plan.steps) {
        for (const auto &task : step.tasks) {
            if (std::holds_alternative<runbook::RestartTask>(task.work))
                objects.push_back(task.object);
        }
    }
    return objects;
}

} // namespace

kube::ObjectKey stagingSecret(const kube::ObjectKey &secret)
{
    return {secret.kind, secret.nameSpace, secret.name + "-rotation"};
}

QFuture<core::Result<std::vector<kube::ObjectKey>>> rotationConsumers(std::shared_ptr<kube::Client> client,
                                                                      const runbook::RotationSubject &subject,
                                                                      core::CancellationToken token)
{
    using Consumers = std::vector<kube::ObjectKey>;
    std::vector<QFuture<core::Result<Json>>> lists;
    for (const char *kind : {"StatefulSet", "Deployment", "DaemonSet"})
        lists.push_back(client->list({"apps", kind}, subject.secret.nameSpace, {}, token));
    return core::then(core::collect(std::move(lists)),
                      [subject, client](const core::Result<std::vector<Json>> &found) -> core::Result<Consumers> {
                          if (!found)
                              return core::fail(found.error());
                          static const char *const kinds[] = {"StatefulSet", "Deployment", "DaemonSet"};
                          Consumers consumers;
                          for (std::size_t index = 0; index < found->size(); ++index) {
                              auto items = (*found)[index].value("items", std::vector<Json>());
                              for (Json &item : items) { // servers leave both out of a list's items
                                  item["kind"] = kinds[index];
                                  item["apiVersion"] = "apps/v1";
                              }
                              for (const auto &user : stack::configUsers(items, subject.secret, subject.key)) {
                                  const bool known =
                                      std::find(consumers.begin(), consumers.end(), user.object) != consumers.end();
                                  if (stack::needsRestart(user.use) && !known)
                                      consumers.push_back(user.object);
                              }
                          }
                          return consumers;
                      });
}

core::Result<Plan> rotationPlan(const runbook::RotationSubject &subject, const std::vector<kube::ObjectKey> &consumers,
                                const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    Builder build(subject, "Rotate", target, clock, random);
    build.effect("stage", "Make the new value", Action::Stage, stagingSecret(subject.secret));
    if (subject.hasDatabase()) {
        build.effect("check", "Check the present password", Action::Check, subject.workload);
        build.effect("alter", "Give the database the new password", Action::AlterToNew, subject.workload);
    }
    build.effect("write", "Write the new value", Action::WriteNew, subject.secret);
    build.restart(consumers);
    if (subject.hasDatabase())
        build.effect("prove", "Prove that only the new password works", Action::Prove, subject.workload);
    build.clean();
    if (const auto valid = build.plan.validate(); !valid)
        return core::fail(valid.error());
    return std::move(build.plan);
}

core::Result<Plan> rotationRevertPlan(const Plan &rotation, const runbook::Target &target, const core::Clock &clock,
                                      core::Random &random)
{
    const auto *task = firstRotationTask(rotation);
    if (task == nullptr)
        return core::fail(core::ErrorKind::Usage, rotation.id + " is not a rotation", "choose a rotation to take back");
    Builder build(task->subject, "Take back the rotation of", target, clock, random);
    build.plan.parameters[revertedParameter] = rotation.id;
    build.rotation = task->rotation;
    if (task->subject.hasDatabase())
        build.effect("alter-back", "Give the database the old password", Action::AlterToOld, task->subject.workload);
    build.effect("write-back", "Write the old value", Action::WriteOld, task->subject.secret);
    build.restart(restartedBy(rotation));
    if (task->subject.hasDatabase())
        build.effect("prove-back", "Prove that only the old password works", Action::ProveOld, task->subject.workload);
    build.clean();
    if (const auto valid = build.plan.validate(); !valid)
        return core::fail(valid.error());
    return std::move(build.plan);
}

core::Result<Plan> unfinishedRotation(const runbook::Journal &journal, const runbook::Target &target,
                                      const runbook::RotationSubject &subject)
{
    const auto runbooks = journal.runbooksOf(target, subjectOf(subject));
    if (!runbooks)
        return core::fail(runbooks.error());
    if (!runbooks->empty() && runbooks->front().outcome != runbook::Outcome::Done)
        return journal.plan(runbooks->front().id);
    return core::fail(core::ErrorKind::NotFound, "no rotation of " + subjectOf(subject) + " was interrupted here",
                      "begin a new one");
}

core::Result<bool> canTakeBack(const runbook::Journal &journal, const Plan &rotation)
{
    const auto records = journal.tasks(rotation.id);
    if (!records)
        return core::fail(records.error());
    // The last step forgets the values: once it has begun there is only the way forward.
    return std::none_of(records->begin(), records->end(),
                        [&](const runbook::TaskRecord &record) { return record.at.step + 1 == rotation.steps.size(); });
}

} // namespace binnacle::operations
