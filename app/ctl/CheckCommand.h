// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"
#include "stack/ClusterFacts.h"

namespace binnacle::ctl {

/// Whether a stack can work as it is written: of its manifests alone, or also against what a cluster has.
class CheckCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    /// What the workloads need and nobody provides; asks the cluster when `live`.
    [[nodiscard]] core::Result<std::vector<stack::Finding>> missingKeys(const Environment &environment,
                                                                        const stack::Stack &stack,
                                                                        const std::vector<core::Json> &objects,
                                                                        bool live) const;
    /// Everything that the user may read; what not is said on standard error.
    [[nodiscard]] core::Result<stack::ClusterFacts>
    askCluster(const Environment &environment, const stack::Stack &stack, const std::vector<core::Json> &objects) const;

    StackArguments m_stack;
    bool m_live = false;
};

} // namespace binnacle::ctl
