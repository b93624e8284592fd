// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Kubeconfig.h"

#include <QAbstractListModel>
#include <QStringList>

#include <vector>

namespace binnacle::items {

enum class ContextRole {
    Server = Qt::UserRole + 1, ///< QString
    User,                      ///< QString
    Namespace,                 ///< QString
    Current,                   ///< bool
    Insecure,                  ///< bool: TLS verification is off
    Problem,                   ///< QString; empty: usable
    Recent,                    ///< bool: among the last used
    ReadOnly,                  ///< bool
};

/// The contexts of the kubeconfigs, those that cannot be used included, each with its problem.
class ContextModel : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    /// What the operator has done with contexts before, by their names.
    struct Marks
    {
        QStringList recent; ///< the last used first: they stand at the top
        QStringList readOnly;
    };

    void setContexts(std::vector<kube::ContextSummary> contexts, Marks marks = {});
    [[nodiscard]] const kube::ContextSummary &context(int row) const
    {
        return m_contexts[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;

private:
    std::vector<kube::ContextSummary> m_contexts;
    Marks m_marks;
};

} // namespace binnacle::items
