// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rotation.h"

#include "core/Futures.h"
#include "operations/DeployPlan.h"
#include "stack/ConfigUsage.h"
#include "stack/Workloads.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::operations {

namespace {

using Action = runbook::RotationTask::Action;
using core::Json;
using runbook::Plan;

constexpr std::chrono::seconds effectTimeout{120};
constexpr std::chrono::seconds restartTimeout{900};
constexpr const char *revertedParameter = "reverts";

/// Rotations of one key exclude each other.
std::string nameOf(const runbook::RotationSubject &subject)
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
        plan.title = verb + " " + nameOf(subject);
        plan.kind = runbook::PlanKind::Rotate;
        plan.target = target;
        plan.stack = nameOf(subject);
        rotation = plan.id;
    }

    void effect(const char *id, const std::string &title, Action action, const kube::ObjectKey &object)
    {
        append(id, title, {task(action, object)}, runbook::GateKind::None, effectTimeout);
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

    /// What the Secret holds, which pods use it, and whom the database lets in.
    void prove(const char *id, const std::string &title, Action action, std::vector<kube::ObjectKey> workloads)
    {
        if (m_subject.hasDatabase() &&
            std::find(workloads.begin(), workloads.end(), m_subject.workload) == workloads.end())
            workloads.push_back(m_subject.workload);
        workloads.insert(workloads.begin(), m_subject.secret);
        std::vector<runbook::Task> tasks;
        for (const auto &object : workloads)
            tasks.push_back(task(action, object));
        append(id, title, std::move(tasks), runbook::GateKind::None, effectTimeout);
    }

    void forget(const std::string &title) { effect("clean", title, Action::Forget, stagingSecret(m_subject.secret)); }

    Plan plan;
    std::string rotation; ///< whose staged values are meant

private:
    [[nodiscard]] runbook::Task task(Action action, const kube::ObjectKey &object) const
    {
        runbook::Task result;
        result.object = object;
        result.work = runbook::RotationTask{action, m_subject, rotation};
        return result;
    }

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

bool hasAction(const runbook::Step &step, Action action)
{
    return std::any_of(step.tasks.begin(), step.tasks.end(), [&](const runbook::Task &task) {
        const auto *rotation = std::get_if<runbook::RotationTask>(&task.work);
        return rotation != nullptr && rotation->action == action;
    });
}

bool hasAction(const Plan &plan, Action action)
{
    return std::any_of(plan.steps.begin(), plan.steps.end(),
                       [&](const runbook::Step &step) { return hasAction(step, action); });
}

/// What a taking back puts back.
struct Begun
{
    bool altered = false;
    bool written = false;
};

core::Result<Plan> revertPlan(const StagedRotation &staged, const std::string &reverted, Begun begun,
                              const std::vector<kube::ObjectKey> &consumers, const runbook::Target &target,
                              const core::Clock &clock, core::Random &random)
{
    const auto &subject = staged.subject;
    const auto restarted = begun.written ? consumers : std::vector<kube::ObjectKey>();
    Builder build(subject, "Take back the rotation of", target, clock, random);
    build.plan.parameters[revertedParameter] = reverted;
    build.rotation = staged.rotation;
    if (begun.altered)
        build.effect("alter-back", "Give the database the old password", Action::AlterToOld, subject.workload);
    if (begun.written)
        build.effect("write-back", "Write the old value", Action::WriteOld, subject.secret);
    build.restart(restarted);
    if (begun.altered || begun.written)
        build.prove("prove-back",
                    subject.hasDatabase() ? "Prove that only the old password works"
                                          : "Prove that all that uses it runs with the old value",
                    Action::ProveOld, restarted);
    build.forget("Forget the new value");
    if (const auto valid = build.plan.validate(); !valid)
        return core::fail(valid.error());
    return std::move(build.plan);
}

core::Result<StagedRotation> readStaged(const Json &live, const kube::ObjectKey &secret)
{
    const auto annotations = live.value(Json::json_pointer("/metadata/annotations"), Json::object());
    const auto about = Json::parse(annotations.value(rotationSubjectAnnotation, ""), nullptr, false);
    StagedRotation staged;
    staged.rotation = annotations.value(rotationAnnotation, "");
    if (staged.rotation.empty() || !about.is_object())
        return core::fail(core::ErrorKind::NotFound,
                          "what is kept beside " + secret.describe() + " is not of a rotation",
                          "look at " + stagingSecret(secret).describe());
    staged.subject.secret = secret;
    staged.subject.key = about.value("key", "");
    staged.subject.role = about.value("role", "");
    staged.subject.database = about.value("database", "");
    staged.subject.container = about.value("container", "");
    if (const auto kind = about.value("kind", ""); !kind.empty())
        staged.subject.workload = {{"apps", kind}, secret.nameSpace, about.value("name", "")};
    return staged;
}

const std::vector<core::GroupVersionKind> &kindsOfConsumers()
{
    static const std::vector<core::GroupVersionKind> kinds{
        {"apps", "v1", "StatefulSet"}, {"apps", "v1", "Deployment"}, {"apps", "v1", "DaemonSet"}, {"", "v1", "Pod"}};
    return kinds;
}

/// The object, if it has the value only from when its containers started.
std::optional<kube::ObjectKey> holderOf(const Json &object, const runbook::RotationSubject &subject)
{
    for (const auto &user : stack::configUsers({object}, subject.secret, subject.key)) {
        if (stack::needsRestart(user.use))
            return user.object;
    }
    return std::nullopt;
}

core::Error pausedError(const kube::ObjectKey &workload)
{
    auto error = core::makeError(core::ErrorKind::Conflict,
                                 "its rollout is paused, so its pods would keep the value from before",
                                 "resume its rollout first");
    error.object = workload.describe();
    return error;
}

core::Error onDeleteError(const kube::ObjectKey &workload)
{
    auto error = core::makeError(core::ErrorKind::Conflict,
                                 "its update strategy is OnDelete, so a restart would replace none of its pods",
                                 "set its spec.updateStrategy.type to RollingUpdate for the rotation");
    error.object = workload.describe();
    return error;
}

core::Error leftBehindError(const std::vector<kube::ObjectKey> &pods)
{
    auto error = core::makeError(
        core::ErrorKind::Conflict,
        "it uses the value and no workload would replace it, so it would be left with the one from before" +
            (pods.size() == 1 ? std::string() : " (and " + std::to_string(pods.size() - 1) + " more)"),
        "delete it first and make it anew afterwards; or go on all the same with binnaclectl rotate --leave-pods");
    error.object = pods.front().describe();
    return error;
}

/// Whether one of these workloads makes the pod anew when it is restarted, or the pod is of a job, which ends by
/// itself.
bool isReplaced(const Json &pod, const std::vector<kube::ObjectKey> &workloads)
{
    for (const Json &owner : pod.value("/metadata/ownerReferences"_json_pointer, Json::array())) {
        if (!owner.value("controller", false))
            continue;
        const std::string kind = owner.value("kind", "");
        const std::string name = owner.value("name", "");
        if (kind == "Job")
            return true;
        // The deployment controller names its ReplicaSets after the Deployment and a hash of the template.
        const bool isOfDeployment = kind == "ReplicaSet";
        const std::string workload = isOfDeployment ? name.substr(0, name.rfind('-')) : name;
        return std::any_of(workloads.begin(), workloads.end(), [&](const kube::ObjectKey &each) {
            return each.kind.kind == (isOfDeployment ? "Deployment" : kind) && each.name == workload;
        });
    }
    return false;
}

bool hasEnded(const Json &pod)
{
    const std::string phase = pod.value("/status/phase"_json_pointer, "");
    return phase == "Succeeded" || phase == "Failed" || pod["metadata"].contains("deletionTimestamp");
}

core::Result<std::vector<kube::ObjectKey>> consumersAmong(const std::vector<Json> &workloads,
                                                          const std::vector<Json> &pods,
                                                          const runbook::RotationSubject &subject, LeftBehind left)
{
    std::vector<kube::ObjectKey> consumers;
    std::vector<kube::ObjectKey> all;
    for (const Json &workload : workloads) {
        all.push_back(stack::keyOf(workload));
        const auto holder = holderOf(workload, subject);
        if (!holder)
            continue;
        if (workload.value("/spec/paused"_json_pointer, false))
            return core::fail(pausedError(*holder));
        if (left == LeftBehind::Refused && workload.value("/spec/updateStrategy/type"_json_pointer, "") == "OnDelete")
            return core::fail(onDeleteError(*holder));
        consumers.push_back(*holder);
    }
    std::vector<kube::ObjectKey> alone;
    for (const Json &pod : pods) {
        if (const auto holder = holderOf(pod, subject); holder && !hasEnded(pod) && !isReplaced(pod, all))
            alone.push_back(*holder);
    }
    if (left == LeftBehind::Refused && !alone.empty())
        return core::fail(leftBehindError(alone));
    return consumers;
}

} // namespace

