// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/ObjectRoles.h"
#include "items/ObjectRow.h"

#include <QAbstractTableModel>

#include <set>
#include <vector>

class QTimer;

namespace binnacle::items {

/// All objects of one kind, a row each, kept in step with a store: rows are inserted, removed and changed singly, and
/// the model is reset only when it is pointed at another kind.
class ObjectTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Name, Namespace, State, Ready, Restarts, Node, Image, Labels, Reason, Age };

    explicit ObjectTableModel(const cluster::Store &store, QObject *parent = nullptr);
    ~ObjectTableModel() override;

    /// Empty nameSpaces: all. What is shown already stays as it is, and what is selected in it too.
    void show(const core::GroupKind &kind, const std::set<core::Namespace> &nameSpaces = {});
    [[nodiscard]] const core::GroupKind &kind() const { return m_kind; }
    [[nodiscard]] const ObjectRow &row(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1: not there.
    [[nodiscard]] int find(const kube::ObjectKey &key) const;
    [[nodiscard]] const std::vector<Column> &columns() const { return m_columns; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    using Rows = std::vector<ObjectRow>;

    void apply(const cluster::ChangeSet &changes);
    void upsert(const kube::ObjectKey &key);
    void remove(const kube::ObjectKey &key);
    void refreshDependents();
    [[nodiscard]] bool isShown(const kube::ObjectKey &key) const;
    [[nodiscard]] Rows::iterator place(const kube::ObjectKey &key);
    [[nodiscard]] QString text(const ObjectRow &row, Column column) const;
    [[nodiscard]] QVariant sortKey(const ObjectRow &row, Column column) const;
    [[nodiscard]] QString images(const ObjectRow &row) const;
    [[nodiscard]] QString age(const ObjectRow &row) const;

    const cluster::Store &m_store;
    core::GroupKind m_kind;
    std::set<core::Namespace> m_nameSpaces;
    std::vector<Column> m_columns;
    Rows m_rows;                       ///< in order of namespace and name
    std::set<core::Namespace> m_dirty; ///< where children changed: health there is judged anew
    QTimer *m_dirtyTimer;
    QTimer *m_ageTimer;
};

} // namespace binnacle::items
