// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/UpgradedConnection.h"

#include "kube/ServerUrl.h"

#include <QSocketNotifier>

#include <openssl/ssl.h>

#include <cstring>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

constexpr std::size_t tlsReadSize = 64U << 10;
constexpr int readsAtOnce = 4;                ///< then other streams of the thread have their turn
constexpr std::size_t smallBytes = 16U << 10; ///< pieces below this are joined, to fill records of TLS

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
    SSL_CTX_set_default_read_buffer_len(tls, tlsReadSize);
    return CURLE_OK;
}

} // namespace

UpgradedConnection::UpgradedConnection(const Endpoint &endpoint, HttpRequest request, CredentialPointer credential,
                                       UpgradeHandshake handshake, std::size_t readSize, Hooks hooks, QObject *parent)
    : QObject(parent),
      m_endpoint(endpoint),
      m_request(std::move(request)),
      m_hooks(std::move(hooks)),
      m_transfer(endpoint, m_request, std::move(credential), {}),
      m_multi(1),
      m_handshake(std::move(handshake)),
      m_readSize(readSize),
      m_space(std::make_unique_for_overwrite<char[]>(readSize))
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
    m_multi.addConnection(easy, [this](CURLcode code) { connected(code); });
}

UpgradedConnection::~UpgradedConnection()
{
    m_readNotifier.reset();
    m_writeNotifier.reset();
    m_multi.remove(m_transfer.handle());
}

void UpgradedConnection::connected(CURLcode code)
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
    connect(m_readNotifier.get(), &QSocketNotifier::activated, this, &UpgradedConnection::readable);
    connect(m_writeNotifier.get(), &QSocketNotifier::activated, this, &UpgradedConnection::flush);
    queue(upgradeRequest());
}

std::string UpgradedConnection::upgradeRequest() const
{
    const auto target = ServerUrl::parse(m_endpoint.cluster->server);
    std::string text = std::string(toString(m_request.method)) + " " + target.prefix + m_request.path;
    const char *separator = "?";
    for (const auto &[name, value] : m_request.query) {
        text += separator + percentEncode(name) + "=" + percentEncode(value);
        separator = "&";
    }
    text += " HTTP/1.1\r\nHost: " + target.authority() + "\r\nConnection: Upgrade" + upgradeHeaders();
    if (m_request.method == HttpMethod::Post)
        text += "\r\nContent-Length: 0";
    text += "\r\nUser-Agent: " + m_endpoint.userAgent;
    for (const auto &[name, value] : m_request.headers)
        text += "\r\n" + name + ": " + value;
    for (const auto &[name, value] : m_endpoint.user->impersonation)
        text += "\r\n" + name + ": " + value;
    if (const auto &authorization = m_transfer.credential()->authorization; !authorization.isEmpty())
        text += "\r\nAuthorization: " + std::string(authorization.reveal());
    return text + "\r\n\r\n";
}

/// Records of TLS hold 16 KiB: what there is of them is handed on together.
void UpgradedConnection::readable()
{
    m_heard = true;
    for (int round = 0; round < readsAtOnce && m_state != State::Ended && m_readNotifier->isEnabled(); ++round) {
        std::size_t filled = 0;
        CURLcode code = CURLE_OK;
        bool ended = false;
        while (filled < m_readSize && !ended && code == CURLE_OK) {
            std::size_t count = 0;
            code = curl_easy_recv(m_transfer.handle(), m_space.get() + filled, m_readSize - filled, &count);
            filled += count;
            ended = code == CURLE_OK && count == 0;
        }
        const std::string_view bytes(m_space.get(), filled);
        if (filled > 0 && m_state == State::Upgrading)
            handshake(bytes);
        else if (filled > 0)
            arrived(bytes);
        if (code == CURLE_AGAIN || m_state == State::Ended)
            return;
        if (code != CURLE_OK || ended) {
            connectionEnded(code);
            return;
        }
    }
    // libcurl may hold decrypted bytes that no notifier will tell of.
    if (m_state != State::Ended && m_readNotifier->isEnabled())
        QMetaObject::invokeMethod(this, &UpgradedConnection::takeIn, Qt::QueuedConnection);
}