kube::ObjectKey stagingSecret(const kube::ObjectKey &secret)
{
    return {secret.kind, secret.nameSpace, secret.name + "-rotation"};
}

Json stagedSubject(const runbook::RotationSubject &subject)
{
    return {{"key", subject.key},
            {"kind", subject.workload.kind.kind},
            {"name", subject.workload.name},
            {"container", subject.container},
            {"role", subject.role},
            {"database", subject.database}};
}

QFuture<core::Result<StagedRotation>> stagedRotation(std::shared_ptr<kube::Client> client,
                                                     const kube::ObjectKey &secret, core::CancellationToken token)
{
    return core::then(client->get(stagingSecret(secret), std::move(token)),
                      [secret](const core::Result<Json> &live) -> core::Result<StagedRotation> {
                          if (!live)
                              return core::fail(live.error());
                          return readStaged(*live, secret);
                      });
}

QFuture<core::Result<std::vector<kube::ObjectKey>>> rotationConsumers(std::shared_ptr<kube::Client> client,
                                                                      const runbook::RotationSubject &subject,
                                                                      LeftBehind left, core::CancellationToken token)
{
    using Consumers = std::vector<kube::ObjectKey>;
    std::vector<QFuture<core::Result<Json>>> lists;
    for (const auto &kind : kindsOfConsumers())
        lists.push_back(client->list(kind.groupKind(), subject.secret.nameSpace, {}, token));
    return core::then(core::collect(std::move(lists)),
                      [subject, left](core::Result<std::vector<Json>> found) -> core::Result<Consumers> {
                          if (!found)
                              return core::fail(std::move(found.error()));
                          std::vector<Json> workloads;
                          std::vector<Json> pods;
                          for (std::size_t index = 0; index < found->size(); ++index) {
                              const auto &kind = kindsOfConsumers()[index];
                              for (Json &item : (*found)[index]["items"]) { // servers leave both out of a list's items
                                  item["kind"] = kind.kind;
                                  item["apiVersion"] = kind.apiVersion();
                                  (kind.kind == "Pod" ? pods : workloads).push_back(std::move(item));
                              }
                          }
                          return consumersAmong(workloads, pods, subject, left);
                      });
}

