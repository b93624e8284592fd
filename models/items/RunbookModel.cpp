// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/RunbookModel.h"

#include "core/Clock.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace binnacle::items {

namespace {

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

QString duration(const runbook::RunbookSummary &summary)
{
    if (!summary.finished)
        return {};
    return toQt(
        core::formatDuration(std::chrono::duration_cast<std::chrono::seconds>(*summary.finished - summary.started)));
}

} // namespace

QString outcomeWord(const runbook::RunbookSummary &summary)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("RunbookModel", text); };
    switch (summary.outcome) {
    case runbook::Outcome::Running:
        return tr("Not finished");
    case runbook::Outcome::Done:
        return tr("Done");
    case runbook::Outcome::Failed:
        return tr("Failed");
    case runbook::Outcome::Cancelled:
        return tr("Cancelled");
    case runbook::Outcome::TimedOut:
        return tr("Timed out");
    }
    return {};
}

QString localTime(std::chrono::system_clock::time_point time)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    return QDateTime::fromSecsSinceEpoch(seconds).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

void RunbookModel::setRunbooks(std::vector<runbook::RunbookSummary> runbooks)
{
    const auto idAt = [](const auto &list, std::size_t i) -> const std::string & { return list[i].id; };
    // The journal only grows at its head: what is new is inserted, the rest is refreshed in place.
    std::size_t added = 0;
    while (added < runbooks.size() && (m_runbooks.empty() || idAt(runbooks, added) != m_runbooks.front().id))
        ++added;
    const std::size_t kept = std::min(runbooks.size() - added, m_runbooks.size());
    const bool grew = std::equal(m_runbooks.begin(), m_runbooks.begin() + static_cast<std::ptrdiff_t>(kept),
                                 runbooks.begin() + static_cast<std::ptrdiff_t>(added),
                                 [](const auto &a, const auto &b) { return a.id == b.id; });
    if (!grew || runbooks.size() - added != m_runbooks.size()) {
        beginResetModel();
        m_runbooks = std::move(runbooks);
        endResetModel();
        return;
    }
    if (added > 0) {
        beginInsertRows({}, 0, static_cast<int>(added) - 1);
        m_runbooks = std::move(runbooks);
        endInsertRows();
    } else {
        m_runbooks = std::move(runbooks);
    }
    if (!m_runbooks.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnTotal - 1));
}

int RunbookModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runbooks.size());
}

int RunbookModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnTotal;
}

QVariant RunbookModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &shown = runbook(index.row());
    if (role == static_cast<int>(RunbookRole::Outcome))
        return static_cast<int>(shown.outcome);
    if (role == Qt::ToolTipRole)
        return toQt(shown.error.empty() ? shown.id : shown.error);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(index.column())) {
    case Column::Started:
        return localTime(shown.started);
    case Column::Title:
        return toQt(shown.title);
    case Column::Outcome:
        return outcomeWord(shown);
    case Column::Context:
        return toQt(shown.target.context.value());
    case Column::Who:
        return toQt(shown.who);
    case Column::Duration:
        return duration(shown);
    }
    return {};
}

QVariant RunbookModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnTotal)
        return {};
    switch (static_cast<Column>(section)) {
    case Column::Started:
        return tr("Started");
    case Column::Title:
        return tr("What");
    case Column::Outcome:
        return tr("Outcome");
    case Column::Context:
        return tr("Context");
    case Column::Who:
        return tr("Who");
    case Column::Duration:
        return tr("Took");
    }
    return {};
}

} // namespace binnacle::items
