// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/PrometheusClient.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace binnacle::widgets {

/// What Prometheus finds wrong now: firing first, each with its labels, and since when.
class AlertsPage : public QWidget
{
    Q_OBJECT

public:
    explicit AlertsPage(QWidget *parent = nullptr);

    void setClient(std::shared_ptr<const metrics::PrometheusClient> client);
    void refresh();

private:
    void show(const core::Result<std::vector<metrics::Alert>> &alerts);

    std::shared_ptr<const metrics::PrometheusClient> m_client;
    QLabel *m_message;
    QTableWidget *m_table;
};

} // namespace binnacle::widgets
