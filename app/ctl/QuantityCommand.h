// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// What Kubernetes makes of a quantity: its canonical form and its value.
class QuantityCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    std::vector<std::string> m_texts;
};

} // namespace binnacle::ctl
