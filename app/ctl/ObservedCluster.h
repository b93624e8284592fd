// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "cluster/ClusterObserver.h"
#include "cluster/Store.h"

namespace binnacle::ctl {

/// A store filled from a cluster, for commands that look once.
class ObservedCluster
{
public:
    ObservedCluster(const Environment &environment, const ClusterSession &session);

    /// Returns when every feed has been listed. What may not be read is said on standard error; an error when nothing
    /// may be read, the server is gone, or the time is up.
    [[nodiscard]] core::Result<void> sync(std::vector<cluster::Feed> feeds);
    [[nodiscard]] const cluster::Store &store() const { return m_store; }

private:
    [[nodiscard]] core::Result<void> judgeFeeds() const;

    const Environment &m_environment;
    const ClusterSession &m_session;
    cluster::Store m_store;
    cluster::ClusterObserver m_observer;
};

} // namespace binnacle::ctl
