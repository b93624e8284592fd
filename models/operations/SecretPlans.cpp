// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/SecretPlans.h"

#include "core/FieldPath.h"
#include "core/Futures.h"
#include "operations/ConfigData.h"
#include "operations/DeployPlan.h"
#include "operations/FieldEdits.h"
#include "operations/ObjectText.h"
#include "operations/Preview.h"
#include "operations/SecretEffects.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;
using runbook::Plan;

constexpr std::chrono::seconds writeTimeout{60};
constexpr std::chrono::seconds restartTimeout{900};
/// How many edits of one Secret can be taken back; the newest of them is the one being planned.
constexpr std::size_t mostKept = 5;
/// So that the name of the Secret that keeps the values stays within Kubernetes' 253 characters.
constexpr std::size_t longestName = 190;

Plan emptyPlan(const std::string &verb, const kube::ObjectKey &object, const runbook::Target &target,
               const core::Clock &clock, core::Random &random)
{
    Plan plan;
    plan.id = newRunbookId(verb + "-" + object.name.substr(0, longestName), clock, random);
    plan.kind = runbook::PlanKind::Edit;
    plan.target = target;
    plan.stack = object.describe();
    return plan;
}

void append(Plan &plan, const std::string &id, const std::string &title, std::vector<runbook::Task> tasks)
{
    if (tasks.empty())
        return;
    runbook::Step step;
    step.id = id;
    step.title = title;
    step.tasks = std::move(tasks);
    step.timeout = writeTimeout;
    if (!plan.steps.empty())
        step.after = {plan.steps.size() - 1};
    plan.steps.push_back(std::move(step));
}

runbook::Task taskOf(const kube::ObjectKey &object, runbook::Work work)
{
    runbook::Task task;
    task.object = object;
    task.apiVersion = "v1";
    task.work = std::move(work);
    return task;
}

std::vector<runbook::Task> deletions(const std::vector<Doomed> &objects)
{
    std::vector<runbook::Task> tasks;
    for (const auto &[object, uid] : objects)
        tasks.push_back(taskOf(object, runbook::DeleteTask{uid}));
    return tasks;
}

Result<Plan> checked(Plan plan)
{
    if (const auto valid = plan.validate(); !valid)
        return core::fail(valid.error());
    return plan;
}

/// All but the newest, which the next edit leaves.
std::vector<Doomed> outdatedOf(const Json &list)
{
    auto items = list.value("items", std::vector<Json>());
    const auto made = [](const Json &item) {
        return item.value(Json::json_pointer("/metadata/creationTimestamp"), std::string());
    };
    std::stable_sort(items.begin(), items.end(), [&](const Json &a, const Json &b) { return made(a) > made(b); });
    std::vector<Doomed> outdated;
    for (std::size_t index = mostKept - 1; index < items.size(); ++index) {
        const auto &meta = items[index]["metadata"];
        outdated.push_back({{{"", "Secret"}, core::Namespace(meta.value("namespace", "")), meta.value("name", "")},
                            core::Uid(meta.value("uid", ""))});
    }
    return outdated;
}

} // namespace

Result<Plan> secretEditPlan(const std::string &title, const SecretEdit &edit, const runbook::Target &target,
                            const core::Clock &clock, core::Random &random)
{
    if (edit.written.empty() && edit.removed.empty())
        return core::fail(core::ErrorKind::Usage, edit.secret.describe() + " has these values already",
                          "change a key first");
    Plan plan = emptyPlan("edit", edit.secret, target, clock, random);
    plan.title = title;
    std::string kept;
    if (edit.keepsFormer) {
        kept = "binnacle-undo-" + plan.id;
        auto keys = edit.written;
        keys.insert(keys.end(), edit.removed.begin(), edit.removed.end());
        append(plan, "keep", "Keep the former values",
               {taskOf({edit.secret.kind, edit.secret.nameSpace, kept}, runbook::SecretKeepTask{edit.secret, keys})});
    }
    append(plan, "edit", title,
           {taskOf(edit.secret, runbook::SecretEditTask{edit.written, edit.removed, kept, false})});
    appendRestart(plan, edit.restarts, clock);
    append(plan, "forget", "Forget what older edits kept", deletions(edit.outdated));
    return checked(std::move(plan));
}

