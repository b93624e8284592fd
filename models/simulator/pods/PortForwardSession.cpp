// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/PortForwardSession.h"

#include "simulator/Storage.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

std::string refusedConnection(const core::Json &pod, int port)
{
    const std::string number = std::to_string(port);
    return "error forwarding port " + number + " to pod " + textAt(pod, {"metadata", "name"}) +
           ", uid : failed to execute portforward in network namespace \"/var/run/netns/cni\": failed to connect to "
           "localhost:" +
           number + " inside namespace: dial tcp4 127.0.0.1:" + number + ": connect: connection refused";
}

PortForwardSession::PortForwardSession(ClusterState &state, std::shared_ptr<const core::Json> pod,
                                       std::vector<int> ports)
    : m_state(state), m_pod(std::move(pod)), m_ports(std::move(ports)), m_servers(m_ports.size())
{
}

PortForwardSession::~PortForwardSession() = default;

void PortForwardSession::opened(std::shared_ptr<MessageSocket> socket)
{
    m_socket = std::move(socket);
    for (std::size_t index = 0; index < m_ports.size(); ++index)
        connect(index);
}

void PortForwardSession::connect(std::size_t index)
{
    const int port = m_ports[index];
    const std::string prefix{static_cast<char>(port & 0xFF), static_cast<char>(port >> 8 & 0xFF)};
    send(2 * index, prefix);
    send(2 * index + 1, prefix);
    // What it says may come while it is still in one of its own calls: told from the loop, it may end there.
    const auto post = [weak = weak_from_this(), socket = m_socket](std::function<void(PortForwardSession &)> task) {
        socket->post([weak, task = std::move(task)] {
            if (const auto self = weak.lock(); self && self->m_socket)
                task(*self);
        });
    };
    PodClient client;
    client.send = [post, index](const std::string &bytes) {
        post([index, bytes](PortForwardSession &self) { self.send(2 * index, bytes); });
    };
    client.close = [post, index] { post([index](PortForwardSession &self) { self.ended(index); }); };
    m_servers[index] = connectToPod(m_state, *m_pod, port, std::move(client));
    if (m_servers[index])
        return;
    send(2 * index + 1, refusedConnection(*m_pod, port));
    ended(index);
}

void PortForwardSession::received(std::string message)
{
    if (message.size() < 2)
        return;
    const auto channel = static_cast<std::size_t>(static_cast<unsigned char>(message.front()));
    if (channel % 2 != 0 || channel / 2 >= m_servers.size() || !m_servers[channel / 2])
        return;
    m_servers[channel / 2]->received(std::string_view(message).substr(1));
}

void PortForwardSession::send(std::size_t channel, const std::string &bytes)
{
    m_socket->send(static_cast<char>(channel) + bytes);
}

void PortForwardSession::ended(std::size_t index)
{
    m_servers[index].reset();
    if (std::all_of(m_servers.begin(), m_servers.end(), [](const auto &server) { return !server; }))
        m_socket->close();
}

void PortForwardSession::closed()
{
    m_servers.clear();
    m_socket.reset();
}

void PortForwardSession::podEnded()
{
    if (m_socket)
        m_socket->close();
}

} // namespace binnacle::simulator
