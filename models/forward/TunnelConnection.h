// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/ForwardCounters.h"
#include "forward/LocalSocket.h"
#include "kube/PortTunnel.h"

#include <QSocketNotifier>
#include <QTimer>

#include <functional>
#include <memory>

namespace binnacle::forward {

/// One connection of somebody on this computer, carried to the pod by a tunnel of its own. Lives in the stream thread
/// once the tunnel is open, and keeps itself until both directions are done.
///
/// The tunnel cannot close one direction alone. When the local side has sent all (a half-close, or a close: they look
/// alike), the pod's answer is still delivered; the tunnel is closed when the pod has been silent for a while: for a
/// second when it spoke last, for half a minute when it still owes an answer.
class TunnelConnection final : public kube::PortTunnelListener, public std::enable_shared_from_this<TunnelConnection>
{
public:
    struct End
    {
        core::Result<void> result;
        /// The tunnel never carried a byte: the connection may go to another pod.
        std::shared_ptr<LocalSocket> unserved;
    };
    /// Called in the stream thread, once.
    using Ended = std::function<void(End)>;

    TunnelConnection(std::shared_ptr<LocalSocket> local, std::shared_ptr<ForwardCounters> counters, Ended ended);
    ~TunnelConnection() override;

    void opened(const std::shared_ptr<kube::PortTunnel> &tunnel) override;
    void received(std::string_view bytes) override;
    void drained() override;
    void closed(core::Result<void> result) override;

private:
    struct Watching;

    void localReadable();
    void localWritable();
    void localEnded();
    void awaitPod();
    void patienceOver();
    void deliver(std::string_view bytes);
    void lingered();
    void abandonLocal();
    void finish();

    std::shared_ptr<LocalSocket> m_local;
    std::shared_ptr<ForwardCounters> m_counters;
    Ended m_ended;
    std::shared_ptr<kube::PortTunnel> m_tunnel; ///< while it is open
    std::unique_ptr<Watching> m_watching;       ///< since it was opened
    std::shared_ptr<TunnelConnection> m_self;   ///< after the tunnel's end, while the local side is still told the rest
    core::Result<void> m_result;
    std::string m_unsent; ///< to the local side
    std::size_t m_unsentBegin = 0;
    bool m_carried = false; ///< a byte, either way
    bool m_podSpokeLast = false;
    bool m_localEnded = false; ///< the local side sends no more
    bool m_localGone = false;  ///< and takes no more
    bool m_stalled = false;    ///< the queue to the pod is full
};

} // namespace binnacle::forward
