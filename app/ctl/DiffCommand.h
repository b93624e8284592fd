// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"

namespace binnacle::ctl {

/// What a deploy would change, asked of the server by dry runs.
class DiffCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    StackArguments m_stack;
    std::string m_fromStep;
    bool m_takesOver = false;
};

} // namespace binnacle::ctl
