// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/Forward.h"

#include "core/WhenFinished.h"
#include "forward/EndpointProbe.h"
#include "forward/LoopbackListener.h"

#include <nlohmann/json.hpp>

namespace binnacle::forward {

namespace {

using core::ErrorKind;
using namespace std::chrono_literals;

/// A pod that is replaced takes some seconds. Longer than this, most programs have given up.
constexpr auto longestWait = 15s;
constexpr auto overdueInterval = 500ms;
constexpr std::size_t mostWaiting = 512;
const core::GroupKind podKind{"", "Pod"};

core::Error aboutTarget(const kube::ObjectKey &target, core::Error error)
{
    error.object = target.describe();
    return error;
}

/// Why no pod serves, from what there is.
std::string whyNone(const std::vector<kube::RecordPointer> &pods)
{
    if (pods.empty())
        return "it has no pods";
    std::size_t ending = 0;
    for (const auto &pod : pods)
        ending += pod->meta.deleted != 0 ? 1 : 0;
    return "none of its " + std::to_string(pods.size()) + " pods is ready" +
           (ending == 0 ? "" : ", " + std::to_string(ending) + " end");
}

} // namespace

Forward::Forward(std::shared_ptr<kube::Client> client, ForwardRequest request, const core::Clock &clock,
                 core::Random &random, QObject *parent)
    : QObject(parent),
      m_client(std::move(client)),
      m_request(std::move(request)),
      m_clock(clock),
      m_random(random),
      m_mailbox(std::make_shared<kube::WorkerMailbox>()),
      m_counters(std::make_shared<ForwardCounters>()),
      m_spares(m_client->transport(), clock),
      m_since(clock.now())
{
    m_mailbox->open(this);
    m_backOff.setParent(this);
    m_spares.setParent(this);
    m_overdue.setParent(this);
    m_backOff.setSingleShot(true);
    m_overdue.setInterval(overdueInterval);
    m_spares.onLost([this, mailbox = m_mailbox](const core::Error &error) {
        mailbox->post([this, error] {
            if (m_state.endpoint)
                feed(state::TunnelFailed{*m_state.endpoint, error});
        });
    });
    connect(&m_backOff, &QTimer::timeout, this, [this] { feed(state::TimerFired{}); });
    connect(&m_overdue, &QTimer::timeout, this, &Forward::dropOverdue);
}

Forward::~Forward()
{
    m_mailbox->close();
    m_probing.cancel();
    m_connections.cancel();
}

void Forward::start()
{
    stop();
    feed(state::Start{});
}

void Forward::stop()
{
    feed(state::Stop{});
}

void Forward::reconnect()
{
    feed(state::Reconnect{});
}

ForwardSnapshot Forward::snapshot() const
{
    ForwardSnapshot snapshot;
    snapshot.request = m_request;
    snapshot.localPort = m_localPort;
    snapshot.phase = m_state.phase;
    snapshot.reason = m_state.reason;
    snapshot.failure = m_state.failure;
    snapshot.next = m_state.next;
    if (m_state.endpoint) {
        snapshot.pod = m_state.endpoint->pod;
        snapshot.podPort = m_state.endpoint->port;
    }
    snapshot.since = m_since;
    snapshot.connections = m_counters->connections;
    snapshot.sent = m_counters->sent;
    snapshot.received = m_counters->received;
    return snapshot;
}

void Forward::feed(const state::Input &input)
{
    const auto before = m_state.phase;
    const auto reason = m_state.reason;
    const auto endpoint = m_state.endpoint;
    const auto port = m_localPort;
    const auto effects = state::step(m_state, input, {m_clock.monotonic(), m_random.unit()});
    if (m_state.phase != before)
        m_since = m_clock.now();
    for (const auto &effect : effects)
        std::visit([this](const auto &each) { apply(each); }, effect);
    if (m_state.phase != before || m_state.reason != reason || m_state.endpoint != endpoint || m_localPort != port)
        emit changed();
}

void Forward::apply(const state::Listen &)
{
    m_connections = core::CancellationSource();
    m_listener = std::make_unique<LoopbackListener>(
        [this](std::shared_ptr<LocalSocket> socket) { accepted(std::move(socket)); });
    const auto port = m_listener->listen(m_request.port.local.value_or(0));
    if (!port) {
        feed(state::ListenerFailed{port.error()});
        return;
    }
    m_localPort = *port;
    feed(state::ListenerOpened{});
    m_follower = new TargetFollower(m_client, m_request.target, m_clock, m_random, this);
    connect(m_follower, &TargetFollower::changed, this, &Forward::targetChanged);
    m_follower->start();
}

void Forward::apply(const state::Probe &probe)
{
    m_probing.cancel();
    m_probing = core::CancellationSource();
    m_backOff.stop();
    const kube::PortTunnelRequest request{m_request.target.nameSpace, probe.endpoint.pod, probe.endpoint.port};
    const auto open = [&](std::shared_ptr<kube::PortTunnelListener> listener) {
        m_spares.open(request, std::move(listener), m_probing.token());
    };
    core::onFinished(probeEndpoint(open),
                     [this, mailbox = m_mailbox, token = m_probing.token()](const core::Result<void> &result) {
                         mailbox->post([this, token, result] {
                             if (token.isCancelled())
                                 return;
                             if (result)
                                 feed(state::ProbePassed{});
                             else
                                 feed(state::ProbeFailed{result.error()});
                         });
                     });
}

void Forward::apply(const state::CancelProbe &)
{
    m_probing.cancel();
    m_backOff.stop();
}

void Forward::apply(const state::Wait &wait)
{
    m_backOff.start(wait.delay);
}

void Forward::apply(const state::Serve &)
{
    const auto waiting = std::exchange(m_waiting, {});
    m_overdue.stop();
    for (const auto &each : waiting)
        connectToPod(each);
}

void Forward::apply(const state::Refresh &)
{
    if (m_follower != nullptr)
        m_follower->reconnect();
}

void Forward::apply(const state::Close &)
{
    m_listener.reset();
    m_localPort = 0;
    m_connections.cancel();
    m_spares.clear();
    m_waiting.clear();
    m_overdue.stop();
    m_backOff.stop();
    if (m_follower == nullptr)
        return;
    m_follower->disconnect(this);
    std::exchange(m_follower, nullptr)->deleteLater(); // this may be what it has just led to
}

void Forward::targetChanged()
{
    if (const auto &error = m_follower->error()) {
        auto why = *error;
        if (why.kind == ErrorKind::Forbidden)
            why.next = "ask for the rights to get, list and watch it and its pods, and to create pods/portforward";
        endpointLost(std::move(why), error->kind == ErrorKind::Forbidden);
        return;
    }
    if (!m_follower->isKnown())
        return;
    const auto &target = m_request.target;
    const bool isPod = target.kind == podKind;
    if (!isPod && m_follower->object() == nullptr) {
        endpointLost(aboutTarget(target, core::makeError(ErrorKind::NotFound, "it is not there")));
        return;
    }
    static const core::Json nothing = core::Json::object();
    const auto port = podPort(target, isPod ? nothing : *m_follower->object(), m_request.port.remote);
    const auto pods = m_follower->pods();
    const auto pod = choosePod(pods, !isPod, m_state.endpoint ? m_state.endpoint->uid : std::string());
    if (!port && !isPod) {
        endpointLost(port.error(), true);
    } else if (!pod) {
        const auto why = isPod ? std::string(pods.empty() ? "it is not there" : "it does not run") : whyNone(pods);
        endpointLost(aboutTarget(target, core::makeError(ErrorKind::NotFound, why)));
    } else if (port && port->name.empty()) {
        feed(state::EndpointFound{{pod->meta.name, pod->meta.uid, port->number}});
    } else {
        lookUpPort(pod, port ? port->name : m_request.port.remote);
    }
}

/// What containers name their ports is not among what is kept of pods.
void Forward::lookUpPort(const kube::RecordPointer &pod, const std::string &name)
{
    const PodEndpoint endpoint{pod->meta.name, pod->meta.uid, m_namedPort.second};
    if (m_namedPort.first == endpoint.uid) {
        feed(state::EndpointFound{endpoint});
        return;
    }
    if (std::exchange(m_lookingUp, endpoint.uid) == endpoint.uid)
        return;
    core::whenFinished(m_client->get({podKind, m_request.target.nameSpace, endpoint.pod}, m_connections.token()), this,
                       [this, endpoint, name](const core::Result<core::Json> &object) {
                           if (std::exchange(m_lookingUp, {}) != endpoint.uid || m_follower == nullptr)
                               return;
                           if (!object) {
                               endpointLost(object.error());
                               return;
                           }
                           if (const auto number = namedPort(*object, name)) {
                               m_namedPort = {endpoint.uid, *number};
                               feed(state::EndpointFound{{endpoint.pod, endpoint.uid, *number}});
                               return;
                           }
                           auto error =
                               core::makeError(ErrorKind::Invalid, "none of its containers names a port " + name,
                                               "give the port's number");
                           error.object = "Pod " + m_request.target.nameSpace.value() + "/" + endpoint.pod;
                           endpointLost(std::move(error), true);
                       });
}

void Forward::endpointLost(core::Error why, bool isFinal)
{
    feed(state::EndpointLost{std::move(why), isFinal});
}

void Forward::accepted(std::shared_ptr<LocalSocket> socket)
{
    ++m_counters->accepted;
    const Waiting waiting{std::move(socket), m_clock.monotonic() + longestWait};
    if (m_state.phase == ForwardPhase::Active)
        connectToPod(waiting);
    else
        hold(waiting);
}

void Forward::hold(Waiting waiting)
{
    if (m_waiting.size() >= mostWaiting)
        return; // which closes it
    m_waiting.push_back(std::move(waiting));
    if (m_waiting.size() > 1)
        return;
    m_overdue.start();
    feed(state::ConnectionWaits{});
}

void Forward::dropOverdue()
{
    const auto now = m_clock.monotonic();
    std::erase_if(m_waiting, [now](const Waiting &waiting) { return waiting.until <= now; });
    if (m_waiting.empty())
        m_overdue.stop();
}

void Forward::connectToPod(Waiting waiting)
{
    const auto endpoint = *m_state.endpoint;
    auto ended = [this, endpoint, until = waiting.until, token = m_connections.token(),
                  mailbox = m_mailbox](const TunnelConnection::End &end) {
        mailbox->post([this, endpoint, until, token, end] {
            if (!token.isCancelled())
                connectionEnded(endpoint, until, end);
        });
    };
    m_spares.open({m_request.target.nameSpace, endpoint.pod, endpoint.port},
                  std::make_shared<TunnelConnection>(std::move(waiting.socket), m_counters, std::move(ended)),
                  m_connections.token());
}

void Forward::connectionEnded(const PodEndpoint &endpoint, std::chrono::steady_clock::time_point until,
                              const TunnelConnection::End &end)
{
    if (end.result)
        return;
    feed(state::TunnelFailed{endpoint, end.result.error()});
    if (!end.unserved || until <= m_clock.monotonic())
        return;
    if (m_state.phase == ForwardPhase::Active)
        connectToPod({end.unserved, until}); // a better pod is known already
    else if (m_state.phase != ForwardPhase::Failed)
        hold({end.unserved, until});
}

} // namespace binnacle::forward
