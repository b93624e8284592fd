// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/Preview.h"
#include "runbook/RunState.h"

#include <QAbstractItemModel>

#include <map>

namespace binnacle::items {

enum class PlanRole {
    StepState = Qt::UserRole + 1, ///< int of runbook::StepState; on steps
    Action,                       ///< int of runbook::Action; on objects, once they were tried
    PlannedAction,                ///< QString of ObjectDiff::action; on objects, when a preview is there
    Diff,                         ///< QString
    Error,                        ///< QString; empty: none
};

/// A plan as a tree, steps and their objects: first with what would change, then with what becomes of it.
class PlanModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum class Column { What, State, Detail };
    static constexpr int columnTotal = 3;

    using QAbstractItemModel::QAbstractItemModel;

    void setPlan(runbook::PlanPointer plan);
    void setDiffs(const std::vector<operations::ObjectDiff> &diffs);
    /// Of the same plan; only what differs is announced. `holds` belong to it.
    void setState(const runbook::RunState &state, const std::vector<runbook::Hold> &holds, runbook::TimePoint now);
    [[nodiscard]] const runbook::PlanPointer &plan() const { return m_plan; }

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const final;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const final;
    using QObject::parent;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    [[nodiscard]] QVariant stepData(std::size_t step, Column column, int role) const;
    [[nodiscard]] QVariant taskData(std::size_t step, std::size_t task, Column column, int role) const;
    [[nodiscard]] QString stepDetail(std::size_t step) const;
    [[nodiscard]] QString taskState(std::size_t step, std::size_t task) const;

    runbook::PlanPointer m_plan;
    std::map<kube::ObjectKey, operations::ObjectDiff> m_diffs;
    std::vector<runbook::StepStatus> m_steps; ///< empty: not running
    std::vector<runbook::Hold> m_holds;
    runbook::TimePoint m_now{};
};

/// The word for a step's state, translated.
[[nodiscard]] QString stepStateWord(runbook::StepState state);

} // namespace binnacle::items
