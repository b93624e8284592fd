// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/PortTunnel.h"
#include "kube/SpdySession.h"

#include <QTimer>

namespace binnacle::kube {

/// One connection to a port of a pod among others on a SPDY connection (portforward.k8s.io): a stream for data and one
/// for what goes wrong. Lives in the stream thread.
class SpdyPortTunnel final : public PortTunnel, public std::enable_shared_from_this<SpdyPortTunnel>
{
public:
    /// `requestId` tells the pairs of a connection apart. `over` is called once, when the listener has heard its last.
    SpdyPortTunnel(std::shared_ptr<SpdySession> session, PortTunnelRequest request,
                   std::shared_ptr<PortTunnelListener> listener, std::function<void()> over);

    void start(std::uint64_t requestId);
    /// Drops it without waiting for anybody.
    void cancel();

    void send(std::string message) override;
    std::size_t queuedBytes() const override { return m_session->queuedBytes(); }
    void setReading(bool reading) override;
    void close() override;

private:
    class DataListener;
    class ErrorListener;

    void streamOpened();
    void dataEnded(core::Result<void> result);
    void errorsEnded();
    void finishWhenAllIsSaid();
    void waitFor(std::chrono::milliseconds time, std::function<void()> over);
    void finish(core::Result<void> result);

    std::shared_ptr<SpdySession> m_session;
    PortTunnelRequest m_request;
    std::shared_ptr<PortTunnelListener> m_listener; ///< null once it has heard its last
    std::function<void()> m_over;
    SpdySession::Id m_data = 0;
    SpdySession::Id m_errors = 0;
    std::string m_errorText;
    core::Result<void> m_result; ///< of the data's stream
    int m_opened = 0;            ///< streams that the other end knows
    bool m_dataEnded = false;
    bool m_errorsEnded = false;
    QTimer m_patience; ///< with a node that does not take us, and with a pod that does not hear our close
};

} // namespace binnacle::kube
