// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/TunnelConnection.h"

#include <QThread>

namespace binnacle::forward {

namespace {

using Outcome = LocalSocket::Outcome;
using namespace std::chrono_literals;

constexpr std::size_t mostQueued = 512U << 10; ///< to the pod; above, the local side feels back-pressure
constexpr int readsAtOnce = 4;                 ///< then other connections have their turn
constexpr auto silenceAfterAnswer = 1s;
constexpr auto silenceBeforeAnswer = 30s;
constexpr auto lingering = 2s;      ///< for the local side to take the end in
constexpr auto slowestReader = 60s; ///< without taking a byte after the pod's end

} // namespace

struct TunnelConnection::Watching : QObject
{
    explicit Watching(qintptr descriptor)
        : readable(descriptor, QSocketNotifier::Read), writable(descriptor, QSocketNotifier::Write)
    {
        writable.setEnabled(false);
        patience.setSingleShot(true);
    }
    void stop()
    {
        readable.setEnabled(false);
        writable.setEnabled(false);
        patience.stop();
    }

    QSocketNotifier readable;
    QSocketNotifier writable;
    QTimer patience;
};

TunnelConnection::TunnelConnection(std::shared_ptr<LocalSocket> local, std::shared_ptr<ForwardCounters> counters,
                                   Ended ended)
    : m_local(std::move(local)), m_counters(std::move(counters)), m_ended(std::move(ended))
{
    ++m_counters->connections;
}

TunnelConnection::~TunnelConnection()
{
    --m_counters->connections;
}

void TunnelConnection::opened(const std::shared_ptr<kube::PortTunnel> &tunnel)
{
    m_tunnel = tunnel;
    m_watching = std::make_unique<Watching>(m_local->descriptor());
    const auto call = [weak = weak_from_this()](void (TunnelConnection::*member)()) {
        return [weak, member] {
            if (const auto self = weak.lock())
                (*self.*member)();
        };
    };
    auto *const watching = m_watching.get();
    QObject::connect(&watching->readable, &QSocketNotifier::activated, watching,
                     call(&TunnelConnection::localReadable));
    QObject::connect(&watching->writable, &QSocketNotifier::activated, watching,
                     call(&TunnelConnection::localWritable));
    QObject::connect(&watching->patience, &QTimer::timeout, watching, call(&TunnelConnection::patienceOver));
    // Nothing wakes a connection whose thread is gone.
    QObject::connect(QThread::currentThread(), &QThread::finished, watching, call(&TunnelConnection::finish),
                     Qt::DirectConnection);
}

void TunnelConnection::localReadable()
{
    char space[kube::PortTunnel::bestSize];
    for (int round = 0; round < readsAtOnce; ++round) {
        if (m_tunnel && m_tunnel->queuedBytes() > mostQueued) {
            m_stalled = true;
            m_watching->readable.setEnabled(false);
            return;
        }
        const auto [outcome, bytes] = m_local->read(space, sizeof space);
        if (outcome == Outcome::Later)
            return;
        if (outcome != Outcome::Done) {
            if (outcome == Outcome::Failed)
                abandonLocal();
            else
                localEnded();
            return;
        }
        if (!m_tunnel)
            continue; // the pod has ended the connection: nobody wants it
        m_carried = true;
        m_podSpokeLast = false;
        m_counters->sent += static_cast<std::int64_t>(bytes);
        std::string message;
        message.reserve(kube::PortTunnel::headroom + bytes);
        message.append(kube::PortTunnel::headroom, '\0');
        message.append(space, bytes);
        m_tunnel->send(std::move(message));
    }
}

void TunnelConnection::localEnded()
{
    m_localEnded = true;
    m_watching->readable.setEnabled(false);
    if (m_tunnel && !m_carried)
        m_tunnel->close(); // somebody only looked whether the port is open
    else if (m_tunnel)
        awaitPod();
    else if (m_unsent.empty())
        finish();
}

void TunnelConnection::awaitPod()
{
    m_watching->patience.start(m_podSpokeLast ? silenceAfterAnswer : silenceBeforeAnswer);
}

void TunnelConnection::patienceOver()
{
    if (m_tunnel)
        m_tunnel->close();
    else
        finish();
}

/// The local side has gone without a good-bye: what the pod still says interests nobody.
void TunnelConnection::abandonLocal()
{
    m_localGone = true;
    m_unsent.clear();
    m_watching->stop();
    if (m_tunnel) {
        m_tunnel->setReading(true); // the end has to be heard
        m_tunnel->close();
    } else {
        finish();
    }
}

void TunnelConnection::received(std::string_view bytes)
{
    m_carried = true;
    m_podSpokeLast = true;
    m_counters->received += static_cast<std::int64_t>(bytes.size());
    if (m_localGone)
        return;
    if (m_localEnded)
        awaitPod();
    if (m_unsent.empty())
        deliver(bytes);
    else
        m_unsent.append(bytes); // a little may come after reading was stopped
}

void TunnelConnection::deliver(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto [outcome, count] = m_local->write(bytes.data(), bytes.size());
        if (outcome == Outcome::Failed) {
            abandonLocal();
            return;
        }
        if (outcome == Outcome::Later) {
            m_unsent.assign(bytes);
            m_unsentBegin = 0;
            m_watching->writable.setEnabled(true);
            m_watching->patience.stop();
            m_tunnel->setReading(false);
            return;
        }
        bytes.remove_prefix(count);
    }
}

