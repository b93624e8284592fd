// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Preview.h"

#include "core/Futures.h"
#include "operations/FieldEdits.h"
#include "operations/KubeExecutor.h"
#include "operations/ObjectText.h"
#include "operations/SecretEffects.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace binnacle::operations {

namespace {

using DiffFuture = QFuture<core::Result<ObjectDiff>>;
using Live = core::Result<core::Json>;

bool isMissing(const Live &live)
{
    return !live && live.error().kind == core::ErrorKind::NotFound;
}

ObjectDiff compared(ObjectDiff diff, const core::Json &before, const core::Json &after)
{
    diff.diff = objectDiff(before, after);
    if (before.is_null())
        diff.action = "create";
    else if (after.is_null())
        diff.action = "delete";
    else
        diff.action = diff.diff.empty() ? "none" : "change";
    return diff;
}

/// What the plan says of a Secret whose values nobody has seen yet.
ObjectDiff secretDiff(ObjectDiff diff, const runbook::SecretTask &work, const runbook::Task &task, const Live &live)
{
    const core::Json data = live ? live->value("data", core::Json::object()) : core::Json::object();
    core::Json before = live ? *live : core::Json();
    core::Json after = live ? *live
                            : core::Json{{"apiVersion", "v1"},
                                         {"kind", "Secret"},
                                         {"type", work.type},
                                         {"metadata",
                                          {{"name", task.object.name},
                                           {"namespace", task.object.nameSpace.value()},
                                           {"labels", work.labels}}}};
    const bool exists = !before.is_null();
    for (const auto &key : work.keys) {
        const bool optionalPrompt = key.optional && key.defaultValue.empty();
        if (!data.contains(key.name) && !optionalPrompt)
            after["data"][key.name] = "";
    }
    diff = compared(std::move(diff), before, after);
    if (!exists)
        diff.note = "values are generated or asked for when the step runs";
    return diff;
}

/// Which keys change; the values are nobody's business here.
core::Result<ObjectDiff> secretEditDiff(ObjectDiff diff, const runbook::SecretEditTask &work, const Live &live)
{
    if (!live)
        return core::fail(live.error());
    for (const auto &key : work.written)
        diff.diff += "~ " + key + "\n";
    for (const auto &key : work.removed)
        diff.diff += "- " + key + "\n";
    diff.action = diff.diff.empty() ? "none" : "change";
    diff.note = "values are not shown";
    return diff;
}

ObjectDiff keepDiff(ObjectDiff diff, const runbook::SecretKeepTask &work)
{
    diff.action = "create";
    diff.note = "keeps what the keys of " + work.secret.describe() + " hold now, for taking back; goes with it";
    return diff;
}

struct Preview
{
    std::shared_ptr<kube::Client> client;
    runbook::PlanPointer plan;
    core::CancellationToken token;
    std::shared_ptr<const SecretValues> secrets; ///< may be null
    std::set<core::Namespace> absent;            ///< namespaces that the plan makes

    [[nodiscard]] DiffFuture of(const runbook::Step &step, const runbook::Task &task) const
    {
        const ObjectDiff diff{.object = task.object, .stepId = step.id, .action = {}, .diff = {}, .note = {}};
        if (absent.count(task.object.nameSpace) > 0)
            return ready(core::Result<ObjectDiff>(unchecked(diff, task)));
        return chain<ObjectDiff>(client->get(task.object, token), [*this, diff, &task](const Live &live) {
            if (!live && !isMissing(live)) {
                const bool unknownKind = live.error().kind == core::ErrorKind::Unsupported;
                return ready(unknownKind ? core::Result<ObjectDiff>(unchecked(diff, task))
                                         : core::Result<ObjectDiff>(core::fail(live.error())));
            }
            return withLive(diff, task, live);
        });
    }

    /// Nothing of it can exist yet: its namespace or its kind does not.
    [[nodiscard]] static ObjectDiff unchecked(ObjectDiff diff, const runbook::Task &task)
    {
        if (const auto *secret = std::get_if<runbook::SecretTask>(&task.work))
            return secretDiff(std::move(diff), *secret, task,
                              core::fail(core::makeError(core::ErrorKind::NotFound, {})));
        const auto *apply = std::get_if<runbook::ApplyTask>(&task.work);
        diff = compared(std::move(diff), nullptr, apply != nullptr ? *apply->manifest : core::Json());
        diff.action = apply != nullptr ? "create" : "none";
        diff.note = "its namespace or kind does not exist yet, so the server could not check it";
        return diff;
    }

