// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deploy/DeployView.h"

#include "items/ObjectCount.h"
#include "items/PlanModel.h"
#include "widgets/common/ActionButton.h"
#include "widgets/common/DiffHighlighter.h"
#include "widgets/common/TypedNameDialog.h"
#include "widgets/deploy/ConfirmDialog.h"
#include "widgets/deploy/PlanDelegate.h"
#include "widgets/deploy/SecretsDialog.h"
#include "widgets/theme/Theme.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace binnacle::widgets {

namespace {

constexpr int margin = 16;
constexpr int tickMs = 1'000;

using Phase = DeployController::Phase;

QString toQt(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

DeployView::DeployView(DeployController::Environment environment, const QStringList &stacks, QWidget *parent)
    : QWidget(parent),
      m_controller(new DeployController(std::move(environment), this)),
      m_model(new items::PlanModel(this)),
      m_tick(new QTimer(this))
{
    setObjectName(QStringLiteral("deployView"));
    m_tick->setInterval(tickMs);
    build(stacks);
    connectAll();
    m_controller->readOverlays(m_stack->currentText().toStdString());
    refresh();
}

void DeployView::build(const QStringList &stacks)
{
    m_stack = new QComboBox(this);
    m_stack->setObjectName(QStringLiteral("stackChoice"));
    m_stack->setAccessibleName(tr("Stack"));
    m_stack->addItems(stacks);
    m_stack->setEditable(true);
    m_stack->setMinimumWidth(200);
    m_overlay = new QComboBox(this);
    m_overlay->setObjectName(QStringLiteral("overlayChoice"));
    m_overlay->setAccessibleName(tr("Overlay"));
    m_overlay->setMinimumWidth(120);
    const auto button = [this](Command command, const QString &text, const char *name) {
        auto *made = new ActionButton(text, this);
        made->setObjectName(QLatin1String(name));
        m_buttons[command] = made;
        return made;
    };
    auto *title = new QLabel(QStringLiteral("<b>%1</b>").arg(tr("Deploy")), this);
    title->setObjectName(QStringLiteral("screenTitle"));
    auto *bar = new QHBoxLayout;
    // What undoes stands apart; two rows fit a small window.
    auto *head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch();
    head->addWidget(button(Command::RollBack, tr("Roll &back…"), "rollbackButton"));
    head->addWidget(button(Command::Uninstall, tr("&Uninstall…"), "uninstallButton"));
    bar->addWidget(m_stack);
    bar->addWidget(m_overlay);
    addOptions();
    bar->addWidget(m_options);
    bar->addWidget(button(Command::Plan, tr("&Plan"), "planButton"));
    bar->addWidget(button(Command::Deploy, tr("&Deploy…"), "deployButton"));
    bar->addWidget(button(Command::Stop, tr("&Stop"), "stopButton"));
    bar->addWidget(button(Command::Resume, tr("&Resume"), "resumeButton"));
    bar->addStretch();

    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("deployMessage"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("deployProgress"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(6);

    m_tree = new QTreeView(this);
    setFocusProxy(m_tree);
    m_tree->setObjectName(QStringLiteral("planTree"));
    m_tree->setAccessibleName(tr("Steps and objects"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new PlanDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(false);
    m_tree->header()->setStretchLastSection(true);
    m_tree->header()->resizeSection(0, 400);
    m_tree->header()->resizeSection(1, 136);
    m_diff = new QPlainTextEdit(this);
    m_diff->setObjectName(QStringLiteral("objectDiff"));
    m_diff->setAccessibleName(tr("What changes in the selected object"));
    m_diff->setReadOnly(true);
    m_diff->setTabChangesFocus(true);
    m_diff->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_diff->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_diff->setPlaceholderText(tr("Select an object to see what would change in it."));
    new DiffHighlighter(m_diff->document());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_tree);
    splitter->addWidget(m_diff);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(margin / 2);
    layout->addLayout(head);
    layout->addLayout(bar);
    layout->addWidget(m_message);
    layout->addWidget(m_progress);
    layout->addWidget(splitter, 1);
}

/// What is asked for rarely, and never remembered: each deploy begins with the careful way.
void DeployView::addOptions()
{
    m_options = new QToolButton(this);
    m_options->setObjectName(QStringLiteral("deployOptions"));
    m_options->setText(tr("&Options"));
    m_options->setToolTip(tr("How this deployment is done"));
    m_options->setPopupMode(QToolButton::InstantPopup);
    m_options->setFocusPolicy(Qt::StrongFocus);
    auto *menu = new QMenu(m_options);
    const auto add = [&](const QString &text, const char *name) {
        auto *action = menu->addAction(text);
        action->setObjectName(QLatin1String(name));
        action->setCheckable(true);
        // What is shown must be what would be done.
        connect(action, &QAction::toggled, this, [this] {
            if (m_controller->currentPlan() || m_controller->error())
                plan();
        });
        return action;
    };
    m_takeOver = add(tr("Give fields that others have changed the stack's values"), "takeOverOption");
    m_skipCheck = add(tr("Go on even if it does not fit the cluster"), "skipCheckOption");
    m_options->setMenu(menu);
}

void DeployView::connectAll()
{
    connect(m_overlay, &QComboBox::activated, this, &DeployView::plan);
    // The overlays of another stack must not be planned with this one.
    connect(m_stack, &QComboBox::currentTextChanged, this, [this](const QString &stack) {
        m_overlay->clear();
        m_controller->readOverlays(stack.toStdString());
    });
    connect(m_controller, &DeployController::overlaysChanged, this, &DeployView::showOverlays);
    connect(m_controller, &DeployController::phaseChanged, this, &DeployView::refresh);
    connect(m_controller, &DeployController::keysAsked, this, &DeployView::updateMessage);
    connect(m_controller, &DeployController::progressed, this, &DeployView::showProgress);
    connect(m_controller, &DeployController::undoPlanned, this, &DeployView::confirmUndo);
    connect(m_tick, &QTimer::timeout, this, &DeployView::showProgress);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &DeployView::showObject);
}

void DeployView::showOverlays()
{
    m_overlay->clear();
    for (const auto &overlay : m_controller->overlays())
        m_overlay->addItem(toQt(overlay));
    m_overlay->setCurrentText(toQt(m_controller->defaultOverlay()));
}

void DeployView::plan()
{
    using operations::FitCheck;
    m_controller->plan(
        m_stack->currentText().toStdString(), m_overlay->currentText().toStdString(),
        {.fitCheck = m_skipCheck->isChecked() ? FitCheck::Skip : FitCheck::Run, .takesOver = m_takeOver->isChecked()});
}

void DeployView::refresh()
{
    if (m_controller->currentPlan() != m_model->plan())
        m_model->setPlan(m_controller->currentPlan());
    if (!m_controller->diffs().empty())
        m_model->setDiffs(m_controller->diffs());
    if (m_controller->phase() == Phase::Running)
        m_tick->start();
    else
        m_tick->stop();
    if (m_controller->session() != nullptr)
        showProgress();
    m_stack->setEnabled(m_controller->phase() != Phase::Running);
    m_overlay->setEnabled(m_controller->phase() != Phase::Running);
    m_options->setEnabled(m_controller->phase() != Phase::Running);
    emit availabilityChanged();
    updateMessage();
}

DeployView::Availability DeployView::availability(Command command) const
{
    const auto phase = m_controller->phase();
    if (command == Command::Stop)
        return {phase == Phase::Running, tr("Nothing is running.")};
    if (phase == Phase::Running)
        return {false, tr("A runbook is running; stop it or wait for its end.")};
    const auto *session = m_controller->session();
    const bool stopped = phase == Phase::Finished && session != nullptr && session->state() != nullptr &&
                         session->state()->outcome != runbook::Outcome::Done;
    const QString planFirst = tr("Plan first: a deployment is shown before it runs.");
    switch (command) {
    case Command::Plan:
        return {phase != Phase::Planning, tr("The plan is being made.")};
    case Command::Deploy:
        if (m_controller->error())
            return {false, toQt(m_controller->error()->message)};
        return {phase == Phase::Planned, planFirst};
    case Command::Resume:
        return {!m_controller->stackName().empty() && (stopped || phase == Phase::Planned), planFirst};
    case Command::RollBack:
    case Command::Uninstall:
        return {!m_controller->stackName().empty(), tr("Plan first: the stack is read then.")};
    case Command::Stop:
        break;
    }
    return {};
}

void DeployView::run(Command command)
{
    switch (command) {
    case Command::Plan:
        return plan();
    case Command::Deploy:
        return confirmDeploy();
    case Command::Stop:
        return m_controller->cancel();
    case Command::Resume:
        return m_controller->resume();
    case Command::RollBack:
        return m_controller->planRollback();
    case Command::Uninstall:
        return m_controller->planUninstall(false);
    }
}

void DeployView::setAction(Command command, QAction *action)
{
    m_buttons[command]->setAction(action);
}

QString DeployView::place() const
{
    const auto &target = m_controller->environment().target;
    return tr("context %1, server %2").arg(toQt(target.context.value()), toQt(target.server));
}

QString DeployView::summaryOfDiffs() const
{
    int created = 0, changed = 0, unchanged = 0;
    for (const auto &diff : m_controller->diffs()) {
        created += diff.action == "create" ? 1 : 0;
        changed += diff.action == "change" ? 1 : 0;
        unchanged += diff.action == "none" ? 1 : 0;
    }
    return tr("%1 to create, %2 to change, %3 as they should be").arg(created).arg(changed).arg(unchanged);
}

QString DeployView::missingSecrets() const
{
    QStringList names;
    for (const auto &prompt : m_controller->prompts()) {
        if (!prompt.optional && prompt.defaultValue.empty())
            names << tr("key %1 of %2").arg(toQt(prompt.key), toQt(prompt.secret.describe()));
    }
    return names.join(QStringLiteral(", "));
}

void DeployView::updateMessage()
{
    const auto &colors = Theme::colors();
    QString text;
    QColor color = colors.text;
    switch (m_controller->phase()) {
    case Phase::Idle:
        text = tr("Choose a stack and plan it: nothing is changed before you have seen what would be.");
        break;
    case Phase::Planning:
        text = tr("Reading the stack and asking the server what would change…");
        break;
    case Phase::Planned:
        text = tr("%1 – %2.").arg(place(), summaryOfDiffs());
        if (const QString missing = missingSecrets(); !missing.isEmpty()) {
            text += QLatin1Char('\n') + tr("✕ Missing until you give them: %1.").arg(missing);
            color = colors.bad;
        }
        for (const auto &finding : m_controller->missingKeys()) {
            text += QLatin1Char('\n') +
                    tr("✕ %1: %2. Next: %3.")
                        .arg(toQt(finding.object.describe()), toQt(finding.message), toQt(finding.next));
            color = colors.bad;
        }
        break;
    case Phase::Running:
        text = tr("Running on %1.").arg(place());
        break;
    case Phase::Finished:
        text = tr("Done on %1. Everything that was planned is in place.").arg(place());
        color = colors.good;
        break;
    }
    if (const auto &error = m_controller->error()) {
        text = toQt(error->describe());
        if (error->kind == core::ErrorKind::Conflict && !error->causes.empty() && !m_takeOver->isChecked())
            text += QLatin1Char('\n') + tr("Or choose “%1” under Options.").arg(m_takeOver->text());
        color = colors.bad;
    }
    auto palette = m_message->palette();
    palette.setColor(QPalette::WindowText, color);
    m_message->setPalette(palette);
    m_message->setText(text);
    m_progress->setVisible(m_controller->phase() == Phase::Running || m_controller->phase() == Phase::Planning);
    if (m_controller->phase() == Phase::Planning)
        m_progress->setRange(0, 0);
}

void DeployView::showProgress()
{
    const auto *session = m_controller->session();
    if (session == nullptr || session->state() == nullptr)
        return;
    const auto &state = *session->state();
    const auto holds = session->holds();
    m_model->setState(state, holds, m_controller->environment().clock->monotonic());
    const int steps = static_cast<int>(state.steps.size());
    const int done = static_cast<int>(state.doneSteps());
    m_progress->setRange(0, steps);
    m_progress->setValue(done);
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const auto step = state.steps[i].state;
        const bool active = step == runbook::StepState::Running || step == runbook::StepState::Waiting ||
                            step == runbook::StepState::Failed || step == runbook::StepState::TimedOut;
        if (active)
            m_tree->expand(m_model->index(static_cast<int>(i), 0));
    }
    if (state.isFinished()) {
        emit activityChanged({});
        return;
    }
    const QString waiting = holds.empty() ? QString() : toQt(holds.front().text);
    emit activityChanged(tr("%1: step %2 of %3 %4").arg(toQt(state.plan->title)).arg(done + 1).arg(steps).arg(waiting));
}

void DeployView::showObject()
{
    const auto index = m_tree->currentIndex();
    const QString error = index.data(static_cast<int>(items::PlanRole::Error)).toString();
    const QString diff = index.data(static_cast<int>(items::PlanRole::Diff)).toString();
    m_diff->setPlainText(error.isEmpty() ? diff : error + QStringLiteral("\n\n") + diff);
}

QString DeployView::commandsOf(const runbook::PlanPointer &plan) const
{
    QStringList lines;
    for (const auto &[step, commands] : operations::kubectlEquivalents(*plan)) {
        lines << QStringLiteral("# %1").arg(toQt(step));
        for (const auto &command : commands)
            lines << toQt(command);
    }
    return lines.join(QLatin1Char('\n'));
}

void DeployView::confirmDeploy()
{
    auto values = std::make_shared<operations::SecretValues>();
    const auto confirm = [this, values] {
        const auto &plan = m_controller->currentPlan();
        auto *dialog = new ConfirmDialog(tr("Deploy %1").arg(toQt(plan->stack)),
                                         tr("This changes the cluster: %1.\n%2.").arg(place(), summaryOfDiffs()),
                                         tr("&Deploy"), commandsOf(plan), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QDialog::accepted, this, [this, values] { m_controller->run(std::move(*values)); });
        dialog->open();
    };
    if (m_controller->prompts().empty()) {
        confirm();
        return;
    }
    auto *secrets = new SecretsDialog(m_controller->prompts(), this);
    secrets->setAttribute(Qt::WA_DeleteOnClose);
    connect(secrets, &QDialog::accepted, this, [values, secrets, confirm] {
        *values = secrets->takeValues();
        confirm();
    });
    secrets->open();
}

void DeployView::confirmUndo(const runbook::PlanPointer &plan)
{
    const bool uninstall = plan->kind == runbook::PlanKind::Uninstall;
    const QString objects = items::objectCount(plan->taskCount());
    TypedNameDialog::Text text;
    text.title = uninstall ? tr("Uninstall %1").arg(toQt(plan->stack)) : tr("Roll back %1").arg(toQt(plan->stack));
    text.consequence =
        uninstall
            ? tr("Deletes what Binnacle created: %1. Volumes and their namespaces stay.").arg(objects)
            : tr("Goes back to how it was before the last deployment: %1. What that created is deleted.").arg(objects);
    text.place = place();
    text.name = toQt(plan->stack);
    text.action = uninstall ? tr("&Uninstall") : tr("Roll &back");
    text.kubectl = commandsOf(plan);
    auto *dialog = new TypedNameDialog(text, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, plan] { m_controller->runUndo(plan); });
    dialog->open();
}

} // namespace binnacle::widgets
