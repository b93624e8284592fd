// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Http.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// A connection after its upgrade: reads messages until either side closes.
class WebSocketConnection final : public MessageSocket, public std::enable_shared_from_this<WebSocketConnection>
{
public:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;

    [[nodiscard]] static bool isAskedFor(const Request &request);
    [[nodiscard]] static std::vector<std::string> offeredProtocols(const Request &request);

    /// `owner`: what this connection came from; kept until it ends.
    WebSocketConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<MessageHandler> handler,
                        std::shared_ptr<void> owner);

    void accept(Request request, const std::string &protocol);
    /// The server goes: no good-bye.
    void abandon();

    void send(std::string message) override;
    void close() override;
    void post(std::function<void()> task) override;

private:
    void read();
    void write();
    void end();

    boost::beast::websocket::stream<boost::asio::ip::tcp::socket> m_stream;
    std::shared_ptr<MessageHandler> m_handler; ///< null once it was told of the end
    std::shared_ptr<void> m_owner;
    boost::beast::flat_buffer m_buffer;
    std::deque<std::string> m_output;
    bool m_writing = false;
    bool m_closing = false;
};

} // namespace binnacle::simulator
