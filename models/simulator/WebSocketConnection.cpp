// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/WebSocketConnection.h"

#include "simulator/Text.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket.hpp>

namespace binnacle::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

namespace {

constexpr std::size_t largestMessage = 16 * 1024 * 1024;

} // namespace

bool WebSocketConnection::isAskedFor(const Request &request)
{
    return http::token_list{request[http::field::upgrade]}.exists("websocket") &&
           http::token_list{request[http::field::connection]}.exists("upgrade");
}

std::vector<std::string> WebSocketConnection::offeredProtocols(const Request &request)
{
    std::vector<std::string> offered;
    const auto fields = request.equal_range(http::field::sec_websocket_protocol);
    for (auto field = fields.first; field != fields.second; ++field)
        for (std::string protocol : split(std::string(field->value()), ',')) {
            protocol.erase(0, protocol.find_first_not_of(' '));
            offered.push_back(protocol.substr(0, protocol.find(' ')));
        }
    return offered;
}

WebSocketConnection::WebSocketConnection(asio::ip::tcp::socket socket, std::shared_ptr<MessageHandler> handler,
                                         std::shared_ptr<void> owner)
    : m_stream(std::move(socket)), m_handler(std::move(handler)), m_owner(std::move(owner))
{
    m_stream.binary(true);
    m_stream.read_message_max(largestMessage);
}

void WebSocketConnection::accept(Request request, const std::string &protocol)
{
    // The API accepts POST as it does GET; the library, as the RFC, only the latter.
    request.method(http::verb::get);
    m_stream.set_option(websocket::stream_base::decorator([protocol](websocket::response_type &response) {
        if (!protocol.empty())
            response.set(http::field::sec_websocket_protocol, protocol);
    }));
    const auto kept = std::make_shared<const Request>(std::move(request));
    m_stream.async_accept(*kept, [self = shared_from_this(), kept](beast::error_code error) {
        if (error || !self->m_handler) {
            self->end();
            return;
        }
        self->m_handler->opened(self);
        self->read();
    });
}

void WebSocketConnection::read()
{
    m_stream.async_read(m_buffer, [self = shared_from_this()](beast::error_code error, std::size_t) {
        if (error || !self->m_handler) {
            self->end();
            return;
        }
        std::string message = beast::buffers_to_string(self->m_buffer.data());
        self->m_buffer.consume(self->m_buffer.size());
        self->m_handler->received(std::move(message));
        self->read();
    });
}

void WebSocketConnection::send(std::string message)
{
    if (m_closing)
        return;
    m_output.push_back(std::move(message));
    write();
}

void WebSocketConnection::write()
{
    if (m_writing)
        return;
    if (m_output.empty()) {
        if (m_closing)
            m_stream.async_close(websocket::close_code::normal, [self = shared_from_this()](beast::error_code) {});
        return;
    }
    m_writing = true;
    m_stream.async_write(asio::buffer(m_output.front()),
                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                             self->m_writing = false;
                             self->m_output.pop_front();
                             if (error)
                                 self->end();
                             else
                                 self->write();
                         });
}

void WebSocketConnection::close()
{
    if (m_closing)
        return;
    m_closing = true;
    write();
}

void WebSocketConnection::post(std::function<void()> task)
{
    asio::post(m_stream.get_executor(), std::move(task));
}

void WebSocketConnection::abandon()
{
    beast::error_code ignored;
    m_stream.next_layer().close(ignored);
    end();
}

void WebSocketConnection::end()
{
    m_closing = true;
    if (const auto handler = std::exchange(m_handler, nullptr))
        handler->closed();
    m_owner.reset();
}

} // namespace binnacle::simulator
