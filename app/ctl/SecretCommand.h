// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

#include <memory>
#include <utility>
#include <vector>

namespace binnacle::ctl {

/// `secret list|show|get|set|unset|generate|create|usage|restart`: the keys of Secrets and config maps.
class SecretCommand final : public Command
{
public:
    SecretCommand();
    ~SecretCommand() override;

    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    std::vector<std::unique_ptr<Command>> m_commands;
    std::vector<std::pair<CLI::App *, Command *>> m_declared;
};

} // namespace binnacle::ctl
