// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "runbook/Plan.h"

#include <optional>

namespace binnacle::runbook {

using TimePoint = std::chrono::steady_clock::time_point;

enum class StepState {
    Pending,   ///< waits for earlier steps
    Running,   ///< its objects are being changed
    Waiting,   ///< its gate has not passed yet
    Done,      ///< passed; or, with holds = false, said what it lacks
    Failed,    ///< an object could not be changed
    TimedOut,  ///< its gate did not pass in time
    Cancelled, ///< stopped by the operator
    Held,      ///< will not run: an earlier step failed
};

enum class TaskState { Pending, Preparing, Prepared, Executing, Done, Failed };

/// What became of one object. Unchanged: the server had nothing to change.
enum class Action { None, Created, Changed, Unchanged, Deleted, Failed };

/// What an effect left behind, as the server says it.
struct Applied
{
    Action action = Action::None;
    core::Uid uid;
    std::int64_t generation = 0;
    core::ResourceVersion resourceVersion;
    std::string diff; ///< what changed, as unified text; never a Secret's value
};

enum class HoldReason {
    EarlierStep,   ///< an earlier step has not finished
    StepFailed,    ///< an earlier step failed or timed out
    Applying,      ///< a request is on its way
    Retrying,      ///< the last try failed in a way that may pass
    NotReady,      ///< the gate waits for this object
    Ended,         ///< the object has come to an end that the gate can never pass: a Job that failed
    Unattended,    ///< nothing in the cluster is seen that would get this object ready
    NotObserved,   ///< this object's kind cannot be watched, so the gate cannot tell
    Unreachable,   ///< the connection is lost, so the gate cannot tell
    Terminating,   ///< the object is going away
    Cancelling,    ///< the last request is awaited
    GateNotPassed, ///< a gate that holds nothing did not pass
};

/// What is being waited for: every wait has one, with words for an operator.
struct Hold
{
    HoldReason reason = HoldReason::NotReady;
    std::size_t step = 0;
    std::optional<kube::ObjectKey> object;
    std::string text; ///< "postgres-0: 0 of 1 containers ready, ContainerCreating"
    TimePoint since{};

    /// Equal but for the time.
    [[nodiscard]] bool isSameAs(const Hold &other) const;
};

struct TaskStatus
{
    TaskState state = TaskState::Pending;
    Applied applied;
    std::optional<core::Error> error; ///< of the last try
    int attempts = 0;
    bool isUncertain = false; ///< the connection broke while it was written: it may have been carried out
    std::optional<TimePoint> retryAt;
    TimePoint since{};
};

/// What a gate is waiting for.
struct GateWait
{
    kube::ObjectKey object;
    HoldReason reason = HoldReason::NotReady;
    std::string text;

    friend bool operator==(const GateWait &, const GateWait &) = default;
};

struct GateVerdict
{
    bool passed = false;
    std::vector<GateWait> waits;

    friend bool operator==(const GateVerdict &, const GateVerdict &) = default;
};

struct StepStatus
{
    StepState state = StepState::Pending;
    std::vector<TaskStatus> tasks;
    TimePoint started{};
    TimePoint finished{};
    std::vector<Hold> gate; ///< what the gate still waits for; kept when it did not pass
};

enum class Outcome { Running, Done, Failed, Cancelled, TimedOut };

/// The whole of a running (or finished) runbook. A value: views may keep copies.
struct RunState
{
    PlanPointer plan;
    std::vector<StepStatus> steps;
    Outcome outcome = Outcome::Running;
    bool cancelRequested = false;
    bool journalLost = false;         ///< nothing more may be changed
    std::optional<core::Error> error; ///< why the outcome is not Done

    [[nodiscard]] bool isFinished() const { return outcome != Outcome::Running; }
    /// Done, or done for good, of all steps: "3 of 6".
    [[nodiscard]] std::size_t doneSteps() const;
};

[[nodiscard]] const char *toString(StepState state);   ///< "pending", "timed-out" ...
[[nodiscard]] const char *toString(Action action);     ///< "created", "changed", "unchanged", "failed" ...
[[nodiscard]] const char *toString(HoldReason reason); ///< "not-ready" ...
[[nodiscard]] const char *toString(Outcome outcome);   ///< "done", "failed", "cancelled", "timed-out"

/// The design's `deploy -o json`.
[[nodiscard]] core::Json reportOf(const RunState &state, TimePoint now);

} // namespace binnacle::runbook
