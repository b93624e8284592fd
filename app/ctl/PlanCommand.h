// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"

namespace binnacle::ctl {

/// The ordered steps of a deploy, from the files alone: no cluster is asked.
class PlanCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    StackArguments m_stack;
    std::string m_fromStep;
    bool m_kubectl = false;
};

} // namespace binnacle::ctl
