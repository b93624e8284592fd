// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/RunState.h"

namespace binnacle::runbook {

/// Names one task of a plan.
struct TaskIndex
{
    std::size_t step = 0;
    std::size_t task = 0;

    friend bool operator==(const TaskIndex &, const TaskIndex &) = default;
    friend auto operator<=>(const TaskIndex &, const TaskIndex &) = default;
};

/// @{ What happened. `next` never looks at a clock: time comes in with events.
struct EffectStarted
{
    TaskIndex at;
}; ///< the effect that `next` asked for is on its way
struct TaskPrepared
{
    TaskIndex at;
}; ///< what the object was is known and journalled
struct TaskExecuted
{
    TaskIndex at;
    Applied applied;
};
struct TaskFailed
{
    TaskIndex at;
    core::Error error;
}; ///< preparing or executing failed
struct TaskRestored
{
    TaskIndex at;
    Applied applied;
}; ///< from the journal: already done before a crash
struct GateJudged
{
    std::size_t step;
    GateVerdict verdict;
};
struct CancelRequested
{
};
struct JournalFailed
{
    core::Error error;
}; ///< nothing more may be changed
struct TimePassed
{
};
/// @}

using EventBody = std::variant<EffectStarted, TaskPrepared, TaskExecuted, TaskFailed, TaskRestored, GateJudged,
                               CancelRequested, JournalFailed, TimePassed>;

struct Event
{
    TimePoint now{};
    EventBody body;
};

enum class EffectKind {
    Prepare, ///< read the object as it is, and journal that together with the intent
    Execute, ///< change it
};

struct Effect
{
    EffectKind kind = EffectKind::Prepare;
    TaskIndex at;

    friend bool operator==(const Effect &, const Effect &) = default;
};

struct NextStep
{
    std::vector<Effect> effects;     ///< to start now
    std::vector<Hold> holds;         ///< why nothing more is started
    std::optional<TimePoint> wakeAt; ///< when time alone changes something
    std::vector<std::size_t> gates;  ///< steps whose gate is to be judged when the cluster changes
};

/// How many tasks of a step run at once. Stays well under the 100 streams of an HTTP/2 connection.
inline constexpr std::size_t maxParallelTasks = 8;

[[nodiscard]] RunState initialState(PlanPointer plan, TimePoint now);
/// Pure: equal states and events give equal states.
[[nodiscard]] RunState reduce(RunState state, const Event &event);
/// Pure: what to do in this state, and what is being waited for.
[[nodiscard]] NextStep next(const RunState &state);

/// May pass by itself: no connection, server trouble, a namespace that is still terminating, a quota that is not
/// counted yet.
[[nodiscard]] bool isTransient(const core::Error &error);

} // namespace binnacle::runbook
