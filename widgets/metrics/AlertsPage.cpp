// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/metrics/AlertsPage.h"

#include "core/Clock.h"
#include "core/WhenFinished.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

enum Column { State, Name, Severity, Since, Summary, LabelsColumn, ColumnCount };

QString sinceText(const std::string &activeAt)
{
    const auto time = core::parseTime(activeAt);
    if (!time)
        return toQt(activeAt);
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(core::SystemClock().now() - *time);
    return AlertsPage::tr("%1 ago").arg(toQt(core::formatDuration(std::max(age, std::chrono::seconds(0)))));
}

} // namespace

AlertsPage::AlertsPage(QWidget *parent) : QWidget(parent), m_message(new QLabel(this)), m_table(new QTableWidget(this))
{
    m_message->setObjectName(u"alertsMessage"_s);
    m_message->setWordWrap(true);
    m_table->setObjectName(u"alertsTable"_s);
    m_table->setAccessibleName(tr("Alerts"));
    m_table->setColumnCount(ColumnCount);
    m_table->setHorizontalHeaderLabels(
        {tr("State"), tr("Alert"), tr("Severity"), tr("Since"), tr("Summary"), tr("Labels")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_message);
    column->addWidget(m_table, 1);
    setFocusProxy(m_table);
}

void AlertsPage::setClient(std::shared_ptr<const metrics::PrometheusClient> client)
{
    m_client = std::move(client);
    refresh();
}

void AlertsPage::refresh()
{
    if (m_client)
        core::whenFinished(m_client->alerts(), this,
                           [this](const core::Result<std::vector<metrics::Alert>> &alerts) { show(alerts); });
}

void AlertsPage::show(const core::Result<std::vector<metrics::Alert>> &found)
{
    if (!found) {
        m_message->setText(toQt(found.error().describe()));
        return;
    }
    const std::vector<metrics::Alert> &alerts = *found;
    m_message->setText(alerts.empty()
                           ? tr("No alert fires, and none is about to.")
                           : tr("Alerts: %1. Pending ones fire when they have held for as long as their rule "
                                "asks.")
                                 .arg(alerts.size()));
    m_table->setRowCount(static_cast<int>(alerts.size()));
    const Colors &c = Theme::colors();
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const metrics::Alert &alert = alerts[static_cast<std::size_t>(row)];
        const bool fires = alert.state == metrics::AlertState::Firing;
        const auto set = [&](int column, const QString &text) {
            auto *item = new QTableWidgetItem(text);
            item->setToolTip(text);
            m_table->setItem(row, column, item);
        };
        set(State, fires ? tr("Firing") : tr("Pending"));
        m_table->item(row, State)->setIcon(themedIcon(fires ? u"stop"_s : u"help"_s, fires ? c.bad : c.warning));
        m_table->item(row, State)->setForeground(fires ? c.bad : c.text);
        set(Name, toQt(alert.name()));
        set(Severity, toQt(alert.label("severity")));
        set(Since, sinceText(alert.activeAt));
        set(Summary, toQt(alert.annotation("summary")));
        auto labels = alert.labels;
        labels.erase("alertname");
        labels.erase("severity");
        set(LabelsColumn, toQt(metrics::describe(labels)));
    }
    m_table->resizeColumnsToContents();
}

} // namespace binnacle::widgets
