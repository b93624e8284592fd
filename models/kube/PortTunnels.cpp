// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/PortTunnels.h"

#include "kube/SpdyPortTunnel.h"
#include "kube/SpdyRefusal.h"
#include "kube/StreamTransport.h"
#include "kube/WorkerMailbox.h"

#include <QObject>

#include <algorithm>
#include <mutex>
#include <unordered_map>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

constexpr const char *protocol = "portforward.k8s.io";
constexpr const char *protocolInWebSocket = "SPDY/3.1+portforward.k8s.io";
constexpr std::size_t mostSessions = 4;
constexpr auto longestQueue = std::chrono::seconds(1); ///< then a pod does not take what it is sent

HttpRequest requestOf(const PortTunnelRequest &request)
{
    HttpRequest http;
    http.path = "/api/v1/namespaces/" + percentEncode(request.nameSpace.value()) + "/pods/" +
                percentEncode(request.pod) + "/portforward";
    return http;
}

} // namespace

/// One SPDY connection to a pod.
class PortTunnels::Session final : public StreamListener, public std::enable_shared_from_this<Session>
{
public:
    struct Wanted
    {
        PortTunnelRequest request;
        std::shared_ptr<PortTunnelListener> listener;
        core::CancellationToken token;
    };

    Session(Transport &transport, std::shared_ptr<std::atomic<Way>> way, HttpRequest request,
            std::function<void(const core::Error &)> lost)
        : m_transport(transport),
          m_commonWay(std::move(way)),
          m_way(*m_commonWay),
          m_request(std::move(request)),
          m_lost(std::move(lost))
    {
    }

    /// In any thread.
    void connect()
    {
        const auto offer = m_way == Way::Upgrade ? StreamOffer{{protocol}, StreamUpgrade::Spdy}
                                                 : StreamOffer{{protocolInWebSocket}, StreamUpgrade::WebSocket};
        m_transport.streams()->open(m_request, offer, shared_from_this(), m_cancel.token());
    }

    /// False: it has ended already.
    [[nodiscard]] bool take(Wanted wanted)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_phase == Phase::Ended)
            return false;
        ++m_tunnels;
        m_waiting.push_back(std::move(wanted)); // so that the end, if it comes first, is told to its listener
        if (m_phase == Phase::Open)
            post([](Session &self) { self.startWaiting(); });
        return true;
    }
    [[nodiscard]] std::size_t tunnels() const { return m_tunnels; }
    /// Others do better for new tunnels.
    [[nodiscard]] bool isLeaving() const
    {
        const std::scoped_lock lock(m_mutex);
        const bool stuck = m_carrier && m_carrier->queuedBytes() > 0 && Clock::now() - m_drained > longestQueue;
        return stuck || m_leaving;
    }
    [[nodiscard]] bool hasEnded() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_phase == Phase::Ended;
    }
    /// Ends with its last tunnel.
    void retire()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_phase == Phase::Opening)
            m_cancel.cancel();
        else
            post([](Session &self) {
                self.m_retired = true;
                self.closeWhenUnused();
            });
    }

    void opened(const std::shared_ptr<MessageStream> &stream, const std::string &) override
    {
        m_session = std::make_shared<SpdySession>(stream);
        {
            const std::scoped_lock lock(m_mutex);
            m_context = std::make_unique<QObject>();
            m_mailbox.open(m_context.get());
            m_phase = Phase::Open;
            m_carrier = stream;
            m_drained = Clock::now();
        }
        startWaiting();
    }
    void received(std::string_view bytes) override
    {
        if (!m_session)
            return;
        const auto session = m_session;
        if (const auto read = session->received(bytes); !read) {
            session->closed(read);
            m_cancel.cancel();
        }
        m_leaving = session->isLeaving();
    }
    void drained() override
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_drained = Clock::now();
        }
        if (const auto session = m_session)
            session->drained();
    }
    void closed(core::Result<void> result) override
    {
        const auto self = shared_from_this();
        const bool refused = !m_session && isSpdyRefusal(result);
        if (refused && m_way == Way::Upgrade) {
            *m_commonWay = m_way = Way::WebSocket;
            connect();
            return;
        }
        std::vector<Wanted> waiting;
        {
            const std::scoped_lock lock(m_mutex);
            m_phase = Phase::Ended;
            m_mailbox.close();
            m_carrier.reset();
            waiting = std::exchange(m_waiting, {});
        }
        m_context.reset();
        if (const auto session = std::exchange(m_session, nullptr)) {
            session->closed(result);
            if (!m_retired && !(!result && result.error().kind == ErrorKind::Cancelled) && m_lost)
                m_lost(result ? core::makeError(ErrorKind::Unreachable, "the server ended the connection to the pod")
                              : result.error());
        } else if (refused) {
            *m_commonWay = Way::None;
            for (auto &each : waiting)
                openPortTunnel(m_transport, each.request, std::move(each.listener), std::move(each.token));
            return;
        }
        for (const auto &each : waiting)
            each.listener->closed(result ? core::fail(ErrorKind::Unreachable, "the server ended the connection")
                                         : result);
    }

