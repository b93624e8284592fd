// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "KindArguments.h"
#include "operations/ReplicaFacts.h"
#include "runbook/Plan.h"

#include <optional>

namespace binnacle::ctl {

struct EditedObject;

/// Changes how many pods a workload has; where an autoscaler owns the number, between which it chooses.
class ScaleCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<void> scale(const Environment &environment, const ClusterSession &session,
                                           const kube::ObjectKey &workload,
                                           const operations::ReplicaFacts &facts) const;
    [[nodiscard]] core::Result<void> limit(const Environment &environment, const ClusterSession &session,
                                           const kube::ObjectKey &autoscaler) const;
    /// Says how the change fits the cluster, refuses what certainly fails, and makes it.
    [[nodiscard]] core::Result<void> change(const Environment &environment, const ClusterSession &session,
                                            runbook::Plan plan, const EditedObject &edited,
                                            std::vector<std::string> warnings) const;
    [[nodiscard]] core::Error ownedBy(const kube::ObjectKey &object, const kube::ObjectKey &owner) const;
    [[nodiscard]] core::Error limitedBy(const kube::ObjectKey &workload, const kube::ObjectKey &autoscaler) const;

    KindArguments m_object;
    std::optional<int> m_replicas;
    std::optional<int> m_least;
    std::optional<int> m_most;
    bool m_dryRun = false;
    bool m_skipCheck = false;
};

} // namespace binnacle::ctl
