// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "SecretObject.h"

#include <string>

namespace binnacle::ctl {

/// Where the keys are used, and which pods still have an old value.
class SecretUsageCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    SecretObject m_object;
    std::string m_key;
};

} // namespace binnacle::ctl