private:
    using Clock = std::chrono::steady_clock;
    enum class Phase { Opening, Open, Ended };

    void post(std::function<void(Session &)> task)
    {
        m_mailbox.post([weak = weak_from_this(), task = std::move(task)] {
            if (const auto self = weak.lock())
                task(*self);
        });
    }
    /// In the stream thread, while the connection is open.
    void startWaiting()
    {
        std::vector<Wanted> waiting;
        {
            const std::scoped_lock lock(m_mutex);
            waiting = std::exchange(m_waiting, {});
        }
        for (auto &each : waiting)
            start(std::move(each));
    }
    void start(Wanted wanted)
    {
        const auto id = m_nextRequest++;
        const auto tunnel = std::make_shared<SpdyPortTunnel>(m_session, std::move(wanted.request),
                                                             std::move(wanted.listener), [weak = weak_from_this(), id] {
                                                                 if (const auto self = weak.lock())
                                                                     self->over(id);
                                                             });
        m_open[id] = wanted.token.onCancelled([weak = weak_from_this(), weakTunnel = std::weak_ptr(tunnel)] {
            const auto self = weak.lock();
            if (!self)
                return;
            self->post([weakTunnel](Session &) {
                if (const auto alive = weakTunnel.lock())
                    alive->cancel();
            });
        });
        tunnel->start(id);
    }
    void over(std::uint64_t id)
    {
        m_open.erase(id);
        --m_tunnels;
        m_leaving = m_session && m_session->isLeaving();
        closeWhenUnused();
    }
    void closeWhenUnused()
    {
        if (m_retired && m_open.empty() && m_session)
            m_session->close();
    }

    Transport &m_transport;
    std::shared_ptr<std::atomic<Way>> m_commonWay;
    Way m_way;
    const HttpRequest m_request;
    const std::function<void(const core::Error &)> m_lost;
    core::CancellationSource m_cancel;
    mutable std::mutex m_mutex;
    /// @{ Under the mutex.
    Phase m_phase = Phase::Opening;
    std::vector<Wanted> m_waiting;
    std::shared_ptr<MessageStream> m_carrier; ///< while it is open
    Clock::time_point m_drained;              ///< when nothing was queued
    /// @}
    WorkerMailbox m_mailbox;
    std::atomic<std::size_t> m_tunnels{0};
    std::atomic<bool> m_leaving{false};
    /// @{ The stream thread's alone.
    std::unique_ptr<QObject> m_context;
    std::shared_ptr<SpdySession> m_session;
    std::unordered_map<std::uint64_t, std::shared_ptr<void>> m_open; ///< what cancels each
    std::uint64_t m_nextRequest = 0;
    bool m_retired = false;
    /// @}
};

PortTunnels::PortTunnels(Transport &transport)
    : m_transport(transport),
      m_way(std::make_shared<std::atomic<Way>>(transport.streams() == nullptr ? Way::None : Way::Upgrade))
{
}

PortTunnels::~PortTunnels()
{
    clear();
}

bool PortTunnels::open(const PortTunnelRequest &request, const std::shared_ptr<PortTunnelListener> &listener,
                       const core::CancellationToken &token)
{
    if (*m_way == Way::None)
        return false;
    if (request.nameSpace != m_request.nameSpace || request.pod != m_request.pod)
        clear();
    m_request = request;
    std::erase_if(m_sessions, [](const auto &each) { return each->hasEnded(); });
    const Session::Wanted wanted{request, listener, token};
    const auto fewer = [](const auto &one, const auto &other) {
        return std::pair(one->isLeaving(), one->tunnels()) < std::pair(other->isLeaving(), other->tunnels());
    };
    const auto best = std::min_element(m_sessions.begin(), m_sessions.end(), fewer);
    const bool serves = best != m_sessions.end() && (!(*best)->isLeaving() || m_sessions.size() >= mostSessions);
    if (serves && (*best)->take(wanted))
        return true;
    const auto session = std::make_shared<Session>(m_transport, m_way, requestOf(request), m_lost);
    (void)session->take(wanted);
    m_sessions.push_back(session);
    session->connect();
    return true;
}

void PortTunnels::clear()
{
    for (const auto &session : m_sessions)
        session->retire();
    m_sessions.clear();
}

} // namespace binnacle::kube
