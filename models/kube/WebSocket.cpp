// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/WebSocket.h"

#include "kube/ServerUrl.h"

#include <QSocketNotifier>

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

constexpr std::size_t readSize = 64U << 10;
constexpr int readsAtOnce = 16; ///< then other streams of the thread have their turn
constexpr auto pingInterval = std::chrono::seconds(20);
constexpr std::uint16_t normalClosure = 1000;

std::uint16_t closeStatus(std::string_view payload)
{
    if (payload.size() < 2)
        return normalClosure;
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                      static_cast<std::uint8_t>(payload[1]));
}

/// Only then does libcurl hand out what readAhead() takes.
bool isOpenSsl()
{
    const char *const library = curl_version_info(CURLVERSION_NOW)->ssl_version;
    return library != nullptr && std::string_view(library).starts_with("OpenSSL");
}

/// Without it, each record of 16 KiB costs two calls of the system, one for its five bytes of head.
CURLcode readAhead(CURL *, void *context, void *)
{
    auto *const tls = static_cast<SSL_CTX *>(context);
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_default_read_buffer_len(tls, readSize);
    return CURLE_OK;
}

HttpRequest asUpgrade(HttpRequest request)
{
    request.method = HttpMethod::Get;
    request.body.clear();
    return request;
}

} // namespace

WebSocket::WebSocket(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols,
                     CredentialPointer credential, Hooks hooks, QObject *parent)
    : QObject(parent),
      m_endpoint(endpoint),
      m_request(asUpgrade(std::move(request))),
      m_protocols(std::move(protocols)),
      m_hooks(std::move(hooks)),
      m_key(webSocketKey(m_random)),
      m_transfer(endpoint, m_request, std::move(credential), {}),
      m_multi(1),
      m_handshake(m_key, m_protocols)
{
    CURL *const easy = m_transfer.handle();
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L); // a proxy must not read what we write
    if (isOpenSsl())
        curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, readAhead);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        auto error = core::makeError(ErrorKind::Timeout, "the stream was not opened in time",
                                     "check the network and the server's load, then try again");
        end(core::fail(std::move(error)));
    });
    m_deadline.start(m_request.timeout);
    connect(&m_pinger, &QTimer::timeout, this, [this] {
        // A server that waits for the container to take our bytes does not get to our ping.
        if (!m_heard && m_reading && !m_sentData) {
            end(core::fail(ErrorKind::Unreachable, "the server has not answered for a while",
                           "check the network; the stream has to be opened again"));
            return;
        }
        if (m_heard)
            m_sentData = false;
        m_heard = false;
        queue(WebSocketOpcode::Ping, {});
    });
    m_multi.addConnection(easy, [this](CURLcode code) { connected(code); });
}

WebSocket::~WebSocket()
{
    m_readNotifier.reset();
    m_writeNotifier.reset();
    m_multi.remove(m_transfer.handle());
}

void WebSocket::connected(CURLcode code)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (code == CURLE_OK)
        code = curl_easy_getinfo(m_transfer.handle(), CURLINFO_ACTIVESOCKET, &socket);
    if (code != CURLE_OK || socket == CURL_SOCKET_BAD) {
        end(core::fail(errorOf(code == CURLE_OK ? CURLE_COULDNT_CONNECT : code)));
        return;
    }
    m_state = State::Upgrading;
    const auto descriptor = static_cast<qintptr>(socket);
    m_readNotifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    m_writeNotifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Write);
    m_writeNotifier->setEnabled(false);
    connect(m_readNotifier.get(), &QSocketNotifier::activated, this, &WebSocket::readable);
    connect(m_writeNotifier.get(), &QSocketNotifier::activated, this, &WebSocket::flush);
    m_outgoing = upgradeRequest();
    flush();
}

std::string WebSocket::upgradeRequest() const
{
    const auto target = ServerUrl::parse(m_endpoint.cluster->server);
    std::string text = "GET " + target.prefix + m_request.path;
    const char *separator = "?";
    for (const auto &[name, value] : m_request.query) {
        text += separator + percentEncode(name) + "=" + percentEncode(value);
        separator = "&";
    }
    text += " HTTP/1.1\r\nHost: " + target.authority() +
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + m_key;
    text += "\r\nSec-WebSocket-Protocol: ";
    for (const auto &protocol : m_protocols)
        text += (&protocol == &m_protocols.front() ? "" : ", ") + protocol;
    text += "\r\nUser-Agent: " + m_endpoint.userAgent;
    for (const auto &[name, value] : m_request.headers)
        text += "\r\n" + name + ": " + value;
    for (const auto &[name, value] : m_endpoint.user->impersonation)
        text += "\r\n" + name + ": " + value;
    if (const auto &authorization = m_transfer.credential()->authorization; !authorization.isEmpty())
        text += "\r\nAuthorization: " + std::string(authorization.reveal());
    return text + "\r\n\r\n";
}

void WebSocket::readable()
{
    m_heard = true;
    for (int round = 0; round < readsAtOnce && m_state != State::Ended && m_readNotifier->isEnabled(); ++round) {
        char *const space = m_decoder.reserve(readSize);
        std::size_t count = 0;
        const CURLcode code = curl_easy_recv(m_transfer.handle(), space, readSize, &count);
        if (code == CURLE_AGAIN)
            return;
        if (code != CURLE_OK || count == 0) {
            connectionEnded(code);
            return;
        }
        if (m_state == State::Upgrading) {
            handshake({space, count});
        } else {
            m_decoder.commit(count);
            deliver();
        }
    }
    // libcurl may hold decrypted bytes that no notifier will tell of.
    if (m_state != State::Ended && m_readNotifier->isEnabled())
        QMetaObject::invokeMethod(this, &WebSocket::takeIn, Qt::QueuedConnection);
}

