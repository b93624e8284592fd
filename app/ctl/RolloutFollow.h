// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "cluster/HealthRules.h"

namespace binnacle::ctl {

/// How far a rollout has come.
struct RolloutProgress
{
    bool done = false;
    cluster::Health health;
};

/// Watches a workload until its rollout is done, saying what it waits for; `once`: only looks. An error when it cannot
/// be watched, has exceeded its own deadline, or is not done within --timeout.
[[nodiscard]] core::Result<RolloutProgress> followRollout(const Environment &environment, const ClusterSession &session,
                                                          const kube::ObjectKey &object, bool once);

} // namespace binnacle::ctl