    [[nodiscard]] DiffFuture withLive(const ObjectDiff &diff, const runbook::Task &task, const Live &live) const
    {
        const core::Json before = live ? *live : core::Json();
        if (const auto *secret = std::get_if<runbook::SecretTask>(&task.work)) {
            if (secret->mustBeNew && secrets)
                return asServerSays(diff, nullptr, createSecret(client, task.object, *secret, *secrets, true, token));
            return ready(core::Result<ObjectDiff>(secretDiff(diff, *secret, task, live)));
        }
        if (std::holds_alternative<runbook::DeleteTask>(task.work)) {
            ObjectDiff gone = compared(diff, before, nullptr);
            gone.action = before.is_null() ? "none" : "delete";
            return ready(core::Result<ObjectDiff>(gone));
        }
        if (const auto *restore = std::get_if<runbook::RestoreTask>(&task.work))
            return ready(core::Result<ObjectDiff>(compared(diff, before, *restore->recorded)));
        if (const auto *edit = std::get_if<runbook::EditTask>(&task.work))
            return withEdit(diff, task, *edit, live);
        if (std::holds_alternative<runbook::RotationTask>(task.work)) {
            ObjectDiff change = diff; // values are made when the step runs, and shown nowhere
            change.action = live ? "change" : "create";
            return ready(core::Result<ObjectDiff>(change));
        }
        if (const auto *keys = std::get_if<runbook::SecretEditTask>(&task.work)) {
            if (live && keys->takesBack)
                return core::then(keptValues(client, task.object, *keys, token), [diff, work = *keys,
                                                                                  live](const Live &kept) {
                    return kept ? secretEditDiff(diff, work, live) : core::Result<ObjectDiff>(core::fail(kept.error()));
                });
            if (live && secrets)
                return asServerSays(diff, before, dryRunSecretKeys(client, task.object, *keys, *secrets, token));
            return ready(secretEditDiff(diff, *keys, live));
        }
        if (const auto *keep = std::get_if<runbook::SecretKeepTask>(&task.work))
            return ready(core::Result<ObjectDiff>(keepDiff(diff, *keep)));
        kube::WriteOptions dryRun;
        dryRun.dryRun = true;
        if (const auto *restart = std::get_if<runbook::RestartTask>(&task.work)) {
            if (auto refused = restartRefusal(task, before))
                return ready(core::Result<ObjectDiff>(core::fail(*std::move(refused))));
            return asServerSays(
                diff, before,
                client->patch(task.object, kube::PatchKind::Merge, restartPatch(*restart), {}, dryRun, token));
        }
        bool omitted = false;
        const auto &apply = std::get<runbook::ApplyTask>(task.work);
        dryRun.force = apply.takesOver;
        core::Json manifest = manifestToApply(*plan, task, apply, bool(live), &omitted);
        return core::then(applyAsOwner(client, std::move(manifest), dryRun, token),
                          [diff, before, omitted](const Live &answer) -> core::Result<ObjectDiff> {
                              if (!answer)
                                  return core::fail(answer.error());
                              core::Json after = *answer;
                              if (omitted) // the deploy keeps the autoscaler's number
                                  after["spec"]["replicas"] = before["spec"]["replicas"];
                              return compared(diff, before, after);
                          });
    }

    [[nodiscard]] static DiffFuture asServerSays(const ObjectDiff &diff, const core::Json &before,
                                                 const QFuture<Live> &answer)
    {
        return core::then(answer, [diff, before](const Live &after) -> core::Result<ObjectDiff> {
            return after ? compared(diff, before, *after) : core::Result<ObjectDiff>(core::fail(after.error()));
        });
    }

