// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/rollouts/RolloutDialog.h"

#include "cluster/HealthRules.h"
#include "core/WhenFinished.h"
#include "operations/ObjectPlans.h"
#include "widgets/actions/ObjectRunbook.h"
#include "widgets/common/DiffHighlighter.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

/// A rollout changes its workload many times a second at first.
constexpr std::chrono::milliseconds reloadPause{700};

} // namespace

RolloutDialog::RolloutDialog(DeployController::Environment environment, kube::ObjectKey workload,
                             const QString &forbidden, QWidget *parent)
    : QDialog(parent),
      m_environment(std::move(environment)),
      m_workload(std::move(workload)),
      m_forbidden(forbidden),
      m_state(new QLabel(this)),
      m_status(new QLabel(this)),
      m_table(new QTreeView(this)),
      m_diff(new QPlainTextEdit(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    build();
    m_reload.setSingleShot(true);
    m_reload.setInterval(reloadPause);
    connect(&m_reload, &QTimer::timeout, this, &RolloutDialog::reload);
    if (m_environment.store)
        connect(m_environment.store, &cluster::Store::changed, this, &RolloutDialog::showState);
    showState();
    refreshButtons();
    reload();
    m_table->setFocus();
}

RolloutDialog::~RolloutDialog() = default;

void RolloutDialog::build()
{
    setObjectName(QStringLiteral("rolloutDialog"));
    setWindowTitle(tr("Rollouts of %1").arg(toQt(m_workload.describe())));
    setMinimumSize(760, 560);
    auto *place = new QLabel(
        tr("%1 · context %2").arg(toQt(m_workload.describe()), toQt(m_environment.target.context.value())), this);
    place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state->setObjectName(QStringLiteral("rolloutState"));
    m_status->setObjectName(QStringLiteral("rolloutStatus"));
    for (auto *label : {m_state, m_status}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_table->setObjectName(QStringLiteral("revisionTable"));
    m_table->setAccessibleName(tr("Revisions"));
    m_table->setModel(&m_model);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAllColumnsShowFocus(true);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &RolloutDialog::showRevision);
    connect(m_table, &QTreeView::activated, this, &RolloutDialog::rollBack);
    m_diff->setObjectName(QStringLiteral("revisionDiff"));
    m_diff->setAccessibleName(tr("What going back would change in the pod template"));
    m_diff->setReadOnly(true);
    m_diff->setTabChangesFocus(true);
    m_diff->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_diff->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    new DiffHighlighter(m_diff->document());
    m_rollBack = addButton(QStringLiteral("rollBackButton"), tr("Roll &back…"), &RolloutDialog::rollBack);
    m_pause = addButton(QStringLiteral("pauseButton"), tr("&Pause…"), &RolloutDialog::pauseOrResume);
    m_restart = addButton(QStringLiteral("restartButton"), tr("Re&start…"), &RolloutDialog::restart);
    m_undo = addButton(QStringLiteral("rolloutUndo"), tr("&Undo…"), &RolloutDialog::takeBack);
    auto *close = new QPushButton(tr("&Close"), this);
    close->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    for (auto *button : {m_rollBack, m_pause, m_restart, m_undo})
        buttons->addWidget(button);
    buttons->addStretch();
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(place);
    layout->addWidget(m_state);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_diff, 2);
    layout->addWidget(m_status);
    layout->addLayout(buttons);
}

QPushButton *RolloutDialog::addButton(const QString &name, const QString &text, void (RolloutDialog::*clicked)())
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setAutoDefault(false); // Enter belongs to the selected revision
    connect(button, &QPushButton::clicked, this, clicked);
    return button;
}

void RolloutDialog::reload()
{
    const auto record = m_environment.store ? m_environment.store->find(m_workload) : nullptr;
    m_seen = record ? record->meta.resourceVersion : std::string();
    core::whenFinished(operations::rolloutHistory(m_environment.client, m_workload), this,
                       [this](const core::Result<operations::RolloutHistory> &history) { take(history); });
}

void RolloutDialog::take(const core::Result<operations::RolloutHistory> &history)
{
    if (!history) {
        say(toQt(history.error().describe()), true);
        return;
    }
    const int row = m_table->currentIndex().row();
    const long long selected = row < 0 ? 0 : m_model.revision(row).number;
    m_history = *history;
    m_model.setRevisions(m_history.revisions, m_environment.clock->now());
    int next = m_model.rowCount() > 0 ? 0 : -1;
    for (int each = 0; each < m_model.rowCount(); ++each) {
        if (m_model.revision(each).number == selected)
            next = each;
    }
    if (next >= 0)
        m_table->setCurrentIndex(m_model.index(next, 0));
    showState();
    showRevision();
}

