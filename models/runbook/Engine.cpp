// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Engine.h"

#include "core/Clock.h"

#include <algorithm>

namespace binnacle::runbook {

namespace {

using namespace std::chrono_literals;

bool isInFlight(const TaskStatus &task)
{
    return task.state == TaskState::Preparing || task.state == TaskState::Executing;
}

bool anyInFlight(const StepStatus &step)
{
    return std::any_of(step.tasks.begin(), step.tasks.end(), isInFlight);
}

bool anyFailed(const StepStatus &step)
{
    return std::any_of(step.tasks.begin(), step.tasks.end(),
                       [](const TaskStatus &task) { return task.state == TaskState::Failed; });
}

bool allDone(const StepStatus &step)
{
    return std::all_of(step.tasks.begin(), step.tasks.end(),
                       [](const TaskStatus &task) { return task.state == TaskState::Done; });
}

bool isTerminal(StepState state)
{
    return state != StepState::Pending && state != StepState::Running && state != StepState::Waiting;
}

/// A step whose gate holds nothing lets the later ones go as soon as its objects are applied.
bool letsGo(const Step &step, StepState state)
{
    return state == StepState::Done || (state == StepState::Waiting && !step.holds);
}

bool isStopping(const RunState &state)
{
    return state.cancelRequested || state.journalLost;
}

TimePoint deadlineOf(const Step &step, const StepStatus &status)
{
    return status.started + step.timeout;
}

/// How long a gate that holds nothing waits for what nothing is seen to bring about. Not at once: some ingress
/// controllers take ingresses of a class that has no IngressClass object, and do so within moments.
constexpr std::chrono::seconds unattendedPatience{5};

/// How long a lost connection is waited for: an API server that is replaced is back by then, and whoever waits for
/// this runbook should learn that nobody knows how it goes.
constexpr std::chrono::seconds unreachablePatience{90};
/// As many tries of one request, with their back-off, take that long.
constexpr int unreachableTries = 10;

bool allAre(HoldReason reason, const std::vector<Hold> &holds)
{
    return !holds.empty() &&
           std::all_of(holds.begin(), holds.end(), [reason](const Hold &hold) { return hold.reason == reason; });
}

bool anyIs(HoldReason reason, const std::vector<Hold> &holds)
{
    return std::any_of(holds.begin(), holds.end(), [reason](const Hold &hold) { return hold.reason == reason; });
}

/// When a gate is given up: at the step's deadline, or earlier where it is seen that it can never pass, or waiting is
/// idle and holds nothing, or the cluster is out of sight.
TimePoint giveUpAt(const Step &step, const StepStatus &status)
{
    if (anyIs(HoldReason::Ended, status.gate))
        return status.gate.front().since;
    const bool idle = !step.holds && allAre(HoldReason::Unattended, status.gate);
    const bool blind = allAre(HoldReason::Unreachable, status.gate);
    if (!idle && !blind)
        return deadlineOf(step, status);
    TimePoint since{};
    for (const Hold &hold : status.gate)
        since = std::max(since, hold.since);
    return std::min(deadlineOf(step, status), since + (idle ? unattendedPatience : unreachablePatience));
}

/// 1, 2, 4, 8, 15, 15 ... seconds: an API server that restarts is back within half a minute.
std::chrono::seconds backOff(int attempts)
{
    return attempts >= 5 ? 15s : std::min(15s, std::chrono::seconds(1 << (attempts - 1)));
}

void finishStep(StepStatus &status, StepState state, TimePoint now)
{
    status.state = state;
    status.finished = now;
}

void judge(StepStatus &status, std::size_t step, const GateVerdict &verdict, TimePoint now)
{
    if (status.state != StepState::Waiting)
        return;
    std::vector<Hold> holds;
    for (const GateWait &wait : verdict.waits) {
        Hold hold{.reason = wait.reason, .step = step, .object = wait.object, .text = wait.text, .since = now};
        const auto known = std::find_if(status.gate.begin(), status.gate.end(), [&](const Hold &old) {
            // The text may change while one waits for the same thing; a lost connection is another thing.
            const bool wasLost = old.reason == HoldReason::Unreachable;
            return old.object == hold.object && wasLost == (hold.reason == HoldReason::Unreachable);
        });
        if (known != status.gate.end())
            hold.since = known->since;
        holds.push_back(std::move(hold));
    }
    status.gate = std::move(holds);
    if (verdict.passed)
        finishStep(status, StepState::Done, now);
}

void failTask(RunState &state, const TaskFailed &failed, TimePoint now)
{
    const Step &step = state.plan->steps[failed.at.step];
    StepStatus &status = state.steps[failed.at.step];
    TaskStatus &task = status.tasks[failed.at.task];
    task.error = failed.error;
    ++task.attempts;
    if (task.isUncertain && failed.error.kind == core::ErrorKind::Unreachable)
        task.error->message += "; whether the write before was carried out is not known";
    if (task.state == TaskState::Executing)
        task.isUncertain = failed.error.kind == core::ErrorKind::Unreachable;
    task.state = TaskState::Failed;
    task.since = now;
    const bool isGivenUp = failed.error.kind == core::ErrorKind::Unreachable && task.attempts >= unreachableTries;
    if (!isTransient(failed.error) || isStopping(state) || isGivenUp)
        return;
    const auto wait =
        std::max<std::chrono::milliseconds>(backOff(task.attempts), failed.error.retryAfter.value_or(0ms));
    if (now + wait >= deadlineOf(step, status))
        return;
    task.state = TaskState::Pending;
    task.retryAt = now + wait;
}

void passTime(RunState &state, TimePoint now)
{
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        StepStatus &status = state.steps[i];
        for (TaskStatus &task : status.tasks) {
            if (task.retryAt && now >= *task.retryAt)
                task.retryAt.reset();
        }
        const Step &step = state.plan->steps[i];
        if (status.state != StepState::Waiting || now < giveUpAt(step, status))
            continue;
        const bool lost = anyIs(HoldReason::Unreachable, status.gate) && !anyIs(HoldReason::Ended, status.gate);
        if (!step.holds && !lost) {
            for (Hold &hold : status.gate)
                hold.reason = HoldReason::GateNotPassed;
            finishStep(status, StepState::Done, now);
        } else {
            finishStep(status, lost ? StepState::Failed : StepState::TimedOut, now);
        }
    }
}

struct Reducer
{
    RunState &state;
    TimePoint now;

