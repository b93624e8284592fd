// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/deploy/DeployController.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTimer;
class QTreeView;

namespace binnacle::items {
class PlanModel;
}

namespace binnacle::widgets {

/// Plan, compare, run, resume, undo: a stack's deployment on one screen, with what is waited for and for how long.
class DeployView : public QWidget
{
    Q_OBJECT

public:
    DeployView(DeployController::Environment environment, const QStringList &stacks, QWidget *parent = nullptr);

    /// Reads the chosen stack and compares it with the cluster.
    void plan();

signals:
    /// One line for the status bar and the dock: "Deploying ai-saas: 2 of 6, waiting for postgres-0 …"; empty at the
    /// end.
    void activityChanged(const QString &line);

private:
    void build(const QStringList &stacks);
    void connectAll();
    void refresh();
    void updateButtons();
    void updateMessage();
    void showProgress();
    void showObject();
    void confirmDeploy();
    void confirmUndo(const runbook::PlanPointer &plan);
    [[nodiscard]] QString place() const;
    [[nodiscard]] QString commandsOf(const runbook::PlanPointer &plan) const;
    [[nodiscard]] QString summaryOfDiffs() const;

    DeployController *m_controller;
    items::PlanModel *m_model;
    QTimer *m_tick; ///< ages the holds
    QComboBox *m_stack = nullptr;
    QComboBox *m_overlay = nullptr;
    QPushButton *m_planButton = nullptr;
    QPushButton *m_deploy = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_resume = nullptr;
    QPushButton *m_rollback = nullptr;
    QPushButton *m_uninstall = nullptr;
    QProgressBar *m_progress = nullptr;
    QLabel *m_message = nullptr;
    QTreeView *m_tree = nullptr;
    QPlainTextEdit *m_diff = nullptr;
};

} // namespace binnacle::widgets
