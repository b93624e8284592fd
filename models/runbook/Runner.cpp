// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Runner.h"

#include <nlohmann/json.hpp>

#include <QFutureWatcher>
#include <QTimer>

namespace binnacle::runbook {

namespace {

/// Calls `then` with the future's value in the thread of `context`, or never when that dies first.
template <typename T, typename Function>
void whenDone(QObject *context, const QFuture<core::Result<T>> &future, Function then)
{
    auto *watcher = new QFutureWatcher<core::Result<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, then = std::move(then)] {
        watcher->deleteLater();
        if (watcher->future().resultCount() == 0)
            then(core::Result<T>(core::fail(core::ErrorKind::Unreachable, "the request was given up unanswered")));
        else
            then(watcher->future().result());
    });
    watcher->setFuture(future);
}

} // namespace

Runner::Runner(PlanPointer plan, EffectExecutor &executor, GateKeeper &gates, Journal &journal,
               const core::Clock &clock, QObject *parent)
    : QObject(parent),
      m_plan(std::move(plan)),
      m_executor(executor),
      m_gates(gates),
      m_journal(journal),
      m_clock(clock),
      m_state(initialState(m_plan, clock.monotonic())),
      m_timer(new QTimer(this))
{
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, [this] { dispatch(TimePassed{}); });
    connect(&m_gates, &GateKeeper::changed, this, [this] {
        if (m_started && !m_finished)
            advance();
    });
}

Runner::~Runner()
{
    m_cancellation.cancel();
}

void Runner::start()
{
    m_state = initialState(m_plan, m_clock.monotonic());
    const auto written = m_journal.started(*m_plan);
    begin(written);
}

void Runner::resume(std::vector<TaskRecord> records)
{
    m_state = initialState(m_plan, m_clock.monotonic());
    for (TaskRecord &record : records) {
        if (record.applied)
            m_recorded.insert_or_assign(record.at, *record.applied);
    }
    begin(m_journal.resumed(*m_plan));
}

void Runner::begin(const core::Result<void> &journalled)
{
    m_started = true;
    QTimer::singleShot(0, this, [this, journalled] {
        if (journalled)
            dispatch(TimePassed{});
        else
            dispatch(JournalFailed{journalled.error()});
    });
}

void Runner::cancel()
{
    if (m_started && !m_finished)
        dispatch(CancelRequested{});
}

std::vector<Hold> Runner::holds() const
{
    return next(m_state).holds;
}

core::Json Runner::report() const
{
    return reportOf(m_state, m_clock.monotonic());
}

void Runner::dispatch(EventBody body)
{
    if (m_finished)
        return;
    m_state = reduce(std::move(m_state), {m_clock.monotonic(), std::move(body)});
    advance();
}

void Runner::advance()
{
    if (m_advancing) {
        m_again = true;
        return;
    }
    m_advancing = true;
    do {
        m_again = false;
        judgeGates();
        for (const Effect &effect : next(m_state).effects)
            startEffect(effect);
    } while (m_again);
    m_advancing = false;
    if (const auto wakeAt = next(m_state).wakeAt) {
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*wakeAt - m_clock.monotonic());
        m_timer->start(std::max(std::chrono::milliseconds(0), wait));
    } else {
        m_timer->stop();
    }
    emit stateChanged();
    if (m_state.isFinished())
        finish();
}

void Runner::judgeGates()
{
    for (bool moved = true; moved;) {
        moved = false;
        for (const std::size_t step : next(m_state).gates) {
            std::vector<Applied> applied;
            for (const TaskStatus &task : m_state.steps[step].tasks)
                applied.push_back(task.applied);
            const GateVerdict verdict = m_gates.judge(m_plan->steps[step], applied);
            m_state = reduce(std::move(m_state), {m_clock.monotonic(), GateJudged{step, verdict}});
            moved = moved || verdict.passed; // a passed gate lets later steps begin, whose gates may pass at once
        }
    }
}

void Runner::startEffect(const Effect &effect)
{
    m_state = reduce(std::move(m_state), {m_clock.monotonic(), EffectStarted{effect.at}});
    if (effect.kind == EffectKind::Prepare)
        prepare(effect.at);
    else
        execute(effect.at);
}

void Runner::prepare(TaskIndex at)
{
    const Task &task = m_plan->steps[at.step].tasks[at.task];
    whenDone(this, m_executor.prepare(*m_plan, task, m_cancellation.token()),
             [this, at, &task](const core::Result<Previous> &previous) {
                 if (!previous)
                     return dispatch(TaskFailed{at, previous.error()});
                 if (const auto recorded = m_recorded.find(at); recorded != m_recorded.end()) {
                     const bool gone = std::holds_alternative<DeleteTask>(task.work);
                     if (gone ? !previous->existed : previous->existed && previous->uid == recorded->second.uid)
                         return dispatch(TaskRestored{at, recorded->second});
                 }
                 const auto written =
                     m_journal.intent(*m_plan, at, *previous, m_executor.kubectlEquivalent(*m_plan, task));
                 if (!written)
                     return dispatch(JournalFailed{written.error()}, TaskFailed{at, written.error()});
                 m_previous.insert_or_assign(at, *previous);
                 dispatch(TaskPrepared{at});
             });
}

void Runner::execute(TaskIndex at)
{
    const Task &task = m_plan->steps[at.step].tasks[at.task];
    whenDone(this, m_executor.execute(*m_plan, task, m_previous[at], m_cancellation.token()),
             [this, at](const core::Result<Applied> &applied) {
                 const auto written = applied ? m_journal.outcome(*m_plan, at, *applied)
                                              : m_journal.failure(*m_plan, at, applied.error());
                 const EventBody event =
                     applied ? EventBody(TaskExecuted{at, *applied}) : EventBody(TaskFailed{at, applied.error()});
                 if (!written)
                     return dispatch(JournalFailed{written.error()}, event);
                 dispatch(event);
             });
}

void Runner::dispatch(JournalFailed failed, EventBody then)
{
    // Both before anything new may start: without a journal no further effect is allowed.
    m_state = reduce(std::move(m_state), {m_clock.monotonic(), std::move(failed)});
    dispatch(std::move(then));
}

void Runner::finish()
{
    m_finished = true;
    m_timer->stop();
    const auto written =
        m_journal.finished(*m_plan, m_state.outcome, m_state.error ? m_state.error->describe() : std::string());
    if (!written && m_state.outcome == Outcome::Done) {
        m_state.outcome = Outcome::Failed;
        m_state.error = written.error();
    }
    emit finished();
}

} // namespace binnacle::runbook
