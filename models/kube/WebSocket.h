// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/CurlMulti.h"
#include "kube/CurlTransfer.h"
#include "kube/StreamTransport.h"
#include "kube/WebSocketCodec.h"
#include "kube/WebSocketHandshake.h"

#include <QTimer>

#include <optional>

class QSocketNotifier;

namespace binnacle::kube {

/// One WebSocket on a connection that libcurl made: libcurl does proxies, TLS and certificates just as for calls, and
/// from then on carries our frames. Lives in the stream thread.
class WebSocket : public QObject
{
    Q_OBJECT

public:
    /// Why it ended, and whether the server refused the credential (then another may be tried).
    struct End
    {
        core::Result<void> result;
        bool unauthorized = false;
        bool opened = false;
    };
    struct Hooks
    {
        std::function<void(const std::string &protocol)> opened;
        std::function<void(std::string_view message)> received;
        std::function<void()> drained;
        std::function<void(End end)> ended; ///< once, the last; may delete the socket later, not at once
    };

    WebSocket(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols,
              CredentialPointer credential, Hooks hooks, QObject *parent = nullptr);
    ~WebSocket() override;

    void send(std::string_view message);
    [[nodiscard]] std::size_t queuedBytes() const { return m_outgoing.size() + m_sending.size() - m_sent; }
    void setReading(bool reading);
    void close();
    /// Ends at once, without a word to the server or a call of the hooks.
    void abandon();

private:
    enum class State { Connecting, Upgrading, Open, Closing, Ended };

    void connected(CURLcode code);
    [[nodiscard]] std::string upgradeRequest() const;
    void readable();
    void takeIn();
    void handshake(std::string_view bytes);
    void deliver();
    void handle(const WebSocketMessage &message);
    void flush();
    [[nodiscard]] bool nextToSend();
    void queue(WebSocketOpcode opcode, std::string_view payload);
    void connectionEnded(CURLcode code);
    void end(core::Result<void> result, bool unauthorized = false);
    [[nodiscard]] core::Error errorOf(CURLcode code) const;

    const Endpoint &m_endpoint;
    HttpRequest m_request;
    std::vector<std::string> m_protocols;
    Hooks m_hooks;
    core::SystemRandom m_random;
    std::string m_key;
    CurlTransfer m_transfer;
    CurlMulti m_multi;
    QTimer m_deadline;
    QTimer m_pinger;
    std::unique_ptr<QSocketNotifier> m_readNotifier;
    std::unique_ptr<QSocketNotifier> m_writeNotifier;
    WebSocketHandshake m_handshake;
    WebSocketDecoder m_decoder;
    std::string m_outgoing; ///< after m_sending
    std::string m_sending;
    std::size_t m_sent = 0; ///< of m_sending
    State m_state = State::Connecting;
    bool m_reading = true;
    bool m_opened = false;
    bool m_heard = true;     ///< something came since the last ping
    bool m_sentData = false; ///< something but pings went since something came
};

} // namespace binnacle::kube
