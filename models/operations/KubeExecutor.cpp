// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/KubeExecutor.h"

#include "core/Futures.h"
#include "operations/ConfigData.h"
#include "operations/FeasibilityStep.h"
#include "operations/FieldEdits.h"
#include "operations/FieldManagers.h"
#include "operations/Kubectl.h"
#include "operations/ObjectText.h"
#include "operations/RotationEffects.h"
#include "operations/SecretEffects.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace binnacle::operations {

namespace {

using runbook::Action;
using runbook::Applied;
using runbook::Previous;

constexpr std::string_view secretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const core::Json &metaOf(const core::Json &object)
{
    static const core::Json none = core::Json::object();
    const auto found = object.find("metadata");
    return found != object.end() && found->is_object() ? *found : none;
}

/// As it is recorded for a rollback: whole but for status and what a write would refuse.
core::Json recordable(core::Json object)
{
    object.erase("status");
    object = runbook::withoutSecretValues(std::move(object));
    if (object.contains("metadata")) {
        for (const char *field :
             {"resourceVersion", "uid", "generation", "creationTimestamp", "managedFields", "selfLink"})
            object["metadata"].erase(field);
    }
    return object;
}

Previous previousOf(const core::Json &live)
{
    Previous previous{.existed = true,
                      .object = std::make_shared<const core::Json>(recordable(live)),
                      .uid = core::Uid(metaOf(live).value("uid", "")),
                      .resourceVersion = core::ResourceVersion(metaOf(live).value("resourceVersion", "")),
                      .secretKeys = {}};
    if (live.value("kind", "") == "Secret" && live.contains("data") && live["data"].is_object()) {
        for (const auto &[key, value] : live["data"].items())
            previous.secretKeys.push_back(key);
    }
    return previous;
}

core::Error writtenSince(const runbook::Task &task, const std::string &writer)
{
    core::Error error = core::makeError(core::ErrorKind::Conflict,
                                        writer + " has written it since it was created, and that would be lost with it",
                                        "look at what is in it now; delete it by hand if nobody needs that");
    error.object = task.object.describe();
    error.causes.push_back({"FieldManagerConflict", writer + " has written it", {}}); // trying again changes nothing
    return error;
}

core::Error beingDeleted(const runbook::Task &task)
{
    core::Error error = core::makeError(core::ErrorKind::Conflict, "the old object is still being deleted",
                                        "wait until it has gone; if it stays, look at its finalizers");
    error.object = task.object.describe();
    return error;
}

core::Error noLongerThere(const runbook::Task &task)
{
    core::Error error = core::makeError(core::ErrorKind::NotFound, "it no longer exists, so it cannot be changed",
                                        "look whether it was deleted or has another name");
    error.object = task.object.describe();
    return error;
}

Applied appliedOf(const core::Json &answer, Action action)
{
    return {.action = action,
            .uid = core::Uid(metaOf(answer).value("uid", "")),
            .generation = metaOf(answer).value("generation", std::int64_t{0}),
            .resourceVersion = core::ResourceVersion(metaOf(answer).value("resourceVersion", "")),
            .diff = {}};
}

/// Compares by content too: a controller may have written the status between our reading and our writing.
Applied compared(const core::Json &answer, const Previous &previous)
{
    if (!previous.existed || !previous.object) {
        Applied applied = appliedOf(answer, Action::Created);
        applied.diff = objectDiff(nullptr, recordable(answer));
        return applied;
    }
    Applied applied = appliedOf(answer, Action::Unchanged);
    if (applied.resourceVersion == previous.resourceVersion)
        return applied;
    applied.diff = objectDiff(*previous.object, recordable(answer));
    const bool secret = answer.value("kind", "") == "Secret"; // data is not recorded, so only the version tells
    if (!applied.diff.empty() || secret)
        applied.action = Action::Changed;
    return applied;
}

core::Result<Applied> comparedResult(const core::Result<core::Json> &answer, const Previous &previous)
{
    if (!answer)
        return core::fail(answer.error());
    return compared(*answer, previous);
}

bool isScaledByAutoscaler(const runbook::Plan &plan, const kube::ObjectKey &object)
{
    for (const runbook::Step &step : plan.steps) {
        for (const runbook::Task &task : step.tasks) {
            const auto *apply = std::get_if<runbook::ApplyTask>(&task.work);
            if (task.object.kind.kind != "HorizontalPodAutoscaler" || task.object.nameSpace != object.nameSpace ||
                apply == nullptr || !apply->manifest)
                continue;
            const auto target = apply->manifest->value("/spec/scaleTargetRef"_json_pointer, core::Json::object());
            if (target.value("kind", "") == object.kind.kind && target.value("name", "") == object.name)
                return true;
        }
    }
    return false;
}

bool conflictsOnlyWithUs(const core::Error &error, const std::string &manager)
{
    const std::string ours = "conflict with \"" + manager + "\"";
    return error.kind == core::ErrorKind::Conflict && !error.causes.empty() &&
           std::all_of(error.causes.begin(), error.causes.end(),
                       [&](const core::ErrorCause &cause) { return cause.message.starts_with(ours); });
}

core::Json replicasOf(const core::Json &object)
{
    return object.value("/spec/replicas"_json_pointer, core::Json());
}

} // namespace

