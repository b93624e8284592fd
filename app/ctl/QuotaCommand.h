// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "Command.h"
#include "operations/QuotaEdits.h"

namespace binnacle::ctl {

/// Shows quotas and limit ranges, and changes or makes one.
class QuotaCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    /// What is asked for, of quotas or of limit ranges.
    struct Request
    {
        bool limits = false;
        CLI::App *list = nullptr;
        CLI::App *set = nullptr;
        CLI::App *create = nullptr;
    };

    Request declareRequest(CLI::App &list, bool limits);
    [[nodiscard]] core::Result<void> show(const Environment &environment, const ClusterSession &session,
                                          bool limits) const;
    [[nodiscard]] core::Result<void> change(const Environment &environment, const ClusterSession &session,
                                            const Request &request) const;
    [[nodiscard]] core::Result<std::vector<core::Json>> objects(const ClusterSession &session, bool limits,
                                                                const core::CancellationToken &token) const;

    Request m_quotas;
    Request m_limits;
    std::string m_name;
    std::vector<std::string> m_changes;
    std::vector<std::string> m_scopes;
    bool m_allNamespaces = false;
    bool m_dryRun = false;
};

} // namespace binnacle::ctl
