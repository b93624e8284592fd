// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/PlanModel.h"

#include "core/Clock.h"
#include "items/ObjectCount.h"

#include <QCoreApplication>

namespace binnacle::items {

namespace {

/// Steps have this id; an object's id is its step's row.
constexpr quintptr stepId = ~quintptr{0};

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

QString actionWord(runbook::Action action)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("PlanModel", text); };
    switch (action) {
    case runbook::Action::None:
        return {};
    case runbook::Action::Created:
        return tr("Created");
    case runbook::Action::Changed:
        return tr("Changed");
    case runbook::Action::Unchanged:
        return tr("Unchanged");
    case runbook::Action::Deleted:
        return tr("Deleted");
    case runbook::Action::Failed:
        return tr("Failed");
    }
    return {};
}

QString plannedWord(const std::string &action)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("PlanModel", text); };
    if (action == "create")
        return tr("Will be created");
    if (action == "change")
        return tr("Will be changed");
    if (action == "delete")
        return tr("Will be deleted");
    return tr("No change");
}

} // namespace

QString stepStateWord(runbook::StepState state)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("PlanModel", text); };
    switch (state) {
    case runbook::StepState::Pending:
        return tr("Pending");
    case runbook::StepState::Running:
        return tr("Applying");
    case runbook::StepState::Waiting:
        return tr("Waiting");
    case runbook::StepState::Done:
        return tr("Done");
    case runbook::StepState::Failed:
        return tr("Failed");
    case runbook::StepState::TimedOut:
        return tr("Timed out");
    case runbook::StepState::Cancelled:
        return tr("Cancelled");
    case runbook::StepState::Held:
        return tr("Held");
    }
    return {};
}

void PlanModel::setPlan(runbook::PlanPointer plan)
{
    beginResetModel();
    m_plan = std::move(plan);
    m_diffs.clear();
    m_steps.clear();
    m_holds.clear();
    endResetModel();
}

void PlanModel::setDiffs(const std::vector<operations::ObjectDiff> &diffs)
{
    m_diffs.clear();
    for (const auto &diff : diffs)
        m_diffs.emplace(diff.object, diff);
    for (int step = 0; step < rowCount(); ++step) {
        const auto parent = index(step, 0);
        if (const int tasks = rowCount(parent); tasks > 0)
            emit dataChanged(index(0, 0, parent), index(tasks - 1, columnTotal - 1, parent));
    }
}

void PlanModel::setState(const runbook::RunState &state, const std::vector<runbook::Hold> &holds,
                         runbook::TimePoint now)
{
    if (state.plan != m_plan)
        setPlan(state.plan);
    if (!m_plan)
        return;
    m_steps = state.steps;
    m_holds = holds;
    m_now = now;
    for (int step = 0; step < rowCount(); ++step) {
        const auto parent = index(step, 0);
        if (const int tasks = rowCount(parent); tasks > 0)
            emit dataChanged(index(0, 0, parent), index(tasks - 1, columnTotal - 1, parent));
    }
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnTotal - 1));
}

QModelIndex PlanModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : stepId);
}

QModelIndex PlanModel::parent(const QModelIndex &index) const
{
    if (!index.isValid() || index.internalId() == stepId)
        return {};
    return createIndex(static_cast<int>(index.internalId()), 0, stepId);
}

int PlanModel::rowCount(const QModelIndex &parent) const
{
    if (!m_plan || parent.column() > 0)
        return 0;
    if (!parent.isValid())
        return static_cast<int>(m_plan->steps.size());
    if (parent.internalId() != stepId)
        return 0;
    return static_cast<int>(m_plan->steps[static_cast<std::size_t>(parent.row())].tasks.size());
}

int PlanModel::columnCount(const QModelIndex &) const
{
    return columnTotal;
}

