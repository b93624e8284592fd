// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/AlertWatch.h"

#include "core/WhenFinished.h"
#include "gui/ClusterSession.h"
#include "gui/MetricsPage.h"
#include "widgets/theme/Text.h"
#include "widgets/topology/TopologyView.h"

namespace binnacle::gui {

namespace {

using namespace std::chrono_literals;

constexpr auto betweenQuestions = 30s;
constexpr auto betweenSearches = 60s;

metrics::AlertSubject subjectOf(const stack::ComponentState &state)
{
    const kube::ObjectKey &workload = state.component.workload;
    metrics::AlertSubject subject{workload.nameSpace.value(), workload.kind.kind, workload.name, {}, {}, {}};
    for (const auto &pod : state.pods)
        subject.pods.push_back(pod.key.name);
    for (const kube::ObjectKey &service : state.component.services)
        subject.services.push_back(service.name);
    for (const kube::ObjectKey &volume : state.component.volumes)
        subject.volumes.push_back(volume.name);
    return subject;
}

QString textOf(const metrics::Alert &alert)
{
    std::string said = alert.annotation("summary");
    if (said.empty())
        said = alert.annotation("description");
    const QString name = widgets::toQt(alert.name());
    return said.empty() ? name : QStringLiteral("%1: %2").arg(name, widgets::toQt(said));
}

} // namespace

AlertWatch::AlertWatch(ClusterSession &session, widgets::TopologyView &view)
    : QObject(&session), m_session(session), m_view(view)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_client ? ask() : look(); });
    connect(&session, &ClusterSession::topologyChanged, this, &AlertWatch::show);
    connect(&session, &ClusterSession::connectionChanged, this, [this] {
        if (!m_client && m_timer.isActive() && m_session.connection() == Connection::Live)
            look();
    });
    m_view.setAlerts({});
    look();
}

AlertWatch::~AlertWatch()
{
    m_asking.cancel();
}

void AlertWatch::look()
{
    m_timer.stop(); // what is under way starts it again
    PrometheusPlaces places = prometheusPlacesOf(m_session);
    core::whenFinished(metrics::discoverPrometheus(m_session.client(), places.nameSpaces, std::move(places.preferred),
                                                   m_asking.token()),
                       this, [this](const core::Result<std::vector<metrics::PrometheusCandidate>> &found) {
                           m_timer.start(betweenSearches);
                           if (!found || found->empty())
                               return;
                           const std::shared_ptr<kube::Transport> transport(m_session.client(),
                                                                            &m_session.client()->transport());
                           if (const auto client = metrics::openSource(found->front().source, transport)) {
                               m_client = *client;
                               ask();
                           }
                       });
}

void AlertWatch::ask()
{
    m_timer.stop();
    core::whenFinished(m_client->alerts(m_asking.token()), this,
                       [this](const core::Result<std::vector<metrics::Alert>> &alerts) {
                           m_timer.start(betweenQuestions);
                           m_alerts = alerts.value_or(std::vector<metrics::Alert>());
                           show();
                       });
}

void AlertWatch::show()
{
    widgets::CardAlerts shown;
    for (const stack::ComponentState &component : m_session.topology().components) {
        const metrics::AlertSubject subject = subjectOf(component);
        for (const metrics::Alert &alert : m_alerts) {
            if (metrics::concerns(alert, subject))
                shown[component.component.id].push_back({alert.state == metrics::AlertState::Firing, textOf(alert)});
        }
    }
    m_view.setAlerts(std::move(shown));
}

} // namespace binnacle::gui
