// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "SecretObject.h"

#include <string>

namespace binnacle::ctl {

/// One value, byte for byte, into a file that only its owner can read, or to standard output.
class SecretGetCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    SecretObject m_object;
    std::string m_key;
    std::string m_file;
    bool m_toOutput = false;
};

} // namespace binnacle::ctl