    [[nodiscard]] DiffFuture withEdit(const ObjectDiff &diff, const runbook::Task &task, const runbook::EditTask &edit,
                                      const Live &live) const
    {
        if (!live && !isCreation(edit))
            return ready(core::Result<ObjectDiff>(core::fail(live.error())));
        auto shared = std::make_shared<const runbook::EditTask>(edit);
        return core::then(
            applyEdits(client, task.object, shared, true, token),
            [diff, before = live ? *live : core::Json(), shared](const Live &answer) -> core::Result<ObjectDiff> {
                if (!answer)
                    return core::fail(answer.error());
                if (shared->subresource.empty())
                    return compared(diff, before, *answer);
                auto after = withEdits(before, *shared); // the answer is the sub-resource's
                if (!after)
                    return core::fail(after.error());
                return compared(diff, before, *after);
            });
    }
};

/// Which of the plan's own namespaces are not there yet.
QFuture<core::Result<std::set<core::Namespace>>> absentNamespaces(const std::shared_ptr<kube::Client> &client,
                                                                  const runbook::Plan &plan,
                                                                  const core::CancellationToken &token)
{
    std::vector<QFuture<core::Result<core::Namespace>>> asked;
    for (const runbook::Step &step : plan.steps) {
        for (const runbook::Task &task : step.tasks) {
            if (task.object.kind != core::GroupKind{"", "Namespace"})
                continue;
            asked.push_back(core::then(client->get(task.object, token),
                                       [name = task.object.name](const Live &live) -> core::Result<core::Namespace> {
                                           if (isMissing(live))
                                               return core::Namespace(name);
                                           if (!live)
                                               return core::fail(live.error());
                                           return core::Namespace();
                                       }));
        }
    }
    return core::then(
        collect(std::move(asked)),
        [](const core::Result<std::vector<core::Namespace>> &all) -> core::Result<std::set<core::Namespace>> {
            if (!all)
                return core::fail(all.error());
            std::set<core::Namespace> absent(all->begin(), all->end());
            absent.erase(core::Namespace());
            return absent;
        });
}

/// The verbs that a task needs. Server-side apply is a patch, and a create where the object does not exist yet.
std::vector<std::string> verbsOf(const runbook::Work &work)
{
    if (std::holds_alternative<runbook::DeleteTask>(work))
        return {"get", "delete"};
    if (std::holds_alternative<runbook::RestoreTask>(work))
        return {"get", "create", "update"};
    const auto *edit = std::get_if<runbook::EditTask>(&work);
    if (edit != nullptr && isCreation(*edit))
        return {"get", "create"};
    if (std::holds_alternative<runbook::RestartTask>(work) || std::holds_alternative<runbook::EditTask>(work) ||
        std::holds_alternative<runbook::SecretEditTask>(work))
        return {"get", "patch"};
    if (const auto *rotation = std::get_if<runbook::RotationTask>(&work)) {
        using Rotating = runbook::RotationTask::Action;
        if (rotation->action == Rotating::Stage)
            return {"get", "create"};
        if (rotation->action == Rotating::Forget)
            return {"get", "delete"};
        if (rotation->action == Rotating::WriteNew || rotation->action == Rotating::WriteOld)
            return {"get", "patch"};
        return {"get"};
    }
    if (std::holds_alternative<runbook::SecretKeepTask>(work))
        return {"get", "create"};
    return {"get", "create", "patch"};
}

struct Question
{
    std::string verb;
    core::GroupVersionResource resource;
    std::string subresource;
    core::Namespace nameSpace;

    friend auto operator<=>(const Question &, const Question &) = default;
};

using Answer = std::vector<MissingPermission>;

QFuture<core::Result<Answer>> ask(const std::shared_ptr<kube::Client> &client, const Question &question,
                                  const core::CancellationToken &token)
{
    core::Json review{{"apiVersion", "authorization.k8s.io/v1"},
                      {"kind", "SelfSubjectAccessReview"},
                      {"spec",
                       {{"resourceAttributes",
                         {{"verb", question.verb},
                          {"group", question.resource.group},
                          {"resource", question.resource.resource},
                          {"subresource", question.subresource},
                          {"namespace", question.nameSpace.value()}}}}}};
    return core::then(client->create(std::move(review), {}, token),
                      [question](const Live &answer) -> core::Result<Answer> {
                          if (!answer)
                              return core::fail(answer.error());
                          const core::Json status = answer->value("status", core::Json::object());
                          if (status.value("allowed", false))
                              return Answer{};
                          auto resource = question.resource;
                          if (!question.subresource.empty())
                              resource.resource += "/" + question.subresource;
                          return Answer{{question.verb, resource, question.nameSpace, status.value("reason", "")}};
                      });
}

/// What a rotation does beyond its object: it looks at pods, and runs psql in one. Older servers ask for "get" where a
/// command is run over a WebSocket, those from 1.35 on for "create" (KEP-4006).
std::set<Question> rotationQuestions(const runbook::RotationTask &rotation)
{
    using Action = runbook::RotationTask::Action;
    const auto &subject = rotation.subject;
    const bool proves = rotation.action == Action::Prove || rotation.action == Action::ProveOld;
    const bool enters = rotation.action == Action::Check || rotation.action == Action::AlterToNew ||
                        rotation.action == Action::AlterToOld || proves;
    const core::GroupVersionResource pods{"", "v1", "pods"};
    std::set<Question> questions;
    if (enters)
        questions.insert({"list", pods, {}, subject.secret.nameSpace});
    if (enters && subject.hasDatabase()) {
        questions.insert({"get", pods, "exec", subject.workload.nameSpace});
        questions.insert({"create", pods, "exec", subject.workload.nameSpace});
    }
    return questions;
}

std::set<Question> questionsOf(const runbook::Plan &plan, const kube::Discovery &discovery)
{
    std::set<Question> questions;
    for (const runbook::Step &step : plan.steps) {
        for (const runbook::Task &task : step.tasks) {
            const kube::ApiResource *resource = discovery.find(task.object.kind);
            if (resource == nullptr) // a kind that a CRD of this plan brings; nobody can be asked about it yet
                continue;
            const auto *edit = std::get_if<runbook::EditTask>(&task.work);
            if (const auto *rotation = std::get_if<runbook::RotationTask>(&task.work))
                questions.merge(rotationQuestions(*rotation));
            for (const std::string &verb : verbsOf(task.work))
                questions.insert(
                    {verb, resource->gvr, edit != nullptr ? edit->subresource : std::string(), task.object.nameSpace});
        }
    }
    return questions;
}

} // namespace