void TunnelConnection::localWritable()
{
    while (m_unsentBegin < m_unsent.size()) {
        const auto [outcome, count] = m_local->write(m_unsent.data() + m_unsentBegin, m_unsent.size() - m_unsentBegin);
        if (outcome == Outcome::Failed) {
            abandonLocal();
            return;
        }
        if (outcome == Outcome::Later) {
            if (!m_tunnel)
                m_watching->patience.start(slowestReader);
            return;
        }
        m_unsentBegin += count;
    }
    m_unsent.clear();
    m_unsentBegin = 0;
    m_watching->writable.setEnabled(false);
    if (!m_tunnel) {
        lingered();
        return;
    }
    if (m_localEnded)
        awaitPod();
    m_tunnel->setReading(true);
}

void TunnelConnection::drained()
{
    if (!m_stalled || m_localEnded || m_localGone || m_tunnel->queuedBytes() > mostQueued)
        return;
    m_stalled = false;
    m_watching->readable.setEnabled(true);
    localReadable(); // at once: connections that share a queue are told in the order in which they last sent
}

void TunnelConnection::closed(core::Result<void> result)
{
    m_tunnel.reset();
    m_self = shared_from_this();
    m_result = std::move(result);
    const bool cancelled = !m_result && m_result.error().kind == core::ErrorKind::Cancelled;
    if (!m_watching || m_localGone || cancelled) {
        finish();
    } else if (!m_result) {
        if (m_carried)
            m_local->breakOff();
        finish();
    } else if (m_unsent.empty()) {
        lingered();
    } else {
        m_watching->patience.start(slowestReader);
    }
}

/// The local side has got everything. Closing at once, with bytes of its own not yet read, would reset the connection
/// and could cost it what is still on the way.
void TunnelConnection::lingered()
{
    m_local->endWriting();
    if (m_localEnded) {
        finish();
        return;
    }
    m_watching->readable.setEnabled(true);
    m_watching->patience.start(lingering);
}

void TunnelConnection::finish()
{
    const auto self = std::exchange(m_self, nullptr);
    if (m_watching) {
        m_watching->stop();
        m_watching.release()->deleteLater(); // this may run inside one of its signals
    }
    auto local = std::exchange(m_local, nullptr);
    if (m_carried || m_localGone || m_result)
        local.reset();
    if (const auto ended = std::exchange(m_ended, nullptr))
        ended({std::move(m_result), std::move(local)});
}

} // namespace binnacle::forward
