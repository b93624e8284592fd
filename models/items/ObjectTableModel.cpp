// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ObjectTableModel.h"

#include <nlohmann/json.hpp>

#include <QStringList>
#include <QTimer>

#include <algorithm>
#include <tuple>

namespace binnacle::items {

namespace {

/// Children come in bursts during a rollout; a parent's health is judged once for all of them.
constexpr int dependentsDelayMs = 150;
constexpr int ageIntervalMs = 10'000;

using Column = ObjectTableModel::Column;

std::vector<Column> columnsOf(const core::GroupKind &kind)
{
    std::vector<Column> columns{Column::Name, Column::Namespace, Column::State};
    const bool counted = kind.kind == "Pod" || kind.kind == "Deployment" || kind.kind == "StatefulSet" ||
                         kind.kind == "DaemonSet" || kind.kind == "ReplicaSet" || kind.kind == "Job";
    if (kind.kind == "Namespace" || kind.kind == "Node")
        columns.erase(columns.begin() + 1);
    if (counted)
        columns.push_back(Column::Ready);
    if (kind.kind == "Pod") {
        columns.push_back(Column::Restarts);
        columns.push_back(Column::Node);
    }
    if (counted)
        columns.push_back(Column::Image);
    columns.push_back(Column::Labels);
    columns.push_back(Column::Reason);
    columns.push_back(Column::Age);
    return columns;
}

auto orderOf(const kube::ObjectKey &key)
{
    return std::tie(key.nameSpace, key.name);
}

bool judgedByChildren(const core::GroupKind &kind)
{
    return kind.kind != "Pod" && kind.kind != "Event" && kind.kind != "Node";
}

} // namespace

ObjectTableModel::ObjectTableModel(const cluster::Store &store, QObject *parent)
    : QAbstractTableModel(parent),
      m_store(store),
      m_columns(columnsOf({})),
      m_dirtyTimer(new QTimer(this)),
      m_ageTimer(new QTimer(this))
{
    m_dirtyTimer->setSingleShot(true);
    m_dirtyTimer->setInterval(dependentsDelayMs);
    connect(m_dirtyTimer, &QTimer::timeout, this, &ObjectTableModel::refreshDependents);
    connect(&store, &cluster::Store::changed, this, &ObjectTableModel::apply);
    m_ageTimer->setInterval(ageIntervalMs);
    connect(m_ageTimer, &QTimer::timeout, this, [this] {
        const int column = static_cast<int>(m_columns.size()) - 1;
        if (!m_rows.empty())
            emit dataChanged(index(0, column), index(rowCount() - 1, column), {Qt::DisplayRole});
    });
    m_ageTimer->start();
}

ObjectTableModel::~ObjectTableModel() = default;

void ObjectTableModel::show(const core::GroupKind &kind, const std::set<core::Namespace> &nameSpaces)
{
    if (kind == m_kind && nameSpaces == m_nameSpaces)
        return;
    beginResetModel();
    m_kind = kind;
    m_nameSpaces = nameSpaces;
    m_columns = columnsOf(kind);
    m_rows.clear();
    m_dirty.clear();
    for (const auto &record : m_store.list(kind)) {
        if (isShown(record->key()))
            m_rows.push_back(rowOf(*record, m_store));
    }
    endResetModel();
}

int ObjectTableModel::find(const kube::ObjectKey &key) const
{
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), key, [](const ObjectRow &row, const auto &wanted) {
        return orderOf(row.key) < orderOf(wanted);
    });
    return at != m_rows.end() && at->key == key ? static_cast<int>(at - m_rows.begin()) : -1;
}

bool ObjectTableModel::isShown(const kube::ObjectKey &key) const
{
    return key.kind == m_kind &&
           (m_nameSpaces.empty() || key.nameSpace.isEmpty() || m_nameSpaces.contains(key.nameSpace));
}

ObjectTableModel::Rows::iterator ObjectTableModel::place(const kube::ObjectKey &key)
{
    return std::lower_bound(m_rows.begin(), m_rows.end(), key, [](const ObjectRow &row, const auto &wanted) {
        return orderOf(row.key) < orderOf(wanted);
    });
}

void ObjectTableModel::apply(const cluster::ChangeSet &changes)
{
    for (const auto &change : changes) {
        if (isShown(change.key)) {
            if (change.kind == cluster::ChangeKind::Removed)
                remove(change.key);
            else
                upsert(change.key);
        } else if (judgedByChildren(m_kind)) {
            m_dirty.insert(change.key.nameSpace);
        }
    }
    if (!m_dirty.empty() && !m_dirtyTimer->isActive())
        m_dirtyTimer->start();
}

void ObjectTableModel::upsert(const kube::ObjectKey &key)
{
    const auto record = m_store.find(key);
    if (!record) {
        remove(key);
        return;
    }
    const auto at = place(key);
    const int position = static_cast<int>(at - m_rows.begin());
    if (at != m_rows.end() && at->key == key) {
        *at = rowOf(*record, m_store);
        emit dataChanged(index(position, 0), index(position, columnCount() - 1));
        return;
    }
    beginInsertRows({}, position, position);
    m_rows.insert(at, rowOf(*record, m_store));
    endInsertRows();
}

void ObjectTableModel::remove(const kube::ObjectKey &key)
{
    const auto at = place(key);
    if (at == m_rows.end() || at->key != key)
        return;
    const int position = static_cast<int>(at - m_rows.begin());
    beginRemoveRows({}, position, position);
    m_rows.erase(at);
    endRemoveRows();
}

