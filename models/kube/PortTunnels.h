// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/PortTunnel.h"

#include <atomic>
#include <vector>

namespace binnacle::kube {

/// Carries connections to the ports of a pod on few SPDY/3.1 connections, as kubectl does: a new one then takes one
/// exchange with the node instead of a handshake with every server on the way. Lives in one thread; tunnels live in the
/// stream thread.
class PortTunnels
{
public:
    /// `transport` outlives it.
    explicit PortTunnels(Transport &transport);
    ~PortTunnels();
    PortTunnels(const PortTunnels &) = delete;
    PortTunnels &operator=(const PortTunnels &) = delete;

    /// False: the server, or a proxy before it, does not speak SPDY, as an attempt has shown; nothing was done. The
    /// attempt's own tunnel is opened by openPortTunnel().
    [[nodiscard]] bool open(const PortTunnelRequest &request, const std::shared_ptr<PortTunnelListener> &listener,
                            const core::CancellationToken &token);
    /// No connection serves what is opened from now on; tunnels that are open stay so until they end.
    void clear();

private:
    class Session;

    Transport &m_transport;
    std::shared_ptr<std::atomic<bool>> m_refused;
    PortTunnelRequest m_request; ///< of the pod that the sessions lead to
    std::vector<std::shared_ptr<Session>> m_sessions;
};

} // namespace binnacle::kube
