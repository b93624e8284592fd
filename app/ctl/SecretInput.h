// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "operations/RunbookSession.h"

namespace binnacle::ctl {

/// Where the values come from that only the operator has: --secret-file, else the environment, else the terminal. Never
/// an argument: those are seen by every user of the computer.
class SecretInput
{
public:
    void declare(CLI::App &command);
    /// Asks only for what the cluster does not hold yet. Keys with a default, and optional ones, are never an error.
    [[nodiscard]] core::Result<operations::SecretValues>
    collect(const Environment &environment, const ClusterSession &session, const runbook::PlanPointer &plan) const;

private:
    std::string m_file;
};

/// BINNACLE_SECRET_<NAME>_<KEY> in capitals, with every other character as an underscore.
[[nodiscard]] std::string secretVariable(const operations::SecretPrompt &prompt);

} // namespace binnacle::ctl
