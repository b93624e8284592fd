// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "SecretChange.h"
#include "SecretObject.h"

#include <string>

namespace binnacle::ctl {

/// A new random value or key pair for a key.
class SecretGenerateCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<std::vector<operations::KeyChange>> make(const Environment &environment) const;

    SecretObject m_object;
    SecretChange m_change;
    std::string m_key;
    std::size_t m_length = 32;
    std::string m_alphabet = "letters";
    std::string m_keyPair;
};

} // namespace binnacle::ctl
