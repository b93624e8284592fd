// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/CurlMulti.h"
#include "kube/CurlTransfer.h"
#include "kube/StreamTransport.h"
#include "kube/UpgradeHandshake.h"

#include <QTimer>

#include <deque>
#include <optional>

class QSocketNotifier;

namespace binnacle::kube {

/// A connection that libcurl made and that has left HTTP: libcurl does proxies, TLS and certificates just as for calls,
/// and from then on carries our bytes. What the bytes mean is for those who derive from it. Lives in the stream thread.
class UpgradedConnection : public QObject
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
        std::function<void(End end)> ended; ///< once, the last; may delete the connection later, not at once
    };

    ~UpgradedConnection() override;

    virtual void send(std::string message) = 0;
    /// What is queued is still sent, then it ends in order.
    virtual void close() = 0;
    [[nodiscard]] std::size_t queuedBytes() const { return m_queuedBytes; }
    void setReading(bool reading);
    /// Ends at once, without a word to the server or a call of the hooks.
    void abandon();

protected:
    enum class State { Connecting, Upgrading, Open, Closing, Ended };

    /// `readSize`: as many bytes are read at once and held.
    UpgradedConnection(const Endpoint &endpoint, HttpRequest request, CredentialPointer credential,
                       UpgradeHandshake handshake, std::size_t readSize, Hooks hooks, QObject *parent);

    /// The lines that ask for the upgrade, each beginning with a line's end.
    [[nodiscard]] virtual std::string upgradeHeaders() const = 0;
    /// Bytes came; those after the server's answer too. The end of the connection may be told from within.
    virtual void arrived(std::string_view bytes) = 0;
    /// The connection is open, and its hook is not yet told.
    virtual void upgraded() {}

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const Hooks &hooks() const { return m_hooks; }
    [[nodiscard]] bool isReading() const { return m_reading; }
    /// Whether something came since this was last asked.
    [[nodiscard]] bool takeHeard() { return std::exchange(m_heard, false); }
    void queue(std::string bytes);
    /// The close has been sent: the other end has some seconds to answer it.
    void startClosing();
    void end(core::Result<void> result, bool unauthorized = false);

private:
    void connected(CURLcode code);
    [[nodiscard]] std::string upgradeRequest() const;
    void readable();
    void takeIn();
    void handshake(std::string_view bytes);
    void flush();
    [[nodiscard]] bool nextToSend();
    void connectionEnded(CURLcode code);
    [[nodiscard]] core::Error errorOf(CURLcode code) const;

    const Endpoint &m_endpoint;
    HttpRequest m_request;
    Hooks m_hooks;
    CurlTransfer m_transfer;
    CurlMulti m_multi;
    QTimer m_deadline;
    std::unique_ptr<QSocketNotifier> m_readNotifier;
    std::unique_ptr<QSocketNotifier> m_writeNotifier;
    UpgradeHandshake m_handshake;
    std::size_t m_readSize;
    std::unique_ptr<char[]> m_space; ///< for what is read
    std::deque<std::string> m_outgoing;
    std::size_t m_sent = 0; ///< of the first in m_outgoing
    std::size_t m_queuedBytes = 0;
    State m_state = State::Connecting;
    bool m_reading = true;
    bool m_opened = false;
    bool m_heard = true;
};

} // namespace binnacle::kube
