// SPDX-License-Identifier: GPL-3.0-or-later
#include "RunbookRun.h"

#include <QEventLoop>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace binnacle::ctl {

namespace {

/// How often a wait that does not change is said again.
constexpr auto reminder = std::chrono::seconds(15);

[[nodiscard]] Colour colourOf(runbook::StepState state)
{
    switch (state) {
    case runbook::StepState::Done:
        return Colour::Green;
    case runbook::StepState::Running:
    case runbook::StepState::Waiting:
        return Colour::Yellow;
    case runbook::StepState::Failed:
    case runbook::StepState::TimedOut:
        return Colour::Red;
    case runbook::StepState::Pending:
    case runbook::StepState::Cancelled:
    case runbook::StepState::Held:
        return Colour::Dim;
    }
    return Colour::None;
}

/// "4 created, 2 unchanged"
[[nodiscard]] std::string actionsOf(const runbook::StepStatus &step)
{
    std::string text;
    for (const auto action : {runbook::Action::Created, runbook::Action::Changed, runbook::Action::Unchanged,
                              runbook::Action::Deleted, runbook::Action::Failed}) {
        const auto count = std::count_if(step.tasks.begin(), step.tasks.end(),
                                         [action](const auto &task) { return task.applied.action == action; });
        if (count > 0)
            text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + runbook::toString(action);
    }
    return text;
}

/// Gates already name the object and say that it is waited for; what retries and requests say does not.
[[nodiscard]] std::string wordsOf(const runbook::Hold &hold)
{
    std::string text = hold.text;
    if (hold.object && text.find(hold.object->describe()) == std::string::npos)
        text = hold.object->describe() + ": " + text;
    return text.starts_with("waiting") ? text : "waiting: " + text;
}

/// A lost connection is one piece of news, however many objects it hides.
void showOneLostConnection(std::vector<runbook::Hold> &holds)
{
    const auto isLost = [](const runbook::Hold &hold) { return hold.reason == runbook::HoldReason::Unreachable; };
    const auto first = std::find_if(holds.begin(), holds.end(), isLost);
    if (first == holds.end())
        return;
    first->object.reset();
    holds.erase(std::remove_if(first + 1, holds.end(), isLost), holds.end());
}

[[nodiscard]] bool isShownWithActions(runbook::StepState state)
{
    return state == runbook::StepState::Waiting || state == runbook::StepState::Done ||
           state == runbook::StepState::Failed || state == runbook::StepState::TimedOut;
}

} // namespace

RunbookRun::RunbookRun(const Environment &environment, const ClusterSession &session)
    : m_environment(environment), m_session(session.client, environment.clock, environment.random)
{
}

RunbookRun::~RunbookRun() = default;

core::Result<void> RunbookRun::run(const std::function<void(operations::RunbookSession &)> &begin)
{
    QEventLoop loop;
    bool isFinished = false;
    QObject::connect(&m_session, &operations::RunbookSession::finished, &loop, [&] {
        isFinished = true;
        loop.quit();
    });
    QObject::connect(&m_session, &operations::RunbookSession::stateChanged, &loop, [this] { showProgress(); });
    QObject::connect(&m_environment.interrupt, &Interrupt::interrupted, &loop, [this] {
        m_environment.console.message(
            "Stopping: what is under way ends first, nothing is undone. Once more ends at once.");
        m_session.cancel();
    });
    QTimer remind;
    QObject::connect(&remind, &QTimer::timeout, &loop, [this] { showHolds(true); });
    remind.start(reminder);
    QTimer deadline;
    deadline.setSingleShot(true);
    QObject::connect(&deadline, &QTimer::timeout, &loop, [this] {
        m_timedOut = true;
        m_session.cancel();
    });
    if (m_environment.options.timeout)
        deadline.start(*m_environment.options.timeout);
    begin(m_session);
    if (!isFinished)
        loop.exec();
    showProgress();
    return conclude();
}

void RunbookRun::showProgress()
{
    const auto *const state = m_session.state();
    if (state == nullptr || !state->plan)
        return;
    showSteps(*state);
    showHolds(false);
}

