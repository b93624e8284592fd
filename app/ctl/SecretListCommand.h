// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

namespace binnacle::ctl {

/// Which Secrets or config maps there are, and their keys.
class SecretListCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    bool m_configMaps = false;
    bool m_allNamespaces = false;
};

} // namespace binnacle::ctl