void ObjectTableModel::refreshDependents()
{
    const auto dirty = std::exchange(m_dirty, {});
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        auto &row = m_rows[i];
        if (!dirty.contains(row.key.nameSpace) && !dirty.contains(core::Namespace(row.key.name)))
            continue;
        const auto record = m_store.find(row.key);
        if (!record)
            continue;
        auto health = cluster::healthOf(*record, m_store);
        if (health == row.health)
            continue;
        row.health = std::move(health);
        emit dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), columnCount() - 1));
    }
}

int ObjectTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ObjectTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant ObjectTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &shown = row(index.row());
    const auto column = m_columns[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return text(shown, column);
    case Qt::ToolTipRole:
        return column == Column::Reason || column == Column::State ? QString::fromStdString(shown.health.reason)
                                                                   : text(shown, column);
    case Qt::TextAlignmentRole:
        return column == Column::Ready || column == Column::Restarts || column == Column::Age
                   ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    case static_cast<int>(ObjectRole::Health):
        return static_cast<int>(shown.health.state);
    case static_cast<int>(ObjectRole::Reason):
        return QString::fromStdString(shown.health.reason);
    case static_cast<int>(ObjectRole::Sort):
        return sortKey(shown, column);
    case static_cast<int>(ObjectRole::Key):
        return QVariant::fromValue(shown.key);
    case static_cast<int>(ObjectRole::FilterText):
        return QStringList{shown.name, shown.nameSpace, QString::fromStdString(shown.health.reason), shown.labelText()}
            .join(QLatin1Char('\n'));
    case static_cast<int>(ObjectRole::Labels): {
        LabelMap labels;
        for (const auto &[name, value] : shown.labels)
            labels[name.str()] = value.str();
        return QVariant::fromValue(labels);
    }
    default:
        return {};
    }
}

QVariant ObjectTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == static_cast<int>(ObjectRole::ColumnId)) {
        static const char *const ids[] = {"name", "namespace", "state",  "ready",  "restarts",
                                          "node", "image",     "labels", "reason", "age"};
        return QString::fromLatin1(ids[static_cast<int>(m_columns[static_cast<std::size_t>(section)])]);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (m_columns[static_cast<std::size_t>(section)]) {
    case Column::Name:
        return tr("Name");
    case Column::Namespace:
        return tr("Namespace");
    case Column::State:
        return tr("State");
    case Column::Ready:
        return tr("Ready");
    case Column::Restarts:
        return tr("Restarts");
    case Column::Node:
        return tr("Node");
    case Column::Image:
        return tr("Image");
    case Column::Labels:
        return tr("Labels");
    case Column::Reason:
        return tr("Reason");
    case Column::Age:
        return tr("Age");
    }
    return {};
}

QString ObjectTableModel::text(const ObjectRow &row, Column column) const
{
    switch (column) {
    case Column::Name:
        return row.name;
    case Column::Namespace:
        return row.nameSpace;
    case Column::State:
        return QString::fromLatin1(cluster::toString(row.health.state));
    case Column::Ready:
        return row.desired < 0 ? QString() : QStringLiteral("%1/%2").arg(row.ready).arg(row.desired);
    case Column::Restarts:
        return row.restarts < 0 ? QString() : QString::number(row.restarts);
    case Column::Node:
        return row.node;
    case Column::Image:
        return images(row);
    case Column::Labels:
        return row.labelText();
    case Column::Reason:
        return QString::fromStdString(row.health.reason);
    case Column::Age:
        return age(row);
    }
    return {};
}

QVariant ObjectTableModel::sortKey(const ObjectRow &row, Column column) const
{
    switch (column) {
    case Column::State:
        return static_cast<int>(row.health.state);
    case Column::Ready:
        return row.desired <= 0 ? 1.0 : static_cast<double>(row.ready) / row.desired;
    case Column::Restarts:
        return row.restarts;
    case Column::Age:
        return static_cast<qlonglong>(-row.created);
    case Column::Name:
    case Column::Namespace:
    case Column::Node:
    case Column::Image:
    case Column::Labels:
    case Column::Reason:
        return text(row, column);
    }
    return {};
}

/// Read when shown: rows of many pods need not carry it.
QString ObjectTableModel::images(const ObjectRow &row) const
{
    const kube::RecordPointer record = m_store.find(row.key);
    QStringList images;
    const auto add = [&images](const std::string &image) {
        if (!images.contains(QString::fromStdString(image)))
            images.append(QString::fromStdString(image));
    };
    if (!record)
        return {};
    if (const auto *pod = std::get_if<kube::PodRecord>(&record->body)) {
        for (const kube::ContainerRecord &container : pod->containers)
            add(container.image.str());
    } else if (const auto *json = record->json()) {
        const core::Json::json_pointer containers("/spec/template/spec/containers");
        if (json->contains(containers)) {
            for (const core::Json &container : json->at(containers))
                add(container.value("image", ""));
        }
    }
    return images.join(QStringLiteral(", "));
}

QString ObjectTableModel::age(const ObjectRow &row) const
{
    if (row.created == 0)
        return {};
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(m_store.clock().now().time_since_epoch()).count();
    return QString::fromStdString(core::formatDuration(std::chrono::seconds(now - row.created)));
}

} // namespace binnacle::items
