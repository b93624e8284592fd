// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "SecretObject.h"

namespace binnacle::ctl {

/// The keys of one Secret or config map; values only when asked for.
class SecretShowCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    SecretObject m_object;
    bool m_reveal = false;
};

} // namespace binnacle::ctl
