// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SpdyFrames.h"
#include "simulator/Http.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// A connection after its upgrade to SPDY/3.1: the server's end, as moby/spdystream behaves.
class SpdyConnection final : public StreamSocket, public std::enable_shared_from_this<SpdyConnection>
{
public:
    using Request = boost::beast::http::request<boost::beast::http::string_body>;

    [[nodiscard]] static bool isAskedFor(const Request &request);
    [[nodiscard]] static std::vector<std::string> offeredProtocols(const Request &request);

    /// `owner`: what this connection came from; kept until it ends.
    SpdyConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<StreamHandler> handler,
                   std::shared_ptr<void> owner);

    /// `rest`: what came after the request.
    void accept(const std::string &protocol, const std::string &rest);
    /// The server goes: no good-bye.
    void abandon();

    void send(std::uint32_t stream, std::string_view bytes) override;
    void endWriting(std::uint32_t stream) override;
    void close() override;
    void post(std::function<void()> task) override;

private:
    void read();
    void take(std::string_view bytes);
    void handle(const core::SpdyFrame &frame);
    void queue(std::string bytes);
    void write();
    void end();

    boost::asio::ip::tcp::socket m_socket;
    std::shared_ptr<StreamHandler> m_handler; ///< null once it was told of the end
    std::shared_ptr<void> m_owner;
    core::SpdyDecoder m_decoder;
    core::SpdyEncoder m_encoder;
    std::set<std::uint32_t> m_saying; ///< streams on which we have not yet ended
    std::array<char, 16384> m_space{};
    std::deque<std::string> m_output;
    bool m_writing = false;
    bool m_closing = false;
};

} // namespace binnacle::simulator
