// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/UndoPlans.h"

#include "core/Futures.h"
#include "operations/DeployPlan.h"
#include "operations/FieldEdits.h"
#include "operations/SecretPlans.h"
#include "stack/Workloads.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace binnacle::operations {

using core::Result;
using runbook::Action;
using runbook::Plan;
using runbook::PlanKind;

namespace {

/// Long enough for a pod's grace period and a namespace's finalizers.
constexpr std::chrono::seconds goneTimeout{300};
/// Under this parameter a rollback remembers what it undid.
constexpr const char *undoneParameter = "runbook";

bool isVolumeClaim(const kube::ObjectKey &key)
{
    return key.kind == core::GroupKind{"", "PersistentVolumeClaim"};
}

bool isNamespace(const kube::ObjectKey &key)
{
    return key.kind == core::GroupKind{"", "Namespace"};
}

bool isSecret(const kube::ObjectKey &key)
{
    return key.kind == core::GroupKind{"", "Secret"};
}

/// What the journal says of one object over the life of a stack.
struct Trace
{
    runbook::Task task; ///< as it was planned last
    std::string step;   ///< id and title, of the newest plan that names it
    std::string stepTitle;
    std::size_t order = 0; ///< place in that plan; undone from the highest
    bool ours = false;     ///< was not there before the first deploy
    bool present = false;  ///< as far as the journal knows
    core::Uid uid;
    std::optional<runbook::Task> claimant; ///< a StatefulSet of ours with claims, which outlive it
};

bool claimsVolumes(const runbook::Task &task)
{
    const auto *apply = std::get_if<runbook::ApplyTask>(&task.work);
    return apply != nullptr && apply->manifest && task.object.kind.kind == "StatefulSet" &&
           apply->manifest->contains(core::Json::json_pointer("/spec/volumeClaimTemplates"));
}

/// Namespaces whose removal would take volumes along: those of claims, and of StatefulSets that claim some.
std::set<std::string> namespacesWithVolumes(const Plan &plan)
{
    std::set<std::string> names;
    for (const auto &step : plan.steps) {
        for (const auto &task : step.tasks) {
            if (isVolumeClaim(task.object) || claimsVolumes(task))
                names.insert(task.object.nameSpace.value());
        }
    }
    return names;
}

/// With a volume stay its claim, its namespace, and the secrets that were made for the stack there: the passwords in
/// them open what the volume holds, and there is no other copy.
bool isKept(const runbook::Task &task, const std::set<std::string> &withVolumes)
{
    const auto &key = task.object;
    return isVolumeClaim(key) || (isNamespace(key) && withVolumes.contains(key.name)) ||
           (std::holds_alternative<runbook::SecretTask>(task.work) && withVolumes.contains(key.nameSpace.value()));
}

/// By its controller: bringing a deleted pod back would make one too many.
bool isMadeAnew(const core::Json &object)
{
    const core::Json owners = object.value("/metadata/ownerReferences"_json_pointer, core::Json::array());
    return std::any_of(owners.begin(), owners.end(),
                       [](const auto &owner) { return owner.value("controller", false); });
}

runbook::Task deletion(const runbook::Task &task, const core::Uid &uid, bool untouched = false)
{
    return {task.object, task.apiVersion, 0, runbook::DeleteTask{uid, runbook::Dependents::ByKind, untouched}};
}

/// Steps one after another: each waits for the one before it.
void append(Plan &plan, runbook::Step step)
{
    if (step.tasks.empty())
        return;
    if (!plan.steps.empty())
        step.after = {plan.steps.size() - 1};
    plan.steps.push_back(std::move(step));
}

runbook::SecretEditTask takenBack(runbook::SecretEditTask keys)
{
    keys.takesBack = true;
    return keys;
}

/// Kubernetes lets claims grow and never shrink ("Expanding Persistent Volumes Claims").
bool growsVolume(const runbook::Task &task)
{
    const auto *edit = std::get_if<runbook::EditTask>(&task.work);
    return edit != nullptr && !isCreation(*edit) && task.object.kind == core::GroupKind{"", "PersistentVolumeClaim"};
}

core::Error cannotShrink(const kube::ObjectKey &claim)
{
    auto error = core::makeError(core::ErrorKind::Unsupported, "a volume that has grown cannot be made smaller again",
                                 "to have a smaller one, copy its data to a new claim");
    error.object = claim.describe();
    return error;
}

core::Error nothingKept(const kube::ObjectKey &secret)
{
    auto error = core::makeError(core::ErrorKind::Unsupported,
                                 "the values from before were not kept when it was changed", "set the keys by hand");
    error.object = secret.describe();
    return error;
}

runbook::Step deletionStep(const std::string &id, const std::string &title)
{
    runbook::Step step;
    step.id = "remove-" + id;
    step.title = "Remove: " + title;
    step.gate = runbook::GateKind::Gone;
    step.timeout = goneTimeout;
    return step;
}

Plan emptyPlan(PlanKind kind, const runbook::Target &target, const std::string &stack, const core::Clock &clock,
               core::Random &random)
{
    Plan plan;
    plan.id = newRunbookId(stack, clock, random);
    plan.title = (kind == PlanKind::Rollback ? "Roll back " : "Uninstall ") + stack;
    plan.kind = kind;
    plan.target = target;
    plan.stack = stack;
    return plan;
}

core::Error nothingTo(const char *what, const std::string &stack, const runbook::Target &target)
{
    return core::makeError(core::ErrorKind::NotFound,
                           std::string("the journal knows of nothing to ") + what + " of stack " + stack +
                               " in context " + target.context.value(),
                           "check the context; what was deployed from another computer is in its journal");
}

/// Ids of deploys that a finished rollback has undone.
Result<std::set<std::string>> undone(const runbook::Journal &journal,
                                     const std::vector<runbook::RunbookSummary> &runbooks)
{
    std::set<std::string> ids;
    for (const auto &summary : runbooks) {
        if (summary.kind != PlanKind::Rollback || summary.outcome != runbook::Outcome::Done)
            continue;
        auto plan = journal.plan(summary.id);
        if (!plan)
            return core::fail(plan.error());
        ids.insert(plan->parameters[undoneParameter]);
    }
    return ids;
}

bool isCheck(const runbook::Plan &plan, const runbook::TaskIndex &at)
{
    return at.step < plan.steps.size() && at.task < plan.steps[at.step].tasks.size() &&
           std::holds_alternative<runbook::CheckTask>(plan.steps[at.step].tasks[at.task].work);
}

bool changedSomething(const runbook::Plan &plan, const std::vector<runbook::TaskRecord> &records)
{
    return std::any_of(records.begin(), records.end(), [&](const auto &record) {
        if (isCheck(plan, record.at))
            return false;
        // Without an outcome the effect may have happened: the crash came in between.
        return !record.applied || record.applied->action == Action::Created ||
               record.applied->action == Action::Changed;
    });
}

Result<std::string> newestToRollBack(const runbook::Journal &journal, const runbook::Target &target,
                                     const std::string &stack)
{
    const auto runbooks = journal.runbooksOf(target, stack);
    if (!runbooks)
        return core::fail(runbooks.error());
    const auto done = undone(journal, *runbooks);
    if (!done)
        return core::fail(done.error());
    for (const auto &summary : *runbooks) {
        if (summary.kind == PlanKind::Uninstall && summary.outcome == runbook::Outcome::Done)
            break;
        if (summary.kind != PlanKind::Deploy || done->contains(summary.id))
            continue;
        const auto records = journal.tasks(summary.id);
        if (!records)
            return core::fail(records.error());
        const auto plan = journal.plan(summary.id);
        if (!plan)
            return core::fail(plan.error());
        if (changedSomething(*plan, *records))
            return summary.id;
    }
    return core::fail(nothingTo("roll back", stack, target));
}

/// Adds what one runbook did to what is known of each object. Called from the oldest runbook on.
void follow(const Plan &plan, const std::vector<runbook::TaskRecord> &records, std::map<kube::ObjectKey, Trace> &traces)
{
    std::map<runbook::TaskIndex, const runbook::TaskRecord *> byTask;
    for (const auto &record : records)
        byTask[record.at] = &record;
    std::size_t order = 0;
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        for (std::size_t t = 0; t < plan.steps[s].tasks.size(); ++t, ++order) {
            const auto found = byTask.find({s, t});
            if (found == byTask.end() || isCheck(plan, {s, t}))
                continue;
            const auto &task = plan.steps[s].tasks[t];
            const auto &record = *found->second;
            auto &trace = traces[task.object];
            if (plan.kind == PlanKind::Deploy) {
                // There before us, unless an earlier runbook of ours made it.
                trace.ours = trace.ours || !record.previous.existed;
                trace.present = true;
                trace.task = task;
                trace.step = plan.steps[s].id;
                trace.stepTitle = plan.steps[s].title;
                trace.order = order;
                if (record.applied)
                    trace.uid = record.applied->uid;
                trace.claimant = trace.ours && claimsVolumes(task) ? std::optional(task) : std::nullopt;
            } else if (std::holds_alternative<runbook::DeleteTask>(task.work) && record.applied) {
                trace.present = false;
                trace.ours = false;
            }
        }
    }
}