    TaskStatus &task(TaskIndex at) const { return state.steps[at.step].tasks[at.task]; }
    void set(TaskIndex at, TaskState next) const
    {
        task(at).state = next;
        task(at).since = now;
    }
    void complete(TaskIndex at, const Applied &applied) const
    {
        task(at).applied = applied;
        task(at).error.reset();
        task(at).isUncertain = false;
        set(at, TaskState::Done);
    }

    void operator()(const EffectStarted &event) const
    {
        set(event.at, task(event.at).state == TaskState::Prepared ? TaskState::Executing : TaskState::Preparing);
    }
    void operator()(const TaskPrepared &event) const { set(event.at, TaskState::Prepared); }
    void operator()(const TaskExecuted &event) const { complete(event.at, event.applied); }
    void operator()(const TaskRestored &event) const { complete(event.at, event.applied); }
    void operator()(const TaskFailed &event) const { failTask(state, event, now); }
    void operator()(const GateJudged &event) const { judge(state.steps[event.step], event.step, event.verdict, now); }
    void operator()(const CancelRequested &) const { state.cancelRequested = true; }
    void operator()(const JournalFailed &event) const
    {
        if (!state.journalLost)
            state.error = event.error;
        state.journalLost = true;
    }
    void operator()(const TimePassed &) const {}
};

/// Moves one step as far as its tasks and the steps before it allow; true when it moved.
bool settleStep(RunState &state, std::size_t index, TimePoint now)
{
    const Step &step = state.plan->steps[index];
    StepStatus &status = state.steps[index];
    switch (status.state) {
    case StepState::Pending: {
        const auto stateOf = [&](std::size_t before) { return state.steps[before].state; };
        const auto &after = step.after;
        if (state.journalLost || std::any_of(after.begin(), after.end(), [&](std::size_t a) {
                return stateOf(a) == StepState::Failed || stateOf(a) == StepState::TimedOut ||
                       stateOf(a) == StepState::Held;
            })) {
            finishStep(status, StepState::Held, now);
        } else if (state.cancelRequested) {
            status.started = now;
            finishStep(status, StepState::Cancelled, now);
        } else if (std::all_of(after.begin(), after.end(),
                               [&](std::size_t a) { return letsGo(state.plan->steps[a], stateOf(a)); })) {
            status.state = StepState::Running;
            status.started = now;
        } else {
            return false;
        }
        return true;
    }
    case StepState::Running:
        if (anyInFlight(status))
            return false;
        if (anyFailed(status) || (state.journalLost && !allDone(status)))
            finishStep(status, StepState::Failed, now);
        else if (allDone(status) && step.gate == GateKind::None)
            finishStep(status, StepState::Done, now);
        else if (allDone(status))
            status.state = StepState::Waiting;
        else if (state.cancelRequested)
            finishStep(status, StepState::Cancelled, now);
        else
            return false;
        return true;
    case StepState::Waiting:
        if (!isStopping(state))
            return false;
        finishStep(status, state.journalLost ? StepState::Failed : StepState::Cancelled, now);
        return true;
    default:
        return false;
    }
}

std::string quoted(const Step &step)
{
    return "step \"" + step.id + "\"";
}

std::string heldBy(const RunState &state, std::size_t step)
{
    std::string text;
    for (const std::size_t dependent : state.plan->dependentsOf(step)) {
        if (state.steps[dependent].state == StepState::Held)
            text += (text.empty() ? "; it holds " : ", ") + quoted(state.plan->steps[dependent]);
    }
    return text;
}

std::string gateText(const StepStatus &status)
{
    if (allAre(HoldReason::Unreachable, status.gate)) // said once, however many objects it concerns
        return status.gate.front().text;
    std::string text;
    for (const Hold &hold : status.gate) {
        text += text.empty() ? "" : "; ";
        const bool named = !hold.object || hold.text.find(hold.object->describe()) != std::string::npos;
        text += (named ? std::string() : hold.object->describe() + ": ") + hold.text;
    }
    return text.empty() ? "the gate did not pass" : text;
}

/// The error of a step that did not end well: the object's own, or what its gate still waited for.
core::Error errorOf(const RunState &state, std::size_t index)
{
    const Step &step = state.plan->steps[index];
    const StepStatus &status = state.steps[index];
    for (const TaskStatus &task : status.tasks) {
        if (task.state != TaskState::Failed || !task.error)
            continue;
        core::Error error = *task.error;
        error.message = quoted(step) + " failed: " + error.message + heldBy(state, index);
        if (error.next.empty())
            error.next = "remove the cause, then deploy again, or resume this runbook";
        return error;
    }
    const bool lost = status.state == StepState::Failed;
    const std::string how = lost ? " lost the cluster"
                            : anyIs(HoldReason::Ended, status.gate)
                                ? " cannot get ready"
                                : " did not get ready within " + core::formatDuration(step.timeout);
    core::Error error = core::makeError(
        lost ? core::ErrorKind::Unreachable : core::ErrorKind::GateTimeout,
        quoted(step) + how + ": " + gateText(status) + heldBy(state, index),
        lost ? "bring the connection back, then resume this runbook"
             : "look at the events and logs of what is not ready, correct it, then resume or roll back");
    if (!lost && !status.gate.empty() && status.gate.front().object)
        error.object = status.gate.front().object->describe();
    return error;
}

void settleOutcome(RunState &state)
{
    if (!std::all_of(state.steps.begin(), state.steps.end(),
                     [](const StepStatus &status) { return isTerminal(status.state); }))
        return;
    state.outcome = state.journalLost ? Outcome::Failed : Outcome::Done;
    for (const auto &[bad, outcome] :
         {std::pair{StepState::Failed, Outcome::Failed}, std::pair{StepState::TimedOut, Outcome::TimedOut},
          std::pair{StepState::Cancelled, Outcome::Cancelled}}) {
        for (std::size_t i = 0; i < state.steps.size() && state.outcome == Outcome::Done; ++i) {
            if (state.steps[i].state != bad)
                continue;
            state.outcome = outcome;
            state.error =
                outcome == Outcome::Cancelled
                    ? core::makeError(core::ErrorKind::Cancelled, "cancelled during " + quoted(state.plan->steps[i]),
                                      "resume the runbook, or roll it back")
                    : errorOf(state, i);
        }
    }
}

/// What a running step starts, and what it waits for.
void nextOfRunning(const RunState &state, std::size_t index, NextStep &result)
{
    const Step &step = state.plan->steps[index];
    const StepStatus &status = state.steps[index];
    const bool mayStart = !isStopping(state) && !anyFailed(status);
    auto free = static_cast<std::ptrdiff_t>(maxParallelTasks) -
                std::count_if(status.tasks.begin(), status.tasks.end(), isInFlight);
    std::optional<int> wave;
    for (std::size_t t = 0; t < step.tasks.size(); ++t) {
        const TaskStatus &task = status.tasks[t];
        if (task.state == TaskState::Done)
            continue;
        wave = wave.value_or(step.tasks[t].wave);
        if (step.tasks[t].wave != *wave)
            break;
        Hold hold{.step = index, .object = step.tasks[t].object, .since = task.since};
        if (task.retryAt) {
            hold.reason = HoldReason::Retrying;
            hold.text = "tried " + (task.attempts == 1 ? "once" : std::to_string(task.attempts) + " times") + ": " +
                        task.error->message;
            result.holds.push_back(std::move(hold));
            if (mayStart)
                result.wakeAt = std::min(result.wakeAt.value_or(*task.retryAt), *task.retryAt);
        } else if (isInFlight(task)) {
            hold.reason = isStopping(state) ? HoldReason::Cancelling : HoldReason::Applying;
            hold.text =
                task.state == TaskState::Preparing ? "reading what it is now" : "waiting for the server's answer";
            result.holds.push_back(std::move(hold));
        } else if (task.state != TaskState::Failed && mayStart && free > 0) {
            const bool prepared = task.state == TaskState::Prepared;
            result.effects.push_back({prepared ? EffectKind::Execute : EffectKind::Prepare, {index, t}});
            --free;
        }
    }
}

void nextOfPending(const RunState &state, std::size_t index, NextStep &result)
{
    for (const std::size_t before : state.plan->steps[index].after) {
        if (letsGo(state.plan->steps[before], state.steps[before].state))
            continue;
        result.holds.push_back({.reason = HoldReason::EarlierStep,
                                .step = index,
                                .object = {},
                                .text = "waits for " + quoted(state.plan->steps[before]),
                                .since = state.steps[before].started});
    }
}

void nextOfHeld(const RunState &state, std::size_t index, NextStep &result)
{
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const StepState bad = state.steps[i].state;
        const auto dependents = state.plan->dependentsOf(i);
        if ((bad != StepState::Failed && bad != StepState::TimedOut) ||
            std::find(dependents.begin(), dependents.end(), index) == dependents.end())
            continue;
        result.holds.push_back({.reason = HoldReason::StepFailed,
                                .step = index,
                                .object = {},
                                .text = "held by " + quoted(state.plan->steps[i]) + ", which " +
                                        (bad == StepState::Failed ? "failed" : "was not ready in time"),
                                .since = state.steps[i].finished});
    }
}

} // namespace

