// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/RunbookSession.h"
#include "widgets/deploy/DeployController.h"
#include "widgets/forms/Form.h"

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QTabWidget;

namespace binnacle::widgets {

class CommandBox;
class FeasibilityPanel;
class MergeView;

/// The frame around every form: says what is edited where, has the server check it while it is typed, shows what would
/// change and what kubectl would say, merges another's changes, runs the change as a runbook and can take it back. Does
/// not block other windows.
class FormDialog : public QDialog
{
    Q_OBJECT

public:
    using MakeForm = std::function<Form *(operations::EditSession &, QWidget *)>;

    /// `forbidden`: why this user may not write the object; empty: may.
    FormDialog(DeployController::Environment environment, std::unique_ptr<operations::EditSession> session,
               const MakeForm &make, const QString &title, const QString &forbidden, QWidget *parent = nullptr);
    ~FormDialog() override;

    [[nodiscard]] Form &form() const { return *m_form; }
    /// The object may have changed on the server: the form is checked again.
    void objectChanged();

signals:
    void progressed(const QString &line);
    void ended(const QString &text, bool failed);

private:
    bool event(QEvent *event) override;
    void build(const QString &title);
    void offerUndo(bool isOffered);
    void grow();
    [[nodiscard]] QScrollArea *scrolled();
    void showCheck();
    void showReview();
    void say(const QString &text, bool alarm);
    void apply();
    void warn(const std::vector<stack::Finding> &certain);
    void write();
    void run(runbook::PlanPointer plan, operations::SecretValues secrets = {});
    void takeBack();
    void runEnded();
    [[nodiscard]] core::Result<runbook::Plan> plan(operations::SecretValues &secrets) const;
    [[nodiscard]] QString commands() const;
    [[nodiscard]] bool canApply() const;

    DeployController::Environment m_environment;
    std::unique_ptr<operations::EditSession> m_edit;
    QString m_forbidden;
    std::unique_ptr<operations::RunbookSession> m_session;
    bool m_appliesTyped = false; ///< what runs writes the typed values
    std::string m_done;          ///< id of the runbook that changed the object, which could be taken back
    Form *m_form;
    QLabel *m_status;
    QLabel *m_warnings;
    FeasibilityPanel *m_fit;
    MergeView *m_merge;
    QPlainTextEdit *m_diff;
    CommandBox *m_kubectl;
    QTabWidget *m_review;
    QDialogButtonBox *m_buttons;
    QPushButton *m_apply;
    QPushButton *m_undo;
    QScrollArea *m_fields = nullptr;
    int m_grown = 0; ///< the height that the contents have asked for so far
};

} // namespace binnacle::widgets
