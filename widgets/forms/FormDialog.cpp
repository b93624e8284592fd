// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/FormDialog.h"

#include "core/WhenFinished.h"
#include "operations/DeployPlan.h"
#include "operations/UndoPlans.h"
#include "widgets/common/Background.h"
#include "widgets/common/CommandBox.h"
#include "widgets/common/DiffHighlighter.h"
#include "widgets/forms/FeasibilityPanel.h"
#include "widgets/forms/MergeView.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

using State = operations::EditCheck::State;

FormDialog::FormDialog(DeployController::Environment environment, std::unique_ptr<operations::EditSession> session,
                       const MakeForm &make, const QString &title, const QString &forbidden, QWidget *parent)
    : QDialog(parent),
      m_environment(std::move(environment)),
      m_edit(std::move(session)),
      m_forbidden(forbidden),
      m_form(make(*m_edit, this)),
      m_status(new QLabel(this)),
      m_warnings(new QLabel(this)),
      m_fit(new FeasibilityPanel(m_environment.client, *m_edit, this)),
      m_merge(new MergeView(this)),
      m_diff(new QPlainTextEdit(this)),
      m_kubectl(new CommandBox({}, this)),
      m_review(new QTabWidget(this)),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Close, this)),
      m_apply(new QPushButton(tr("&Apply"), this)),
      m_undo(new QPushButton(tr("&Undo"), this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    build(title);
    connect(m_edit.get(), &operations::EditSession::loaded, m_form, &Form::showValues);
    connect(m_edit.get(), &operations::EditSession::checked, this, &FormDialog::showCheck);
    connect(m_form, &Form::stateChanged, this, &FormDialog::showCheck);
    connect(m_merge, &MergeView::merged, m_edit.get(), &operations::EditSession::rebase);
    connect(m_apply, &QPushButton::clicked, this, &FormDialog::apply);
    connect(m_undo, &QPushButton::clicked, this, &FormDialog::takeBack);
    // Later than what shows the values: a field that was just made takes the focus only once it is laid out.
    connect(
        m_edit.get(), &operations::EditSession::loaded, this,
        [this] {
            if (auto *first = m_form->firstField(); first && !m_form->isAncestorOf(focusWidget()))
                first->setFocus();
        },
        Qt::QueuedConnection);
    m_edit->load();
}

FormDialog::~FormDialog() = default;

void FormDialog::build(const QString &title)
{
    setObjectName(QStringLiteral("formDialog"));
    setWindowTitle(title);
    setMinimumSize(640, 480);
    const auto &object = m_edit->object();
    auto *place = new QLabel(
        tr("%1 · context %2").arg(toQt(object.describe()), toQt(m_environment.target.context.value())), this);
    place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    for (auto *label : {m_status, m_warnings}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_status->setObjectName(QStringLiteral("formStatus"));
    m_warnings->setObjectName(QStringLiteral("formWarnings"));
    m_merge->hide();
    m_diff->setReadOnly(true);
    m_diff->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_diff->setAccessibleName(tr("What would change"));
    new DiffHighlighter(m_diff->document());
    m_review->addTab(m_diff, tr("Change&s"));
    m_review->addTab(m_kubectl, tr("kubect&l"));
    m_apply->setObjectName(QStringLiteral("formApply"));
    m_apply->setDefault(true);
    m_undo->setObjectName(QStringLiteral("formUndo"));
    m_buttons->addButton(m_apply, QDialogButtonBox::ApplyRole);
    offerUndo(false);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(place);
    layout->addWidget(scrolled());
    layout->addWidget(m_fit);
    layout->addWidget(m_merge);
    layout->addWidget(m_warnings);
    layout->addWidget(m_status);
    layout->addWidget(m_review, 1);
    layout->addWidget(m_buttons);
}

/// The box shows all buttons that it has whenever the style changes: it has this one only while there is something to
/// take back.
void FormDialog::offerUndo(bool isOffered)
{
    if (isOffered) {
        m_buttons->addButton(m_undo, QDialogButtonBox::ResetRole);
    } else {
        m_buttons->removeButton(m_undo);
        m_undo->setParent(this);
    }
    m_undo->setVisible(isOffered);
}

bool FormDialog::event(QEvent *event)
{
    const bool isDone = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest)
        grow();
    return isDone;
}

/// Verdicts and warnings that come up shall not take their room from the fields, as long as the screen has some.
void FormDialog::grow()
{
    // The area remembers how high the form was before it had its fields.
    const int screenHeight = screen()->availableGeometry().height();
    const int most = screenHeight * 9 / 10;
    const bool isByWidth = layout()->hasHeightForWidth();
    const int least = isByWidth ? layout()->totalMinimumHeightForWidth(width()) : layout()->totalMinimumSize().height();
    const int room = most - (least - m_fields->minimumHeight()); // what a merge leaves them
    const int fields = std::min({m_form->sizeHint().height(), screenHeight * 2 / 5, std::max(room, screenHeight / 8)});
    if (fields != m_fields->minimumHeight()) {
        m_fields->setMinimumHeight(fields);
        layout()->activate(); // now: what is asked below must know it
    }
    const int wanted =
        std::min(isByWidth ? layout()->totalHeightForWidth(width()) : layout()->totalSizeHint().height(), most);
    if (wanted <= m_grown)
        return;
    m_grown = wanted;
    if (wanted > height())
        resize(width(), wanted);
}

/// A form of many fields is no reason for a window that is higher than the screen.
QScrollArea *FormDialog::scrolled()
{
    m_fields = new QScrollArea(this);
    auto *area = m_fields;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    area->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    area->setWidget(m_form);
    // Fields that come and go change how much room the form asks for.
    connect(m_form, &Form::stateChanged, area, &QWidget::updateGeometry);
    return area;
}

void FormDialog::objectChanged()
{
    if (m_session)
        return;
    m_edit->recheck();
    m_fit->refresh();
}

bool FormDialog::canApply() const
{
    return !m_session && m_forbidden.isEmpty() && !m_form->isUnreadable() && m_edit->check().state == State::Valid;
}

void FormDialog::say(const QString &text, bool alarm)
{
    m_status->setText(text);
    m_status->setStyleSheet(alarm ? QStringLiteral("color: %1").arg(Theme::colors().bad.name()) : QString());
}

void FormDialog::showCheck()
{
    if (m_session)
        return;
    const auto &check = m_edit->check();
    const QStringList homeless = m_form->showProblems(check.problems);
    const QString cause = check.error ? toQt(check.error->describe()) : QString();
    m_form->setEnabled(check.state != State::Loading && check.state != State::Gone && m_forbidden.isEmpty());
    switch (check.state) {
    case State::Loading:
        say(tr("Reading the object…"), false);
        break;
    case State::Unchanged:
        say(m_done.empty() ? tr("Nothing is changed yet.") : m_status->text(), false);
        break;
    case State::Checking:
        say(tr("Asking the server…"), false);
        break;
    case State::Valid:
        say(tr("✓ The server would accept this. Nothing has been written yet."), false);
        break;
    case State::Refused:
        say(homeless.isEmpty() ? tr("✕ The server would refuse this: see the marked fields.")
                               : tr("✕ The server would refuse this: %1").arg(homeless.join(QStringLiteral("; "))),
            true);
        break;
    case State::Conflicting:
        say(tr("✕ Another has changed the same fields: choose above."), true);
        break;
    case State::Forbidden:
    case State::Gone:
    case State::Unreachable:
        say(tr("✕ %1").arg(cause), true);
        break;
    }
    if (m_form->isUnreadable()) // what the server thinks is of the last value that could be read
        say(tr("✕ Correct the marked field first."), true);
    if (!m_forbidden.isEmpty())
        say(tr("✕ %1").arg(m_forbidden), true);
    m_merge->setVisible(check.state == State::Conflicting && !check.conflicts.empty());
    m_review->setVisible(!m_merge->isVisible()); // what would change is not known before it is merged
    if (m_merge->isVisible())
        m_merge->setConflicts(check.conflicts, m_edit->object().kind == core::GroupKind{"", "Secret"});
    showReview();
}

void FormDialog::showReview()
{
    const QStringList warnings = m_form->warnings();
    m_warnings->setText(warnings.isEmpty() ? QString()
                                           : QStringLiteral("⚠ %1").arg(warnings.join(QStringLiteral("\n⚠ "))));
    m_warnings->setStyleSheet(QStringLiteral("color: %1").arg(Theme::colors().warning.name()));
    m_warnings->setVisible(!warnings.isEmpty());
    const auto &check = m_edit->check();
    const QString diff = m_form->isUnreadable() ? QString() : toQt(check.diff);
    if (m_diff->toPlainText() != diff)
        m_diff->setPlainText(diff);
    m_kubectl->setCommands(commands());
    m_apply->setEnabled(canApply());
    m_apply->setToolTip(canApply() ? QString() : m_status->text());
}

QString FormDialog::commands() const
{
    if (m_edit->edit().fields.empty())
        return {};
    operations::SecretValues unused;
    const auto made = plan(unused);
    QStringList lines;
    if (made) {
        for (const auto &[step, commands] : operations::kubectlEquivalents(*made)) {
            for (const auto &command : commands)
                lines << toQt(command);
        }
    }
    return lines.join(QLatin1Char('\n'));
}

core::Result<runbook::Plan> FormDialog::plan(operations::SecretValues &secrets) const
{
    return m_form->plan({m_environment.target, *m_environment.clock, *m_environment.random}, secrets);
}

/// What would certainly fail is not written by the press of one key: it is said first, once more.
void FormDialog::apply()
{
    if (!canApply())
        return;
    m_apply->setEnabled(false);
    core::whenFinished(m_fit->impact(), this,
                       [this, edited = m_edit->edited()](const core::Result<operations::EditImpact> &impact) {
                           if (!canApply() || m_edit->edited() != edited)
                               return; // typed on since: its own check says what can be done
                           m_apply->setEnabled(true);
                           const bool breaks = impact && operations::fitOf(*impact) == operations::Fit::Breaks;
                           const auto certain = breaks ? operations::certainOf(*impact) : std::vector<stack::Finding>{};
                           if (certain.empty())
                               write();
                           else
                               warn(certain);
                       });
}

void FormDialog::warn(const std::vector<stack::Finding> &certain)
{
    QStringList reasons;
    for (const auto &finding : certain)
        reasons << toQt(finding.message);
    auto *box =
        new QMessageBox(QMessageBox::Warning, windowTitle(),
                        tr("%1 would not fit.").arg(toQt(m_edit->object().describe())), QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("formUnfit"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        tr("%1\n\nThe server would take the change, and this would fail afterwards. Nothing has been written yet.")
            .arg(reasons.join(QLatin1Char('\n'))));
    const auto *anyway = box->addButton(tr("&Apply Anyway"), QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    connect(box, &QMessageBox::buttonClicked, this, [this, anyway](const QAbstractButton *pressed) {
        if (pressed == anyway && canApply())
            write();
    });
    box->open();
}

void FormDialog::write()
{
    operations::SecretValues secrets;
    auto made = plan(secrets);
    if (!made) {
        say(toQt(made.error().describe()), true);
        return;
    }
    m_done.clear();
    m_appliesTyped = true;
    run(std::make_shared<const runbook::Plan>(*std::move(made)), std::move(secrets));
}

void FormDialog::run(runbook::PlanPointer plan, operations::SecretValues secrets)
{
    m_form->setEnabled(false);
    m_apply->setEnabled(false);
    offerUndo(false);
    m_session = std::make_unique<operations::RunbookSession>(
        m_environment.client, *m_environment.clock, *m_environment.random, m_environment.journal, m_environment.store);
    const QString title = toQt(plan->title);
    connect(m_session.get(), &operations::RunbookSession::stateChanged, this, [this, title] {
        const auto holds = m_session->holds();
        const QString line = holds.empty() ? title : QStringLiteral("%1: %2").arg(title, toQt(holds.front().text));
        say(line, false);
        emit progressed(line);
    });
    connect(m_session.get(), &operations::RunbookSession::finished, this, &FormDialog::runEnded,
            Qt::QueuedConnection); // the session must not die in its own signal
    if (m_done.empty() && plan->kind == runbook::PlanKind::Edit && operations::isUndoable(*plan))
        m_done = plan->id;
    else
        m_done.clear();
    say(title, false);
    m_session->start(std::move(plan), std::move(secrets));
}

void FormDialog::runEnded()
{
    const auto error = m_session->error();
    const auto *state = m_session->state();
    const QString title = state != nullptr ? toQt(state->plan->title) : windowTitle();
    m_session.reset();
    offerUndo(!error && !m_done.empty());
    const QString text =
        error ? tr("✕ %1").arg(toQt(error->describe())) : tr("✓ %1: done. The journal has it.").arg(title);
    emit ended(text, bool(error));
    // What was typed and could not be written is still wanted: beside what another was faster with, it is merged.
    if (std::exchange(m_appliesTyped, false) && error)
        m_edit->recheck();
    else
        m_edit->load();
    // Said last, so that the check of the values does not take its place, unless it tells more.
    const auto repeat = std::make_shared<QMetaObject::Connection>();
    *repeat =
        connect(m_edit.get(), &operations::EditSession::checked, this, [this, text, repeat, failed = bool(error)] {
            const auto state = m_edit->check().state;
            if (state == State::Loading || state == State::Checking)
                return;
            disconnect(*repeat);
            if (state != State::Conflicting)
                say(text, failed);
        });
}

void FormDialog::takeBack()
{
    core::whenFinished(inBackground([environment = m_environment, id = m_done]() -> core::Result<runbook::Plan> {
                           const auto journal = runbook::Journal::open(environment.journal, *environment.clock);
                           if (!journal)
                               return core::fail(journal.error());
                           const auto done = (*journal)->plan(id);
                           if (!done)
                               return core::fail(done.error());
                           return operations::rollbackPlan(**journal, environment.target, done->stack, id,
                                                           *environment.clock, *environment.random);
                       }),
                       this, [this](const core::Result<runbook::Plan> &back) {
                           if (back)
                               run(std::make_shared<const runbook::Plan>(*back));
                           else
                               say(toQt(back.error().describe()), true);
                       });
}

} // namespace binnacle::widgets
