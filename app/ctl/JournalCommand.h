// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

namespace binnacle::runbook {
class Journal;
}

namespace binnacle::ctl {

/// Who changed what, when, where, and how it went.
class JournalCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<void> list(const Environment &environment, const runbook::Journal &journal) const;
    [[nodiscard]] core::Result<void> show(const Environment &environment, const runbook::Journal &journal) const;

    std::string m_runbook;
    std::size_t m_limit = 50;
    bool m_diffs = false;
};

} // namespace binnacle::ctl