QFuture<core::Result<std::vector<ObjectDiff>>> preview(std::shared_ptr<kube::Client> client, runbook::PlanPointer plan,
                                                       core::CancellationToken token,
                                                       std::shared_ptr<const SecretValues> secrets)
{
    return chain<std::vector<ObjectDiff>>(
        absentNamespaces(client, *plan, token),
        [client, plan, token, secrets](const core::Result<std::set<core::Namespace>> &absent) {
            if (!absent)
                return ready(core::Result<std::vector<ObjectDiff>>(core::fail(absent.error())));
            const Preview look{client, plan, token, secrets, *absent};
            std::vector<DiffFuture> diffs;
            for (const runbook::Step &step : plan->steps) {
                for (const runbook::Task &task : step.tasks) {
                    if (!std::holds_alternative<runbook::CheckTask>(task.work))
                        diffs.push_back(look.of(step, task));
                }
            }
            return collect(std::move(diffs));
        });
}

core::Json diffsToJson(const std::vector<ObjectDiff> &diffs)
{
    core::Json list = core::Json::array();
    for (const ObjectDiff &diff : diffs)
        list.push_back({{"kind", diff.object.kind.kind},
                        {"namespace", diff.object.nameSpace.value()},
                        {"name", diff.object.name},
                        {"action", diff.action},
                        {"diff", diff.diff}});
    return list;
}

std::string MissingPermission::describe() const
{
    std::string text = verb + " " + resource.resource + (resource.group.empty() ? "" : "." + resource.group);
    if (!nameSpace.isEmpty())
        text += " in " + nameSpace.value();
    return text + (reason.empty() ? "" : " (" + reason + ")");
}

QFuture<core::Result<std::vector<MissingPermission>>>
missingPermissions(std::shared_ptr<kube::Client> client, runbook::PlanPointer plan, core::CancellationToken token)
{
    using Discovered = core::Result<std::shared_ptr<const kube::Discovery>>;
    return chain<Answer>(client->discover(), [client, plan, token](const Discovered &discovery) {
        if (!discovery)
            return ready(core::Result<Answer>(core::fail(discovery.error())));
        std::vector<QFuture<core::Result<Answer>>> asked;
        for (const Question &question : questionsOf(*plan, **discovery))
            asked.push_back(ask(client, question, token));
        return core::then(collect(std::move(asked)),
                          [](const core::Result<std::vector<Answer>> &all) -> core::Result<Answer> {
                              if (!all)
                                  return core::fail(all.error());
                              Answer missing;
                              for (const Answer &part : *all)
                                  missing.insert(missing.end(), part.begin(), part.end());
                              return missing;
                          });
    });
}

core::Error permissionError(const std::vector<MissingPermission> &missing)
{
    // One clause for each set of verbs and resources, not one for each of their pairs.
    std::map<std::pair<core::Namespace, std::string>, std::set<std::string>> verbs;
    for (const MissingPermission &permission : missing) {
        const auto &resource = permission.resource;
        const std::string name = resource.resource + (resource.group.empty() ? "" : "." + resource.group);
        verbs[{permission.nameSpace, name}].insert(permission.verb);
    }
    std::map<std::pair<core::Namespace, std::string>, std::string> clauses;
    for (const auto &[object, all] : verbs) {
        std::string list;
        for (const std::string &verb : all)
            list += (list.empty() ? "" : "/") + verb;
        std::string &names = clauses[{object.first, list}];
        names += (names.empty() ? "" : ", ") + object.second;
    }
    std::string text;
    for (const auto &[key, names] : clauses)
        text += (text.empty() ? "you may not " : "; ") + key.second + " " + names +
                (key.first.isEmpty() ? "" : " in namespace " + key.first.value());
    return core::makeError(core::ErrorKind::Forbidden, std::move(text),
                           "ask an administrator of the cluster for these permissions; nothing was changed");
}

} // namespace binnacle::operations
