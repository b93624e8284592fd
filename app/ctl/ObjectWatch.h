// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"

#include <functional>

namespace binnacle::ctl {

/// Follows one collection from a resource version on until interrupted, across the server's timeouts and restarts.
class ObjectWatch
{
public:
    ObjectWatch(const Environment &environment, const ClusterSession &session, kube::HttpRequest request,
                std::string resourceVersion);

    /// `onEvent` gets each ADDED, MODIFIED and DELETED event; false stops the watch.
    [[nodiscard]] core::Result<void> run(const std::function<bool(const core::Json &)> &onEvent);

private:
    enum class Turn { Again, Stop };

    [[nodiscard]] core::Result<Turn> follow(const std::function<bool(const core::Json &)> &onEvent);
    [[nodiscard]] core::Result<Turn> handle(const core::Json &event,
                                            const std::function<bool(const core::Json &)> &onEvent);

    const Environment &m_environment;
    const ClusterSession &m_session;
    kube::HttpRequest m_request;
    std::string m_resourceVersion;
};

} // namespace binnacle::ctl
