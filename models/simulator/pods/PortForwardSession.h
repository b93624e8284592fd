// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Http.h"
#include "simulator/pods/PodServer.h"

#include <vector>

namespace binnacle::simulator {

/// What leads to a pod.
class PodConnection
{
public:
    virtual ~PodConnection() = default;
    /// The pod is gone, and its connections with it.
    virtual void podEnded() = 0;
};

/// What the node says where nothing listens.
[[nodiscard]] std::string refusedConnection(const core::Json &pod, int port);

/// Connections to ports of a pod over v4.channel.k8s.io: of the i-th port, channel 2i carries data and channel 2i+1
/// what went wrong, each beginning with the port. Ends when all connections have, as the kubelet's does.
class PortForwardSession final : public MessageHandler,
                                 public PodConnection,
                                 public std::enable_shared_from_this<PortForwardSession>
{
public:
    PortForwardSession(ClusterState &state, std::shared_ptr<const core::Json> pod, std::vector<int> ports);
    ~PortForwardSession() override;

    void opened(std::shared_ptr<MessageSocket> socket) override;
    void received(std::string message) override;
    void closed() override;
    void podEnded() override;

private:
    void connect(std::size_t index);
    void send(std::size_t channel, const std::string &bytes);
    void ended(std::size_t index);

    ClusterState &m_state;
    std::shared_ptr<const core::Json> m_pod;
    std::vector<int> m_ports;
    std::vector<std::unique_ptr<PodServer>> m_servers; ///< by port; null: the connection has ended
    std::shared_ptr<MessageSocket> m_socket;
};

} // namespace binnacle::simulator
