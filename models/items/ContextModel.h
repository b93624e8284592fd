// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Kubeconfig.h"

#include <QAbstractListModel>

#include <vector>

namespace binnacle::items {

enum class ContextRole {
    Server = Qt::UserRole + 1, ///< QString
    User,                      ///< QString
    Namespace,                 ///< QString
    Current,                   ///< bool
    Insecure,                  ///< bool: TLS verification is off
    Problem,                   ///< QString; empty: usable
};

/// The contexts of the kubeconfigs, those that cannot be used included, each with its problem.
class ContextModel : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    void setContexts(std::vector<kube::ContextSummary> contexts);
    [[nodiscard]] const kube::ContextSummary &context(int row) const
    {
        return m_contexts[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const final;

private:
    std::vector<kube::ContextSummary> m_contexts;
};

} // namespace binnacle::items
