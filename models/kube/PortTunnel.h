// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Result.h"
#include "core/StrongString.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace binnacle::kube {

class Transport;

struct PortTunnelRequest
{
    core::Namespace nameSpace;
    std::string pod;
    std::uint16_t port = 0; ///< of the pod, not of a service
};

/// Our end of one connection to a port of a pod. Every call returns at once, and comes from the stream thread.
class PortTunnel
{
public:
    /// So many bytes at the front of what is sent are the tunnel's: saves a copy of all the rest.
    static constexpr std::size_t headroom = 8;
    /// What is best sent at once: the node takes messages apart at a cost for each, and at no less a cost for their
    /// bytes.
    static constexpr std::size_t bestSize = 128U << 10;

    virtual ~PortTunnel() = default;
    /// Queues what follows the first `headroom` bytes.
    virtual void send(std::string message) = 0;
    /// Bytes queued and not yet taken by the system. Senders stop above a limit of their own and go on at drained().
    [[nodiscard]] virtual std::size_t queuedBytes() const = 0;
    /// Reading stops: the pod's end then feels the back-pressure of TCP.
    virtual void setReading(bool reading) = 0;
    /// What is queued is still sent, then both directions end. One of them cannot be closed alone: WebSockets cannot
    /// say it, and of SPDY, which can, containerd makes the end of both a second later, without an end for the pod to
    /// read.
    virtual void close() = 0;
};

/// Called from the stream thread, in order; must not block. closed() is the last and comes exactly once.
class PortTunnelListener
{
public:
    virtual ~PortTunnelListener() = default;
    /// The kubelet has the connection; it dials the port now, and only says so when that fails.
    virtual void opened(const std::shared_ptr<PortTunnel> &tunnel) = 0;
    virtual void received(std::string_view bytes) = 0;
    /// The queue has become empty.
    virtual void drained() = 0;
    /// Without an error: the pod closed the connection. Unreachable where nothing listens on the port, or where the
    /// tunnel was lost; NotFound where the pod is gone.
    virtual void closed(core::Result<void> result) = 0;
};

/// What an ended tunnel means, from what the node said on its stream of errors.
[[nodiscard]] core::Result<void> portTunnelOutcome(const std::string &errorText, std::uint16_t port,
                                                   core::Result<void> result);

/// Opens one WebSocket that carries one connection: v4.channel.k8s.io, which servers from 1.20 to 1.36 accept. With one
/// port to a stream the kubelet ends the stream when the pod ends the connection.
void openPortTunnel(Transport &transport, const PortTunnelRequest &request,
                    std::shared_ptr<PortTunnelListener> listener, core::CancellationToken token = {});

} // namespace binnacle::kube
