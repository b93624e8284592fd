// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

#include <string>

namespace binnacle::ctl {

/// Copies files and folders into a container and out of it.
class CopyCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    core::Result<void> run(const Environment &environment) override;

private:
    std::string m_from;
    std::string m_to;
    std::string m_container;
};

} // namespace binnacle::ctl