core::Result<Plan> rotationPlan(const runbook::RotationSubject &subject, const std::vector<kube::ObjectKey> &consumers,
                                const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    Builder build(subject, "Rotate", target, clock, random);
    build.effect("stage", subject.length > 0 ? "Make the new value" : "Keep the new value", Action::Stage,
                 stagingSecret(subject.secret));
    if (subject.hasDatabase()) {
        build.effect("check", "Check the present password", Action::Check, subject.workload);
        build.effect("alter", "Give the database the new password", Action::AlterToNew, subject.workload);
    }
    build.effect("write", "Write the new value", Action::WriteNew, subject.secret);
    build.restart(consumers);
    build.prove("prove",
                subject.hasDatabase() ? "Prove that only the new password works"
                                      : "Prove that all that uses it runs with the new value",
                Action::Prove, consumers);
    build.forget("Forget the old value");
    if (const auto valid = build.plan.validate(); !valid)
        return core::fail(valid.error());
    return std::move(build.plan);
}

core::Result<Plan> rotationRevertPlan(const runbook::Journal &journal, const Plan &rotation,
                                      const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    const auto *task = firstRotationTask(rotation);
    if (task == nullptr)
        return core::fail(core::ErrorKind::Usage, rotation.id + " is not a rotation", "choose a rotation to take back");
    const auto records = journal.tasks(rotation.id);
    if (!records)
        return core::fail(records.error());
    const auto can = canTakeBack(journal, rotation);
    if (!can)
        return core::fail(can.error());
    if (!*can)
        return core::fail(core::ErrorKind::Unsupported,
                          "the rotation is done but for forgetting the old value, which may be gone already",
                          "resume it to end it, then rotate again if you need another value");
    // A taking back of a taking back does all of that one again.
    const auto begun = [&](Action forward, Action back) {
        return hasAction(rotation, back) ||
               std::any_of(records->begin(), records->end(), [&](const runbook::TaskRecord &record) {
                   return hasAction(rotation.steps[record.at.step], forward);
               });
    };
    return revertPlan({task->rotation, task->subject}, rotation.id,
                      {.altered = begun(Action::AlterToNew, Action::AlterToOld),
                       .written = begun(Action::WriteNew, Action::WriteOld)},
                      restartedBy(rotation), target, clock, random);
}

