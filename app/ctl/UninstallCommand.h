// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"

namespace binnacle::ctl {

/// Removes what the deploys of a stack created.
class UninstallCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    StackArguments m_stack;
    bool m_volumes = false;
};

} // namespace binnacle::ctl
