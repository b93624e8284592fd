// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/LogActions.h"

#include "gui/ActionRegistry.h"
#include "gui/BottomDock.h"
#include "gui/ClusterSession.h"
#include "gui/ObjectActions.h"
#include "stack/LogPods.h"
#include "widgets/logs/LogPage.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

LogActions::LogActions(ActionRegistry &registry, ObjectActions &objects, BottomDock &dock, const core::Clock &clock,
                       QObject *parent)
    : QObject(parent), m_registry(registry), m_objects(objects), m_dock(dock), m_clock(clock)
{
    m_registry.add({u"stackLogs"_s,
                    tr("View"),
                    tr("Logs of everything in the picture"),
                    {QKeySequence(u"Shift+L"_s)},
                    u"logs"_s,
                    tr("Shows what all components write, merged by time")},
                   [this] { showPicture(); });
    connect(&m_objects, &ObjectActions::logsWanted, this, &LogActions::showSubject);
    connect(&m_objects, &ObjectActions::attached, this, &LogActions::attach);
    refresh();
}

void LogActions::attach(ClusterSession *session)
{
    m_dock.closeAll();
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    refresh();
}

void LogActions::refresh()
{
    m_registry.setState(u"stackLogs"_s, m_session ? ActionRegistry::State{}
                                                  : ActionRegistry::State{false, tr("Connect to a cluster first.")});
}

void LogActions::showSubject()
{
    const auto subject = m_objects.subject();
    if (!m_session || subject.empty())
        return;
    QString title = toQt(subject.front().name);
    if (subject.size() > 1)
        title = tr("%1 and %2 more").arg(title).arg(subject.size() - 1);
    QString key;
    for (const auto &object : subject)
        key += toQt(object.describe()) + u'\n';
    open([subject](const cluster::Store &store) { return stack::podsBehind(subject, store); }, title, key);
}

void LogActions::showPicture()
{
    if (!m_session)
        return;
    // Components of a picture without a stack come and go: they are looked up each time.
    const auto pods = [session = m_session](const cluster::Store &store) {
        std::vector<kube::ObjectKey> workloads;
        if (session) {
            for (const auto &component : session->topology().components)
                workloads.push_back(component.component.workload);
        }
        return stack::podsBehind(workloads, store);
    };
    open(pods, tr("Everything"), u"*"_s);
}

void LogActions::open(logs::PodFinder pods, const QString &title, const QString &key)
{
    const auto client = m_session->client();
    auto *page = new widgets::LogPage({{client, &client->transport()}, &m_session->store(), &m_clock}, std::move(pods));
    m_dock.open(page, widgets::themedIcon(u"logs"_s), title, key);
}

} // namespace binnacle::gui
