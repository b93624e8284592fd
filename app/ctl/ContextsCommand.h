// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

namespace binnacle::ctl {

/// Which clusters the kubeconfigs lead to, and what is wrong with which.
class ContextsCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;
};

} // namespace binnacle::ctl
