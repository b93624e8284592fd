// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/SpdyPortTunnel.h"

namespace binnacle::kube {

namespace {

constexpr std::size_t mostErrorText = 4096;
constexpr auto patienceWithPod = std::chrono::seconds(5);
/// Nodes answer at once; where a stream's data waits for a pod to take it, others that share its queue are not
/// answered.
constexpr auto patienceWithNode = std::chrono::seconds(10);

core::SpdyHeaders headers(const char *type, std::uint16_t port, std::uint64_t requestId)
{
    return {{"streamtype", type}, {"port", std::to_string(port)}, {"requestid", std::to_string(requestId)}};
}

} // namespace

class SpdyPortTunnel::DataListener final : public SpdyStreamListener
{
public:
    explicit DataListener(std::shared_ptr<SpdyPortTunnel> tunnel) : m_tunnel(std::move(tunnel)) {}
    void opened() override { m_tunnel->streamOpened(); }
    void received(std::string_view bytes) override
    {
        if (m_tunnel->m_listener)
            m_tunnel->m_listener->received(bytes);
    }
    void drained() override
    {
        if (m_tunnel->m_listener)
            m_tunnel->m_listener->drained();
    }
    void ended() override { m_tunnel->dataEnded({}); }
    void closed(core::Result<void> result) override { m_tunnel->dataEnded(std::move(result)); }

private:
    std::shared_ptr<SpdyPortTunnel> m_tunnel;
};

class SpdyPortTunnel::ErrorListener final : public SpdyStreamListener
{
public:
    explicit ErrorListener(std::shared_ptr<SpdyPortTunnel> tunnel) : m_tunnel(std::move(tunnel)) {}
    void opened() override
    {
        m_tunnel->m_session->endWriting(m_tunnel->m_errors);
        m_tunnel->streamOpened();
    }
    void received(std::string_view bytes) override
    {
        auto &text = m_tunnel->m_errorText;
        text.append(bytes.substr(0, mostErrorText - text.size()));
    }
    void drained() override {}
    void ended() override { m_tunnel->errorsEnded(); }
    void closed(core::Result<void>) override { m_tunnel->errorsEnded(); }

private:
    std::shared_ptr<SpdyPortTunnel> m_tunnel;
};

SpdyPortTunnel::SpdyPortTunnel(std::shared_ptr<SpdySession> session, PortTunnelRequest request,
                               std::shared_ptr<PortTunnelListener> listener, std::function<void()> over)
    : m_session(std::move(session)),
      m_request(std::move(request)),
      m_listener(std::move(listener)),
      m_over(std::move(over))
{
    m_patience.setSingleShot(true);
}

void SpdyPortTunnel::start(std::uint64_t requestId)
{
    const auto self = shared_from_this();
    m_errors = m_session->open(headers("error", m_request.port, requestId), std::make_shared<ErrorListener>(self));
    m_data = m_session->open(headers("data", m_request.port, requestId), std::make_shared<DataListener>(self));
    waitFor(patienceWithNode, [this] {
        m_session->leave();
        finish(core::fail(core::ErrorKind::Timeout, "the node did not take the connection in time",
                          "it is tried again over another"));
    });
}

void SpdyPortTunnel::streamOpened()
{
    constexpr int both = 2;
    if (++m_opened != both)
        return;
    m_patience.stop();
    if (m_listener && !m_dataEnded)
        m_listener->opened(shared_from_this());
}

void SpdyPortTunnel::send(std::string message)
{
    static_assert(headroom == SpdySession::headroom);
    m_session->send(m_data, std::move(message));
}

void SpdyPortTunnel::setReading(bool reading)
{
    m_session->setReading(m_data, reading);
}

void SpdyPortTunnel::close()
{
    m_session->endWriting(m_data);
    waitFor(patienceWithPod, [this] { finish({}); });
}

void SpdyPortTunnel::waitFor(std::chrono::milliseconds time, std::function<void()> over)
{
    m_patience.disconnect();
    QObject::connect(&m_patience, &QTimer::timeout, &m_patience, [weak = weak_from_this(), over = std::move(over)] {
        if (const auto self = weak.lock())
            over();
    });
    m_patience.start(time);
}

void SpdyPortTunnel::cancel()
{
    finish(core::fail(core::ErrorKind::Cancelled, "cancelled"));
}

void SpdyPortTunnel::dataEnded(core::Result<void> result)
{
    if (std::exchange(m_dataEnded, true))
        return;
    m_result = std::move(result);
    finishWhenAllIsSaid();
}

void SpdyPortTunnel::errorsEnded()
{
    m_errorsEnded = true;
    finishWhenAllIsSaid();
}

void SpdyPortTunnel::finishWhenAllIsSaid()
{
    if (m_dataEnded && (m_errorsEnded || !m_result))
        finish(portTunnelOutcome(m_errorText, m_request.port, m_result));
}

void SpdyPortTunnel::finish(core::Result<void> result)
{
    const auto listener = std::exchange(m_listener, nullptr);
    if (!listener)
        return;
    const auto self = shared_from_this(); // the session's listeners may hold the last references
    m_patience.stop();
    // What we have not yet said would wait at the node for somebody to read it, and hold up other streams there.
    m_session->reset(m_data);
    m_session->reset(m_errors);
    if (!result && result.error().object.empty())
        result.error().object = "Pod " + m_request.nameSpace.value() + "/" + m_request.pod;
    listener->closed(std::move(result));
    m_over();
}

} // namespace binnacle::kube
