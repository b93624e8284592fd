// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/MetricsPage.h"

#include "gui/ClusterSession.h"
#include "widgets/metrics/MetricsScreen.h"
#include "widgets/theme/Text.h"

#include <QStackedWidget>

#include <array>

namespace binnacle::gui {

namespace {

/// What has pods of its own.
constexpr std::array<std::string_view, 5> measured = {"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"};

std::vector<widgets::MetricsComponent> componentsOf(const ClusterSession &session)
{
    std::vector<widgets::MetricsComponent> components;
    for (const stack::ComponentState &state : session.topology().components) {
        const stack::Component &component = state.component;
        const std::string &kind = component.workload.kind.kind;
        if (std::find(measured.begin(), measured.end(), kind) == measured.end())
            continue;
        metrics::Subject subject{kind, component.workload.nameSpace.value(), component.workload.name, {}};
        if (const auto images = session.images().find(component.id); images != session.images().end())
            for (const QString &image : images->second)
                subject.images.push_back(image.toStdString());
        components.push_back({widgets::toQt(component.id), widgets::toQt(component.title), std::move(subject)});
    }
    return components;
}

} // namespace

PrometheusPlaces prometheusPlacesOf(const ClusterSession &session)
{
    if (!session.stack())
        return {{session.nameSpace()}, {}};
    PrometheusPlaces places{session.stack()->nameSpaces, {}};
    for (const stack::Component &component : session.stack()->components)
        for (const kube::ObjectKey &service : component.services)
            places.preferred.push_back(service.nameSpace.value() + "/" + service.name);
    return places;
}

void renewMetricsPage(QStackedWidget &pages, ClusterSession &session, const core::Clock &clock,
                      const std::filesystem::path &journal)
{
    delete pages.findChild<widgets::MetricsScreen *>(QString(), Qt::FindDirectChildrenOnly);
    widgets::MetricsScreen::Environment environment;
    environment.client = session.client();
    environment.clock = &clock;
    environment.journal = journal;
    environment.context = session.context().value();
    PrometheusPlaces places = prometheusPlacesOf(session);
    environment.nameSpaces = std::move(places.nameSpaces);
    environment.preferred = std::move(places.preferred);
    auto *screen = new widgets::MetricsScreen(std::move(environment), &pages);
    pages.addWidget(screen);
    QObject::connect(&session, &ClusterSession::topologyChanged, screen,
                     [screen, session = &session] { screen->setComponents(componentsOf(*session)); });
    screen->setComponents(componentsOf(session));
}

} // namespace binnacle::gui
