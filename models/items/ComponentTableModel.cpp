// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ComponentTableModel.h"

#include "core/Clock.h"
#include "items/RowSync.h"

#include <algorithm>

namespace binnacle::items {

namespace {

using Column = ComponentTableModel::Column;

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

ComponentTableModel::ComponentTableModel(const cluster::Store &store, QObject *parent)
    : QAbstractTableModel(parent), m_store(store)
{
}

void ComponentTableModel::setTopology(const stack::Topology &topology, const std::map<std::string, QStringList> &images,
                                      const std::set<core::Namespace> &nameSpaces)
{
    std::vector<Row> rows;
    for (const stack::ComponentState &state : topology.components) {
        const kube::ObjectKey &key = state.component.workload;
        if (!nameSpaces.empty() && nameSpaces.count(key.nameSpace) == 0)
            continue;
        Row row;
        row.id = state.component.id;
        row.key = key;
        row.title = toQt(state.component.title);
        row.health = state.health;
        row.ready = state.ready;
        row.desired = state.desired;
        if (const auto found = images.find(state.component.id); found != images.end())
            row.image = found->second.join(QStringLiteral(", "));
        if (const kube::RecordPointer record = m_store.find(key)) {
            row.created = record->meta.created;
            for (const auto &[name, value] : record->meta.labels)
                row.labels[name.str()] = value.str();
        }
        rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.id < b.id; });
    syncRows(m_rows, std::move(rows), RowSignals<ComponentTableModel>{*this});
    if (!m_rows.empty()) { // ages grow without a change of the row
        const int age = static_cast<int>(Column::Age);
        emit dataChanged(index(0, age), index(rowCount() - 1, age), {Qt::DisplayRole});
    }
}

void ComponentTableModel::beginRow(int row, bool insert)
{
    insert ? beginInsertRows({}, row, row) : beginRemoveRows({}, row, row);
}

void ComponentTableModel::endRow(bool insert)
{
    insert ? endInsertRows() : endRemoveRows();
}

void ComponentTableModel::rowChanged(int row)
{
    emit dataChanged(index(row, 0), index(row, columnTotal - 1));
}

int ComponentTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ComponentTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnTotal;
}

QVariant ComponentTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return column == Column::State ? toQt(row.health.reason) : text(row, column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((column == Column::Ready || column == Column::Age ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case static_cast<int>(ObjectRole::Health):
        return static_cast<int>(row.health.state);
    case static_cast<int>(ObjectRole::Reason):
        return toQt(row.health.reason);
    case static_cast<int>(ObjectRole::Sort):
        return sortKey(row, column, text(row, column));
    case static_cast<int>(ObjectRole::Key):
        return QVariant::fromValue(row.key);
    case static_cast<int>(ObjectRole::FilterText):
        return QStringList{row.title, toQt(row.key.nameSpace.value()), toQt(row.key.kind.kind), row.image,
                           toQt(row.health.reason)}
            .join(QLatin1Char('\n'));
    case static_cast<int>(ObjectRole::Labels):
        return QVariant::fromValue(row.labels);
    default:
        return {};
    }
}

QVariant ComponentTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char *const ids[] = {"name", "namespace", "kind", "state", "ready", "image", "reason", "age"};
    if (orientation != Qt::Horizontal || section < 0 || section >= columnTotal)
        return {};
    if (role == static_cast<int>(ObjectRole::ColumnId))
        return QString::fromLatin1(ids[section]);
    if (role != Qt::DisplayRole)
        return {};
    const QString words[] = {tr("Name"),  tr("Namespace"), tr("Kind"),   tr("State"),
                             tr("Ready"), tr("Image"),     tr("Reason"), tr("Age")};
    return words[section];
}

QString ComponentTableModel::text(const Row &row, Column column) const
{
    switch (column) {
    case Column::Name:
        return row.title;
    case Column::Namespace:
        return toQt(row.key.nameSpace.value());
    case Column::Kind:
        return toQt(row.key.kind.kind);
    case Column::State:
        return QString::fromLatin1(cluster::toString(row.health.state));
    case Column::Ready:
        return QStringLiteral("%1/%2").arg(row.ready).arg(row.desired);
    case Column::Image:
        return row.image;
    case Column::Reason:
        return toQt(row.health.reason);
    case Column::Age:
        break;
    }
    if (row.created == 0)
        return {};
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(m_store.clock().now().time_since_epoch());
    return toQt(core::formatDuration(now - std::chrono::seconds(row.created)));
}

QVariant ComponentTableModel::sortKey(const Row &row, Column column, const QString &text)
{
    if (column == Column::State)
        return static_cast<int>(row.health.state);
    if (column == Column::Ready)
        return row.desired == 0 ? 1.0 : static_cast<double>(row.ready) / row.desired;
    if (column == Column::Age)
        return static_cast<qlonglong>(-row.created);
    return text;
}

} // namespace binnacle::items
