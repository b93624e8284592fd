// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Client.h"
#include "runbook/Journal.h"

namespace binnacle::operations {

/// Back to the objects as the journal recorded them before this runbook: what it created is removed, what it changed is
/// restored, last step first. Empty id: the newest deploy of the stack that changed anything and was not rolled back.
/// Of a runbook that deleted objects: brings them back, but for Secrets, whose values are not recorded.
[[nodiscard]] core::Result<runbook::Plan> rollbackPlan(const runbook::Journal &journal, const runbook::Target &target,
                                                       const std::string &stack, const std::string &runbook,
                                                       const core::Clock &clock, core::Random &random);

/// Whether what a plan of single objects replaces is kept: of Secrets only where the operator wanted it.
[[nodiscard]] bool isUndoable(const runbook::Plan &plan);

/// A PersistentVolumeClaim as the cluster has it.
struct LiveClaim
{
    kube::ObjectKey key;
    core::Uid uid;
};

struct UninstallOptions
{
    /// Also PersistentVolumeClaims, those of StatefulSets included, and the namespaces that hold them.
    bool volumes = false;
    /// From liveClaims. The journal does not know what StatefulSets claim: their controller makes it.
    std::vector<LiveClaim> claims = {};
};

/// The namespaces in which deploys of this stack made StatefulSets that claim volumes.
[[nodiscard]] core::Result<std::vector<core::Namespace>>
namespacesOfClaims(const runbook::Journal &journal, const runbook::Target &target, const std::string &stack);
[[nodiscard]] QFuture<core::Result<std::vector<LiveClaim>>> liveClaims(std::shared_ptr<kube::Client> client,
                                                                       const std::vector<core::Namespace> &nameSpaces,
                                                                       core::CancellationToken token = {});

/// Removes what the deploys of this stack created and have not removed since, in reverse. Objects that were there
/// before the first deploy stay. PersistentVolumeClaims stay, and so do their namespaces and the secrets made there,
/// unless told otherwise.
[[nodiscard]] core::Result<runbook::Plan> uninstallPlan(const runbook::Journal &journal, const runbook::Target &target,
                                                        const std::string &stack, const UninstallOptions &options,
                                                        const core::Clock &clock, core::Random &random);

} // namespace binnacle::operations
