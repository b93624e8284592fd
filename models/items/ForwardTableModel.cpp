// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ForwardTableModel.h"

#include "forward/ForwardTarget.h"
#include "items/ObjectRoles.h"
#include "items/RowSync.h"

#include <QLocale>

namespace binnacle::items {

namespace {

using Column = ForwardTableModel::Column;
using forward::ForwardPhase;

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

QString bytes(std::int64_t count)
{
    return QLocale().formattedDataSize(count, 1, QLocale::DataSizeIecFormat);
}

} // namespace

std::string forwardId(const forward::ForwardRequest &request)
{
    return request.target.nameSpace.value() + "/" + forward::targetText(request.target) + ":" + request.port.remote;
}

cluster::HealthState healthOf(ForwardPhase phase)
{
    switch (phase) {
    case ForwardPhase::Starting:
    case ForwardPhase::Probing:
    case ForwardPhase::Reconnecting:
        return cluster::HealthState::Progressing;
    case ForwardPhase::Active:
        return cluster::HealthState::Healthy;
    case ForwardPhase::Failed:
        return cluster::HealthState::Degraded;
    case ForwardPhase::Stopped:
        return cluster::HealthState::Suspended;
    }
    return cluster::HealthState::Unknown;
}

ForwardTableModel::ForwardTableModel(const core::Clock &clock, QObject *parent)
    : QAbstractTableModel(parent), m_clock(clock)
{
}

void ForwardTableModel::setRows(std::vector<ForwardRow> rows)
{
    syncRows(m_rows, std::move(rows), RowSignals<ForwardTableModel>{*this});
}

int ForwardTableModel::rowOf(const std::string &id) const
{
    for (std::size_t at = 0; at < m_rows.size(); ++at)
        if (m_rows[at].id == id)
            return static_cast<int>(at);
    return -1;
}

void ForwardTableModel::beginRow(int row, bool insert)
{
    insert ? beginInsertRows({}, row, row) : beginRemoveRows({}, row, row);
}

void ForwardTableModel::endRow(bool insert)
{
    insert ? endInsertRows() : endRemoveRows();
}

void ForwardTableModel::rowChanged(int row)
{
    emit dataChanged(index(row, 0), index(row, columnTotal - 1));
}

int ForwardTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ForwardTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnTotal;
}

QString ForwardTableModel::text(const ForwardRow &row, Column column) const
{
    const auto &forward = row.forward;
    const bool running = forward.id != 0;
    switch (column) {
    case Column::Target:
        return toQt(forward::targetText(forward.request.target) + ":" + forward.request.port.remote);
    case Column::Namespace:
        return toQt(forward.request.target.nameSpace.value());
    case Column::Local: {
        const auto port = forward.localPort != 0 ? forward.localPort : forward.request.port.local.value_or(0);
        return port == 0 ? tr("a free port") : QStringLiteral("localhost:%1").arg(port);
    }
    case Column::State:
        switch (forward.phase) {
        case ForwardPhase::Starting:
            return tr("Starting");
        case ForwardPhase::Probing:
            return tr("Probing");
        case ForwardPhase::Active:
            return tr("Active");
        case ForwardPhase::Reconnecting:
            return tr("Reconnecting");
        case ForwardPhase::Failed:
            return tr("Failed");
        case ForwardPhase::Stopped:
            return row.saved || running ? tr("Stopped") : tr("Suggested");
        }
        return {};
    case Column::Reason:
        return forward.phase == ForwardPhase::Active ? tr("pod %1, port %2").arg(toQt(forward.pod)).arg(forward.podPort)
               : forward.next.empty()                ? toQt(forward.reason)
                                                     : toQt(forward.reason + ". Next: " + forward.next);
    case Column::Connections:
        return running ? QString::number(forward.connections) : QString();
    case Column::Received:
        return running ? bytes(forward.received) : QString();
    case Column::Sent:
        return running ? bytes(forward.sent) : QString();
    case Column::Since:
        return running ? toQt(core::formatDuration(
                             std::chrono::duration_cast<std::chrono::seconds>(m_clock.now() - forward.since)))
                       : QString();
    case Column::Saved:
        return !row.saved ? QString() : row.startsOnConnect ? tr("starts on connect") : tr("saved");
    }
    return {};
}

QVariant ForwardTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ForwardRow &shown = row(index.row());
    const auto column = static_cast<Column>(index.column());
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return text(shown, column);
    if (role == static_cast<int>(ObjectRole::Health) && column == Column::State)
        return static_cast<int>(healthOf(shown.forward.phase));
    if (role == Qt::TextAlignmentRole &&
        (column == Column::Connections || column == Column::Received || column == Column::Sent))
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    return {};
}

QVariant ForwardTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnTotal)
        return {};
    switch (static_cast<Column>(section)) {
    case Column::Target:
        return tr("Target");
    case Column::Namespace:
        return tr("Namespace");
    case Column::Local:
        return tr("Local address");
    case Column::State:
        return tr("State");
    case Column::Reason:
        return tr("Leads to, or why not");
    case Column::Connections:
        return tr("Connections");
    case Column::Received:
        return tr("Received");
    case Column::Sent:
        return tr("Sent");
    case Column::Since:
        return tr("Since");
    case Column::Saved:
        return tr("Saved");
    }
    return {};
}

} // namespace binnacle::items