void RunbookRun::showSteps(const runbook::RunState &state)
{
    const auto &console = m_environment.console;
    m_shownStates.resize(state.steps.size(), runbook::StepState::Pending);
    for (std::size_t index = 0; index < state.steps.size(); ++index) {
        const auto &status = state.steps[index];
        if (status.state == m_shownStates[index])
            continue;
        m_shownStates[index] = status.state;
        std::string line = "[" + std::to_string(index + 1) + "/" + std::to_string(state.steps.size()) + "] " +
                           state.plan->steps[index].title + ": " +
                           console.colouredMessage(runbook::toString(status.state), colourOf(status.state));
        const auto &tasks = state.plan->steps[index].tasks;
        const bool isCheck = !tasks.empty() && std::holds_alternative<runbook::CheckTask>(tasks.front().work);
        if (const auto actions = isCheck ? std::string() : actionsOf(status);
            !actions.empty() && isShownWithActions(status.state))
            line += " (" + actions + ")";
        console.message(line);
        if (status.state != runbook::StepState::Failed && status.state != runbook::StepState::TimedOut &&
            status.state != runbook::StepState::Done)
            continue;
        for (std::size_t task = 0; task < status.tasks.size(); ++task) {
            if (isCheck)
                showNotes(status.tasks[task].applied.diff);
            if (status.tasks[task].applied.action == runbook::Action::Failed && status.tasks[task].error)
                console.message("      " + state.plan->steps[index].tasks[task].object.describe() + ": " +
                                status.tasks[task].error->message);
        }
        auto gate = status.gate;
        showOneLostConnection(gate);
        for (const auto &hold : gate)
            console.message("      not passed: " + wordsOf(hold));
    }
}

/// What a check found that does not stop it.
void RunbookRun::showNotes(const std::string &notes)
{
    std::istringstream lines(notes);
    for (std::string line; std::getline(lines, line);)
        m_environment.console.message("      " + line);
}

void RunbookRun::showHolds(bool again)
{
    const auto now = m_environment.clock.monotonic();
    auto holds = m_session.holds();
    // Later steps wait for earlier ones, and requests are under way, all the time: only real waits are worth a line.
    std::erase_if(holds, [](const runbook::Hold &hold) {
        return hold.reason == runbook::HoldReason::EarlierStep || hold.reason == runbook::HoldReason::Applying ||
               hold.reason == runbook::HoldReason::GateNotPassed; // said with the step's end
    });
    showOneLostConnection(holds);
    for (const auto &hold : holds) {
        bool isKnown = std::any_of(m_shownHolds.begin(), m_shownHolds.end(),
                                   [&](const runbook::Hold &shown) { return shown.isSameAs(hold); });
        // Only their count tells one try from the next, and that is no news.
        if (hold.reason == runbook::HoldReason::Retrying && hold.object)
            isKnown = !m_toldRetries.insert(hold.object->describe()).second;
        if (isKnown && !again)
            continue;
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - hold.since);
        std::string line = "      " + wordsOf(hold);
        if (age >= std::chrono::seconds(1))
            line += " (" + core::formatDuration(age) + ")";
        m_environment.console.message(m_environment.console.colouredMessage(line, Colour::Dim));
    }
    m_shownHolds = std::move(holds);
}

core::Result<void> RunbookRun::conclude() const
{
    const auto *const state = m_session.state();
    auto error = m_session.error();
    if (state != nullptr && state->plan) {
        auto report = m_session.report();
        if (m_timedOut && state->outcome == runbook::Outcome::Cancelled)
            report["outcome"] = runbook::toString(runbook::Outcome::TimedOut);
        if (!printStructured(m_environment, report)) {
            const std::string_view outcome = runbook::toString(state->outcome);
            m_environment.console.print(state->plan->title + ": " + std::string(outcome) + " (runbook " +
                                        state->plan->id + ")\n");
        }
    }
    if (!error)
        return {};
    if (m_timedOut && error->kind == core::ErrorKind::Cancelled) {
        error->kind = core::ErrorKind::GateTimeout;
        error->message = "not finished within the --timeout of " + core::formatDuration(*m_environment.options.timeout);
        if (!m_shownHolds.empty())
            error->message += ", still " + wordsOf(m_shownHolds.front());
    }
    return core::fail(std::move(*error));
}

} // namespace binnacle::ctl
