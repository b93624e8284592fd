// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/Journal.h"

#include <QAbstractTableModel>

#include <vector>

namespace binnacle::items {

enum class RunbookRole {
    Outcome = Qt::UserRole + 1, ///< int of runbook::Outcome
};

/// The journal's runbooks, newest first.
class RunbookModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Started, Title, Outcome, Context, Who, Duration };
    static constexpr int columnTotal = 6;

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows that are still there keep their place, so that a view keeps its selection.
    void setRunbooks(std::vector<runbook::RunbookSummary> runbooks);
    [[nodiscard]] const runbook::RunbookSummary &runbook(int row) const
    {
        return m_runbooks[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    std::vector<runbook::RunbookSummary> m_runbooks;
};

/// The word for an outcome, translated. A runbook that has no end was interrupted, or runs now.
[[nodiscard]] QString outcomeWord(const runbook::RunbookSummary &summary);
/// Local date and time to the second.
[[nodiscard]] QString localTime(std::chrono::system_clock::time_point time);

} // namespace binnacle::items
