// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "SecretChange.h"
#include "SecretEntries.h"
#include "SecretObject.h"

namespace binnacle::ctl {

/// Gives keys new values, or removes them.
class SecretSetCommand final : public Command
{
public:
    enum class Verb { Set, Unset };

    explicit SecretSetCommand(Verb verb) : m_verb(verb) {}
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    Verb m_verb;
    SecretObject m_object;
    SecretEntries m_entries;
    SecretChange m_change;
    std::vector<std::string> m_removed;
};

} // namespace binnacle::ctl
