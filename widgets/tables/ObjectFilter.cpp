// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tables/ObjectFilter.h"

#include "items/ObjectTableModel.h"

namespace binnacle::widgets {

ObjectFilter::ObjectFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(static_cast<int>(items::ObjectRole::Sort));
    setSortLocaleAware(false);
    setDynamicSortFilter(true);
}

void ObjectFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void ObjectFilter::setFaultsOnly(bool on)
{
    m_faultsOnly = on;
    invalidateFilter();
}

bool ObjectFilter::filterAcceptsRow(int sourceRow, const QModelIndex &) const
{
    const auto *model = static_cast<const items::ObjectTableModel *>(sourceModel());
    const auto &row = model->row(sourceRow);
    if (m_faultsOnly &&
        (row.health.state == cluster::HealthState::Healthy || row.health.state == cluster::HealthState::Suspended))
        return false;
    if (m_text.isEmpty())
        return true;
    return row.name.contains(m_text, Qt::CaseInsensitive) || row.nameSpace.contains(m_text, Qt::CaseInsensitive) ||
           QString::fromStdString(row.health.reason).contains(m_text, Qt::CaseInsensitive) || row.hasLabel(m_text);
}

} // namespace binnacle::widgets
