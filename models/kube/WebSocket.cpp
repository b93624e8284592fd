// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/WebSocket.h"

#include <algorithm>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

constexpr std::size_t readSize = 64U << 10;
constexpr auto pingInterval = std::chrono::seconds(20);
constexpr std::uint16_t normalClosure = 1000;

std::uint16_t closeStatus(std::string_view payload)
{
    if (payload.size() < 2)
        return normalClosure;
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                      static_cast<std::uint8_t>(payload[1]));
}

HttpRequest asUpgrade(HttpRequest request)
{
    request.method = HttpMethod::Get;
    request.body.clear();
    return request;
}

std::string newKey()
{
    core::SystemRandom random;
    return webSocketKey(random);
}

} // namespace

WebSocket::WebSocket(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols,
                     CredentialPointer credential, Hooks hooks, QObject *parent)
    : WebSocket(endpoint, std::move(request), std::move(protocols), newKey(), std::move(credential), std::move(hooks),
                parent)
{
}

WebSocket::WebSocket(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols, std::string key,
                     CredentialPointer credential, Hooks hooks, QObject *parent)
    : UpgradedConnection(endpoint, asUpgrade(std::move(request)), std::move(credential),
                         UpgradeHandshake::webSocket(key, protocols), readSize, std::move(hooks), parent),
      m_protocols(std::move(protocols)),
      m_key(std::move(key))
{
    connect(&m_pinger, &QTimer::timeout, this, &WebSocket::ping);
}

std::string WebSocket::upgradeHeaders() const
{
    std::string text = "\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + m_key +
                       "\r\nSec-WebSocket-Protocol: ";
    for (const auto &protocol : m_protocols)
        text += (&protocol == &m_protocols.front() ? "" : ", ") + protocol;
    return text;
}

void WebSocket::upgraded()
{
    m_pinger.start(pingInterval);
}

void WebSocket::ping()
{
    if (state() != State::Open) {
        m_pinger.stop();
        return;
    }
    const bool heard = takeHeard();
    // A server that waits for the container to take our bytes does not get to our ping.
    if (!heard && isReading() && !m_sentData) {
        end(core::fail(ErrorKind::Unreachable, "the server has not answered for a while",
                       "check the network; the stream has to be opened again"));
        return;
    }
    if (heard)
        m_sentData = false;
    sendFrame(WebSocketOpcode::Ping, {});
}

void WebSocket::arrived(std::string_view bytes)
{
    std::copy(bytes.begin(), bytes.end(), m_decoder.reserve(bytes.size()));
    m_decoder.commit(bytes.size());
    WebSocketMessage message;
    while (state() == State::Open || state() == State::Closing) {
        const auto found = m_decoder.next(message);
        if (!found) {
            end(core::fail(found.error()));
            return;
        }
        if (*found == WebSocketDecoder::Found::NeedMore)
            return;
        handle(message);
    }
}

void WebSocket::handle(const WebSocketMessage &message)
{
    switch (message.opcode) {
    case WebSocketOpcode::Ping:
        sendFrame(WebSocketOpcode::Pong, message.payload);
        return;
    case WebSocketOpcode::Pong:
        return;
    case WebSocketOpcode::Close: {
        const auto status = closeStatus(message.payload);
        if (state() == State::Open)
            sendFrame(WebSocketOpcode::Close, message.payload.substr(0, 2));
        if (status == normalClosure) {
            end({});
            return;
        }
        const std::string reason(message.payload.substr(std::min<std::size_t>(2, message.payload.size())));
        end(core::fail(ErrorKind::Server, "the server closed the stream with status " + std::to_string(status) +
                                              (reason.empty() ? "" : ": " + reason)));
        return;
    }
    default:
        hooks().received(message.payload);
    }
}

void WebSocket::send(std::string message)
{
    if (state() != State::Open)
        return;
    m_sentData = true;
    sendFrame(WebSocketOpcode::Binary, message);
    core::wipe(message);
}

void WebSocket::sendFrame(WebSocketOpcode opcode, std::string_view payload)
{
    const std::uint64_t random = m_random.below(std::uint64_t{1} << 32);
    std::string frame;
    constexpr std::size_t mostHeadBytes = 14;
    frame.reserve(mostHeadBytes + payload.size());
    appendWebSocketFrame(frame, opcode, payload,
                         {static_cast<std::uint8_t>(random), static_cast<std::uint8_t>(random >> 8),
                          static_cast<std::uint8_t>(random >> 16), static_cast<std::uint8_t>(random >> 24)});
    queue(std::move(frame));
}

void WebSocket::close()
{
    if (state() != State::Open) {
        if (state() == State::Connecting || state() == State::Upgrading)
            end(core::fail(ErrorKind::Cancelled, "closed before the stream was open"));
        return;
    }
    m_pinger.stop();
    sendFrame(WebSocketOpcode::Close, webSocketClosePayload(normalClosure, {}));
    startClosing();
}

} // namespace binnacle::kube
