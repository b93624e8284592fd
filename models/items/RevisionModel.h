// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/Rollouts.h"

#include <QAbstractTableModel>

#include <chrono>
#include <vector>

namespace binnacle::items {

/// The revisions of one workload, newest first.
class RevisionModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Revision, Age, Images, Cause };
    static constexpr int columnTotal = 4;

    using QAbstractTableModel::QAbstractTableModel;

    /// Ages are counted up to `now`.
    void setRevisions(std::vector<operations::Revision> revisions, std::chrono::system_clock::time_point now);
    [[nodiscard]] const operations::Revision &revision(int row) const
    {
        return m_revisions[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

private:
    std::vector<operations::Revision> m_revisions;
    std::chrono::system_clock::time_point m_now;
};

} // namespace binnacle::items