core::Json manifestToApply(const runbook::Plan &plan, const runbook::Task &task, const runbook::ApplyTask &work,
                           bool exists, bool *omitted)
{
    core::Json manifest = *work.manifest;
    const bool leaveOut = exists && !replicasOf(manifest).is_null() && isScaledByAutoscaler(plan, task.object);
    if (leaveOut)
        manifest["spec"].erase("replicas");
    if (omitted != nullptr)
        *omitted = leaveOut;
    return manifest;
}

QFuture<core::Result<core::Json>> applyAsOwner(std::shared_ptr<kube::Client> client, core::Json manifest,
                                               kube::WriteOptions options, core::CancellationToken token)
{
    const auto first = client->apply(manifest, options, token);
    return core::chain<core::Json>(first,
                                   [client, manifest = std::move(manifest), options, token](
                                       core::Result<core::Json> answer) mutable -> QFuture<core::Result<core::Json>> {
                                       if (answer || !conflictsOnlyWithUs(answer.error(), options.fieldManager))
                                           return core::ready(std::move(answer));
                                       options.force = true;
                                       return client->apply(std::move(manifest), options, token);
                                   });
}

core::Json restartPatch(const runbook::RestartTask &work)
{
    // The annotation that kubectl sets, so that either tool's restart is the other's too.
    const core::Json annotations{{"kubectl.kubernetes.io/restartedAt", work.at}};
    return {{"spec", {{"template", {{"metadata", {{"annotations", annotations}}}}}}}};
}

std::optional<core::Error> restartRefusal(const runbook::Task &task, const core::Json &live)
{
    std::optional<core::Error> error;
    if (live.is_null())
        error = core::makeError(core::ErrorKind::NotFound, "it does not exist, so nothing of it can be restarted",
                                "look whether it was deleted or has another name");
    else if (live.value("/spec/paused"_json_pointer, false))
        error = core::makeError(core::ErrorKind::Conflict, "its rollout is paused, so no pod would be replaced",
                                "resume the rollout first (kubectl rollout resume)");
    if (error)
        error->object = task.object.describe();
    return error;
}

KubeExecutor::KubeExecutor(std::shared_ptr<kube::Client> client, core::Random &random, SecretValues secrets)
    : m_client(std::move(client)), m_random(random), m_secrets(std::move(secrets))
{
}

