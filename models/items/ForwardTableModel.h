// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"
#include "core/Clock.h"
#include "forward/ForwardSnapshot.h"

#include <QAbstractTableModel>

#include <vector>

namespace binnacle::items {

template <typename Model>
struct RowSignals;

/// One forward: running, saved, or only suggested.
struct ForwardRow
{
    std::string id;                   ///< "namespace/target:port"; rows are in its order
    forward::ForwardSnapshot forward; ///< its id is 0 while it has not been started
    bool saved = false;
    bool startsOnConnect = false; ///< of a saved one

    friend bool operator==(const ForwardRow &, const ForwardRow &) = default;
};

[[nodiscard]] std::string forwardId(const forward::ForwardRequest &request);
/// The states that every table shows.
[[nodiscard]] cluster::HealthState healthOf(forward::ForwardPhase phase);

/// The forwards of a cluster: what leads where, how it stands, and what passes.
class ForwardTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Target, Namespace, Local, State, Reason, Connections, Received, Sent, Since, Saved };
    static constexpr int columnTotal = 10;

    explicit ForwardTableModel(const core::Clock &clock, QObject *parent = nullptr);

    void setRows(std::vector<ForwardRow> rows);
    [[nodiscard]] const ForwardRow &row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }
    /// -1: none.
    [[nodiscard]] int rowOf(const std::string &id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    friend struct RowSignals<ForwardTableModel>;

    void beginRow(int row, bool insert);
    void endRow(bool insert);
    void rowChanged(int row);
    [[nodiscard]] QString text(const ForwardRow &row, Column column) const;

    const core::Clock &m_clock;
    std::vector<ForwardRow> m_rows;
};

} // namespace binnacle::items
