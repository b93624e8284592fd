// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "Command.h"
#include "runbook/Plan.h"

namespace binnacle::ctl {

/// Takes back one runbook of the journal: exactly the fields and objects that it changed.
class UndoCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<runbook::Plan> plan(const Environment &environment, const ClusterSession &session) const;

    std::string m_runbook;
    bool m_dryRun = false;
};

} // namespace binnacle::ctl
