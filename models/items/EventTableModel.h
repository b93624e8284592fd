// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/EventRow.h"
#include "items/ObjectRoles.h"

#include <QAbstractTableModel>

#include <set>

class QTimer;

namespace binnacle::items {

template <typename Model>
struct RowSignals;

/// What happened in the cluster, each thing once. Sort by the column "last" for the newest first.
class EventTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Last, Type, Reason, Object, Namespace, Message, Count, Source };
    static constexpr int columnTotal = 8;

    explicit EventTableModel(const cluster::Store &store, QObject *parent = nullptr);

    /// Empty: all.
    void setNameSpaces(std::set<core::Namespace> nameSpaces);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    friend struct RowSignals<EventTableModel>;

    void read();
    void beginRow(int row, bool insert);
    void endRow(bool insert);
    void rowChanged(int row);
    [[nodiscard]] QString text(const EventRow &row, Column column) const;

    const cluster::Store &m_store;
    std::set<core::Namespace> m_nameSpaces;
    std::vector<EventRow> m_rows; ///< in order of id
    QTimer *m_reading;            ///< events come in bursts
    QTimer *m_ageing;
};

} // namespace binnacle::items