/// What the journal says of every object, and the namespaces that hold volumes.
struct History
{
    std::map<kube::ObjectKey, Trace> traces;
    std::set<std::string> withVolumes;
};

Result<History> historyOf(const runbook::Journal &journal, const runbook::Target &target, const std::string &stack)
{
    auto runbooks = journal.runbooksOf(target, stack);
    if (!runbooks)
        return core::fail(runbooks.error());
    std::reverse(runbooks->begin(), runbooks->end());
    History history;
    for (const auto &summary : *runbooks) {
        const auto done = journal.plan(summary.id);
        if (!done)
            return core::fail(done.error());
        const auto records = journal.tasks(summary.id);
        if (!records)
            return core::fail(records.error());
        follow(*done, *records, history.traces);
        history.withVolumes.merge(namespacesWithVolumes(*done));
    }
    return history;
}

/// The claims of our StatefulSets, also of those that an earlier uninstall has removed.
runbook::Step claimRemoval(const History &history, const std::vector<LiveClaim> &claims)
{
    auto step = deletionStep("volumes", "Volumes of StatefulSets");
    for (const auto &claim : claims) {
        const bool isOurs = std::any_of(history.traces.begin(), history.traces.end(), [&](const auto &entry) {
            const auto &claimant = entry.second.claimant;
            return claimant && stack::isClaimOf(claimant->object,
                                                *std::get<runbook::ApplyTask>(claimant->work).manifest, claim.key);
        });
        if (isOurs)
            step.tasks.push_back({claim.key, "v1", 0, runbook::DeleteTask{claim.uid}});
    }
    return step;
}

} // namespace

