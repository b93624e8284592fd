// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "operations/DeployPlan.h"
#include "operations/FeasibilityStep.h"
#include "operations/Preview.h"
#include "operations/RunbookSession.h"
#include "operations/StackKeys.h"
#include "operations/UndoPlans.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace binnacle::widgets {

/// What the deploy screen is doing: reading a stack, comparing it with the cluster, running it, undoing it. Holds no
/// widget. Lives in the GUI thread; whatever waits for a disk or the cluster happens elsewhere.
class DeployController : public QObject
{
    Q_OBJECT

public:
    enum class Phase { Idle, Planning, Planned, Running, Finished };

    struct Environment
    {
        std::shared_ptr<kube::Client> client;
        cluster::Store *store = nullptr; ///< not owned
        const core::Clock *clock = nullptr;
        core::Random *random = nullptr;
        runbook::Target target;
        std::filesystem::path journal;
    };

    explicit DeployController(Environment environment, QObject *parent = nullptr);
    ~DeployController() override;

    /// Reads which overlays the stack has; overlaysChanged() follows. A stack that cannot be read has none: planning it
    /// says why.
    void readOverlays(const std::string &stack);
    struct Choices
    {
        operations::FitCheck fitCheck = operations::FitCheck::Run;
        bool takesOver = false; ///< see operations::DeployOptions
    };
    /// Reads and renders the stack, then asks the server what would change, what is forbidden and what is missing.
    void plan(const std::string &stack, const std::string &overlay, const Choices &choices);
    void run(operations::SecretValues secrets);
    void resume();
    void cancel();
    /// Make the undo plan; undoPlanned() follows, then runUndo() carries it out.
    void planRollback();
    void planUninstall(bool volumes);
    void runUndo(runbook::PlanPointer plan);

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] const runbook::PlanPointer &currentPlan() const { return m_plan; }
    [[nodiscard]] const std::vector<operations::ObjectDiff> &diffs() const { return m_diffs; }
    [[nodiscard]] const std::vector<operations::SecretPrompt> &prompts() const { return m_prompts; }
    /// Keys that the stack's workloads need and neither the plan, the operator nor the cluster provides.
    [[nodiscard]] const std::vector<stack::Finding> &missingKeys() const { return m_missingKeys; }
    [[nodiscard]] const std::optional<core::Error> &error() const { return m_error; }
    [[nodiscard]] const operations::RunbookSession *session() const { return m_session.get(); }
    [[nodiscard]] const Environment &environment() const { return m_environment; }
    [[nodiscard]] const std::vector<std::string> &overlays() const { return m_overlays; }
    /// The one that is deployed when none is chosen; empty: the base alone.
    [[nodiscard]] const std::string &defaultOverlay() const { return m_defaultOverlay; }
    [[nodiscard]] const std::string &stackName() const { return m_stackName; }

signals:
    void phaseChanged();
    void overlaysChanged();
    /// What must be given for the plan, or is missing, is known.
    void keysAsked();
    /// Steps, objects or holds of the running runbook.
    void progressed();
    void undoPlanned(const binnacle::runbook::PlanPointer &plan);

private:
    void planUninstallWith(operations::UninstallOptions options);
    void setPhase(Phase phase);
    void failWith(const core::Error &error);
    void compare();
    void askForKeys();
    void startSession();

    Environment m_environment;
    Phase m_phase = Phase::Idle;
    std::string m_stackName;
    std::vector<std::string> m_overlays;
    std::string m_defaultOverlay;
    runbook::PlanPointer m_plan;
    std::shared_ptr<const stack::Stack> m_stack;               ///< of the plan
    std::shared_ptr<const std::vector<core::Json>> m_rendered; ///< of the plan: Secret data that a resume must get back
    std::vector<operations::ObjectDiff> m_diffs;
    std::vector<operations::SecretPrompt> m_prompts;
    std::vector<stack::Finding> m_missingKeys;
    std::optional<core::Error> m_error;
    std::unique_ptr<operations::RunbookSession> m_session;
    int m_reading = 0;    ///< of the overlays being read: answers for an older one are dropped
    int m_generation = 0; ///< of the plan being made: answers for an older one are dropped
};

} // namespace binnacle::widgets