void WebSocket::takeIn()
{
    if (m_state != State::Ended && m_readNotifier && m_readNotifier->isEnabled())
        readable();
}

void WebSocket::handshake(std::string_view bytes)
{
    const auto state = m_handshake.received(bytes);
    if (!state) {
        end(core::fail(state.error()));
        return;
    }
    if (*state == WebSocketHandshake::State::Reading)
        return;
    if (*state == WebSocketHandshake::State::Refused) {
        const auto error = errorFromResponse(m_request, m_handshake.response());
        end(core::fail(error), error.kind == ErrorKind::Unauthorized);
        return;
    }
    m_state = State::Open;
    m_opened = true;
    m_deadline.stop();
    m_pinger.start(pingInterval);
    m_hooks.opened(m_handshake.protocol());
    const auto rest = m_handshake.leftover();
    std::copy(rest.begin(), rest.end(), m_decoder.reserve(rest.size()));
    m_decoder.commit(rest.size());
    deliver();
}

void WebSocket::deliver()
{
    WebSocketMessage message;
    while (m_state == State::Open || m_state == State::Closing) {
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
        queue(WebSocketOpcode::Pong, message.payload);
        return;
    case WebSocketOpcode::Pong:
        return;
    case WebSocketOpcode::Close: {
        const auto status = closeStatus(message.payload);
        if (m_state == State::Open)
            queue(WebSocketOpcode::Close, message.payload.substr(0, 2));
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
        m_hooks.received(message.payload);
    }
}

void WebSocket::send(std::string_view message)
{
    if (m_state != State::Open)
        return;
    m_sentData = true;
    queue(WebSocketOpcode::Binary, message);
}

void WebSocket::queue(WebSocketOpcode opcode, std::string_view payload)
{
    const std::uint64_t random = m_random.below(std::uint64_t{1} << 32);
    appendWebSocketFrame(m_outgoing, opcode, payload,
                         {static_cast<std::uint8_t>(random), static_cast<std::uint8_t>(random >> 8),
                          static_cast<std::uint8_t>(random >> 16), static_cast<std::uint8_t>(random >> 24)});
    flush();
}

/// What TLS could not write has to come again as it was, from the same place (SSL_write(3)): what is queued meanwhile
/// waits in another buffer.
bool WebSocket::nextToSend()
{
    if (m_sent < m_sending.size())
        return true;
    std::memset(m_sending.data(), 0, m_sending.size()); // what went may have been a password
    m_sending.clear();
    m_sent = 0;
    m_sending.swap(m_outgoing);
    return !m_sending.empty();
}

void WebSocket::flush()
{
    if (m_state == State::Ended || m_state == State::Connecting)
        return;
    const bool hadWork = queuedBytes() > 0;
    while (nextToSend()) {
        std::size_t count = 0;
        const CURLcode code =
            curl_easy_send(m_transfer.handle(), m_sending.data() + m_sent, m_sending.size() - m_sent, &count);
        if (code == CURLE_AGAIN) {
            m_writeNotifier->setEnabled(true);
            return;
        }
        if (code != CURLE_OK) {
            connectionEnded(code);
            return;
        }
        m_sent += count;
    }
    m_writeNotifier->setEnabled(false);
    if (hadWork && m_state == State::Open)
        m_hooks.drained();
}

void WebSocket::setReading(bool reading)
{
    if (m_reading == reading)
        return;
    m_reading = reading;
    m_heard = true;
    if (!m_readNotifier)
        return;
    m_readNotifier->setEnabled(reading);
    if (reading)
        QMetaObject::invokeMethod(this, &WebSocket::takeIn, Qt::QueuedConnection);
}

void WebSocket::close()
{
    if (m_state != State::Open) {
        if (m_state == State::Connecting || m_state == State::Upgrading)
            end(core::fail(ErrorKind::Cancelled, "closed before the stream was open"));
        return;
    }
    queue(WebSocketOpcode::Close, webSocketClosePayload(normalClosure, {}));
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_pinger.stop();
    m_deadline.disconnect(this);
    constexpr auto patience = std::chrono::seconds(5);
    connect(&m_deadline, &QTimer::timeout, this, [this] { end({}); });
    m_deadline.start(patience);
}

void WebSocket::connectionEnded(CURLcode code)
{
    if (m_state == State::Closing) {
        end({});
    } else if (m_state == State::Upgrading && m_handshake.ended()) {
        const auto error = errorFromResponse(m_request, m_handshake.response());
        end(core::fail(error), error.kind == ErrorKind::Unauthorized);
    } else if (code != CURLE_OK) {
        end(core::fail(errorOf(code)));
    } else {
        end(core::fail(ErrorKind::Unreachable, "the server ended the stream without saying why",
                       "the pod or a proxy may have gone away; try again"));
    }
}

void WebSocket::abandon()
{
    m_state = State::Ended;
    m_deadline.stop();
    m_pinger.stop();
    for (auto *notifier : {m_readNotifier.get(), m_writeNotifier.get()}) {
        if (notifier != nullptr)
            notifier->setEnabled(false);
    }
}

void WebSocket::end(core::Result<void> result, bool unauthorized)
{
    if (m_state == State::Ended)
        return;
    abandon();
    if (!result && result.error().request.empty())
        result.error().request = describe(m_request);
    m_hooks.ended({std::move(result), unauthorized, m_opened});
}

core::Error WebSocket::errorOf(CURLcode code) const
{
    auto failure = m_transfer.failure(code);
    if (const auto &proxy = m_endpoint.cluster->proxyUrl; !proxy.empty())
        failure.proxy = ServerUrl::parse(proxy).authority();
    return errorFromCurl(failure, ServerUrl::parse(m_endpoint.cluster->server).display(), m_request);
}

} // namespace binnacle::kube