core::Result<Plan> rotationRevertPlan(const StagedRotation &staged, const std::vector<kube::ObjectKey> &consumers,
                                      const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    return revertPlan(staged, staged.rotation, {.altered = staged.subject.hasDatabase(), .written = true}, consumers,
                      target, clock, random);
}

bool isTakingBack(const Plan &rotation)
{
    return rotation.parameters.count(revertedParameter) != 0;
}

bool changesNothing(const Plan &revert)
{
    return revert.steps.size() == 1;
}

bool isTakenBackAfter(const core::Error &error)
{
    return error.kind != core::ErrorKind::Unreachable && error.kind != core::ErrorKind::Unauthorized &&
           error.kind != core::ErrorKind::Tls;
}

core::Result<Plan> unfinishedRotation(const runbook::Journal &journal, const runbook::Target &target,
                                      const runbook::RotationSubject &subject)
{
    const auto runbooks = journal.runbooksOf(target, nameOf(subject));
    if (!runbooks)
        return core::fail(runbooks.error());
    if (!runbooks->empty() && runbooks->front().outcome != runbook::Outcome::Done)
        return journal.plan(runbooks->front().id);
    return core::fail(core::ErrorKind::NotFound, "no rotation of " + nameOf(subject) + " was interrupted here",
                      "begin a new one");
}

core::Result<std::vector<Plan>> unfinishedRotations(const runbook::Journal &journal, const runbook::Target &target)
{
    const auto runbooks = journal.runbooks();
    if (!runbooks)
        return core::fail(runbooks.error());
    std::vector<Plan> result;
    std::set<std::string> seen;
    for (const auto &each : *runbooks) { // newest first: only the last word on each key counts
        if (each.kind != runbook::PlanKind::Rotate || each.target.server != target.server ||
            !seen.insert(each.stack).second || each.outcome == runbook::Outcome::Done)
            continue;
        auto plan = journal.plan(each.id);
        if (plan && subjectOf(*plan) != nullptr)
            result.push_back(*std::move(plan));
    }
    return result;
}

core::Result<bool> canTakeBack(const runbook::Journal &journal, const Plan &rotation)
{
    if (isTakingBack(rotation))
        return true;
    const auto records = journal.tasks(rotation.id);
    if (!records)
        return core::fail(records.error());
    // The last step forgets the values: once it has begun there is only the way forward.
    return std::none_of(records->begin(), records->end(),
                        [&](const runbook::TaskRecord &record) { return record.at.step + 1 == rotation.steps.size(); });
}

const runbook::RotationSubject *subjectOf(const Plan &rotation)
{
    const auto *task = firstRotationTask(rotation);
    return task == nullptr ? nullptr : &task->subject;
}

} // namespace binnacle::operations