QFuture<core::Result<Previous>> KubeExecutor::prepare(const runbook::Plan &, const runbook::Task &task,
                                                      core::CancellationToken token)
{
    if (std::holds_alternative<runbook::CheckTask>(task.work))
        return core::ready(core::Result<Previous>(Previous{}));
    return core::then(m_client->get(task.object, std::move(token)),
                      [task](const core::Result<core::Json> &live) -> core::Result<Previous> {
                          if (!live && live.error().kind == core::ErrorKind::NotFound)
                              return Previous{};
                          if (!live)
                              return core::fail(live.error());
                          if (metaOf(*live).contains("deletionTimestamp") &&
                              !std::holds_alternative<runbook::DeleteTask>(task.work))
                              return core::fail(beingDeleted(task));
                          return previousOf(*live);
                      });
}

QFuture<core::Result<Applied>> KubeExecutor::execute(const runbook::Plan &plan, const runbook::Task &task,
                                                     const Previous &previous, core::CancellationToken token)
{
    if (const auto *work = std::get_if<runbook::ApplyTask>(&task.work))
        return apply(plan, task, *work, previous, token);
    if (const auto *work = std::get_if<runbook::SecretTask>(&task.work))
        return addSecret(task, *work, previous, token);
    if (const auto *work = std::get_if<runbook::DeleteTask>(&task.work))
        return remove(task, *work, previous, token);
    if (const auto *work = std::get_if<runbook::RestartTask>(&task.work))
        // Who has been deleted since a rotation began uses no value any more.
        return !previous.existed && plan.kind == runbook::PlanKind::Rotate
                   ? ready(core::Result<Applied>(Applied{.action = Action::Unchanged}))
                   : restart(task, *work, previous, token);
    if (const auto *work = std::get_if<runbook::EditTask>(&task.work))
        return edit(task, *work, previous, token);
    if (const auto *work = std::get_if<runbook::SecretEditTask>(&task.work))
        return editSecretKeys(m_client, task.object, *work, m_secrets, std::move(token));
    if (const auto *work = std::get_if<runbook::SecretKeepTask>(&task.work))
        return keepSecretKeys(m_client, task.object, *work, plan.id, m_secrets, m_random, std::move(token));
    if (const auto *work = std::get_if<runbook::CheckTask>(&task.work))
        return checkFit(m_client, plan, *work, std::move(token));
    if (const auto *work = std::get_if<runbook::RotationTask>(&task.work))
        return core::then(rotate(m_client, task.object, *work, m_secrets.find(work->subject.secret, work->subject.key),
                                 m_random, std::move(token)),
                          [uid = previous.uid](core::Result<Applied> applied) {
                              // So that a resume knows the object again, and does not check what was checked.
                              if (applied && applied->uid.isEmpty())
                                  applied->uid = uid;
                              return applied;
                          });
    return restore(task, std::get<runbook::RestoreTask>(task.work), previous, token);
}

std::string KubeExecutor::kubectlEquivalent(const runbook::Plan &plan, const runbook::Task &task) const
{
    return kubectlFor(plan, task);
}

KubeExecutor::Applying KubeExecutor::apply(const runbook::Plan &plan, const runbook::Task &task,
                                           const runbook::ApplyTask &work, const Previous &previous,
                                           const core::CancellationToken &token)
{
    bool omitted = false;
    core::Json manifest = manifestToApply(plan, task, work, previous.existed, &omitted);
    kube::WriteOptions options;
    options.force = work.takesOver;
    const auto write = [client = m_client, previous, options, token](core::Json object) {
        return core::then(
            applyAsOwner(client, std::move(object), options, token),
            [previous](const core::Result<core::Json> &answer) { return comparedResult(answer, previous); });
    };
    if (!omitted)
        return write(std::move(manifest));
    // A field that its last owner leaves out is reset to its default. While the autoscaler has not yet written, that
    // owner is us: then the present number is kept instead.
    const core::Json live = replicasOf(*previous.object);
    options.dryRun = true;
    return chain<Applied>(applyAsOwner(m_client, manifest, options, token),
                          [write, manifest, live](const core::Result<core::Json> &answer) mutable -> Applying {
                              if (!answer)
                                  return ready(core::Result<Applied>(core::fail(answer.error())));
                              if (replicasOf(*answer) != live)
                                  manifest["spec"]["replicas"] = live;
                              return write(std::move(manifest));
                          });
}

