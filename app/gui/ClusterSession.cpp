// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ClusterSession.h"

#include "core/WhenFinished.h"
#include "gui/forward/ForwardService.h"
#include "widgets/theme/Text.h"
#include "widgets/topology/Scene.h"

#include <algorithm>
#include <variant>

namespace binnacle::gui {

using widgets::toQt;

namespace {

/// A cluster has namespaces in which nothing runs; a picture of them says nothing, unless there is something wrong.
void leaveOutEmpty(stack::Topology &topology)
{
    std::set<core::Namespace> used;
    for (const stack::ComponentState &component : topology.components)
        used.insert(component.component.workload.nameSpace);
    std::erase_if(topology.nameSpaces, [&used](const auto &area) {
        return used.count(area.name) == 0 && area.worst.state == cluster::HealthState::Healthy;
    });
}

} // namespace

ClusterSession::ClusterSession(core::ContextName context, std::shared_ptr<kube::Transport> transport, Picture picture,
                               const core::Clock &clock, QObject *parent)
    : QObject(parent),
      m_context(std::move(context)),
      m_transport(std::make_shared<kube::ReadOnlyTransport>(std::move(transport), m_context.value())),
      m_client(std::make_shared<kube::Client>(m_transport)),
      m_picture(std::move(picture)),
      m_store(clock),
      m_observer(m_client, m_store),
      m_permissions(m_client, clock),
      m_forwards(std::make_unique<ForwardService>(m_client, clock)),
      m_pulse(m_client, m_store)
{
    m_drawing.setSingleShot(true);
    m_drawing.setInterval(100);
    connect(&m_drawing, &QTimer::timeout, this, &ClusterSession::draw);
    connect(&m_store, &cluster::Store::changed, this, [this] {
        if (!m_drawing.isActive())
            m_drawing.start();
    });
    connect(&m_store, &cluster::Store::feedChanged, this, [this] {
        if (!m_drawing.isActive())
            m_drawing.start();
        emit connectionChanged();
        if (!m_discovery && !m_discovering && connection() == Connection::Live)
            discover();
    });
    connect(&m_pulse, &cluster::Pulse::changed, this, [this] {
        // A server that is back need not wait for the feeds' next try.
        if (!m_pulse.problem()) {
            m_observer.reconnect();
            m_forwards->reconnect();
        }
        m_drawing.start();
        emit connectionChanged();
    });
    m_observer.observe(cluster::ClusterObserver::applicationFeeds(
        m_picture.stack ? m_picture.stack->nameSpaces : std::vector<core::Namespace>{m_picture.nameSpace}));
    if (m_picture.stack) {
        m_keys = std::make_unique<RequiredKeys>(m_client, m_store, *m_picture.stack);
        connect(m_keys.get(), &RequiredKeys::changed, &m_drawing, qOverload<>(&QTimer::start));
    }
    m_drawing.start();
    connect(&m_permissions, &cluster::Permissions::changed, this, &ClusterSession::permissionsChanged);
    discover();
}

ClusterSession::~ClusterSession() = default;

/// Without the feeds' content nothing can be judged anew: what is known to be broken must not turn into something that
/// merely looks whole. One feed that fails for long does not stop the others.
bool ClusterSession::isFrozen()
{
    if (connection() != Connection::Stale) {
        m_staleSince.reset();
        return false;
    }
    const auto now = m_store.clock().monotonic();
    if (!m_staleSince)
        m_staleSince = now;
    const bool someLive = std::any_of(m_store.feeds().begin(), m_store.feeds().end(),
                                      [](const auto &feed) { return feed.second.state == cluster::FeedState::Live; });
    return m_pulse.problem() || !someLive || now - *m_staleSince < std::chrono::seconds(15);
}

void ClusterSession::draw()
{
    if (isFrozen())
        return;
    if (m_picture.stack) {
        m_topology = stack::topologyOf(*m_picture.stack, m_store);
        stack::markKeyless(m_topology, m_keys->missing().workloads);
    } else if (!m_picture.nameSpace.isEmpty()) {
        m_topology = stack::inferTopology(m_store, {m_picture.nameSpace});
    } else {
        std::set<core::Namespace> all;
        for (const kube::RecordPointer &record : m_store.list({"", "Namespace"})) {
            // What the cluster runs for itself is not the application that one came to see.
            if (!record->meta.name.starts_with("kube-"))
                all.insert(core::Namespace(record->meta.name));
        }
        m_topology = stack::inferTopology(m_store, all);
        leaveOutEmpty(m_topology);
    }
    m_images.clear();
    for (const stack::ComponentState &component : m_topology.components) {
        QStringList images;
        for (const auto &each : component.pods) {
            const kube::RecordPointer record = m_store.find(each.key);
            const auto *pod = record ? std::get_if<kube::PodRecord>(&record->body) : nullptr;
            if (!pod)
                continue;
            for (const kube::ContainerRecord &container : pod->containers) {
                const QString line = QStringLiteral("%1: %2").arg(toQt(container.name.str()),
                                                                  widgets::shortImage(toQt(container.image.str())));
                if (!container.init && !images.contains(line))
                    images.append(line);
            }
        }
        m_images[component.component.id] = images;
    }
    emit topologyChanged();
}

void ClusterSession::discover()
{
    m_discovering = true;
    core::whenFinished(m_client->discover(), this,
                       [this](const core::Result<std::shared_ptr<const kube::Discovery>> &discovery) {
                           m_discovering = false;
                           if (discovery) {
                               m_discovery = *discovery;
                               emit permissionsChanged();
                               return;
                           }
                           m_discoveryProblem = toQt(discovery.error().message);
                           // Whoever asks next, or the next reconnection, may find the server back.
                           emit permissionsChanged();
                       });
}

cluster::Permission ClusterSession::may(const std::string &verb, const kube::ObjectKey &object,
                                        const std::string &subresource)
{
    static const std::set<std::string> reading{"get", "list", "watch"};
    if (isReadOnly() && !reading.contains(verb))
        return {cluster::Verdict::Denied, readOnlyReason().toStdString()};
    if (!m_discovery)
        return {cluster::Verdict::Unknown,
                m_discovering ? std::string("asking the server what you may do")
                              : "it is not known what you may do: " + m_discoveryProblem.toStdString()};
    const kube::ApiResource *resource = m_discovery->find(object.kind);
    if (!resource)
        return {cluster::Verdict::Unknown, "the server does not serve the kind " + object.kind.kind};
    // The API server authorizes requests for a Namespace object as being in that namespace.
    const bool isNamespace = object.kind == core::GroupKind{"", "Namespace"};
    const core::Namespace place = isNamespace ? core::Namespace(object.name) : object.nameSpace;
    if (!place.isEmpty())
        m_permissions.load({place});
    return m_permissions.may({verb, resource->gvr.group, resource->gvr.resource, place, object.name, subresource});
}

const stack::ComponentState *ClusterSession::component(const std::string &id) const
{
    const auto found = std::find_if(m_topology.components.begin(), m_topology.components.end(),
                                    [&id](const stack::ComponentState &each) { return each.component.id == id; });
    return found == m_topology.components.end() ? nullptr : &*found;
}

std::vector<stack::Finding> ClusterSession::missingKeys() const
{
    return m_keys ? m_keys->missing().findings : std::vector<stack::Finding>();
}

Connection connectionOf(const std::map<cluster::Feed, cluster::FeedStatus> &feeds, bool silent)
{
    bool live = false;
    bool asking = false;
    bool retrying = false;
    bool refused = false;
    bool failed = false;
    for (const auto &[feed, status] : feeds) {
        switch (status.state) {
        case cluster::FeedState::Live:
            live = true;
            break;
        case cluster::FeedState::Stale:
            silent = true;
            break;
        case cluster::FeedState::Loading:
            (status.error ? retrying : asking) = true;
            break;
        case cluster::FeedState::Denied:
            refused = true;
            break;
        case cluster::FeedState::Failed:
            failed = true;
            break;
        }
    }
    if (silent)
        return Connection::Stale;
    if (live)
        return asking || retrying ? Connection::Connecting : Connection::Live;
    if (asking)
        return Connection::Connecting;
    if (refused && !retrying)
        return Connection::Refused;
    return retrying || failed ? Connection::Failed : Connection::Connecting;
}

Connection ClusterSession::connection() const
{
    return connectionOf(m_store.feeds(), m_pulse.problem().has_value());
}

std::optional<std::chrono::seconds> ClusterSession::dataAge() const
{
    auto oldest = m_pulse.lastHeard();
    for (const auto &[feed, status] : m_store.feeds()) {
        if (status.state == cluster::FeedState::Stale && status.lastContact && oldest && *status.lastContact < *oldest)
            oldest = status.lastContact;
    }
    if (!oldest)
        return std::nullopt;
    return std::chrono::duration_cast<std::chrono::seconds>(m_store.clock().monotonic() - *oldest);
}

void ClusterSession::reconnect()
{
    m_observer.reconnect();
    m_forwards->reconnect();
    m_pulse.beat();
}

QString ClusterSession::readOnlyReason() const
{
    return tr("context %1 is marked read-only; allow changes in the top bar first").arg(toQt(m_context.value()));
}

void ClusterSession::setReadOnly(bool on)
{
    if (m_transport->isReadOnly() == on)
        return;
    m_transport->setReadOnly(on);
    emit permissionsChanged();
}

QString ClusterSession::problem() const
{
    if (m_pulse.problem())
        return toQt(m_pulse.problem()->describe());
    // While others are still being read, what one feed is refused for good is no problem of the connection.
    const bool connecting = connection() == Connection::Connecting;
    for (const auto &[feed, status] : m_store.feeds()) {
        if (!status.error || status.state == cluster::FeedState::Live)
            continue;
        if (!connecting || status.state == cluster::FeedState::Loading)
            return toQt(status.error->describe());
    }
    return {};
}

} // namespace binnacle::gui