void RolloutDialog::showState()
{
    if (!m_environment.store)
        return;
    const auto health = cluster::healthOf(m_workload, *m_environment.store);
    m_state->setText(
        QStringLiteral("%1: %2").arg(QString::fromLatin1(cluster::toString(health.state)), toQt(health.reason)));
    const auto record = m_environment.store->find(m_workload);
    if (record && !m_seen.empty() && record->meta.resourceVersion != m_seen && !m_reload.isActive())
        m_reload.start();
}

void RolloutDialog::showRevision()
{
    const int row = m_table->currentIndex().row();
    if (row < 0 || !m_history.workload) {
        m_diff->clear();
    } else {
        const auto &revision = m_model.revision(row);
        const QString diff = toQt(
            operations::templateDiff(m_history.workload->value("/spec/template"_json_pointer, core::Json::object()),
                                     *revision.podTemplate, "revision " + std::to_string(revision.number)));
        m_diff->setPlainText(diff.isEmpty() ? tr("This is the pod template that it has now.") : diff);
    }
    refreshButtons();
}

void RolloutDialog::refreshButtons()
{
    const int row = m_table->currentIndex().row();
    const auto enable = [this](QPushButton *button, const QString &whyNot) {
        const QString why = !m_forbidden.isEmpty() ? m_forbidden : m_running ? tr("Something runs already.") : whyNot;
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
    };
    const bool known = m_history.workload != nullptr;
    const QString unknown = known ? QString() : tr("Its history is being read.");
    const QString paused = m_history.paused ? tr("Its rollout is paused: resume it first.") : unknown;
    enable(m_rollBack, row < 0                         ? tr("Select a revision first.")
                       : m_model.revision(row).current ? tr("It has this pod template now.")
                                                       : paused);
    m_pause->setText(m_history.paused ? tr("Resu&me…") : tr("&Pause…"));
    enable(m_pause, operations::isPausable(m_workload.kind) ? unknown : tr("Only Deployments can be paused."));
    enable(m_restart, paused);
    m_undo->setVisible(m_done != nullptr);
    enable(m_undo, {});
    if (!m_forbidden.isEmpty())
        say(m_forbidden, true);
}

ObjectRunbook *RolloutDialog::runbook()
{
    m_running = new ObjectRunbook(m_environment, this, this);
    connect(m_running, &ObjectRunbook::progressed, this, [this](const QString &line) {
        if (!line.isEmpty())
            say(line, false);
        emit progressed(line);
    });
    connect(m_running, &ObjectRunbook::ended, this, &RolloutDialog::runEnded);
    refreshButtons();
    return m_running;
}

void RolloutDialog::change(const core::Result<runbook::Plan> &plan, const QString &consequence, const QString &action)
{
    if (!plan) {
        say(toQt(plan.error().describe()), true);
        return;
    }
    runbook()->change(*plan, consequence, action);
}

void RolloutDialog::rollBack()
{
    const int row = m_table->currentIndex().row();
    if (row < 0 || !m_rollBack->isEnabled())
        return;
    change(operations::rollBackPlan(m_history, m_model.revision(row), m_environment.target, *m_environment.clock,
                                    *m_environment.random),
           tr("Pods are replaced one after another, as its strategy says."), tr("&Roll back"));
}

void RolloutDialog::pauseOrResume()
{
    const bool pause = !m_history.paused;
    change(operations::pausePlan(m_history, pause, m_environment.target, *m_environment.clock, *m_environment.random),
           pause ? tr("Changes of its pod template are kept and take effect when it is resumed.")
                 : tr("What was changed since it was paused takes effect now."),
           pause ? tr("&Pause") : tr("&Resume"));
}

void RolloutDialog::restart()
{
    runbook()->restart({m_workload});
}

void RolloutDialog::takeBack()
{
    if (!m_done)
        return;
    runbook::RunbookSummary summary;
    summary.id = m_done->id;
    summary.title = m_done->title;
    summary.stack = m_done->stack;
    runbook()->takeBack(summary);
}

void RolloutDialog::runEnded(const QString &text, bool failed)
{
    const auto plan = m_running->plan();
    m_running->deleteLater();
    m_running = nullptr;
    // An empty text: the operator thought better of it, and all is as it was.
    if (!text.isEmpty()) {
        const bool undoable = !failed && plan && plan->kind == runbook::PlanKind::Edit;
        m_done = undoable ? plan : nullptr;
        say((failed ? QStringLiteral("✕ %1") : QStringLiteral("✓ %1")).arg(text), failed);
        emit ended(text, failed);
    } else {
        say({}, false);
    }
    refreshButtons();
    reload();
}

void RolloutDialog::say(const QString &text, bool alarm)
{
    m_status->setText(text);
    m_status->setStyleSheet(alarm ? QStringLiteral("color: %1").arg(Theme::colors().bad.name()) : QString());
}

} // namespace binnacle::widgets
