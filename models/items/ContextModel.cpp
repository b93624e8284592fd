// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ContextModel.h"

#include <algorithm>

namespace binnacle::items {

void ContextModel::setContexts(std::vector<kube::ContextSummary> contexts, Marks marks)
{
    const auto place = [&marks](const kube::ContextSummary &context) {
        const auto at = marks.recent.indexOf(QString::fromStdString(context.name.value()));
        return at < 0 ? marks.recent.size() : at;
    };
    std::stable_sort(contexts.begin(), contexts.end(),
                     [&place](const auto &a, const auto &b) { return place(a) < place(b); });
    beginResetModel();
    m_marks = std::move(marks);
    m_contexts = std::move(contexts);
    endResetModel();
}

int ContextModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_contexts.size());
}

QVariant ContextModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &shown = context(index.row());
    const QString problem = shown.problem ? QString::fromStdString(shown.problem->describe()) : QString();
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(shown.name.value());
    case Qt::ToolTipRole:
        return problem.isEmpty() ? QString::fromStdString(shown.server) : problem;
    case Qt::AccessibleDescriptionRole:
        return problem.isEmpty() ? tr("Kubernetes context, server %1").arg(QString::fromStdString(shown.server))
                                 : tr("Kubernetes context that cannot be used: %1").arg(problem);
    case static_cast<int>(ContextRole::Server):
        return QString::fromStdString(shown.server);
    case static_cast<int>(ContextRole::User):
        return QString::fromStdString(shown.user);
    case static_cast<int>(ContextRole::Namespace):
        return QString::fromStdString(shown.nameSpace.value());
    case static_cast<int>(ContextRole::Current):
        return shown.current;
    case static_cast<int>(ContextRole::Insecure):
        return shown.insecure;
    case static_cast<int>(ContextRole::Problem):
        return problem;
    case static_cast<int>(ContextRole::Recent):
        return m_marks.recent.contains(QString::fromStdString(shown.name.value()));
    case static_cast<int>(ContextRole::ReadOnly):
        return m_marks.readOnly.contains(QString::fromStdString(shown.name.value()));
    default:
        return {};
    }
}

} // namespace binnacle::items
