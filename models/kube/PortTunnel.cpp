// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/PortTunnel.h"

#include "kube/StreamTransport.h"

namespace binnacle::kube {

namespace {

using core::ErrorKind;

/// Of the first port of a stream (k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go).
constexpr char dataChannel = 0;
constexpr char errorChannel = 1;
constexpr const char *protocol4 = "v4.channel.k8s.io";
/// Each channel begins with the port's number, least significant byte first.
constexpr std::size_t portBytes = 2;
constexpr std::size_t mostErrorText = 4096;

HttpRequest requestOf(const PortTunnelRequest &request)
{
    HttpRequest http;
    http.path = "/api/v1/namespaces/" + percentEncode(request.nameSpace.value()) + "/pods/" +
                percentEncode(request.pod) + "/portforward";
    http.query.emplace_back("ports", std::to_string(request.port));
    return http;
}

class ChannelTunnel final : public PortTunnel
{
public:
    explicit ChannelTunnel(std::shared_ptr<MessageStream> stream) : m_stream(std::move(stream)) {}

    void send(std::string message) override
    {
        message.erase(0, headroom - 1);
        message.front() = dataChannel;
        m_stream->send(std::move(message));
    }
    std::size_t queuedBytes() const override { return m_stream->queuedBytes(); }
    void setReading(bool reading) override { m_stream->setReading(reading); }
    void close() override { m_stream->close(); }

private:
    std::shared_ptr<MessageStream> m_stream;
};

/// One direction's beginning, which tells the port.
class PortPrefix
{
public:
    /// Takes its part off the front of `bytes`; false: this is the channel of another port.
    [[nodiscard]] bool take(std::string_view &bytes, std::uint16_t port)
    {
        while (m_seen < portBytes && !bytes.empty()) {
            m_port = static_cast<std::uint16_t>(m_port | static_cast<std::uint8_t>(bytes.front()) << (8 * m_seen));
            bytes.remove_prefix(1);
            ++m_seen;
        }
        return m_seen < portBytes || m_port == port;
    }

private:
    std::size_t m_seen = 0;
    std::uint16_t m_port = 0;
};

class ChannelListener final : public StreamListener
{
public:
    ChannelListener(std::shared_ptr<PortTunnelListener> listener, const PortTunnelRequest &request)
        : m_listener(std::move(listener)),
          m_object("Pod " + request.nameSpace.value() + "/" + request.pod),
          m_port(request.port)
    {
    }

    void opened(const std::shared_ptr<MessageStream> &stream, const std::string &) override
    {
        m_stream = stream;
        m_listener->opened(std::make_shared<ChannelTunnel>(stream));
    }
    void received(std::string_view message) override
    {
        if (message.empty())
            return;
        const char channel = message.front();
        auto bytes = message.substr(1);
        const bool data = channel == dataChannel;
        if ((!data && channel != errorChannel) || !(data ? m_dataPrefix : m_errorPrefix).take(bytes, m_port)) {
            m_broken = true;
            m_stream->close();
            return;
        }
        if (bytes.empty())
            return;
        if (data)
            m_listener->received(bytes);
        else
            m_errorText.append(bytes.substr(0, mostErrorText - m_errorText.size()));
    }
    void drained() override { m_listener->drained(); }
    void closed(core::Result<void> result) override
    {
        m_stream.reset();
        auto outcome = outcomeOf(std::move(result));
        if (!outcome && outcome.error().object.empty())
            outcome.error().object = m_object;
        m_listener->closed(std::move(outcome));
    }

private:
    [[nodiscard]] core::Result<void> outcomeOf(core::Result<void> result) const
    {
        if (m_broken)
            return core::fail(ErrorKind::Protocol,
                              "the server answered for another port than " + std::to_string(m_port),
                              "this is a fault of the server or of Binnacle; please report it");
        return portTunnelOutcome(m_errorText, m_port, std::move(result));
    }

    std::shared_ptr<PortTunnelListener> m_listener;
    std::shared_ptr<MessageStream> m_stream;
    std::string m_object;
    std::uint16_t m_port;
    PortPrefix m_dataPrefix;
    PortPrefix m_errorPrefix;
    std::string m_errorText;
    bool m_broken = false;
};

} // namespace

core::Result<void> portTunnelOutcome(const std::string &errorText, std::uint16_t port, core::Result<void> result)
{
    if (errorText.empty())
        return result;
    if (errorText.find("refused") != std::string::npos)
        return core::fail(ErrorKind::Unreachable, "nothing listens on port " + std::to_string(port) + " in the pod",
                          "look at the pod's log, and which port its containers declare");
    return core::fail(ErrorKind::Unreachable, errorText, "look whether the pod still runs, then try again");
}

void openPortTunnel(Transport &transport, const PortTunnelRequest &request,
                    std::shared_ptr<PortTunnelListener> listener, core::CancellationToken token)
{
    auto *const streams = transport.streams();
    if (streams == nullptr) {
        listener->closed(core::fail(ErrorKind::Unsupported, "this connection carries no streams"));
        return;
    }
    streams->open(requestOf(request), {{protocol4}}, std::make_shared<ChannelListener>(std::move(listener), request),
                  std::move(token));
}

} // namespace binnacle::kube
