// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/ObjectRoles.h"
#include "stack/Topology.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <set>

namespace binnacle::items {

template <typename Model>
struct RowSignals;

/// The components of the stack, one row each.
class ComponentTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Name, Namespace, Kind, State, Ready, Image, Reason, Age };
    static constexpr int columnTotal = 8;

    explicit ComponentTableModel(const cluster::Store &store, QObject *parent = nullptr);

    /// Empty nameSpaces: all.
    void setTopology(const stack::Topology &topology, const std::map<std::string, QStringList> &images,
                     const std::set<core::Namespace> &nameSpaces);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    friend struct RowSignals<ComponentTableModel>;
    struct Row
    {
        std::string id;
        kube::ObjectKey key;
        QString title;
        cluster::Health health;
        int ready = 0;
        int desired = 0;
        QString image;
        kube::Timestamp created = 0;
        LabelMap labels;

        friend bool operator==(const Row &, const Row &) = default;
    };

    void beginRow(int row, bool insert);
    void endRow(bool insert);
    void rowChanged(int row);
    [[nodiscard]] QString text(const Row &row, Column column) const;
    [[nodiscard]] static QVariant sortKey(const Row &row, Column column, const QString &text);

    const cluster::Store &m_store;
    std::vector<Row> m_rows; ///< in order of id
};

} // namespace binnacle::items
