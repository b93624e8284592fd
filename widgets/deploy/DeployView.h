// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/deploy/DeployController.h"

#include <QWidget>

#include <map>

class QAction;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QTimer;
class QToolButton;
class QTreeView;

namespace binnacle::items {
class PlanModel;
}

namespace binnacle::widgets {

class ActionButton;

/// Plan, compare, run, resume, undo: a stack's deployment on one screen, with what is waited for and for how long.
class DeployView : public QWidget
{
    Q_OBJECT

public:
    DeployView(DeployController::Environment environment, const QStringList &stacks, QWidget *parent = nullptr);

    enum class Command { Plan, Deploy, Stop, Resume, RollBack, Uninstall };
    struct Availability
    {
        bool enabled = false;
        QString why; ///< it is not
    };

    /// What this screen's state allows; whether the user may is asked elsewhere.
    [[nodiscard]] Availability availability(Command command) const;
    void run(Command command);
    /// The button of a command does this action. Without one it stays disabled.
    void setAction(Command command, QAction *action);

signals:
    void availabilityChanged();
    /// One line for the status bar and the dock: "Deploying ai-saas: 2 of 6, waiting for postgres-0 …"; empty at the
    /// end.
    void activityChanged(const QString &line);

private:
    void build(const QStringList &stacks);
    void connectAll();
    void addOptions();
    void showOverlays();
    void plan();
    void refresh();
    void updateMessage();
    /// What the stack needs and only the operator knows; empty: the cluster has it all.
    [[nodiscard]] QString missingSecrets() const;
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
    QToolButton *m_options = nullptr; ///< of its menu:
    QAction *m_takeOver = nullptr;
    QAction *m_skipCheck = nullptr;
    std::map<Command, ActionButton *> m_buttons;
    QProgressBar *m_progress = nullptr;
    QLabel *m_message = nullptr;
    QTreeView *m_tree = nullptr;
    QPlainTextEdit *m_diff = nullptr;
};

} // namespace binnacle::widgets