bool isUndoable(const Plan &plan)
{
    for (const auto &step : plan.steps) {
        for (const auto &task : step.tasks) {
            const auto *keys = std::get_if<runbook::SecretEditTask>(&task.work);
            if ((keys != nullptr && keys->kept.empty()) || growsVolume(task))
                return false;
        }
    }
    return true;
}

Result<std::vector<core::Namespace>> namespacesOfClaims(const runbook::Journal &journal, const runbook::Target &target,
                                                        const std::string &stack)
{
    const auto history = historyOf(journal, target, stack);
    if (!history)
        return core::fail(history.error());
    std::set<core::Namespace> nameSpaces;
    for (const auto &[key, trace] : history->traces) {
        if (trace.claimant)
            nameSpaces.insert(key.nameSpace);
    }
    return std::vector<core::Namespace>(nameSpaces.begin(), nameSpaces.end());
}

QFuture<Result<std::vector<LiveClaim>>> liveClaims(std::shared_ptr<kube::Client> client,
                                                   const std::vector<core::Namespace> &nameSpaces,
                                                   core::CancellationToken token)
{
    const core::GroupKind kind{"", "PersistentVolumeClaim"};
    std::vector<QFuture<Result<core::Json>>> asked;
    for (const auto &nameSpace : nameSpaces)
        asked.push_back(client->list(kind, nameSpace, {}, token));
    return core::then(
        core::collect(asked), [kind](const Result<std::vector<core::Json>> &lists) -> Result<std::vector<LiveClaim>> {
            if (!lists)
                return core::fail(lists.error());
            std::vector<LiveClaim> claims;
            for (const auto &list : *lists) {
                for (const auto &item : list.value("items", core::Json::array()))
                    claims.push_back({{kind, core::Namespace(item.value("/metadata/namespace"_json_pointer, "")),
                                       item.value("/metadata/name"_json_pointer, "")},
                                      core::Uid(item.value("/metadata/uid"_json_pointer, ""))});
            }
            return claims;
        });
}

