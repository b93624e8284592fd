// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/SpareTunnels.h"

#include <algorithm>
#include <mutex>

namespace binnacle::forward {

namespace {

using namespace std::chrono_literals;

constexpr auto burst = 2s; ///< connections within this time belong together
constexpr std::size_t mostSpares = 4;
constexpr auto longestSpare = 5s;
constexpr auto ageInterval = 1s;
constexpr std::size_t mostEarly = 256U << 10; ///< of what a server says before anybody asks

bool isSame(const kube::PortTunnelRequest &one, const kube::PortTunnelRequest &other)
{
    return one.nameSpace == other.nameSpace && one.pod == other.pod && one.port == other.port;
}

} // namespace

/// A tunnel that waits for its listener.
class SpareTunnels::Spare final : public kube::PortTunnelListener, public std::enable_shared_from_this<Spare>
{
public:
    /// False: it has ended already. In any thread.
    [[nodiscard]] bool give(std::shared_ptr<kube::PortTunnelListener> listener)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_ended)
            return false;
        m_heir = std::move(listener);
        if (m_context)
            QMetaObject::invokeMethod(
                m_context.get(), [self = shared_from_this()] { self->handOver(); }, Qt::QueuedConnection);
        return true;
    }
    void drop() { m_cancel.cancel(); }
    [[nodiscard]] core::CancellationToken token() const { return m_cancel.token(); }
    /// What cancels the one who asked cancels it too.
    void follow(const core::CancellationToken &token)
    {
        m_followed = token.onCancelled([weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->drop();
        });
    }

    void opened(const std::shared_ptr<kube::PortTunnel> &tunnel) override
    {
        m_tunnel = tunnel;
        {
            const std::scoped_lock lock(m_mutex);
            m_context = std::make_unique<QObject>();
        }
        handOver();
    }
    void received(std::string_view bytes) override
    {
        if (m_listener) {
            m_listener->received(bytes);
            return;
        }
        m_early.append(bytes);
        if (m_early.size() > mostEarly)
            m_tunnel->setReading(false);
    }
    void drained() override
    {
        if (m_listener)
            m_listener->drained();
    }
    void closed(core::Result<void> result) override
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_ended = true;
            m_context.reset();
        }
        handOver();
        m_tunnel.reset();
        m_followed.reset();
        if (const auto listener = std::exchange(m_listener, nullptr))
            listener->closed(std::move(result));
    }

private:
    /// In the stream thread.
    void handOver()
    {
        std::shared_ptr<kube::PortTunnelListener> heir;
        {
            const std::scoped_lock lock(m_mutex);
            heir = std::exchange(m_heir, nullptr);
        }
        if (!heir)
            return;
        m_listener = std::move(heir);
        if (!m_tunnel)
            return; // it could not be opened
        m_listener->opened(m_tunnel);
        if (m_early.size() > mostEarly)
            m_tunnel->setReading(true);
        if (!m_early.empty())
            m_listener->received(std::exchange(m_early, {}));
    }

    core::CancellationSource m_cancel;
    std::shared_ptr<void> m_followed;
    std::mutex m_mutex;                               ///< of what follows
    std::shared_ptr<kube::PortTunnelListener> m_heir; ///< given, not yet told
    std::unique_ptr<QObject> m_context;               ///< of the stream thread, while the tunnel is open
    bool m_ended = false;
    /// @{ The stream thread's alone.
    std::shared_ptr<kube::PortTunnel> m_tunnel;
    std::shared_ptr<kube::PortTunnelListener> m_listener;
    std::string m_early;
    /// @}
};

SpareTunnels::SpareTunnels(kube::Transport &transport, const core::Clock &clock, QObject *parent)
    : QObject(parent), m_transport(transport), m_shared(transport), m_clock(clock)
{
    m_ageing.setParent(this);
    m_ageing.setInterval(ageInterval);
    connect(&m_ageing, &QTimer::timeout, this, &SpareTunnels::dropOld);
}

SpareTunnels::~SpareTunnels()
{
    clear();
}

void SpareTunnels::open(const kube::PortTunnelRequest &request, std::shared_ptr<kube::PortTunnelListener> listener,
                        core::CancellationToken token)
{
    if (m_shared.open(request, listener, token))
        return;
    if (!isSame(request, m_request))
        clear();
    m_request = request;
    const auto now = m_clock.monotonic();
    while (!m_recent.empty() && now - m_recent.front() > burst)
        m_recent.pop_front();
    m_recent.push_back(now);
    dropOld();
    bool given = false;
    while (!given && !m_spares.empty()) {
        const auto spare = std::move(m_spares.front().second);
        m_spares.pop_front();
        given = spare->give(listener);
    }
    if (!given)
        kube::openPortTunnel(m_transport, request, std::move(listener), token);
    refill(token);
}

void SpareTunnels::refill(const core::CancellationToken &token)
{
    // The first of a burst might be the only one.
    const auto wanted = std::min(m_recent.size() - 1, mostSpares);
    while (m_spares.size() < wanted) {
        const auto spare = std::make_shared<Spare>();
        spare->follow(token);
        m_spares.emplace_back(m_clock.monotonic(), spare);
        kube::openPortTunnel(m_transport, m_request, spare, spare->token());
    }
    if (!m_spares.empty() && !m_ageing.isActive())
        m_ageing.start();
}

void SpareTunnels::dropOld()
{
    const auto now = m_clock.monotonic();
    while (!m_spares.empty() && now - m_spares.front().first > longestSpare) {
        m_spares.front().second->drop();
        m_spares.pop_front();
    }
    if (m_spares.empty())
        m_ageing.stop();
}

void SpareTunnels::clear()
{
    m_shared.clear();
    for (const auto &[since, spare] : m_spares)
        spare->drop();
    m_spares.clear();
    m_ageing.stop();
}

} // namespace binnacle::forward
