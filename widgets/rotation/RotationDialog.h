// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/PlanModel.h"
#include "operations/Rotation.h"
#include "operations/RotationRun.h"
#include "widgets/deploy/DeployController.h"

#include <QDialog>
#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QSpinBox;
class QTreeView;

namespace binnacle::widgets {

class CommandBox;

/// Replaces the value of one key of a Secret everywhere: shows the steps, whom they restart and what kubectl would say,
/// runs them with what they wait for, and puts back what fails or is cancelled. Also for going on with, or taking back,
/// a rotation that was interrupted. Does not block other windows; closing it while it runs is not offered.
class RotationDialog : public QDialog
{
    Q_OBJECT

public:
    /// `subjects`: the keys to choose from, all of one Secret.
    RotationDialog(DeployController::Environment environment, std::vector<runbook::RotationSubject> subjects,
                   const QString &forbidden, QWidget *parent = nullptr);
    /// For one that was interrupted.
    RotationDialog(DeployController::Environment environment, const runbook::Plan &unfinished, const QString &forbidden,
                   QWidget *parent = nullptr);
    ~RotationDialog() override;

    void reject() override;

signals:
    void progressed(const QString &line);
    void ended(const QString &text, bool failed);

private:
    void build(const QString &title);
    [[nodiscard]] QWidget *choices();
    [[nodiscard]] QPushButton *addButton(const QString &name, const QString &text);
    [[nodiscard]] runbook::RotationSubject subject() const;
    /// Looks for an interrupted rotation of the key, then asks the cluster who uses it.
    void makePlan();
    void offer(const runbook::Plan &unfinished);
    /// One that was begun on another computer: it can be taken back here, and not be gone on with.
    void offerStaged(const operations::StagedRotation &staged);
    void askConsumers();
    void showConsumers(const core::Result<std::vector<kube::ObjectKey>> &consumers);
    void setPlan(runbook::Plan plan);
    void checkPermissions();
    void rotate();
    void begin();
    void showProgress();
    void runEnded();
    void refreshButtons();
    void say(const QString &text, bool alarm);
    [[nodiscard]] bool isRunning() const { return m_run && m_run->end() == operations::RotationRun::End::Running; }

    DeployController::Environment m_environment;
    std::vector<runbook::RotationSubject> m_subjects;
    QString m_forbidden;
    runbook::PlanPointer m_plan; ///< not yet begun, or interrupted
    bool m_interrupted = false;
    bool m_canResume = false;
    bool m_canTakeBack = false;
    int m_generation = 0; ///< of the plan being made: answers for an older one are dropped
    std::unique_ptr<operations::RotationRun> m_run;
    items::PlanModel m_model;
    QTimer m_tick; ///< the age of what is waited for
    QComboBox *m_key = nullptr;
    QRadioButton *m_make = nullptr;
    QSpinBox *m_length = nullptr;
    QLineEdit *m_value = nullptr;
    QWidget *m_choices = nullptr;
    QLabel *m_consumers = nullptr;
    QLabel *m_status = nullptr;
    QTreeView *m_tree = nullptr;
    CommandBox *m_kubectl = nullptr;
    QPushButton *m_rotate = nullptr;
    QPushButton *m_resume = nullptr;
    QPushButton *m_takeBack = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_close = nullptr;
};

} // namespace binnacle::widgets