RunState initialState(PlanPointer plan, TimePoint now)
{
    RunState state;
    for (const Step &step : plan->steps) {
        StepStatus status;
        status.tasks.resize(step.tasks.size());
        state.steps.push_back(std::move(status));
    }
    state.plan = std::move(plan);
    return reduce(std::move(state), {now, TimePassed{}});
}

RunState reduce(RunState state, const Event &event)
{
    if (state.isFinished())
        return state;
    std::visit(Reducer{state, event.now}, event.body);
    passTime(state, event.now);
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t i = 0; i < state.steps.size(); ++i)
            moved = settleStep(state, i, event.now) || moved;
    }
    settleOutcome(state);
    return state;
}

NextStep next(const RunState &state)
{
    NextStep result;
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const StepStatus &status = state.steps[i];
        switch (status.state) {
        case StepState::Pending:
            nextOfPending(state, i, result);
            break;
        case StepState::Running:
            nextOfRunning(state, i, result);
            break;
        case StepState::Waiting: {
            result.gates.push_back(i);
            const TimePoint end = giveUpAt(state.plan->steps[i], status);
            result.wakeAt = std::min(result.wakeAt.value_or(end), end);
            result.holds.insert(result.holds.end(), status.gate.begin(), status.gate.end());
            break;
        }
        case StepState::Held:
            nextOfHeld(state, i, result);
            break;
        default:
            result.holds.insert(result.holds.end(), status.gate.begin(), status.gate.end());
            break;
        }
    }
    return result;
}

