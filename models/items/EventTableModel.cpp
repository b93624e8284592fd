// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/EventTableModel.h"

#include "core/Clock.h"
#include "items/RowSync.h"

#include <QTimer>

#include <algorithm>

namespace binnacle::items {

namespace {

using Column = EventTableModel::Column;

constexpr int readDelayMs = 150;
constexpr int ageIntervalMs = 10'000;
const core::GroupKind eventKind{"", "Event"};

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

EventTableModel::EventTableModel(const cluster::Store &store, QObject *parent)
    : QAbstractTableModel(parent), m_store(store), m_reading(new QTimer(this)), m_ageing(new QTimer(this))
{
    m_reading->setSingleShot(true);
    m_reading->setInterval(readDelayMs);
    connect(m_reading, &QTimer::timeout, this, &EventTableModel::read);
    connect(&store, &cluster::Store::changed, this, [this](const cluster::ChangeSet &changes) {
        const bool events = std::any_of(changes.begin(), changes.end(),
                                        [](const cluster::Change &change) { return change.key.kind == eventKind; });
        if (events && !m_reading->isActive())
            m_reading->start();
    });
    m_ageing->setInterval(ageIntervalMs);
    connect(m_ageing, &QTimer::timeout, this, [this] {
        if (!m_rows.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::DisplayRole});
    });
    m_ageing->start();
    read();
}

void EventTableModel::setNameSpaces(std::set<core::Namespace> nameSpaces)
{
    m_nameSpaces = std::move(nameSpaces);
    read();
}

void EventTableModel::read()
{
    std::vector<EventRow> rows = eventRows(m_store.list(eventKind), m_store);
    rows.erase(std::remove_if(rows.begin(), rows.end(),
                              [this](const EventRow &row) {
                                  return !m_nameSpaces.empty() && m_nameSpaces.count(row.object.nameSpace) == 0;
                              }),
               rows.end());
    syncRows(m_rows, std::move(rows), RowSignals<EventTableModel>{*this});
}

void EventTableModel::beginRow(int row, bool insert)
{
    insert ? beginInsertRows({}, row, row) : beginRemoveRows({}, row, row);
}

void EventTableModel::endRow(bool insert)
{
    insert ? endInsertRows() : endRemoveRows();
}

void EventTableModel::rowChanged(int row)
{
    emit dataChanged(index(row, 0), index(row, columnTotal - 1));
}

int EventTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EventTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnTotal;
}

QVariant EventTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const EventRow &row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return column == Column::Last
                   ? tr("First seen %1")
                         .arg(toQt(
                             core::formatTime(std::chrono::system_clock::time_point(std::chrono::seconds(row.first)))))
                   : text(row, column);
    case static_cast<int>(ObjectRole::Sort):
        if (column == Column::Last)
            return static_cast<qlonglong>(row.last);
        return column == Column::Count ? QVariant(row.count) : QVariant(text(row, column));
    case static_cast<int>(ObjectRole::Key):
        return QVariant::fromValue(row.object);
    case static_cast<int>(ObjectRole::FilterText):
        return QStringList{row.reason, row.message, toQt(row.object.describe()), row.source}.join(QLatin1Char('\n'));
    case static_cast<int>(ObjectRole::Warning):
        return row.warning;
    default:
        return {};
    }
}

QVariant EventTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char *const ids[] = {"last", "type", "reason", "object", "namespace", "message", "count", "source"};
    if (orientation != Qt::Horizontal || section < 0 || section >= columnTotal)
        return {};
    if (role == static_cast<int>(ObjectRole::ColumnId))
        return QString::fromLatin1(ids[section]);
    if (role != Qt::DisplayRole)
        return {};
    const QString words[] = {tr("Last seen"), tr("Type"),    tr("Reason"), tr("Object"),
                             tr("Namespace"), tr("Message"), tr("Count"),  tr("Source")};
    return words[section];
}

QString EventTableModel::text(const EventRow &row, Column column) const
{
    switch (column) {
    case Column::Last: {
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(m_store.clock().now().time_since_epoch());
        return row.last == 0 ? QString()
                             : tr("%1 ago").arg(toQt(core::formatDuration(now - std::chrono::seconds(row.last))));
    }
    case Column::Type:
        return row.warning ? tr("Warning") : tr("Normal");
    case Column::Reason:
        return row.reason;
    case Column::Object:
        return QStringLiteral("%1 %2").arg(toQt(row.object.kind.kind), toQt(row.object.name));
    case Column::Namespace:
        return toQt(row.object.nameSpace.value());
    case Column::Message:
        return row.message;
    case Column::Count:
        return QString::number(row.count);
    case Column::Source:
        return row.source;
    }
    return {};
}

} // namespace binnacle::items
