// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/ClusterObserver.h"
#include "cluster/Permissions.h"
#include "cluster/Pulse.h"
#include "gui/PictureChoice.h"
#include "gui/RequiredKeys.h"
#include "kube/ReadOnlyTransport.h"
#include "stack/Topology.h"

#include <QMap>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <optional>

namespace binnacle::gui {

class ForwardService;

enum class Connection {
    Connecting,
    Live,
    Stale,
    Failed,
    Refused, ///< the server answers, but lets this user read nothing
};

/// What the feeds' states come to. A feed that could not be loaded yet and is tried again has an error: when there is
/// no other, the connection has failed. `silent`: the server does not answer any more.
[[nodiscard]] Connection connectionOf(const std::map<cluster::Feed, cluster::FeedStatus> &feeds, bool silent);

/// One connected cluster: its client, the store that reflects it, and the picture drawn from the store.
class ClusterSession : public QObject
{
    Q_OBJECT

public:
    ClusterSession(core::ContextName context, std::shared_ptr<kube::Transport> transport, Picture picture,
                   const core::Clock &clock, QObject *parent = nullptr);
    ~ClusterSession() override;

    [[nodiscard]] const core::ContextName &context() const { return m_context; }
    [[nodiscard]] const std::shared_ptr<kube::Client> &client() const { return m_client; }
    [[nodiscard]] cluster::Store &store() { return m_store; }
    [[nodiscard]] ForwardService &forwards() { return *m_forwards; }
    [[nodiscard]] const std::optional<stack::Stack> &stack() const { return m_picture.stack; }
    /// Of a picture without a stack: the namespace it shows; empty: all.
    [[nodiscard]] const core::Namespace &nameSpace() const { return m_picture.nameSpace; }
    [[nodiscard]] const stack::Topology &topology() const { return m_topology; }
    /// Container images by component id.
    [[nodiscard]] const std::map<std::string, QStringList> &images() const { return m_images; }
    [[nodiscard]] const stack::ComponentState *component(const std::string &id) const;
    /// Of a picture of a stack: keys that it needs and the cluster lacks.
    [[nodiscard]] std::vector<stack::Finding> missingKeys() const;

    [[nodiscard]] Connection connection() const;
    /// How old the oldest of what is shown may be: since the server was last heard. Nothing before it was.
    [[nodiscard]] std::optional<std::chrono::seconds> dataAge() const;
    /// What keeps the connection from being whole, in words with the next step; empty: nothing.
    [[nodiscard]] QString problem() const;
    void reconnect();
    /// The transport then refuses whatever would change the cluster; screens ask, to say so beforehand.
    void setReadOnly(bool on);
    [[nodiscard]] bool isReadOnly() const { return m_transport->isReadOnly(); }
    [[nodiscard]] QString readOnlyReason() const;

    /// What the server lets this user do with an object (empty name: with any of the kind in that namespace). Unknown
    /// until it has said so; permissionsChanged() follows.
    [[nodiscard]] cluster::Permission may(const std::string &verb, const kube::ObjectKey &object,
                                          const std::string &subresource = {});

signals:
    void topologyChanged();
    void connectionChanged();
    /// Read-only, or changeable again, too.
    void permissionsChanged();

private:
    void draw();
    [[nodiscard]] bool isFrozen();
    void discover();

    core::ContextName m_context;
    std::shared_ptr<kube::ReadOnlyTransport> m_transport;
    std::shared_ptr<kube::Client> m_client;
    Picture m_picture;
    cluster::Store m_store;
    cluster::ClusterObserver m_observer;
    cluster::Permissions m_permissions;
    std::unique_ptr<ForwardService> m_forwards;
    std::shared_ptr<const kube::Discovery> m_discovery; ///< names the resource of a kind
    QString m_discoveryProblem;
    bool m_discovering = false;
    cluster::Pulse m_pulse;
    std::optional<std::chrono::steady_clock::time_point> m_staleSince;
    std::unique_ptr<RequiredKeys> m_keys; ///< null: the picture shows no stack
    stack::Topology m_topology;
    std::map<std::string, QStringList> m_images;
    QTimer m_drawing; ///< at most ten pictures a second, however fast the cluster changes
};

} // namespace binnacle::gui
