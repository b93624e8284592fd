// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/RunState.h"

#include "runbook/Engine.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace binnacle::runbook {

namespace {

double secondsBetween(TimePoint from, TimePoint to)
{
    using Milliseconds = std::chrono::milliseconds;
    return static_cast<double>(std::chrono::duration_cast<Milliseconds>(to - from).count()) / 1000.0;
}

double durationOf(const StepStatus &status, TimePoint now)
{
    switch (status.state) {
    case StepState::Pending:
    case StepState::Held:
        return 0;
    case StepState::Running:
    case StepState::Waiting:
        return secondsBetween(status.started, now);
    default:
        return secondsBetween(status.started, status.finished);
    }
}

core::Json objectReport(const Task &task, const TaskStatus &status)
{
    core::Json report{{"kind", task.object.kind.kind},
                      {"namespace", task.object.nameSpace.value()},
                      {"name", task.object.name},
                      {"action", toString(status.applied.action)},
                      {"error", nullptr}};
    if (status.state == TaskState::Failed && status.error) {
        report["action"] = toString(Action::Failed);
        report["error"] = status.error->describe();
    }
    return report;
}

/// What a check has to say: its findings, or why it failed.
void addNotes(core::Json &notes, const TaskStatus &status)
{
    if (status.state == TaskState::Failed && status.error)
        notes.push_back(status.error->describe());
    std::istringstream lines(status.applied.diff);
    for (std::string line; std::getline(lines, line);)
        notes.push_back(line);
}

core::Json holdReport(const Hold &hold, TimePoint now)
{
    return {{"reason", toString(hold.reason)},
            {"object", hold.object ? hold.object->describe() : std::string()},
            {"text", hold.text},
            {"seconds", secondsBetween(hold.since, now)}};
}

} // namespace

bool Hold::isSameAs(const Hold &other) const
{
    return reason == other.reason && step == other.step && object == other.object && text == other.text;
}

std::size_t RunState::doneSteps() const
{
    return static_cast<std::size_t>(std::count_if(
        steps.begin(), steps.end(), [](const StepStatus &status) { return status.state == StepState::Done; }));
}

const char *toString(StepState state)
{
    switch (state) {
    case StepState::Pending:
        return "pending";
    case StepState::Running:
        return "running";
    case StepState::Waiting:
        return "waiting";
    case StepState::Done:
        return "done";
    case StepState::Failed:
        return "failed";
    case StepState::TimedOut:
        return "timed-out";
    case StepState::Cancelled:
        return "cancelled";
    case StepState::Held:
        return "held";
    }
    return "";
}

const char *toString(Action action)
{
    switch (action) {
    case Action::None:
        return "none";
    case Action::Created:
        return "created";
    case Action::Changed:
        return "changed";
    case Action::Unchanged:
        return "unchanged";
    case Action::Deleted:
        return "deleted";
    case Action::Failed:
        return "failed";
    }
    return "";
}

const char *toString(HoldReason reason)
{
    switch (reason) {
    case HoldReason::EarlierStep:
        return "earlier-step";
    case HoldReason::StepFailed:
        return "step-failed";
    case HoldReason::Applying:
        return "applying";
    case HoldReason::Retrying:
        return "retrying";
    case HoldReason::NotReady:
        return "not-ready";
    case HoldReason::Ended:
        return "ended";
    case HoldReason::Unattended:
        return "unattended";
    case HoldReason::NotObserved:
        return "not-observed";
    case HoldReason::Unreachable:
        return "unreachable";
    case HoldReason::Terminating:
        return "terminating";
    case HoldReason::Cancelling:
        return "cancelling";
    case HoldReason::GateNotPassed:
        return "gate-not-passed";
    }
    return "";
}

const char *toString(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Running:
        return "running";
    case Outcome::Done:
        return "done";
    case Outcome::Failed:
        return "failed";
    case Outcome::Cancelled:
        return "cancelled";
    case Outcome::TimedOut:
        return "timed-out";
    }
    return "";
}

core::Json reportOf(const RunState &state, TimePoint now)
{
    std::vector<core::Json> holds(state.steps.size(), core::Json::array());
    for (const Hold &hold : next(state).holds)
        holds[hold.step].push_back(holdReport(hold, now));
    core::Json steps = core::Json::array();
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const Step &step = state.plan->steps[i];
        const StepStatus &status = state.steps[i];
        core::Json objects = core::Json::array(), notes = core::Json::array();
        for (std::size_t t = 0; t < step.tasks.size(); ++t)
            if (std::holds_alternative<CheckTask>(step.tasks[t].work))
                addNotes(notes, status.tasks[t]);
            else
                objects.push_back(objectReport(step.tasks[t], status.tasks[t]));
        steps.push_back({{"id", step.id},
                         {"title", step.title},
                         {"state", toString(status.state)},
                         {"seconds", durationOf(status, now)},
                         {"holds", holds[i]},
                         {"objects", std::move(objects)}});
        if (!notes.empty())
            steps.back()["notes"] = std::move(notes);
    }
    return {{"outcome", toString(state.outcome)}, {"runbook", state.plan->id}, {"steps", std::move(steps)}};
}

} // namespace binnacle::runbook