Result<Plan> rollbackPlan(const runbook::Journal &journal, const runbook::Target &target, const std::string &stack,
                          const std::string &runbook, const core::Clock &clock, core::Random &random)
{
    std::string id = runbook;
    if (id.empty()) {
        auto newest = newestToRollBack(journal, target, stack);
        if (!newest)
            return core::fail(newest.error());
        id = *newest;
    }
    const auto done = journal.plan(id);
    if (!done)
        return core::fail(done.error());
    if (done->kind == PlanKind::Restart)
        return core::fail(core::ErrorKind::Unsupported, "a restart cannot be taken back: the old pods are gone",
                          "roll the stack back, if the pods were well with what was deployed before");
    const auto records = journal.tasks(id);
    if (!records)
        return core::fail(records.error());
    const auto kept = namespacesWithVolumes(*done);

    Plan plan = emptyPlan(PlanKind::Rollback, target, stack, clock, random);
    plan.parameters[undoneParameter] = id;
    if (done->kind != PlanKind::Deploy) { // of single objects, which the title names and no stack does
        plan.id = newRunbookId("take-back", clock, random);
        plan.title = "Take back: " + done->title;
    }
    std::vector<kube::ObjectKey> restarted;
    for (std::size_t s = done->steps.size(); s-- > 0;) {
        const auto &step = done->steps[s];
        runbook::Step restore;
        restore.id = "restore-" + step.id;
        restore.title = "Restore: " + step.title;
        restore.timeout = step.timeout;
        auto remove = deletionStep(step.id, step.title);
        for (const auto &record : *records) {
            if (record.at.step != s || record.at.task >= step.tasks.size() || isCheck(*done, record.at))
                continue;
            const auto &task = step.tasks[record.at.task];
            if (record.applied && record.applied->action == Action::Unchanged)
                continue;
            const auto *edit = std::get_if<runbook::EditTask>(&task.work);
            if (growsVolume(task))
                return core::fail(cannotShrink(task.object));
            if (edit != nullptr && !isCreation(*edit)) {
                restore.tasks.push_back({task.object, task.apiVersion, 0, reversed(*edit)});
                restore.gate = step.gate;
            } else if (const auto *keys = std::get_if<runbook::SecretEditTask>(&task.work)) {
                if (keys->kept.empty())
                    return core::fail(nothingKept(task.object));
                restore.tasks.push_back({task.object, task.apiVersion, 0, takenBack(*keys)});
            } else if (std::holds_alternative<runbook::SecretKeepTask>(task.work)) {
                remove.gate = runbook::GateKind::None; // nobody waits for it, and who may delete may not watch
                remove.tasks.push_back(deletion(task, record.applied ? record.applied->uid : core::Uid()));
            } else if (std::holds_alternative<runbook::RestartTask>(task.work)) {
                restarted.push_back(task.object); // at the end, when what they read is as it was
            } else if (!record.previous.existed) {
                // Of a single object that an operator made, what others put into it since is not ours to take away.
                if (!isKept(task, kept))
                    remove.tasks.push_back(deletion(task, record.applied ? record.applied->uid : core::Uid(),
                                                    done->kind != PlanKind::Deploy));
            } else if (!isSecret(task.object) && record.previous.object && !isMadeAnew(*record.previous.object)) {
                // Of a Secret no value is recorded, so its added keys stay: they harm nothing.
                restore.tasks.push_back(
                    {task.object, task.apiVersion, 0, runbook::RestoreTask{record.previous.object}});
            }
        }
        append(plan, std::move(restore));
        append(plan, std::move(remove));
    }
    if (!plan.steps.empty())
        appendRestart(plan, restarted, clock);
    if (plan.steps.empty())
        return core::fail(nothingTo("roll back", stack, target));
    return plan;
}

Result<Plan> uninstallPlan(const runbook::Journal &journal, const runbook::Target &target, const std::string &stack,
                           const UninstallOptions &options, const core::Clock &clock, core::Random &random)
{
    const auto history = historyOf(journal, target, stack);
    if (!history)
        return core::fail(history.error());
    std::vector<const Trace *> doomed;
    for (const auto &[key, trace] : history->traces) {
        if (trace.ours && trace.present && (options.volumes || !isKept(trace.task, history->withVolumes)))
            doomed.push_back(&trace);
    }
    std::sort(doomed.begin(), doomed.end(), [](const auto *a, const auto *b) { return a->order > b->order; });
    Plan plan = emptyPlan(PlanKind::Uninstall, target, stack, clock, random);
    // By step, in the order of each step's last object: deploys of different releases may have put objects elsewhere.
    std::vector<runbook::Step> steps;
    for (const auto *trace : doomed) {
        const std::string id = "remove-" + trace->step;
        auto step = std::find_if(steps.begin(), steps.end(), [&](const auto &known) { return known.id == id; });
        if (step == steps.end())
            step = steps.insert(steps.end(), deletionStep(trace->step, trace->stepTitle));
        step->tasks.push_back(deletion(trace->task, trace->uid));
    }
    // A claim that a pod still uses would wait for it; a namespace takes along what is in it.
    if (options.volumes) {
        const auto last = std::find_if(steps.begin(), steps.end(), [](const auto &step) {
            return std::any_of(step.tasks.begin(), step.tasks.end(),
                               [](const auto &task) { return isNamespace(task.object); });
        });
        steps.insert(last, claimRemoval(*history, options.claims));
    }
    for (auto &step : steps)
        append(plan, std::move(step));
    if (plan.steps.empty())
        return core::fail(nothingTo("uninstall", stack, target));
    return plan;
}

} // namespace binnacle::operations
