// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "runbook/Engine.h"
#include "runbook/Executor.h"
#include "runbook/Journal.h"

#include <QObject>

#include <map>

class QTimer;

namespace binnacle::runbook {

/// Runs one plan: asks the engine what is next, journals, lets the executor do it, and tells the engine what happened.
/// Driven by events only: finished effects, changes of the cluster, one timer for the next deadline.
class Runner : public QObject
{
    Q_OBJECT

public:
    /// All must outlive the runner, and live in its thread.
    Runner(PlanPointer plan, EffectExecutor &executor, GateKeeper &gates, Journal &journal, const core::Clock &clock,
           QObject *parent = nullptr);
    ~Runner() override;

    /// Journals the plan, then begins. Never emits before it returns.
    void start();
    /// Continues what a crash interrupted: tasks with a journalled outcome are not repeated unless the cluster has lost
    /// them.
    void resume(std::vector<TaskRecord> records);
    /// No new effect starts; the one under way ends. Nothing is undone.
    void cancel();

    [[nodiscard]] const RunState &state() const { return m_state; }
    [[nodiscard]] std::vector<Hold> holds() const;
    /// The design's `deploy -o json`, of now.
    [[nodiscard]] core::Json report() const;

signals:
    /// A step, an object or a hold has changed. Not for time alone: views age holds by themselves.
    void stateChanged();
    void finished();

private:
    void begin(const core::Result<void> &journalled);
    void dispatch(EventBody body);
    void dispatch(JournalFailed failed, EventBody then);
    void advance();
    void startEffect(const Effect &effect);
    void prepare(TaskIndex at);
    void execute(TaskIndex at);
    void judgeGates();
    void finish();

    PlanPointer m_plan;
    EffectExecutor &m_executor;
    GateKeeper &m_gates;
    Journal &m_journal;
    const core::Clock &m_clock;
    RunState m_state;
    std::map<TaskIndex, Previous> m_previous;
    std::map<TaskIndex, Applied> m_recorded; ///< outcomes from before a crash
    core::CancellationSource m_cancellation;
    QTimer *m_timer;
    bool m_advancing = false;
    bool m_again = false;
    bool m_started = false;
    bool m_finished = false;
};

} // namespace binnacle::runbook
