// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/PortTunnel.h"

#include <atomic>
#include <functional>
#include <vector>

namespace binnacle::kube {

/// Carries connections to the ports of a pod on few SPDY/3.1 connections, as kubectl does: a new one then takes one
/// exchange with the node instead of a handshake with every server on the way. Where the upgrade is refused, SPDY goes
/// through a WebSocket, which servers from 1.30 on take (KEP-4006) and more proxies let pass. Lives in one thread;
/// tunnels live in the stream thread.
class PortTunnels
{
public:
    /// `transport` outlives it.
    explicit PortTunnels(Transport &transport);
    /// `lost` is told, in the stream thread, when a connection that served ends by itself: the network was cut, the
    /// node or a server on the way went. Set before the first open().
    void onLost(std::function<void(const core::Error &)> lost) { m_lost = std::move(lost); }
    ~PortTunnels();
    PortTunnels(const PortTunnels &) = delete;
    PortTunnels &operator=(const PortTunnels &) = delete;

    /// False: the server, or a proxy before it, does not speak SPDY in either way, as an attempt has shown; nothing was
    /// done. The attempt's own tunnel is opened by openPortTunnel().
    [[nodiscard]] bool open(const PortTunnelRequest &request, const std::shared_ptr<PortTunnelListener> &listener,
                            const core::CancellationToken &token);
    /// No connection serves what is opened from now on; tunnels that are open stay so until they end.
    void clear();

private:
    class Session;
    enum class Way { Upgrade, WebSocket, None };

    Transport &m_transport;
    std::shared_ptr<std::atomic<Way>> m_way; ///< the first that was not refused
    std::function<void(const core::Error &)> m_lost;
    PortTunnelRequest m_request; ///< of the pod that the sessions lead to
    std::vector<std::shared_ptr<Session>> m_sessions;
};

} // namespace binnacle::kube
