// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/Journal.h"

#include <QAbstractTableModel>

#include <vector>

namespace binnacle::items {

/// What one runbook did, oldest first: each intent and its outcome.
class AuditModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { At, Type, Object, Action, Error };
    static constexpr int columnTotal = 5;

    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(std::vector<runbook::AuditEntry> entries);
    [[nodiscard]] const runbook::AuditEntry &entry(int row) const { return m_entries[static_cast<std::size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    std::vector<runbook::AuditEntry> m_entries;
};

} // namespace binnacle::items
