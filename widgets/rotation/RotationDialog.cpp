// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/rotation/RotationDialog.h"

#include "core/WhenFinished.h"
#include "operations/DeployPlan.h"
#include "widgets/common/CommandBox.h"
#include "widgets/deploy/PlanDelegate.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTreeView>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

using End = operations::RotationRun::End;

constexpr int shortest = 12;
constexpr int longest = 256;

QString commandsOf(const runbook::Plan &plan)
{
    QStringList lines;
    for (const auto &[step, commands] : operations::kubectlEquivalents(plan)) {
        for (const auto &command : commands)
            lines << toQt(command);
    }
    return lines.join(QLatin1Char('\n'));
}

QString titleOf(const runbook::RotationSubject &subject)
{
    return RotationDialog::tr("Rotate a key of %1").arg(toQt(subject.secret.describe()));
}

} // namespace

RotationDialog::RotationDialog(DeployController::Environment environment,
                               std::vector<runbook::RotationSubject> subjects, const QString &forbidden,
                               QWidget *parent)
    : QDialog(parent), m_environment(std::move(environment)), m_subjects(std::move(subjects)), m_forbidden(forbidden)
{
    build(titleOf(m_subjects.front()));
    makePlan();
}

RotationDialog::RotationDialog(DeployController::Environment environment, const runbook::Plan &unfinished,
                               const QString &forbidden, QWidget *parent)
    : QDialog(parent),
      m_environment(std::move(environment)),
      m_subjects{*operations::subjectOf(unfinished)},
      m_forbidden(forbidden)
{
    build(titleOf(m_subjects.front()));
    offer(unfinished);
}

RotationDialog::~RotationDialog() = default;

