// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "kube/PortTunnels.h"
#include "kube/Transport.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>

namespace binnacle::forward {

/// Opens tunnels for connections: on SPDY connections that many share, where the server speaks it. Elsewhere each is a
/// WebSocket of its own, and in a burst some are opened beforehand: opening one takes several handshakes between
/// client, API server and node, which whoever loads a page of many parts should not wait for each time. What is behind
/// the port sees such a tunnel as a connection on which nothing is said yet, so there is none without a burst, and
/// those that nobody takes are closed after seconds.
class SpareTunnels : public QObject
{
    Q_OBJECT

public:
    /// `clock` and `transport` outlive it.
    SpareTunnels(kube::Transport &transport, const core::Clock &clock, QObject *parent = nullptr);
    ~SpareTunnels() override;

    /// Hands the listener a tunnel, spare or new. Cancelling `token` drops it.
    void open(const kube::PortTunnelRequest &request, std::shared_ptr<kube::PortTunnelListener> listener,
              core::CancellationToken token);
    void clear();
    /// See PortTunnels::onLost().
    void onLost(std::function<void(const core::Error &)> lost) { m_shared.onLost(std::move(lost)); }

private:
    class Spare;
    using Time = std::chrono::steady_clock::time_point;

    void refill(const core::CancellationToken &token);
    void dropOld();

    kube::Transport &m_transport;
    kube::PortTunnels m_shared;
    const core::Clock &m_clock;
    kube::PortTunnelRequest m_request; ///< of the spare ones
    std::deque<std::pair<Time, std::shared_ptr<Spare>>> m_spares;
    std::deque<Time> m_recent; ///< when connections came
    QTimer m_ageing;
};

} // namespace binnacle::forward
