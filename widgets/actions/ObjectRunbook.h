// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/ObjectPlans.h"
#include "operations/Preview.h"
#include "operations/RunbookSession.h"
#include "runbook/Journal.h"
#include "widgets/deploy/DeployController.h"

#include <QDialog>
#include <QPointer>

namespace binnacle::widgets {

/// One change of single objects, from its preview to its end: shows what would change, asks, runs, and says how it
/// went. Lives until it has ended one way or another.
class ObjectRunbook : public QObject
{
    Q_OBJECT

public:
    /// Dialogs belong to `window`. With a store in the environment that is the one the gates are judged from.
    ObjectRunbook(DeployController::Environment environment, QWidget *window, QObject *parent = nullptr);
    ~ObjectRunbook() override;

    void restart(const std::vector<kube::ObjectKey> &workloads);
    void remove(const std::vector<operations::Doomed> &objects);
    /// Any other change: `consequence` and `action` are what the confirmation says.
    void change(runbook::Plan plan, const QString &consequence, const QString &action);
    /// Puts back what this runbook of single objects changed or deleted, as the journal recorded it.
    void takeBack(const runbook::RunbookSummary &done);

    /// What is or was run; null before there is a plan.
    [[nodiscard]] runbook::PlanPointer plan() const { return m_plan; }

signals:
    /// One line: what runs and what it waits for.
    void progressed(const QString &line);
    /// Always once, at the end. An empty text: the operator thought better of it.
    void ended(const QString &text, bool failed);

private:
    /// Asks the server what the plan would change, then shows it with these words.
    void preview(const QString &consequence, const QString &action);
    void confirm(const std::vector<operations::ObjectDiff> &diffs, const QString &consequence, const QString &action);
    void confirmRemoval(const std::vector<operations::Doomed> &objects);
    void run(runbook::PlanPointer plan);
    void report();
    void fail(const core::Error &error);
    [[nodiscard]] QString place() const;

    DeployController::Environment m_environment;
    QPointer<QWidget> m_window;
    QPointer<QDialog> m_dialog; ///< while it asks
    runbook::PlanPointer m_plan;
    std::unique_ptr<operations::RunbookSession> m_session;
};

} // namespace binnacle::widgets
