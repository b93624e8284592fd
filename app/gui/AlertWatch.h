// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/PrometheusClient.h"

#include <QObject>
#include <QTimer>

namespace binnacle::widgets {
class TopologyView;
}

namespace binnacle::gui {

class ClusterSession;

/// Shows what a session's Prometheus finds wrong on the picture's components, as long as the session lives: asked every
/// half minute, and looked for every minute where none is found. What is not known is not shown: the metrics
/// screen says why.
class AlertWatch : public QObject
{
    Q_OBJECT

public:
    /// A child of the session; the view outlives it.
    AlertWatch(ClusterSession &session, widgets::TopologyView &view);
    ~AlertWatch() override;

private:
    void look();
    void ask();
    void show();

    ClusterSession &m_session;
    widgets::TopologyView &m_view;
    std::shared_ptr<const metrics::PrometheusClient> m_client;
    std::vector<metrics::Alert> m_alerts;
    core::CancellationSource m_asking;
    QTimer m_timer;
};

} // namespace binnacle::gui
