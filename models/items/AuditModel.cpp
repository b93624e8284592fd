// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/AuditModel.h"

#include "items/RunbookModel.h"

namespace binnacle::items {

void AuditModel::setEntries(std::vector<runbook::AuditEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int AuditModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int AuditModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnTotal;
}

QVariant AuditModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const auto &shown = entry(index.row());
    switch (static_cast<Column>(index.column())) {
    case Column::At:
        return localTime(shown.at);
    case Column::Type:
        return QString::fromStdString(shown.type);
    case Column::Object:
        return QString::fromStdString(shown.object);
    case Column::Action:
        return QString::fromStdString(shown.action);
    case Column::Error:
        return QString::fromStdString(shown.error);
    }
    return {};
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnTotal)
        return {};
    switch (static_cast<Column>(section)) {
    case Column::At:
        return tr("When");
    case Column::Type:
        return tr("Record");
    case Column::Object:
        return tr("Object");
    case Column::Action:
        return tr("Action");
    case Column::Error:
        return tr("Error");
    }
    return {};
}

} // namespace binnacle::items
