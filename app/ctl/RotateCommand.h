// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "Command.h"
#include "operations/SecretValues.h"
#include "runbook/Plan.h"

#include <string>

namespace binnacle::ctl {

/// Replaces the value of one key of a Secret, in the database that it opens too, restarts what uses it, and proves
/// that it works. What fails is put back.
class RotateCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<runbook::RotationSubject> subject() const;
    [[nodiscard]] core::Result<runbook::RotationSubject> subjectOfStack() const;
    /// The value of --value-file; empty: one is to be made.
    [[nodiscard]] core::Result<operations::SecretValues> values(const runbook::RotationSubject &subject) const;
    [[nodiscard]] core::Result<void> begin(const Environment &environment, const ClusterSession &session,
                                           const runbook::RotationSubject &subject) const;
    [[nodiscard]] core::Result<void> goOn(const Environment &environment, const ClusterSession &session,
                                          const runbook::RotationSubject &subject) const;
    /// For one that this computer's journal does not know, as the cluster does; else `none`.
    [[nodiscard]] core::Result<void> goOnElsewhere(const Environment &environment, const ClusterSession &session,
                                                   const runbook::RotationSubject &subject, core::Error none) const;
    /// After a failure: puts back what it began, and says how that went.
    [[nodiscard]] core::Error afterFailure(const Environment &environment, const ClusterSession &session,
                                           const runbook::Plan &rotation, core::Error error) const;

    std::string m_what;
    std::string m_stack = "ai-saas";
    std::string m_workload;
    std::string m_container;
    std::string m_role = "postgres";
    std::string m_database = "postgres";
    std::string m_valueFile;
    int m_length = 32;
    bool m_leavePods = false;
    bool m_resume = false;
    bool m_revert = false;
};

} // namespace binnacle::ctl