bool isTransient(const core::Error &error)
{
    const auto hasCause = [&](const char *reason) {
        return std::any_of(error.causes.begin(), error.causes.end(),
                           [&](const core::ErrorCause &cause) { return cause.reason == reason; });
    };
    switch (error.kind) {
    case core::ErrorKind::Unreachable:
    case core::ErrorKind::TooManyRequests:
    case core::ErrorKind::Timeout:
    case core::ErrorKind::Server:
        return true;
    case core::ErrorKind::Conflict:
        // Another field manager stays in conflict; a write that lost a race (reason Conflict, no causes) does not.
        return !hasCause("FieldManagerConflict");
    case core::ErrorKind::AlreadyExists:
        // "object is being deleted": a create met the old object's last moments.
        return error.message.find("being deleted") != std::string::npos;
    case core::ErrorKind::Forbidden:
        // Admission's ways to say "not yet": NamespaceLifecycle, and ResourceQuota before its first count.
        return hasCause("NamespaceTerminating") || error.message.find("being terminated") != std::string::npos ||
               error.message.find("status unknown for quota") != std::string::npos;
    case core::ErrorKind::NotFound:
        // A namespace that was just made is not yet in every API server's cache.
        return error.message.find("namespaces \"") != std::string::npos;
    default:
        return false;
    }
}

} // namespace binnacle::runbook
