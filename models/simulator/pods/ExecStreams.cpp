// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/ExecStreams.h"

#include <algorithm>

namespace binnacle::simulator {

namespace {

constexpr char inputChannel = 0;
constexpr char closeChannel = static_cast<char>(255);
const std::map<std::string, char> channels{{"stdin", 0}, {"stdout", 1}, {"stderr", 2}, {"error", 3}, {"resize", 4}};

} // namespace

ExecStreams::ExecStreams(std::shared_ptr<ExecSession> session, const ExecRequest &request)
    : m_session(std::move(session)),
      m_expected(1U + static_cast<std::size_t>(request.input) + static_cast<std::size_t>(request.output) +
                 static_cast<std::size_t>(request.errors && !request.terminal) +
                 static_cast<std::size_t>(request.terminal))
{
}

void ExecStreams::opened(std::shared_ptr<StreamSocket> socket)
{
    m_socket = std::move(socket);
}

bool ExecStreams::streamOpened(std::uint32_t stream, const Headers &headers)
{
    for (const auto &[name, value] : headers) {
        const auto found = channels.find(value);
        if (name != "streamtype" || found == channels.end() || m_streams.size() == m_expected)
            continue;
        m_streams[found->second] = stream;
        if (m_streams.size() == m_expected) // after the answer to this stream
            m_socket->post([self = shared_from_this()] {
                if (self->m_session && self->m_socket)
                    self->m_session->opened(self);
            });
        return true;
    }
    return false;
}

void ExecStreams::received(std::uint32_t stream, std::string_view bytes)
{
    for (const auto &[channel, id] : m_streams)
        if (id == stream && m_session)
            m_session->received(channel + std::string(bytes));
}

void ExecStreams::ended(std::uint32_t stream)
{
    const auto input = m_streams.find(inputChannel);
    if (input != m_streams.end() && input->second == stream && m_session)
        m_session->received({closeChannel, inputChannel});
}

void ExecStreams::closed()
{
    m_socket.reset();
    if (const auto session = std::exchange(m_session, nullptr))
        session->closed();
}

void ExecStreams::send(std::string message)
{
    const auto found = m_streams.find(message.front());
    if (m_socket && found != m_streams.end() && message.size() > 1)
        m_socket->send(found->second, std::string_view(message).substr(1));
}

void ExecStreams::close()
{
    if (m_socket)
        m_socket->close();
}

void ExecStreams::post(std::function<void()> task)
{
    if (const auto socket = m_socket)
        socket->post(std::move(task));
}

} // namespace binnacle::simulator
