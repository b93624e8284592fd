// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/RevisionModel.h"

namespace binnacle::items {

namespace {

QString ageOf(const std::string &created, std::chrono::system_clock::time_point now)
{
    const auto time = core::parseTime(created);
    return time ? QString::fromStdString(
                      core::formatDuration(std::chrono::duration_cast<std::chrono::seconds>(now - *time)))
                : QString();
}

QString joined(const std::vector<std::string> &words)
{
    QStringList list;
    for (const auto &word : words)
        list << QString::fromStdString(word);
    return list.join(QStringLiteral(", "));
}

} // namespace

void RevisionModel::setRevisions(std::vector<operations::Revision> revisions, std::chrono::system_clock::time_point now)
{
    beginResetModel();
    m_revisions = std::move(revisions);
    m_now = now;
    endResetModel();
}

int RevisionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_revisions.size());
}

int RevisionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnTotal;
}

QVariant RevisionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const auto &shown = revision(index.row());
    switch (static_cast<Column>(index.column())) {
    case Column::Revision:
        return shown.current ? tr("%1 (current)").arg(shown.number) : QString::number(shown.number);
    case Column::Age:
        return ageOf(shown.created, m_now);
    case Column::Images:
        return joined(shown.images);
    case Column::Cause:
        return QString::fromStdString(shown.changeCause);
    }
    return {};
}

QVariant RevisionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnTotal)
        return {};
    switch (static_cast<Column>(section)) {
    case Column::Revision:
        return tr("Revision");
    case Column::Age:
        return tr("Age");
    case Column::Images:
        return tr("Images");
    case Column::Cause:
        return tr("Change cause");
    }
    return {};
}

} // namespace binnacle::items
