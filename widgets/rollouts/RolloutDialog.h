// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/RevisionModel.h"
#include "widgets/deploy/DeployController.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeView;

namespace binnacle::widgets {

class ObjectRunbook;

/// The rollouts of one workload: how far the present one is, which revisions there are, what each would change, and
/// holding, restarting and going back, each as a runbook. Does not block other windows.
class RolloutDialog : public QDialog
{
    Q_OBJECT

public:
    /// `forbidden`: why this user may not change the workload; empty: may.
    RolloutDialog(DeployController::Environment environment, kube::ObjectKey workload, const QString &forbidden,
                  QWidget *parent = nullptr);
    ~RolloutDialog() override;

signals:
    void progressed(const QString &line);
    void ended(const QString &text, bool failed);

private:
    void build();
    [[nodiscard]] QPushButton *addButton(const QString &name, const QString &text, void (RolloutDialog::*clicked)());
    void reload();
    void take(const core::Result<operations::RolloutHistory> &history);
    void showState();
    void showRevision();
    void refreshButtons();
    void rollBack();
    void pauseOrResume();
    void restart();
    void takeBack();
    /// Runs a plan after showing it; null: only makes the runbook.
    [[nodiscard]] ObjectRunbook *runbook();
    void change(const core::Result<runbook::Plan> &plan, const QString &consequence, const QString &action);
    void runEnded(const QString &text, bool failed);
    void say(const QString &text, bool alarm);

    DeployController::Environment m_environment;
    kube::ObjectKey m_workload;
    QString m_forbidden;
    operations::RolloutHistory m_history;
    runbook::PlanPointer m_done; ///< what the last runbook was, while it could be taken back
    ObjectRunbook *m_running = nullptr;
    std::string m_seen; ///< resourceVersion of the workload in the store when the history was read
    QTimer m_reload;
    items::RevisionModel m_model;
    QLabel *m_state;
    QLabel *m_status;
    QTreeView *m_table;
    QPlainTextEdit *m_diff;
    QPushButton *m_rollBack = nullptr;
    QPushButton *m_pause = nullptr;
    QPushButton *m_restart = nullptr;
    QPushButton *m_undo = nullptr;
};

} // namespace binnacle::widgets
