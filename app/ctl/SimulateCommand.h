// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

#include <string>

namespace binnacle::ctl {

/// Serves the demo cluster until it is interrupted.
class SimulateCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    std::string m_listen = "127.0.0.1:0";
    std::string m_kubeconfigOut;
    std::string m_scenario = "healthy";
    int m_pods = 0;
    bool m_living = false;
};

} // namespace binnacle::ctl
