// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/actions/ObjectRunbook.h"

#include "core/WhenFinished.h"
#include "items/ObjectCount.h"
#include "operations/DeployPlan.h"
#include "operations/UndoPlans.h"
#include "widgets/common/Background.h"
#include "widgets/common/TypedNameDialog.h"
#include "widgets/deploy/ConfirmDialog.h"
#include "widgets/theme/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace binnacle::widgets {

namespace {

using Dependents = runbook::Dependents;

QString commandsOf(const runbook::Plan &plan)
{
    QStringList lines;
    for (const auto &[step, commands] : operations::kubectlEquivalents(plan)) {
        for (const auto &command : commands)
            lines << toQt(command);
    }
    return lines.join(QLatin1Char('\n'));
}

/// These own nothing, so that there is nothing to choose.
bool ownsNothing(const core::GroupKind &kind)
{
    static const std::set<core::GroupKind> kinds{
        {"", "Pod"},   {"", "ConfigMap"},      {"", "Secret"},        {"", "PersistentVolumeClaim"},
        {"", "Event"}, {"", "ServiceAccount"}, {"", "ResourceQuota"}, {"", "LimitRange"}};
    return kinds.count(kind) > 0;
}

QString consequenceOf(const std::vector<operations::Doomed> &objects)
{
    const core::GroupKind &kind = objects.front().object.kind;
    QString text = objects.size() == 1
                       ? ObjectRunbook::tr("%1 will be deleted.").arg(toQt(objects.front().object.describe()))
                       : ObjectRunbook::tr("%1 will be deleted:").arg(items::objectCount(objects.size()));
    constexpr std::size_t mostNamed = 8;
    for (std::size_t i = 0; objects.size() > 1 && i < objects.size(); ++i) {
        if (i == mostNamed) {
            text += ObjectRunbook::tr("\n… and %1 more").arg(objects.size() - mostNamed);
            break;
        }
        text += QStringLiteral("\n%1").arg(toQt(objects[i].object.describe()));
    }
    if (kind == core::GroupKind{"", "Namespace"})
        text += ObjectRunbook::tr("\nEverything in it goes with it, volumes included.");
    if (kind == core::GroupKind{"", "PersistentVolumeClaim"})
        text += ObjectRunbook::tr("\nIts data goes with it where the storage class says so (reclaim policy Delete).");
    if (kind == core::GroupKind{"", "Pod"})
        text += ObjectRunbook::tr("\nA pod that belongs to a workload is made anew.");
    return text;
}

} // namespace

ObjectRunbook::ObjectRunbook(DeployController::Environment environment, QWidget *window, QObject *parent)
    : QObject(parent), m_environment(std::move(environment)), m_window(window)
{
}

ObjectRunbook::~ObjectRunbook()
{
    delete m_dialog; // its question has nobody left to answer to
}

QString ObjectRunbook::place() const
{
    const auto &target = m_environment.target;
    std::set<std::string> names;
    for (const auto &task : m_plan->steps.front().tasks) {
        if (!task.object.nameSpace.isEmpty())
            names.insert(task.object.nameSpace.value());
    }
    QStringList nameSpaces;
    for (const std::string &name : names)
        nameSpaces << toQt(name);
    const QString where = tr("context %1, server %2").arg(toQt(target.context.value()), toQt(target.server));
    return nameSpaces.isEmpty() ? tr("Where: %1, the whole cluster").arg(where)
                                : tr("Where: %1, namespace %2").arg(where, nameSpaces.join(QStringLiteral(", ")));
}

void ObjectRunbook::fail(const core::Error &error)
{
    emit ended(toQt(error.describe()), true);
}

void ObjectRunbook::restart(const std::vector<kube::ObjectKey> &workloads)
{
    auto plan = operations::restartPlan(workloads, m_environment.target, *m_environment.clock, *m_environment.random);
    if (!plan)
        return fail(plan.error());
    change(*std::move(plan), tr("Pods are replaced one after another, as the strategy of each says. There is no undo."),
           tr("&Restart"));
}

void ObjectRunbook::change(runbook::Plan plan, const QString &consequence, const QString &action)
{
    m_plan = std::make_shared<const runbook::Plan>(std::move(plan));
    preview(consequence, action);
}

void ObjectRunbook::takeBack(const runbook::RunbookSummary &done)
{
    emit progressed(tr("%1: reading the journal").arg(toQt(done.title)));
    core::whenFinished(inBackground([environment = m_environment, done]() -> core::Result<runbook::Plan> {
                           const auto journal = runbook::Journal::open(environment.journal, *environment.clock);
                           if (!journal)
                               return core::fail(journal.error());
                           return operations::rollbackPlan(**journal, environment.target, done.stack, done.id,
                                                           *environment.clock, *environment.random);
                       }),
                       this, [this](const core::Result<runbook::Plan> &plan) {
                           if (!plan)
                               return fail(plan.error());
                           m_plan = std::make_shared<const runbook::Plan>(*plan);
                           preview(tr("What the runbook changed goes back to what the journal recorded before it."),
                                   tr("&Take back"));
                       });
}

