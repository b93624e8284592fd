// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ObjectActions.h"

#include "core/WhenFinished.h"
#include "gui/ClusterSession.h"
#include "items/ObjectCount.h"
#include "operations/Kubectl.h"
#include "operations/ObjectPlans.h"
#include "widgets/actions/ObjectRunbook.h"
#include "widgets/forms/AutoscalerForm.h"
#include "widgets/forms/FormDialog.h"
#include "widgets/forms/ScaleForm.h"
#include "widgets/theme/Text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <nlohmann/json.hpp>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

bool isScalable(const core::GroupKind &kind)
{
    static const std::set<core::GroupKind> kinds{
        {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "ReplicaSet"}};
    return kinds.count(kind) > 0;
}

} // namespace

ObjectActions::ObjectActions(ActionRegistry &registry, Environment environment, QObject *parent)
    : QObject(parent), m_registry(registry), m_environment(std::move(environment))
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
    add({u"scale"_s,
         group,
         tr("Scale…"),
         {QKeySequence(u"Ctrl+S"_s)},
         u"components"_s,
         tr("Changes how many pods it has, or between which numbers its autoscaler chooses")},
        [this] { scale(); });
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
    m_running.reset();
    emit activityChanged({});
    m_session = session;
    m_running = std::make_unique<QObject>();
    if (session)
        connect(session, &ClusterSession::permissionsChanged, this, &ObjectActions::refresh);
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

ActionRegistry::State ObjectActions::permissionFor(const std::string &verb) const
{
    ActionRegistry::State state;
    if (const QString gone = goneText(); !gone.isEmpty())
        return {false, gone};
    for (const kube::ObjectKey &key : m_subject) {
        const cluster::Permission permission = m_session->may(verb, key);
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
    if (id == u"restart"_s) {
        const bool rolls = std::all_of(m_subject.begin(), m_subject.end(),
                                       [](const auto &key) { return operations::isRestartable(key.kind); });
        return rolls ? permissionFor("patch")
                     : ActionRegistry::State{false, tr("Only Deployments, StatefulSets and DaemonSets have a rollout."),
                                             false};
    }
    if (id == u"scale"_s) {
        if (m_subject.size() != 1)
            return {false, tr("Select one object only.")};
        return isScalable(m_subject.front().kind)
                   ? permissionFor("patch")
                   : ActionRegistry::State{
                         false, tr("Only Deployments, StatefulSets and ReplicaSets have a number of replicas."), false};
    }
    return id == u"delete"_s ? permissionFor("delete") : ActionRegistry::State{};
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
        return {false, tr("A rotated password cannot be taken back from the journal: it is not recorded.")};
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

widgets::DeployController::Environment
ObjectActions::runbookEnvironment(const std::vector<kube::ObjectKey> &objects) const
{
    widgets::DeployController::Environment environment;
    environment.client = m_session->client();
    environment.clock = m_environment.clock;
    environment.random = m_environment.random;
    environment.target = {m_session->context(), m_session->client()->transport().server(), {}};
    environment.journal = m_environment.journal;
    // What is watched already can judge the gate; for anything else the runbook watches by itself.
    const bool watched = !objects.empty() && std::all_of(objects.begin(), objects.end(), [this](const auto &key) {
        return m_session->store().feedFor(key.kind, key.nameSpace) != nullptr;
    });
    environment.store = watched ? &m_session->store() : nullptr;
    return environment;
}

template <typename Start>
void ObjectActions::start(const std::vector<kube::ObjectKey> &objects, Start begin)
{
    auto *runbook = new widgets::ObjectRunbook(runbookEnvironment(objects), m_environment.window, m_running.get());
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

void ObjectActions::scale()
{
    if (!m_session || m_subject.size() != 1)
        return;
    // Whoever owns the number is asked for first: what another would set back at once is not offered.
    const kube::ObjectKey workload = m_subject.front();
    core::whenFinished(m_session->client()->list({"autoscaling", "HorizontalPodAutoscaler"}, workload.nameSpace),
                       m_running.get(), [this, workload](const core::Result<core::Json> &autoscalers) {
                           const bool known = autoscalers && autoscalers->contains("items");
                           openScaleForm(workload, known ? (*autoscalers)["items"] : core::Json::array());
                       });
}

void ObjectActions::openScaleForm(const kube::ObjectKey &workload, const core::Json &autoscalers)
{
    kube::ObjectKey object = workload;
    for (const core::Json &autoscaler : autoscalers) {
        const auto target = autoscaler.value("/spec/scaleTargetRef"_json_pointer, core::Json::object());
        if (target.value("kind", "") == workload.kind.kind && target.value("name", "") == workload.name)
            object = {{"autoscaling", "HorizontalPodAutoscaler"},
                      workload.nameSpace,
                      autoscaler.value("/metadata/name"_json_pointer, "")};
    }
    const bool own = object == workload;
    auto session = std::make_unique<operations::EditSession>(m_session->client(), object, own ? "scale" : "");
    const cluster::Permission permission = m_session->may("patch", object);
    auto *dialog = new widgets::FormDialog(
        runbookEnvironment({object}), std::move(session),
        [own](operations::EditSession &edit, QWidget *parent) -> widgets::Form * {
            if (own)
                return new widgets::ScaleForm(edit, parent);
            return new widgets::AutoscalerForm(edit, parent);
        },
        tr("Scale %1").arg(toQt(workload.describe())), permission.isDenied() ? toQt(permission.why) : QString(),
        m_environment.window);
    connect(m_running.get(), &QObject::destroyed, dialog, &QWidget::close);
    connect(dialog, &widgets::FormDialog::progressed, this, &ObjectActions::activityChanged);
    connect(dialog, &widgets::FormDialog::ended, this, [this](const QString &text, bool failed) {
        emit activityChanged({});
        emit reported(text, failed);
    });
    dialog->show();
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
    if (m_session && m_runbook)
        start({}, [this](widgets::ObjectRunbook &runbook) { runbook.takeBack(*m_runbook); });
}

} // namespace binnacle::gui
