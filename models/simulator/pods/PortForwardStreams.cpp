// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/PortForwardStreams.h"

#include <nlohmann/json.hpp>

#include <cstdlib>

namespace binnacle::simulator {

PortForwardStreams::PortForwardStreams(ClusterState &state, std::shared_ptr<const core::Json> pod)
    : m_state(state), m_pod(std::move(pod))
{
}

void PortForwardStreams::opened(std::shared_ptr<StreamSocket> socket)
{
    m_socket = std::move(socket);
}

bool PortForwardStreams::streamOpened(std::uint32_t stream, const Headers &headers)
{
    std::string type;
    std::string request;
    int port = 0;
    for (const auto &[name, value] : headers) {
        if (name == "streamtype")
            type = value;
        else if (name == "requestid")
            request = value;
        else if (name == "port")
            port = std::atoi(value.c_str());
    }
    if (port < 1 || port > 0xFFFF || (type != "data" && type != "error"))
        return false;
    auto &pair = m_pairs[request];
    pair.port = port;
    (type == "data" ? pair.data : pair.errors) = stream;
    if (pair.data != 0 && pair.errors != 0) // after the answer to this stream
        m_socket->post([weak = weak_from_this(), request] {
            if (const auto self = weak.lock(); self && self->m_socket)
                self->connect(request);
        });
    return true;
}

void PortForwardStreams::connect(const std::string &request)
{
    const auto found = m_pairs.find(request);
    if (found == m_pairs.end())
        return;
    auto &pair = found->second;
    // What it says may come while it is still in one of its own calls: told from the loop, it may end there.
    const auto post = [weak = weak_from_this(), socket = m_socket](std::function<void(PortForwardStreams &)> task) {
        socket->post([weak, task = std::move(task)] {
            if (const auto self = weak.lock(); self && self->m_socket)
                task(*self);
        });
    };
    PodClient client;
    client.send = [post, stream = pair.data](const std::string &bytes) {
        post([stream, bytes](PortForwardStreams &self) { self.m_socket->send(stream, bytes); });
    };
    client.close = [post, request] { post([request](PortForwardStreams &self) { self.end(request); }); };
    if (!m_podEnded)
        pair.server = connectToPod(m_state, *m_pod, pair.port, std::move(client));
    if (pair.server)
        return;
    m_socket->send(pair.errors, refusedConnection(*m_pod, pair.port));
    end(request);
}

void PortForwardStreams::received(std::uint32_t stream, std::string_view bytes)
{
    for (auto &[request, pair] : m_pairs)
        if (pair.data == stream && pair.server)
            pair.server->received(bytes);
}

/// A node ends both directions a second after the client has ended its own. What answers here does so at once.
void PortForwardStreams::ended(std::uint32_t stream)
{
    for (auto &[request, pair] : m_pairs) {
        if (pair.data != stream)
            continue;
        m_socket->post([weak = weak_from_this(), request = request] {
            if (const auto self = weak.lock(); self && self->m_socket)
                self->end(request);
        });
        return;
    }
}

void PortForwardStreams::end(const std::string &request)
{
    const auto found = m_pairs.find(request);
    if (found == m_pairs.end())
        return;
    m_socket->endWriting(found->second.errors);
    m_socket->endWriting(found->second.data);
    m_pairs.erase(found);
}

void PortForwardStreams::closed()
{
    m_pairs.clear();
    m_socket.reset();
}

void PortForwardStreams::podEnded()
{
    m_podEnded = true;
    while (m_socket && !m_pairs.empty())
        end(m_pairs.begin()->first);
}

} // namespace binnacle::simulator
