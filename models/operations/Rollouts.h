// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Json.h"
#include "core/Random.h"
#include "kube/Client.h"
#include "runbook/Plan.h"

#include <memory>
#include <string>
#include <vector>

namespace binnacle::operations {

/// A pod template that a workload has or had.
struct Revision
{
    long long number = 0;
    std::string name;                              ///< of the ReplicaSet or ControllerRevision that keeps it
    std::string changeCause;                       ///< annotation kubernetes.io/change-cause
    std::vector<std::string> images;               ///< of its containers, in order
    std::string created;                           ///< RFC 3339
    bool current = false;                          ///< the workload has this template now
    std::shared_ptr<const core::Json> podTemplate; ///< without the label by which its keeper is told from others
};

/// What a workload's rollout is, and what it could go back to.
struct RolloutHistory
{
    kube::ObjectKey object;
    std::shared_ptr<const core::Json> workload; ///< as the server has it
    bool paused = false;
    std::vector<Revision> revisions; ///< newest first

    /// 0: the newest one that is not current. NotFound, naming those that there are.
    [[nodiscard]] core::Result<Revision> find(long long number) const;
};

/// Whether objects of this kind keep old pod templates: Deployments in ReplicaSets, StatefulSets and DaemonSets in
/// ControllerRevisions.
[[nodiscard]] bool hasRevisions(const core::GroupKind &kind);
/// Only Deployments can be paused.
[[nodiscard]] bool isPausable(const core::GroupKind &kind);

[[nodiscard]] QFuture<core::Result<RolloutHistory>>
rolloutHistory(std::shared_ptr<kube::Client> client, kube::ObjectKey workload, core::CancellationToken token = {});
/// Pure: `keepers` is the list of ReplicaSets or ControllerRevisions of the namespace.
[[nodiscard]] RolloutHistory historyOf(const kube::ObjectKey &object, const core::Json &workload,
                                       const core::Json &keepers);

/// Gives the workload the pod template of that revision and its change cause, as `kubectl rollout undo` does. Refused
/// while the rollout is paused, or when the workload has this template already.
[[nodiscard]] core::Result<runbook::Plan> rollBackPlan(const RolloutHistory &history, const Revision &revision,
                                                       const runbook::Target &target, const core::Clock &clock,
                                                       core::Random &random);
/// Holds the rollout or lets it go on. Refused when it is like that already.
[[nodiscard]] core::Result<runbook::Plan> pausePlan(const RolloutHistory &history, bool pause,
                                                    const runbook::Target &target, const core::Clock &clock,
                                                    core::Random &random);

/// Unified text from one pod template to the other, with what looks secret masked.
[[nodiscard]] std::string templateDiff(const core::Json &before, const core::Json &after, const std::string &name);

} // namespace binnacle::operations