KubeExecutor::Applying KubeExecutor::addSecret(const runbook::Task &task, const runbook::SecretTask &work,
                                               const Previous &previous, const core::CancellationToken &token)
{
    if (work.mustBeNew)
        return core::then(createSecret(m_client, task.object, work, m_secrets, false, token),
                          [](const core::Result<core::Json> &answer) -> core::Result<Applied> {
                              return answer ? compared(*answer, {}) : core::Result<Applied>(core::fail(answer.error()));
                          });
    core::Json data = core::Json::object();
    for (const auto &key : work.keys) {
        const auto &present = previous.secretKeys;
        if (std::find(present.begin(), present.end(), key.name) != present.end())
            continue;
        using Source = runbook::SecretTask::Key::Source;
        const core::SecretString *entered = m_secrets.find(task.object, key.name);
        core::SecretString value(key.defaultValue);
        if (entered != nullptr)
            value = entered->clone();
        else if (key.source == Source::Generate)
            value = core::SecretString(m_random.text(static_cast<std::size_t>(key.length), secretAlphabet));
        if (value.isEmpty() && key.optional)
            continue;
        if (value.isEmpty()) {
            core::Error error = core::makeError(core::ErrorKind::Usage, "key " + key.name + " has no value",
                                                "enter it: Binnacle never makes up what only you can know");
            error.object = task.object.describe();
            return ready(core::Result<Applied>(core::fail(error)));
        }
        data[key.name] = toBase64(value.reveal());
    }
    const auto done = [previous](const core::Result<core::Json> &answer) { return comparedResult(answer, previous); };
    if (previous.existed) {
        if (data.empty())
            return ready(core::Result<Applied>(Applied{.action = Action::Unchanged,
                                                       .uid = previous.uid,
                                                       .generation = 0,
                                                       .resourceVersion = previous.resourceVersion,
                                                       .diff = {}}));
        // The version that lacked the keys is the precondition: what somebody added meanwhile is not overwritten.
        const core::Json patch{{"metadata", {{"resourceVersion", previous.resourceVersion.value()}}},
                               {"data", std::move(data)}};
        return core::then(m_client->patch(task.object, kube::PatchKind::Merge, patch, {}, {}, token), done);
    }
    core::Json secret{
        {"apiVersion", "v1"},
        {"kind", "Secret"},
        {"type", work.type},
        {"metadata",
         {{"name", task.object.name}, {"namespace", task.object.nameSpace.value()}, {"labels", work.labels}}}};
    if (!data.empty())
        secret["data"] = std::move(data);
    return core::then(m_client->create(std::move(secret), {}, token), done);
}