Result<Plan> secretCreatePlan(const NewSecret &secret, SecretValues &values, const runbook::Target &target,
                              const core::Clock &clock, core::Random &random)
{
    const auto refused = [&](core::Error error) {
        error.object = secret.object.describe();
        return core::fail(std::move(error));
    };
    if (auto fits = checkSecretContent(secret.type, secret.content); !fits)
        return refused(std::move(fits.error()));
    Plan plan = emptyPlan("create", secret.object, target, clock, random);
    plan.title = "Create " + secret.object.describe();
    runbook::SecretTask task;
    task.type = secret.type;
    task.mustBeNew = true;
    task.immutable = secret.immutable;
    std::size_t bytes = 0;
    for (const auto &[key, value] : secret.content) {
        if (auto valid = checkConfigKey(key); !valid)
            return refused(std::move(valid.error()));
        runbook::SecretTask::Key entry;
        entry.name = key;
        entry.source = runbook::SecretTask::Key::Source::Prompt;
        task.keys.push_back(std::move(entry));
        values.set(secret.object, key, value.clone());
        bytes += value.reveal().size();
    }
    if (auto fits = checkConfigBytes(bytes); !fits)
        return refused(std::move(fits.error()));
    append(plan, "create", plan.title, {taskOf(secret.object, std::move(task))});
    return checked(std::move(plan));
}

Result<Plan> configMapCreatePlan(const kube::ObjectKey &object, const std::vector<KeyChange> &content, bool immutable,
                                 const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    Json manifest{{"apiVersion", "v1"},
                  {"kind", "ConfigMap"},
                  {"metadata", {{"name", object.name}, {"namespace", object.nameSpace.value()}}}};
    const auto edits = configEdits(manifest, content);
    if (!edits)
        return core::fail(edits.error());
    auto made = withEdits(manifest, *edits);
    if (!made)
        return core::fail(made.error());
    if (immutable)
        (*made)["immutable"] = true;
    if (auto fits = checkConfigObject(manifest, *made); !fits)
        return core::fail(fits.error());
    Plan plan = emptyPlan("create", object, target, clock, random);
    plan.title = "Create " + object.describe();
    append(plan, "create", plan.title,
           {taskOf(object, runbook::ApplyTask{std::make_shared<const Json>(std::move(*made))})});
    return checked(std::move(plan));
}

void appendRestart(Plan &plan, const std::vector<kube::ObjectKey> &workloads, const core::Clock &clock)
{
    std::vector<runbook::Task> tasks;
    for (const auto &workload : workloads) {
        auto task = taskOf(workload, runbook::RestartTask{core::formatTime(clock.now())});
        task.apiVersion = "apps/v1";
        tasks.push_back(std::move(task));
    }
    if (tasks.empty())
        return;
    append(plan, "restart", "Restart what reads it only at its start", std::move(tasks));
    plan.steps.back().gate = runbook::GateKind::Ready;
    plan.steps.back().timeout = restartTimeout;
}

void takeApart(const kube::ObjectKey &secret, const runbook::EditTask &fields, SecretEdit &edit, SecretValues &values)
{
    edit.secret = secret;
    for (const auto &field : fields.fields) {
        const std::string key = field.path.substr(field.path.rfind('/') + 1);
        const auto decoded = [&](const std::shared_ptr<const Json> &value) -> std::optional<core::SecretString> {
            if (!value)
                return std::nullopt;
            return decodedConfig(secret.kind, field.path, *value);
        };
        values.setSeen(secret, key, decoded(field.before));
        if (auto after = decoded(field.after)) {
            values.set(secret, key, std::move(*after));
            edit.written.push_back(key);
        } else {
            edit.removed.push_back(key);
        }
    }
}

QFuture<Result<WayBack>> wayBackOf(std::shared_ptr<kube::Client> client, Json secret, const runbook::Target &target,
                                   core::CancellationToken token)
{
    const auto key = keyOf(secret);
    const std::string uid = secret.value(Json::json_pointer("/metadata/uid"), std::string());
    // What an edit that can be taken back would do beside the edit itself.
    Plan plan;
    plan.target = target;
    append(plan, "keep", {}, {taskOf(key, runbook::SecretKeepTask{key, {}}), taskOf(key, runbook::DeleteTask{})});
    const auto asked = missingPermissions(client, std::make_shared<const Plan>(std::move(plan)), token);
    return core::chain<WayBack>(asked, [client, key, uid,
                                        token](const Result<std::vector<MissingPermission>> &missing) {
        if (!missing)
            return core::ready(Result<WayBack>(core::fail(missing.error())));
        if (!missing->empty())
            return core::ready(Result<WayBack>(WayBack{false, "this user may not " + missing->front().describe(), {}}));
        kube::ListOptions ours;
        ours.labelSelector = std::string(undoLabel) + "=" + uid;
        return core::then(client->list(key.kind, key.nameSpace, ours, token),
                          [](const Result<Json> &list) -> Result<WayBack> {
                              // Without the list old ones stay; they go with the Secret at the latest.
                              return WayBack{true, {}, list ? outdatedOf(*list) : std::vector<Doomed>()};
                          });
    });
}

} // namespace binnacle::operations
