// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/StackActions.h"

#include "gui/ClusterSession.h"
#include "widgets/theme/Text.h"

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using Command = widgets::DeployView::Command;

namespace {

/// What no run of this command can do without; the plan asks about the rest, object by object.
std::vector<std::string> verbsOf(Command command)
{
    switch (command) {
    case Command::Deploy:
    case Command::Resume:
        return {"patch"};
    case Command::RollBack:
        return {"update", "delete"};
    case Command::Uninstall:
        return {"delete"};
    case Command::Plan:
    case Command::Stop:
        break;
    }
    return {};
}

/// The worst of what is asked about the stack's workloads, which are part of every plan.
cluster::Permission mayRun(Command command, ClusterSession &session)
{
    cluster::Permission worst{cluster::Verdict::Allowed, {}};
    if (session.isReadOnly() && !verbsOf(command).empty())
        return {cluster::Verdict::Denied, session.readOnlyReason().toStdString()};
    if (!session.stack())
        return worst;
    for (const std::string &verb : verbsOf(command)) {
        for (const stack::Component &component : session.stack()->components) {
            const kube::ObjectKey &workload = component.workload;
            auto permission = session.may(verb, {workload.kind, workload.nameSpace, {}});
            if (permission.isDenied())
                return permission;
            if (permission.verdict == cluster::Verdict::Unknown)
                worst = std::move(permission);
        }
    }
    return worst;
}

} // namespace

StackActions::StackActions(ActionRegistry &registry, QObject *parent) : QObject(parent), m_registry(registry)
{
    add(Command::Plan, u"plan"_s, tr("Plan a deployment"), u"eye"_s,
        tr("Reads the stack and shows what a deployment would change; changes nothing"));
    add(Command::Deploy, u"deploy"_s, tr("Deploy the stack"), u"runbooks"_s,
        tr("Applies the planned steps in order, after a confirmation"));
    add(Command::Stop, u"stop"_s, tr("Stop the running runbook"), u"stop"_s,
        tr("Lets the request under way end; nothing is undone"));
    add(Command::Resume, u"resume"_s, tr("Resume the interrupted deployment"), u"runbooks"_s,
        tr("Goes on where the last deployment ended"));
    add(Command::RollBack, u"rollback"_s, tr("Roll the stack back"), u"undo"_s,
        tr("Returns to the objects as they were before the last deployment"));
    add(Command::Uninstall, u"uninstall"_s, tr("Uninstall the stack"), u"trash"_s,
        tr("Deletes what the deployments created, last step first; volumes stay"));
    refresh();
}

void StackActions::add(Command command, const QString &id, const QString &text, const QString &icon,
                       const QString &description)
{
    m_registry.add({id, tr("Runbooks"), text, {}, icon, description}, [this, command] {
        if (!m_view)
            return;
        emit screenWanted();
        m_view->run(command);
    });
    m_ids.emplace_back(command, id);
}

void StackActions::attach(widgets::DeployView &view, ClusterSession &session)
{
    m_view = &view;
    m_session = &session;
    connect(&view, &widgets::DeployView::availabilityChanged, this, &StackActions::refresh);
    connect(&session, &ClusterSession::permissionsChanged, this, &StackActions::refresh);
    for (const auto &[command, id] : m_ids)
        view.setAction(command, m_registry.find(id));
    refresh();
}

void StackActions::refresh()
{
    for (const auto &[command, id] : m_ids) {
        if (!m_view || !m_session) {
            m_registry.setState(id, {false, tr("Connect to a cluster first.")});
            continue;
        }
        const cluster::Permission permission = mayRun(command, *m_session);
        if (permission.isDenied()) {
            m_registry.setState(id, {false, widgets::toQt(permission.why)});
            continue;
        }
        const auto available = m_view->availability(command);
        m_registry.setState(id, {available.enabled, available.enabled ? widgets::toQt(permission.why) : available.why});
    }
}

} // namespace binnacle::gui