void UpgradedConnection::takeIn()
{
    if (m_state != State::Ended && m_readNotifier && m_readNotifier->isEnabled())
        readable();
}

void UpgradedConnection::handshake(std::string_view bytes)
{
    const auto state = m_handshake.received(bytes);
    if (!state) {
        end(core::fail(state.error()));
        return;
    }
    if (*state == UpgradeHandshake::State::Reading)
        return;
    if (*state == UpgradeHandshake::State::Refused) {
        const auto error = errorFromResponse(m_request, m_handshake.response());
        end(core::fail(error), error.kind == ErrorKind::Unauthorized);
        return;
    }
    m_state = State::Open;
    m_opened = true;
    m_deadline.stop();
    upgraded();
    m_hooks.opened(m_handshake.protocol());
    if (const auto rest = m_handshake.leftover(); !rest.empty() && m_state != State::Ended)
        arrived(rest);
}

void UpgradedConnection::queue(std::string bytes)
{
    m_queuedBytes += bytes.size();
    // Not to the first, which may be under way: what TLS could not write has to come again as it was (SSL_write(3)).
    if (m_outgoing.size() > 1 && bytes.size() < smallBytes && m_outgoing.back().size() < smallBytes) {
        m_outgoing.back() += bytes;
        core::wipe(bytes);
    } else {
        m_outgoing.push_back(std::move(bytes));
    }
    flush();
}

bool UpgradedConnection::nextToSend()
{
    while (!m_outgoing.empty()) {
        auto &first = m_outgoing.front();
        if (m_sent < first.size())
            return true;
        core::wipe(first); // what went may have been a password
        m_outgoing.pop_front();
        m_sent = 0;
    }
    return false;
}

void UpgradedConnection::flush()
{
    if (m_state == State::Ended || m_state == State::Connecting)
        return;
    const bool hadWork = m_queuedBytes > 0;
    while (nextToSend()) {
        const auto &first = m_outgoing.front();
        std::size_t count = 0;
        const CURLcode code = curl_easy_send(m_transfer.handle(), first.data() + m_sent, first.size() - m_sent, &count);
        if (code == CURLE_AGAIN) {
            m_writeNotifier->setEnabled(true);
            return;
        }
        if (code != CURLE_OK) {
            connectionEnded(code);
            return;
        }
        m_sent += count;
        m_queuedBytes -= count;
    }
    m_writeNotifier->setEnabled(false);
    if (hadWork && m_state == State::Open)
        m_hooks.drained();
}

void UpgradedConnection::setReading(bool reading)
{
    if (m_reading == reading)
        return;
    m_reading = reading;
    m_heard = true;
    if (!m_readNotifier)
        return;
    m_readNotifier->setEnabled(reading);
    if (reading)
        QMetaObject::invokeMethod(this, &UpgradedConnection::takeIn, Qt::QueuedConnection);
}

void UpgradedConnection::startClosing()
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_deadline.disconnect(this);
    constexpr auto patience = std::chrono::seconds(5);
    connect(&m_deadline, &QTimer::timeout, this, [this] { end({}); });
    m_deadline.start(patience);
}

void UpgradedConnection::connectionEnded(CURLcode code)
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

void UpgradedConnection::abandon()
{
    m_state = State::Ended;
    m_deadline.stop();
    for (auto *notifier : {m_readNotifier.get(), m_writeNotifier.get()}) {
        if (notifier != nullptr)
            notifier->setEnabled(false);
    }
}

void UpgradedConnection::end(core::Result<void> result, bool unauthorized)
{
    if (m_state == State::Ended)
        return;
    abandon();
    if (!result && result.error().request.empty())
        result.error().request = describe(m_request);
    m_hooks.ended({std::move(result), unauthorized, m_opened});
}

core::Error UpgradedConnection::errorOf(CURLcode code) const
{
    auto failure = m_transfer.failure(code);
    if (const auto &proxy = m_endpoint.cluster->proxyUrl; !proxy.empty())
        failure.proxy = ServerUrl::parse(proxy).authority();
    return errorFromCurl(failure, ServerUrl::parse(m_endpoint.cluster->server).display(), m_request);
}

} // namespace binnacle::kube