void ObjectRunbook::preview(const QString &consequence, const QString &action)
{
    emit progressed(tr("%1: asking the server what would change").arg(toQt(m_plan->title)));
    core::whenFinished(operations::preview(m_environment.client, m_plan), this,
                       [this, consequence, action](const core::Result<std::vector<operations::ObjectDiff>> &diffs) {
                           if (!diffs)
                               return fail(diffs.error());
                           confirm(*diffs, consequence, action);
                       });
}

void ObjectRunbook::confirm(const std::vector<operations::ObjectDiff> &diffs, const QString &consequence,
                            const QString &action)
{
    if (!m_window)
        return;
    emit progressed({});
    if (std::all_of(diffs.begin(), diffs.end(), [](const auto &each) { return each.action == "none"; })) {
        emit ended(tr("%1: there is nothing to change, the cluster is like that already.").arg(toQt(m_plan->title)),
                   false);
        return;
    }
    QString diff;
    for (const auto &each : diffs)
        diff += toQt(each.diff);
    auto *dialog = new ConfirmDialog(toQt(m_plan->title),
                                     QStringLiteral("%1\n%2\n%3").arg(toQt(m_plan->title), consequence, place()),
                                     action, commandsOf(*m_plan), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->showDiff(diff);
    connect(dialog, &QDialog::accepted, this, [this] { run(m_plan); });
    connect(dialog, &QDialog::rejected, this, [this] { emit ended({}, false); });
    m_dialog = dialog;
    dialog->open();
}

void ObjectRunbook::remove(const std::vector<operations::Doomed> &objects)
{
    const auto plan = operations::deletePlan(objects, Dependents::ByKind, m_environment.target, *m_environment.clock,
                                             *m_environment.random);
    if (!plan)
        return fail(plan.error());
    m_plan = std::make_shared<const runbook::Plan>(*plan);
    confirmRemoval(objects);
}

void ObjectRunbook::confirmRemoval(const std::vector<operations::Doomed> &objects)
{
    if (!m_window)
        return;
    TypedNameDialog::Text text;
    text.title = toQt(m_plan->title);
    text.consequence = consequenceOf(objects);
    text.place = place();
    text.name = objects.size() == 1 ? toQt(objects.front().object.name) : items::objectCount(objects.size());
    text.action = tr("&Delete");
    text.kubectl = commandsOf(*m_plan);
    std::vector<runbook::PlanPointer> plans{m_plan};
    const bool choice =
        std::any_of(objects.begin(), objects.end(), [](const auto &each) { return !ownsNothing(each.object.kind); });
    const std::vector<std::pair<Dependents, QString>> ways{
        {Dependents::Foreground, tr("First what belongs to it, then the object itself (foreground)")},
        {Dependents::Background, tr("The object at once, what belongs to it after that (background)")},
        {Dependents::Orphan, tr("Only the object; what belongs to it stays and runs on (orphan)")}};
    for (const auto &[dependents, words] : ways) {
        if (!choice)
            break;
        auto plan = operations::deletePlan(objects, dependents, m_environment.target, *m_environment.clock,
                                           *m_environment.random);
        if (!plan)
            return fail(plan.error());
        if (dependents == Dependents::Foreground)
            plans.clear();
        plans.push_back(std::make_shared<const runbook::Plan>(*std::move(plan)));
        text.choices.push_back({words, commandsOf(*plans.back())});
    }
    text.choicesLabel = tr("&Order:");
    auto *dialog = new TypedNameDialog(text, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, plans] { run(plans[static_cast<std::size_t>(dialog->choice())]); });
    connect(dialog, &QDialog::rejected, this, [this] { emit ended({}, false); });
    m_dialog = dialog;
    dialog->open();
}

void ObjectRunbook::run(runbook::PlanPointer plan)
{
    m_plan = std::move(plan);
    m_session = std::make_unique<operations::RunbookSession>(
        m_environment.client, *m_environment.clock, *m_environment.random, m_environment.journal, m_environment.store);
    connect(m_session.get(), &operations::RunbookSession::stateChanged, this, &ObjectRunbook::report);
    connect(m_session.get(), &operations::RunbookSession::finished, this, [this] {
        const auto error = m_session->error();
        if (error)
            fail(*error);
        else
            emit ended(tr("%1: done. The journal has it.").arg(toQt(m_plan->title)), false);
    });
    m_session->start(m_plan);
    report();
}

void ObjectRunbook::report()
{
    const auto holds = m_session->holds();
    const QString title = toQt(m_plan->title);
    emit progressed(holds.empty() ? title : QStringLiteral("%1: %2").arg(title, toQt(holds.front().text)));
}

} // namespace binnacle::widgets
