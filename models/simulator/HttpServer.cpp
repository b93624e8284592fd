// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/HttpServer.h"

#include "simulator/SpdyConnection.h"
#include "simulator/WebSocketConnection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <optional>

namespace binnacle::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

constexpr std::uint64_t largestBody = 3 * 1024 * 1024; ///< the API server's own limit

std::string chunk(const std::string &text)
{
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + text + "\r\n";
}

} // namespace

/// One connection: reads a request, writes its response, again; or stays with a stream until that ends.
class HttpServer::Session final : public std::enable_shared_from_this<Session>
{
public:
    Session(tcp::socket socket, const Handler &handler) : m_socket(std::move(socket)), m_handler(handler) {}

    void read()
    {
        m_parser.emplace();
        m_parser->body_limit(largestBody);
        http::async_read(m_socket, m_buffer, *m_parser,
                         [self = shared_from_this()](beast::error_code error, std::size_t) { self->onRead(error); });
    }

    void close()
    {
        if (m_webSocket) {
            m_webSocket->abandon();
            return;
        }
        if (m_spdy) {
            m_spdy->abandon();
            return;
        }
        beast::error_code ignored;
        m_socket.shutdown(tcp::socket::shutdown_both, ignored);
        m_socket.close(ignored);
    }

private:
    void onRead(beast::error_code error)
    {
        if (error == http::error::body_limit) {
            m_keepAlive = false;
            HttpResponse tooLarge;
            tooLarge.status = 413;
            tooLarge.contentType = "text/plain";
            tooLarge.body = "Request entity too large: limit is 3145728\n";
            respond(std::move(tooLarge));
            return;
        }
        if (error) {
            close();
            return;
        }
        const auto &message = m_parser->get();
        m_keepAlive = message.keep_alive();
        HttpRequest request;
        request.method = std::string(message.method_string());
        parseTarget(std::string(message.target()), request);
        request.accept = std::string(message[http::field::accept]);
        request.contentType = std::string(message[http::field::content_type]);
        request.userAgent = std::string(message[http::field::user_agent]);
        request.body = message.body();
        request.webSocket = WebSocketConnection::isAskedFor(message);
        request.spdy = SpdyConnection::isAskedFor(message);
        request.offeredProtocols =
            request.spdy ? SpdyConnection::offeredProtocols(message) : WebSocketConnection::offeredProtocols(message);
        respond(m_handler(request));
    }

    void respond(HttpResponse response)
    {
        if (response.messages) {
            const auto socket = std::make_shared<WebSocketConnection>(std::move(m_socket), std::move(response.messages),
                                                                      shared_from_this());
            m_webSocket = socket;
            socket->accept(m_parser->release(), response.protocol);
            return;
        }
        if (response.streams) {
            const auto socket =
                std::make_shared<SpdyConnection>(std::move(m_socket), std::move(response.streams), shared_from_this());
            m_spdy = socket;
            socket->accept(response.protocol, beast::buffers_to_string(m_buffer.data()));
            return;
        }
        std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                           std::string(http::obsolete_reason(static_cast<http::status>(response.status))) +
                           "\r\nContent-Type: " + response.contentType + "\r\nCache-Control: no-cache, private\r\n";
        for (const auto &[name, value] : response.headers)
            head += name + ": " + value + "\r\n";
        if (!m_keepAlive)
            head += "Connection: close\r\n";
        if (response.stream) {
            m_stream = std::move(response.stream);
            m_stream->wake = [weak = weak_from_this()] {
                if (const auto self = weak.lock())
                    self->flushSoon();
            };
            m_output = head + "Transfer-Encoding: chunked\r\n\r\n";
            watchForHangUp();
            write();
            return;
        }
        m_output = head + "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
        write();
    }

    void write()
    {
        m_writing = true;
        asio::async_write(
            m_socket, asio::buffer(m_output),
            [self = shared_from_this()](beast::error_code error, std::size_t) { self->onWritten(error); });
    }

    void onWritten(beast::error_code error)
    {
        m_writing = false;
        if (error) {
            m_stream.reset();
            close();
        } else if (m_stream) {
            flush();
        } else if (m_keepAlive) {
            read();
        } else {
            close();
        }
    }

    /// Frames that are written within one turn of the loop leave together.
    void flushSoon()
    {
        if (m_writing || m_flushPosted)
            return;
        m_flushPosted = true;
        asio::post(m_socket.get_executor(), [self = shared_from_this()] {
            self->m_flushPosted = false;
            self->flush();
        });
    }

    void flush()
    {
        if (m_writing || !m_stream)
            return;
        m_output.clear();
        constexpr std::size_t batch = 256 * 1024;
        while (!m_stream->pending.empty() && m_output.size() < batch) {
            m_output += chunk(m_stream->pending.front());
            m_stream->pending.pop_front();
        }
        if (m_stream->pending.empty() && m_stream->finished) {
            m_output += "0\r\n\r\n";
            m_stream.reset();
            // The read that watched for hang-ups owns the socket's input.
            m_keepAlive = false;
        }
        if (!m_output.empty())
            write();
    }

    /// A client ends a stream by closing: only a pending read notices.
    void watchForHangUp()
    {
        m_socket.async_read_some(asio::buffer(m_ignored),
                                 [self = shared_from_this()](beast::error_code error, std::size_t) {
                                     if (error) {
                                         self->m_stream.reset();
                                         self->close();
                                     } else {
                                         self->watchForHangUp();
                                     }
                                 });
    }

    tcp::socket m_socket;
    const Handler &m_handler;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    std::shared_ptr<HttpStream> m_stream;
    std::shared_ptr<WebSocketConnection> m_webSocket; ///< what the connection has become
    std::shared_ptr<SpdyConnection> m_spdy;           ///< or this
    std::string m_output;
    std::array<char, 256> m_ignored{};
    bool m_keepAlive = true;
    bool m_writing = false;
    bool m_flushPosted = false;
};

HttpServer::HttpServer(asio::io_context &context, Handler handler) : m_acceptor(context), m_handler(std::move(handler))
{
}

HttpServer::~HttpServer() = default;

core::Result<void> HttpServer::listen(const std::string &address, unsigned short port)
{
    beast::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error)
        return core::fail(core::ErrorKind::Usage, "\"" + address + "\" is not an IP address: " + error.message(),
                          "give an address such as 127.0.0.1");
    const tcp::endpoint endpoint(parsed, port);
    m_acceptor.open(endpoint.protocol(), error);
    if (!error)
        m_acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error)
        m_acceptor.bind(endpoint, error);
    if (!error)
        m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return core::fail(core::ErrorKind::Io,
                          "cannot listen on " + address + ":" + std::to_string(port) + ": " + error.message(),
                          "choose another port, or 0 for any free one");
    m_port = m_acceptor.local_endpoint().port();
    accept();
    return {};
}

void HttpServer::accept()
{
    m_acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
        if (!m_acceptor.is_open())
            return;
        if (!error) {
            beast::error_code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            const auto session = std::make_shared<Session>(std::move(socket), m_handler);
            for (auto known = m_sessions.begin(); known != m_sessions.end();)
                known = known->expired() ? m_sessions.erase(known) : std::next(known);
            m_sessions.insert(session);
            session->read();
        }
        accept();
    });
}

void HttpServer::close()
{
    beast::error_code ignored;
    m_acceptor.close(ignored);
    for (const auto &weak : m_sessions)
        if (const auto session = weak.lock())
            session->close();
    m_sessions.clear();
}

} // namespace binnacle::simulator
