// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"

namespace binnacle::ctl {

/// Returns to the objects as they were before a deploy.
class RollbackCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    StackArguments m_stack;
    std::string m_runbook;
};

} // namespace binnacle::ctl
