// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"
#include "runbook/Plan.h"

namespace binnacle::ctl {

struct ClusterSession;

/// plan, diff, deploy, rollback and uninstall of a stack: they share the plan and differ in what is done with it.
class DeployCommand final : public Command
{
public:
    enum class Mode { Plan, Diff, Deploy, Rollback, Uninstall };

    explicit DeployCommand(Mode mode) : m_mode(mode) {}
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<runbook::Plan> plan(const Environment &environment, const ClusterSession &cluster) const;
    [[nodiscard]] core::Result<void> execute(const Environment &environment, const ClusterSession &cluster) const;

    Mode m_mode;
    StackArguments m_stack;
    std::string m_from;
    std::string m_runbook;
    bool m_resume = false;
    bool m_volumes = false;
};

} // namespace binnacle::ctl
