// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "simulator/Http.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace binnacle::simulator {

/// Plain HTTP/1.1 with keep-alive and chunked streams, on one io_context, in whichever single thread runs it.
class HttpServer
{
public:
    using Handler = std::function<HttpResponse(const HttpRequest &)>;

    HttpServer(boost::asio::io_context &context, Handler handler);
    ~HttpServer();

    [[nodiscard]] core::Result<void> listen(const std::string &address, unsigned short port);
    [[nodiscard]] unsigned short port() const { return m_port; }
    /// Closes the listener and every connection.
    void close();

private:
    class Session;

    void accept();

    boost::asio::ip::tcp::acceptor m_acceptor;
    Handler m_handler;
    std::set<std::weak_ptr<Session>, std::owner_less<>> m_sessions;
    unsigned short m_port = 0;
};

} // namespace binnacle::simulator
