// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ObjectActions.h"

#include "gui/ClusterSession.h"
#include "gui/forms/ForwardForms.h"
#include "gui/forms/QuotaForms.h"
#include "gui/forms/RolloutForms.h"
#include "gui/forms/RotationForms.h"
#include "gui/forms/ScaleForms.h"
#include "gui/forms/SecretForms.h"
#include "gui/forms/WorkloadForms.h"
#include "items/ObjectCount.h"
#include "operations/Kubectl.h"
#include "operations/ObjectPlans.h"
#include "widgets/actions/ObjectRunbook.h"
#include "widgets/theme/Text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <nlohmann/json.hpp>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

/// Every form that can be opened for a selected object, in the order of the menus.
std::vector<FormAction> allForms()
{
    std::vector<FormAction> all;
    for (auto &family :
         {forwardForms(), scaleForms(), rolloutForms(), workloadForms(), quotaForms(), secretForms(), rotationForms()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

/// Kinds with pods behind them, and so with logs.
bool hasPods(const core::GroupKind &kind)
{
    for (const char *const name :
         {"Pod", "Service", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"})
        if (kind.kind == name && kind.group.find('.') == std::string::npos)
            return true;
    return false;
}

} // namespace

ObjectActions::ObjectActions(ActionRegistry &registry, Environment environment, QObject *parent)
    : QObject(parent), m_registry(registry), m_environment(std::move(environment)), m_forms(allForms())
{
    addViewing();
    addCopying();
    addChanging();
    refresh();
}

ObjectActions::~ObjectActions() = default;

void ObjectActions::add(const ActionRegistry::Definition &definition, std::function<void()> run)
{
    m_actions.append(&m_registry.add(definition, std::move(run)));
}

void ObjectActions::addViewing()
{
    const QString group = tr("Selected thing");
    m_registry.add({u"details"_s,
                    group,
                    tr("Details"),
                    {QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)},
                    u"eye"_s,
                    tr("Opens the drawer with everything about it"),
                    ActionRegistry::Keys::Views},
                   [this] { emit detailsWanted(); });
    m_registry.add({u"drawerActions"_s,
                    group,
                    tr("Actions"),
                    {QKeySequence(u"A"_s)},
                    u"palette"_s,
                    tr("Lists what can be done with it")},
                   [this] { emit actionsWanted(); });
    add({u"yaml"_s,
         group,
         tr("YAML"),
         {QKeySequence(u"Y"_s)},
         u"object"_s,
         tr("Shows the object as the server has it; values of Secrets are hidden")},
        [this] { emit yamlWanted(); });
    add({u"events"_s, group, tr("Events"), {QKeySequence(u"E"_s)}, u"journal"_s, tr("Shows what happened to it")},
        [this] { emit eventsWanted(); });
    add({u"relations"_s,
         group,
         tr("Relations"),
         {QKeySequence(u"R"_s)},
         u"service"_s,
         tr("Shows what it belongs to and what belongs to it")},
        [this] { emit relationsWanted(); });
    add({u"logs"_s,
         group,
         tr("Logs"),
         {QKeySequence(u"L"_s)},
         u"logs"_s,
         tr("Shows what its containers write, below the screen")},
        [this] { emit logsWanted(); });
    add({u"shell"_s,
         group,
         tr("Shell"),
         {QKeySequence(u"S"_s)},
         u"shell"_s,
         tr("Opens a terminal in a ready pod of it, below the screen")},
        [this] { emit shellWanted(); });
    add({u"openInTable"_s,
         group,
         tr("Open in the table"),
         {QKeySequence(u"T"_s)},
         u"components"_s,
         tr("Goes to the table of its kind, with it selected")},
        [this] {
            const kube::ObjectKey key = m_subject.front(); // whoever shows it selects anew
            emit tableWanted(key);
        });
}

void ObjectActions::addCopying()
{
    const QString group = tr("Selected thing");
    add({u"copyName"_s,
         group,
         tr("Copy the name"),
         {QKeySequence(u"N"_s)},
         u"copy"_s,
         tr("Copies the name, one line for each selected object")},
        [this] {
            QStringList names;
            for (const kube::ObjectKey &key : m_subject)
                names << toQt(key.name);
            copy(names);
        });
    add({u"copyKubectl"_s,
         group,
         tr("Copy the kubectl command"),
         {QKeySequence(u"K"_s)},
         u"copy"_s,
         tr("Copies the command that shows it in a terminal")},
        [this] {
            QStringList commands;
            for (const kube::ObjectKey &key : m_subject)
                commands << toQt(operations::kubectlGet(m_session ? m_session->context() : core::ContextName(), key));
            copy(commands);
        });
}

void ObjectActions::addChanging()
{
    const QString group = tr("Change the selected thing");
    add({u"restart"_s,
         group,
         tr("Restart the rollout…"),
         {QKeySequence(u"Ctrl+R"_s)},
         u"undo"_s,
         tr("Replaces its pods one after another; asks first")},
        [this] { restart(); });
    for (const FormAction &form : m_forms) {
        add(form.definition, [this, &form] {
            if (m_host && m_subject.size() == 1)
                form.open(*m_host, m_subject.front());
        });
    }
    add({u"delete"_s,
         group,
         tr("Delete…"),
         {QKeySequence(Qt::Key_Delete)},
         u"trash"_s,
         tr("Deletes it from the cluster; asks for its name first")},
        [this] { remove(); });
    m_registry.add({u"takeBack"_s,
                    group,
                    tr("Take back the selected runbook…"),
                    {},
                    u"undo"_s,
                    tr("Puts back what it changed or deleted, as the journal recorded it; asks first")},
                   [this] { takeBack(); });
}

void ObjectActions::attach(ClusterSession *session)
{
    emit attached(session);
    m_host.reset();
    emit activityChanged({});
    m_session = session;
    if (session) {
        connect(session, &ClusterSession::permissionsChanged, this, &ObjectActions::refresh);
        m_host = std::make_unique<FormHost>(m_environment, *session);
        connect(m_host.get(), &FormHost::activityChanged, this, &ObjectActions::activityChanged);
        connect(m_host.get(), &FormHost::reported, this, &ObjectActions::reported);
        offerInterruptedRotations(*m_host);
    }
    setSubject({});
}

void ObjectActions::setSubject(std::vector<kube::ObjectKey> objects)
{
    m_subject = std::move(objects);
    refresh();
    emit subjectChanged();
}

void ObjectActions::setRunbook(std::optional<runbook::RunbookSummary> runbook)
{
    m_runbook = std::move(runbook);
    refresh();
}

void ObjectActions::setTableKinds(std::set<core::GroupKind> kinds)
{
    m_tableKinds = std::move(kinds);
    refresh();
}

QString ObjectActions::subjectText() const
{
    if (m_subject.size() == 1)
        return toQt(m_subject.front().describe());
    return m_subject.empty() ? tr("Nothing is selected.") : items::objectCount(m_subject.size());
}

QString ObjectActions::goneText() const
{
    for (const kube::ObjectKey &key : m_subject) {
        const auto *feed = m_session->store().feedFor(key.kind, key.nameSpace);
        if (feed && feed->state == cluster::FeedState::Live && !m_session->store().find(key))
            return tr("%1 does not exist in the cluster.").arg(toQt(key.describe()));
    }
    return {};
}

ActionRegistry::State ObjectActions::permissionFor(const std::string &verb, const std::string &subresource) const
{
    ActionRegistry::State state;
    if (const QString gone = goneText(); !gone.isEmpty())
        return {false, gone};
    for (const kube::ObjectKey &key : m_subject) {
        const cluster::Permission permission = m_session->may(verb, key, subresource);
        if (permission.isDenied())
            return {false, toQt(permission.why)};
        if (permission.verdict == cluster::Verdict::Unknown)
            state.why = toQt(permission.why);
    }
    return state;
}

ActionRegistry::State ObjectActions::stateOfAction(const QString &id) const
{
    if (!m_session || m_subject.empty())
        return {false, tr("Select something first.")};
    if (id == u"openInTable"_s) {
        if (m_tableKinds.count(m_subject.front().kind) == 0)
            return {false, tr("%1 has no table.").arg(toQt(m_subject.front().kind.kind)), false};
        return {m_subject.size() == 1, m_subject.size() == 1 ? QString() : tr("Select one object only.")};
    }
    if (id == u"logs"_s) {
        const bool runs =
            std::all_of(m_subject.begin(), m_subject.end(), [](const auto &key) { return hasPods(key.kind); });
        return {runs, runs ? QString() : tr("Only what runs pods has logs."), runs};
    }
    if (id == u"shell"_s)
        return stateOfShell();
    if (id == u"restart"_s) {
        const bool rolls = std::all_of(m_subject.begin(), m_subject.end(),
                                       [](const auto &key) { return operations::isRestartable(key.kind); });
        return rolls ? permissionFor("patch")
                     : ActionRegistry::State{false, tr("Only Deployments, StatefulSets and DaemonSets have a rollout."),
                                             false};
    }
    const auto form = std::find_if(m_forms.begin(), m_forms.end(),
                                   [&id](const FormAction &candidate) { return candidate.definition.id == id; });
    if (form != m_forms.end()) {
        if (m_subject.size() != 1)
            return {false, tr("Select one object only.")};
        if (form->refuses && form->fits(m_subject.front().kind)) {
            if (const QString why = form->refuses(*m_session, m_subject.front()); !why.isEmpty())
                return {false, why, false};
        }
        const auto &kind = m_subject.front().kind;
        return form->fits(kind) ? permissionFor(form->verb, form->subresource ? form->subresource(kind) : std::string())
                                : ActionRegistry::State{false, form->otherwise, false};
    }
    return id == u"delete"_s ? permissionFor("delete") : ActionRegistry::State{};
}

ActionRegistry::State ObjectActions::stateOfShell() const
{
    if (m_subject.size() != 1)
        return {false, tr("Select one object only.")};
    const kube::ObjectKey &key = m_subject.front();
    if (!hasPods(key.kind))
        return {false, tr("Only what runs pods has shells."), false};
    if (const QString gone = goneText(); !gone.isEmpty())
        return {false, gone};
    const bool isPod = key.kind == core::GroupKind{"", "Pod"};
    const auto permission =
        m_session->may("create", {{"", "Pod"}, key.nameSpace, isPod ? key.name : std::string()}, "exec");
    return {!permission.isDenied(), toQt(permission.why)};
}

ActionRegistry::State ObjectActions::stateOfTakingBack() const
{
    using runbook::PlanKind;
    if (!m_runbook)
        return {false, tr("Select a runbook in the journal first.")};
    switch (m_runbook->kind) {
    case PlanKind::Delete:
    case PlanKind::Edit:
        break;
    case PlanKind::Deploy:
        return {false, tr("Deployments are rolled back on the screen Runbooks.")};
    case PlanKind::Rollback:
    case PlanKind::Uninstall:
        return {false, tr("Deploy again to get back what this removed.")};
    case PlanKind::Restart:
        return {false, tr("A restart cannot be taken back: the old pods are gone.")};
    case PlanKind::Rotate:
        if (m_runbook->outcome == runbook::Outcome::Done)
            return {false, tr("A rotation that is done has forgotten the value from before. Rotate again instead.")};
        break;
    }
    if (!m_session)
        return {false, tr("Connect to a cluster first.")};
    if (m_runbook->target.server != m_session->client()->transport().server())
        return {false,
                tr("This was done in context %1. Connect to it first.").arg(toQt(m_runbook->target.context.value()))};
    return m_session->isReadOnly() ? ActionRegistry::State{false, m_session->readOnlyReason()}
                                   : ActionRegistry::State{};
}

void ObjectActions::refresh()
{
    for (const QString &id : {u"details"_s, u"drawerActions"_s})
        m_registry.setState(id, stateOfAction(id));
    for (const QAction *action : m_actions)
        m_registry.setState(action->objectName(), stateOfAction(action->objectName()));
    m_registry.setState(u"takeBack"_s, stateOfTakingBack());
}

void ObjectActions::copy(const QStringList &lines)
{
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
    emit reported(lines.size() == 1 ? tr("Copied: %1").arg(lines.front()) : tr("Copied %1 lines").arg(lines.size()),
                  false);
}

template <typename Start>
void ObjectActions::start(const std::vector<kube::ObjectKey> &objects, Start begin)
{
    auto *runbook = new widgets::ObjectRunbook(m_host->runbookEnvironment(objects), m_environment.window, m_host.get());
    connect(runbook, &widgets::ObjectRunbook::progressed, this, &ObjectActions::activityChanged);
    connect(runbook, &widgets::ObjectRunbook::ended, this, [this, runbook](const QString &text, bool failed) {
        runbook->deleteLater();
        emit activityChanged({});
        if (!text.isEmpty())
            emit reported(text, failed);
    });
    begin(*runbook);
}

void ObjectActions::restart()
{
    if (m_session && !m_subject.empty())
        start(m_subject, [this](widgets::ObjectRunbook &runbook) { runbook.restart(m_subject); });
}

void ObjectActions::remove()
{
    if (!m_session || m_subject.empty())
        return;
    start(m_subject, [this](widgets::ObjectRunbook &runbook) {
        std::vector<operations::Doomed> objects;
        for (const kube::ObjectKey &key : m_subject) {
            const kube::RecordPointer record = m_session->store().find(key);
            objects.push_back({key, record ? core::Uid(record->meta.uid) : core::Uid()});
        }
        runbook.remove(objects);
    });
}

void ObjectActions::takeBack()
{
    if (m_host && m_runbook && m_runbook->kind == runbook::PlanKind::Rotate)
        openInterruptedRotation(*m_host, m_runbook->id);
    else if (m_session && m_runbook)
        start({}, [this](widgets::ObjectRunbook &runbook) { runbook.takeBack(*m_runbook); });
}

} // namespace binnacle::gui