void RotationDialog::build(const QString &title)
{
    setObjectName(QStringLiteral("rotationDialog"));
    setWindowTitle(title);
    setMinimumSize(800, 680);
    auto *place = new QLabel(tr("%1 · context %2, server %3")
                                 .arg(toQt(m_subjects.front().secret.describe()),
                                      toQt(m_environment.target.context.value()), toQt(m_environment.target.server)),
                             this);
    m_consumers = new QLabel(this);
    m_consumers->setObjectName(QStringLiteral("rotationConsumers"));
    m_status = new QLabel(this);
    m_status->setObjectName(QStringLiteral("rotationStatus"));
    for (auto *label : {place, m_consumers, m_status}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_tree = new QTreeView(this);
    m_tree->setObjectName(QStringLiteral("rotationSteps"));
    m_tree->setAccessibleName(tr("Steps"));
    m_tree->setModel(&m_model);
    m_tree->setItemDelegate(new PlanDelegate(m_tree));
    m_tree->setAllColumnsShowFocus(true);
    m_tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_kubectl = new CommandBox({}, this);
    m_rotate = addButton(QStringLiteral("rotateButton"), tr("&Rotate"));
    m_resume = addButton(QStringLiteral("resumeRotation"), tr("&Go on"));
    m_takeBack = addButton(QStringLiteral("takeBackRotation"), tr("&Put the old value back"));
    m_cancel = addButton(QStringLiteral("cancelRotation"), tr("&Stop and put the old value back"));
    m_close = addButton(QStringLiteral("closeRotation"), tr("&Close"));
    connect(m_rotate, &QPushButton::clicked, this, &RotationDialog::rotate);
    connect(m_resume, &QPushButton::clicked, this, [this] {
        begin();
        m_run->resume(*m_plan);
        showProgress();
    });
    connect(m_takeBack, &QPushButton::clicked, this, [this] {
        begin();
        if (m_canResume)
            m_run->takeBack(*m_plan);
        else
            m_run->start(m_plan);
        showProgress();
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_run->cancel();
        m_cancel->setEnabled(false);
    });
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    for (auto *button : {m_rotate, m_resume, m_takeBack, m_cancel})
        buttons->addWidget(button);
    buttons->addStretch();
    buttons->addWidget(m_close);
    m_choices = choices();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(8);
    layout->addWidget(place);
    layout->addWidget(m_choices);
    layout->addWidget(m_consumers);
    layout->addWidget(m_tree, 2);
    layout->addWidget(new QLabel(tr("The same with kubectl, where *** stands for a value:"), this));
    layout->addWidget(m_kubectl, 1);
    layout->addWidget(m_status);
    layout->addLayout(buttons);
    connect(&m_tick, &QTimer::timeout, this, &RotationDialog::showProgress);
    refreshButtons();
}

QPushButton *RotationDialog::addButton(const QString &name, const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setAutoDefault(false);
    return button;
}

QWidget *RotationDialog::choices()
{
    auto *box = new QWidget(this);
    m_key = new QComboBox(box);
    m_key->setObjectName(QStringLiteral("rotationKey"));
    for (const auto &each : m_subjects)
        m_key->addItem(each.hasDatabase()
                           ? tr("%1 (opens %2 as %3)").arg(toQt(each.key), toQt(each.workload.name), toQt(each.role))
                           : toQt(each.key));
    m_make = new QRadioButton(tr("&Make one, of so many letters and digits:"), box);
    m_make->setObjectName(QStringLiteral("rotationMake"));
    m_make->setChecked(true);
    auto *given = new QRadioButton(tr("&Use one that was issued to you:"), box);
    given->setObjectName(QStringLiteral("rotationGiven"));
    m_length = new QSpinBox(box);
    m_length->setObjectName(QStringLiteral("rotationLength"));
    m_length->setAccessibleName(tr("Characters of the new value"));
    m_length->setRange(shortest, longest);
    m_length->setValue(m_subjects.front().length > 0 ? m_subjects.front().length : 32);
    m_value = new QLineEdit(box);
    m_value->setObjectName(QStringLiteral("rotationValue"));
    m_value->setAccessibleName(tr("The new value"));
    m_value->setEchoMode(QLineEdit::Password);
    m_value->setEnabled(false);
    auto *layout = new QFormLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addRow(tr("&Key:"), m_key);
    layout->addRow(m_make, m_length);
    layout->addRow(given, m_value);
    connect(m_key, &QComboBox::currentIndexChanged, this, &RotationDialog::makePlan);
    connect(m_length, &QSpinBox::valueChanged, this, &RotationDialog::makePlan);
    connect(m_make, &QRadioButton::toggled, this, [this](bool make) {
        m_length->setEnabled(make);
        m_value->setEnabled(!make);
        makePlan();
    });
    connect(m_value, &QLineEdit::textChanged, this, &RotationDialog::refreshButtons);
    return box;
}

runbook::RotationSubject RotationDialog::subject() const
{
    auto chosen = m_subjects[static_cast<std::size_t>(std::max(0, m_key->currentIndex()))];
    chosen.length = m_make->isChecked() ? m_length->value() : 0;
    return chosen;
}

void RotationDialog::makePlan()
{
    m_plan.reset();
    m_interrupted = false;
    refreshButtons();
    if (const auto journal = runbook::Journal::open(m_environment.journal, *m_environment.clock)) {
        const auto open = operations::unfinishedRotation(**journal, m_environment.target, subject());
        if (open && operations::canTakeBack(**journal, *open).value_or(false))
            return offer(*open);
    }
    say(tr("Asking the cluster who uses %1").arg(toQt(subject().key)), false);
    core::whenFinished(operations::stagedRotation(m_environment.client, subject().secret), this,
                       [this, generation = ++m_generation](const core::Result<operations::StagedRotation> &staged) {
                           if (generation != m_generation)
                               return;
                           if (staged)
                               offerStaged(*staged);
                           else // also when it is not known: staging finds out
                               askConsumers();
                       });
}

void RotationDialog::askConsumers()
{
    core::whenFinished(operations::rotationConsumers(m_environment.client, subject(), operations::LeftBehind::Refused),
                       this,
                       [this, generation = ++m_generation](const core::Result<std::vector<kube::ObjectKey>> &found) {
                           if (generation == m_generation)
                               showConsumers(found);
                       });
}

void RotationDialog::offer(const runbook::Plan &unfinished)
{
    const auto journal = runbook::Journal::open(m_environment.journal, *m_environment.clock);
    m_canTakeBack = journal && operations::canTakeBack(**journal, unfinished).value_or(false);
    m_interrupted = true;
    m_canResume = true;
    auto plan = unfinished;
    plan.target = m_environment.target; // the same cluster may have another name today
    setPlan(std::move(plan));
    m_consumers->setText(tr("%1 was interrupted (runbook %2).").arg(toQt(unfinished.title), toQt(unfinished.id)));
    say(m_canTakeBack ? tr("Go on with it, or put the old value back: until then the application may have two values.")
                      : tr("It is done but for forgetting the old value: go on to end it."),
        true);
    refreshButtons();
}

void RotationDialog::offerStaged(const operations::StagedRotation &staged)
{
    const auto offered = [this, staged](const core::Result<std::vector<kube::ObjectKey>> &consumers) {
        auto plan = consumers ? operations::rotationRevertPlan(staged, *consumers, m_environment.target,
                                                               *m_environment.clock, *m_environment.random)
                              : core::Result<runbook::Plan>(core::fail(consumers.error()));
        if (!plan)
            return say(toQt(plan.error().describe()), true);
        m_interrupted = true;
        m_canTakeBack = true;
        m_canResume = false;
        setPlan(*std::move(plan));
        m_consumers->setText(tr("The rotation of %1 was begun on another computer (runbook %2).")
                                 .arg(toQt(staged.subject.key), toQt(staged.rotation)));
        say(tr("Go on with it there. If it does not run any more, put the old value back here."), true);
        refreshButtons();
    };
    core::whenFinished(
        operations::rotationConsumers(m_environment.client, staged.subject, operations::LeftBehind::Allowed), this,
        [this, generation = ++m_generation, offered](const core::Result<std::vector<kube::ObjectKey>> &consumers) {
            if (generation == m_generation)
                offered(consumers);
        });
}

void RotationDialog::showConsumers(const core::Result<std::vector<kube::ObjectKey>> &consumers)
{
    if (!consumers)
        return say(toQt(consumers.error().describe()), true);
    auto plan = operations::rotationPlan(subject(), *consumers, m_environment.target, *m_environment.clock,
                                         *m_environment.random);
    if (!plan)
        return say(toQt(plan.error().describe()), true);
    QStringList names;
    for (const auto &consumer : *consumers)
        names << toQt(consumer.describe());
    m_consumers->setText(names.isEmpty()
                             ? tr("No workload reads this key when it starts: nothing is restarted.")
                             : tr("Restarted, one pod after another: %1").arg(names.join(QStringLiteral(", "))));
    setPlan(*std::move(plan));
    checkPermissions();
}

void RotationDialog::setPlan(runbook::Plan plan)
{
    m_plan = std::make_shared<const runbook::Plan>(std::move(plan));
    m_model.setPlan(m_plan);
    m_kubectl->setCommands(commandsOf(*m_plan));
}

void RotationDialog::checkPermissions()
{
    core::whenFinished(
        operations::missingPermissions(m_environment.client, m_plan), this,
        [this, generation = m_generation](const core::Result<std::vector<operations::MissingPermission>> &missing) {
            if (generation != m_generation || m_run)
                return;
            if (!missing || !missing->empty()) {
                say(toQt(missing ? operations::permissionError(*missing).describe() : missing.error().describe()),
                    true);
                m_plan.reset();
            } else {
                say(m_forbidden.isEmpty()
                        ? tr("Nothing has been changed yet. What fails, or is stopped, is put back at once.")
                        : m_forbidden,
                    !m_forbidden.isEmpty());
            }
            refreshButtons();
            if (m_rotate->isEnabled() && !m_choices->isAncestorOf(focusWidget()))
                m_key->setFocus();
        });
}

void RotationDialog::rotate()
{
    operations::SecretValues values;
    if (!m_make->isChecked()) {
        values.set(subject().secret, subject().key, core::SecretString(m_value->text().toStdString()));
        m_value->clear();
    }
    begin();
    m_run->start(m_plan, std::move(values));
    showProgress();
}

void RotationDialog::begin()
{
    m_run = std::make_unique<operations::RotationRun>(m_environment.client, *m_environment.clock, *m_environment.random,
                                                      m_environment.journal, m_environment.store);
    connect(m_run.get(), &operations::RotationRun::changed, this, &RotationDialog::showProgress);
    connect(m_run.get(), &operations::RotationRun::finished, this, &RotationDialog::runEnded);
    m_tick.start(std::chrono::seconds(1));
    refreshButtons();
    m_cancel->setFocus();
}

void RotationDialog::showProgress()
{
    const auto *session = m_run ? m_run->session() : nullptr;
    const auto *state = session ? session->state() : nullptr;
    if (state == nullptr || !state->plan)
        return;
    if (m_model.plan() != state->plan) {
        m_model.setPlan(state->plan);
        m_kubectl->setCommands(commandsOf(*state->plan));
    }
    const auto holds = session->holds();
    m_model.setState(*state, holds, m_environment.clock->monotonic());
    if (!isRunning())
        return;
    const QString title = toQt(state->plan->title);
    const QString line = holds.empty() ? title : QStringLiteral("%1: %2").arg(title, toQt(holds.front().text));
    say(line, m_run->isTakingBack());
    emit progressed(line);
    refreshButtons();
}

void RotationDialog::runEnded()
{
    m_tick.stop();
    showProgress();
    const auto &error = m_run->error();
    const QString why = error ? toQt(error->message) : QString();
    const auto &about = *operations::subjectOf(*m_plan);
    const QString name = tr("%1 of %2").arg(toQt(about.key), toQt(about.secret.describe()));
    QString text;
    switch (m_run->end()) {
    case End::Done:
        text = tr("%1 was rotated: only the new value is in use. The journal has it.").arg(name);
        break;
    case End::TakenBack:
        text = tr("%1 has its old value again, everywhere, and it was proven to work. %2").arg(name, why);
        break;
    case End::Unchanged:
        text = tr("%1 was not changed. %2").arg(name, why);
        break;
    case End::Open:
    case End::Running:
        text = tr("%1 is neither rotated nor put back: %2. Remove the cause, then go on or put the old value back.")
                   .arg(name, why);
        break;
    }
    const bool failed = m_run->end() != End::Done;
    say(text.trimmed(), failed);
    if (m_run->end() == End::Open) {
        if (const auto journal = runbook::Journal::open(m_environment.journal, *m_environment.clock)) {
            if (const auto open = operations::unfinishedRotation(**journal, m_environment.target, subject())) {
                m_interrupted = true;
                m_canResume = true;
                m_canTakeBack = operations::canTakeBack(**journal, *open).value_or(false);
                m_plan = std::make_shared<const runbook::Plan>(*open);
            }
        }
    }
    refreshButtons();
    (m_interrupted && m_run->end() == End::Open ? m_resume : m_close)->setFocus();
    emit ended(text.trimmed(), failed);
}

void RotationDialog::refreshButtons()
{
    const bool running = isRunning();
    const bool over = m_run && !running && m_run->end() != End::Open;
    const bool may = m_forbidden.isEmpty() && m_plan && !running && !over;
    m_choices->setVisible(!m_interrupted && !m_run);
    m_rotate->setVisible(!m_interrupted && !m_run);
    m_rotate->setEnabled(may && !m_interrupted && (m_make->isChecked() || !m_value->text().isEmpty()));
    m_resume->setVisible(m_interrupted && !running && !over);
    m_resume->setEnabled(may && m_canResume);
    m_takeBack->setVisible(m_interrupted && !running && !over);
    m_takeBack->setEnabled(may && m_canTakeBack);
    m_cancel->setVisible(running);
    if (running && m_run->isTakingBack())
        m_cancel->setEnabled(false);
    m_close->setEnabled(!running);
}

void RotationDialog::reject()
{
    if (!isRunning())
        QDialog::reject();
}

void RotationDialog::say(const QString &text, bool alarm)
{
    m_status->setText(text);
    m_status->setStyleSheet(alarm ? QStringLiteral("color: %1").arg(Theme::colors().bad.name()) : QString());
}

} // namespace binnacle::widgets
