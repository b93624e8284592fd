// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "PlanMaking.h"
#include "SecretInput.h"

namespace binnacle::ctl {

/// Deploys a stack in its ordered steps, or continues a deploy that was interrupted.
class DeployCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<void> start(const Environment &environment, const ClusterSession &session) const;
    [[nodiscard]] core::Result<void> resume(const Environment &environment, const ClusterSession &session) const;
    /// What is to be continued. Refuses when the last interrupted runbook is another kind, unless it was named.
    [[nodiscard]] core::Result<runbook::PlanPointer>
    interruptedPlan(const Environment &environment, const ClusterSession &session, const std::string &stack) const;
    [[nodiscard]] core::Result<void> checkPermissions(const Environment &environment, const ClusterSession &session,
                                                      const runbook::PlanPointer &plan) const;
    [[nodiscard]] core::Result<void> checkAndConfirm(const Environment &environment, const ClusterSession &session,
                                                     const DeployPlanning &made) const;

    StackArguments m_stack;
    SecretInput m_secrets;
    std::string m_fromStep;
    std::string m_runbook;
    bool m_resume = false;
    bool m_skipCheck = false;
    bool m_takesOver = false;
};

} // namespace binnacle::ctl
