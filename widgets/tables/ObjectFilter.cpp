// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tables/ObjectFilter.h"

#include "cluster/Health.h"
#include "items/ObjectRoles.h"
#include "stack/TopologyReach.h"

namespace binnacle::widgets {

namespace {

using items::ObjectRole;

/// Tables of objects know a state, that of events knows warnings.
bool isWell(const QModelIndex &index)
{
    const QVariant health = index.data(static_cast<int>(ObjectRole::Health));
    if (!health.isValid())
        return !index.data(static_cast<int>(ObjectRole::Warning)).toBool();
    const auto state = static_cast<cluster::HealthState>(health.toInt());
    return state == cluster::HealthState::Healthy || state == cluster::HealthState::Suspended;
}

} // namespace

ObjectFilter::ObjectFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(static_cast<int>(ObjectRole::Sort));
    setSortLocaleAware(false);
    setDynamicSortFilter(true);
}

ObjectFilter::~ObjectFilter() = default;

void ObjectFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void ObjectFilter::setLabels(std::shared_ptr<const core::Json> selector)
{
    m_labels = std::move(selector);
    invalidateFilter();
}

void ObjectFilter::setFaultsOnly(bool on)
{
    m_faultsOnly = on;
    invalidateFilter();
}

bool ObjectFilter::filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0, sourceParent);
    if (m_faultsOnly && isWell(index))
        return false;
    if (m_labels) {
        const auto labels = index.data(static_cast<int>(ObjectRole::Labels)).value<items::LabelMap>();
        if (!stack::matches(m_labels.get(), labels))
            return false;
    }
    return m_text.isEmpty() ||
           index.data(static_cast<int>(ObjectRole::FilterText)).toString().contains(m_text, Qt::CaseInsensitive);
}

} // namespace binnacle::widgets