QVariant PlanModel::data(const QModelIndex &index, int role) const
{
    if (!m_plan || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<Column>(index.column());
    if (index.internalId() == stepId)
        return stepData(static_cast<std::size_t>(index.row()), column, role);
    return taskData(index.internalId(), static_cast<std::size_t>(index.row()), column, role);
}

QVariant PlanModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Column::What:
        return tr("Step and object");
    case Column::State:
        return tr("State");
    case Column::Detail:
        return tr("Detail");
    }
    return {};
}

QVariant PlanModel::stepData(std::size_t step, Column column, int role) const
{
    const auto &planned = m_plan->steps[step];
    if (role == static_cast<int>(PlanRole::StepState))
        return m_steps.empty() ? QVariant() : QVariant(static_cast<int>(m_steps[step].state));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (column) {
    case Column::What:
        return tr("%1. %2").arg(step + 1).arg(toQt(planned.title));
    case Column::State:
        return m_steps.empty() ? QString() : stepStateWord(m_steps[step].state);
    case Column::Detail:
        return stepDetail(step);
    }
    return {};
}

QString PlanModel::stepDetail(std::size_t step) const
{
    const auto &planned = m_plan->steps[step];
    if (m_steps.empty()) {
        const QString objects = objectCount(planned.tasks.size());
        return planned.gate == runbook::GateKind::None
                   ? objects
                   : tr("%1, then wait up to %2").arg(objects, toQt(core::formatDuration(planned.timeout)));
    }
    for (const auto &hold : m_holds) {
        if (hold.step != step)
            continue;
        if (hold.since == runbook::TimePoint()) // the step that it waits for has not begun itself
            return toQt(hold.text);
        const auto waited = std::chrono::duration_cast<std::chrono::seconds>(m_now - hold.since);
        return tr("%1, %2", "what is waited for, and for how long")
            .arg(toQt(hold.text), toQt(core::formatDuration(waited)));
    }
    return {};
}

QString PlanModel::taskState(std::size_t step, std::size_t task) const
{
    if (!m_steps.empty() && task < m_steps[step].tasks.size()) {
        const auto &status = m_steps[step].tasks[task];
        switch (status.state) {
        case runbook::TaskState::Pending:
            break;
        case runbook::TaskState::Preparing:
        case runbook::TaskState::Prepared:
        case runbook::TaskState::Executing:
            return tr("Applying");
        case runbook::TaskState::Failed:
            return actionWord(runbook::Action::Failed);
        case runbook::TaskState::Done:
            return actionWord(status.applied.action);
        }
    }
    const auto diff = m_diffs.find(m_plan->steps[step].tasks[task].object);
    return diff == m_diffs.end() ? QString() : plannedWord(diff->second.action);
}

QVariant PlanModel::taskData(std::size_t step, std::size_t task, Column column, int role) const
{
    const auto &planned = m_plan->steps[step].tasks[task];
    const auto diff = m_diffs.find(planned.object);
    const auto *status = !m_steps.empty() && task < m_steps[step].tasks.size() ? &m_steps[step].tasks[task] : nullptr;
    const QString error = status != nullptr && status->error ? toQt(status->error->describe()) : QString();
    if (role == static_cast<int>(PlanRole::Action))
        return status == nullptr ? QVariant() : QVariant(static_cast<int>(status->applied.action));
    if (role == static_cast<int>(PlanRole::PlannedAction))
        return diff == m_diffs.end() ? QString() : toQt(diff->second.action);
    if (role == static_cast<int>(PlanRole::Diff))
        return diff == m_diffs.end() ? QString() : toQt(diff->second.diff);
    if (role == static_cast<int>(PlanRole::Error))
        return error;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (column) {
    case Column::What:
        return toQt(planned.object.describe());
    case Column::State:
        return taskState(step, task);
    case Column::Detail:
        return !error.isEmpty() || diff == m_diffs.end() ? error : toQt(diff->second.note);
    }
    return {};
}

} // namespace binnacle::items