KubeExecutor::Applying KubeExecutor::remove(const runbook::Task &task, const runbook::DeleteTask &work,
                                            const Previous &previous, const core::CancellationToken &token)
{
    const bool another = !work.uid.isEmpty() && previous.uid != work.uid;
    if (!previous.existed || another) // gone already, or somebody has made a new one that is not ours
        return ready(core::Result<Applied>(Applied{.action = Action::Unchanged}));
    // Foreground: the object stays until its pods are gone, so that its disappearance means that nothing of it runs.
    static const std::set<std::string> owners{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"};
    kube::DeleteOptions options;
    options.propagation =
        owners.count(task.object.kind.kind) > 0 ? kube::Propagation::Foreground : kube::Propagation::Background;
    if (work.dependents != runbook::Dependents::ByKind)
        options.propagation = work.dependents == runbook::Dependents::Orphan       ? kube::Propagation::Orphan
                              : work.dependents == runbook::Dependents::Foreground ? kube::Propagation::Foreground
                                                                                   : kube::Propagation::Background;
    options.uid = previous.uid.value();
    if (!work.untouched)
        return removeNow(task, previous, options, token);
    return chain<Applied>(withManagers(m_client, task.object, token),
                          [this, task, previous, options, token](const core::Result<core::Json> &live) -> Applying {
                              if (!live)
                                  return ready(core::Result<Applied>(core::fail(live.error())));
                              if (const auto writer = laterWriter(*live))
                                  return ready(core::Result<Applied>(core::fail(writtenSince(task, *writer))));
                              kube::DeleteOptions exactly = options;
                              exactly.resourceVersion = (*live)["metadata"].value("resourceVersion", "");
                              return removeNow(task, previous, exactly, token);
                          });
}

KubeExecutor::Applying KubeExecutor::removeNow(const runbook::Task &task, const Previous &previous,
                                               const kube::DeleteOptions &options, const core::CancellationToken &token)
{
    const core::Json before = *previous.object;
    return core::then(m_client->remove(task.object, options, token),
                      [before, uid = previous.uid](const core::Result<core::Json> &answer) -> core::Result<Applied> {
                          if (!answer && answer.error().kind != core::ErrorKind::NotFound)
                              return core::fail(answer.error());
                          // The server answers with the object when it has to wait for something, and with a Status
                          // when it is gone.
                          const bool lingers = answer && answer->value("kind", "") != "Status";
                          return Applied{.action = Action::Deleted,
                                         .uid = lingers ? uid : core::Uid(),
                                         .generation = 0,
                                         .resourceVersion = {},
                                         .diff = objectDiff(before, nullptr)};
                      });
}

KubeExecutor::Applying KubeExecutor::restore(const runbook::Task &, const runbook::RestoreTask &work,
                                             const Previous &previous, const core::CancellationToken &token)
{
    core::Json object = *work.recorded;
    const auto done = [previous](const core::Result<core::Json> &answer) { return comparedResult(answer, previous); };
    if (!previous.existed)
        return core::then(m_client->create(std::move(object), {}, token), done);
    object["metadata"]["resourceVersion"] = previous.resourceVersion.value();
    return core::then(m_client->replace(std::move(object), {}, token), done);
}

KubeExecutor::Applying KubeExecutor::edit(const runbook::Task &task, const runbook::EditTask &work,
                                          const Previous &previous, const core::CancellationToken &token)
{
    if (!previous.existed && !isCreation(work))
        return ready(core::Result<Applied>(core::fail(noLongerThere(task))));
    const auto client = m_client;
    return chain<Applied>(
        applyEdits(client, task.object, std::make_shared<const runbook::EditTask>(work), false, token),
        [client, previous, task, token, part = work.subresource](const core::Result<core::Json> &answer) -> Applying {
            if (!answer || part.empty())
                return ready(comparedResult(answer, previous));
            // A sub-resource's answer is no whole object; its gate needs the object's generation.
            return core::then(client->get(task.object, token), [previous](const core::Result<core::Json> &whole) {
                return comparedResult(whole, previous);
            });
        });
}

KubeExecutor::Applying KubeExecutor::restart(const runbook::Task &task, const runbook::RestartTask &work,
                                             const Previous &previous, const core::CancellationToken &token)
{
    if (auto refused = restartRefusal(task, previous.existed ? *previous.object : core::Json()))
        return ready(core::Result<Applied>(core::fail(*std::move(refused))));
    // Under a manager of its own, as kubectl does: what the deploys apply does not own the annotation.
    kube::WriteOptions options;
    options.fieldManager = "binnacle-restart";
    return core::then(m_client->patch(task.object, kube::PatchKind::Merge, restartPatch(work), {}, options, token),
                      [previous](const core::Result<core::Json> &answer) { return comparedResult(answer, previous); });
}

} // namespace binnacle::operations
