// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "forward/ForwardCounters.h"
#include "forward/ForwardSnapshot.h"
#include "forward/LocalSocket.h"
#include "forward/SpareTunnels.h"
#include "forward/TargetFollower.h"
#include "forward/TunnelConnection.h"
#include "kube/WorkerMailbox.h"

#include <QObject>
#include <QTimer>

#include <deque>

namespace binnacle::forward {

class LoopbackListener;

/// One local port that leads to one port of a target for as long as it is wanted, whatever happens to the pods. The
/// thin shell around state::step. Lives in one thread with an event loop; bytes pass in the stream thread.
class Forward : public QObject
{
    Q_OBJECT

public:
    /// `clock` and `random` outlive it.
    Forward(std::shared_ptr<kube::Client> client, ForwardRequest request, const core::Clock &clock,
            core::Random &random, QObject *parent = nullptr);
    ~Forward() override;

    /// Again too, after stop() or a failure.
    void start();
    void stop();
    /// Does not trust what it knows: after sleep, or when the operator asks.
    void reconnect();

    [[nodiscard]] ForwardSnapshot snapshot() const;

signals:
    /// Phase, reason, pod or local port; not the counters.
    void changed();

private:
    struct Waiting
    {
        std::shared_ptr<LocalSocket> socket;
        std::chrono::steady_clock::time_point until;
    };

    void feed(const state::Input &input);
    void apply(const state::Listen &);
    void apply(const state::Probe &probe);
    void apply(const state::CancelProbe &);
    void apply(const state::Wait &wait);
    void apply(const state::Serve &);
    void apply(const state::Refresh &);
    void apply(const state::Close &);

    void targetChanged();
    void lookUpPort(const kube::RecordPointer &pod, const std::string &name);
    void endpointLost(core::Error why, bool isFinal = false);
    void accepted(std::shared_ptr<LocalSocket> socket);
    void hold(Waiting waiting);
    void dropOverdue();
    void connectToPod(Waiting waiting);
    void connectionEnded(const PodEndpoint &endpoint, std::chrono::steady_clock::time_point until,
                         const TunnelConnection::End &end);

    std::shared_ptr<kube::Client> m_client;
    ForwardRequest m_request;
    const core::Clock &m_clock;
    core::Random &m_random;
    std::shared_ptr<kube::WorkerMailbox> m_mailbox;
    std::shared_ptr<ForwardCounters> m_counters;
    SpareTunnels m_spares;
    std::unique_ptr<LoopbackListener> m_listener;
    TargetFollower *m_follower = nullptr;
    ForwardState m_state;
    std::uint16_t m_localPort = 0;
    std::chrono::system_clock::time_point m_since{};
    QTimer m_backOff;
    QTimer m_overdue; ///< looks after those who wait too long
    std::deque<Waiting> m_waiting;
    std::pair<std::string, std::uint16_t> m_namedPort; ///< of the pod with this uid
    std::string m_lookingUp;                           ///< the uid of the pod that is being asked for a port's number
    core::CancellationSource m_probing;
    core::CancellationSource m_connections; ///< of the present start
};

} // namespace binnacle::forward
