// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/SpdyConnection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace binnacle::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using core::SpdyEncoder;
using core::SpdyFrameKind;
using core::SpdyStatus;

bool SpdyConnection::isAskedFor(const Request &request)
{
    return beast::iequals(request[http::field::upgrade], "SPDY/3.1") &&
           http::token_list{request[http::field::connection]}.exists("upgrade");
}

std::vector<std::string> SpdyConnection::offeredProtocols(const Request &request)
{
    std::vector<std::string> offered;
    const auto fields = request.equal_range("X-Stream-Protocol-Version");
    for (auto field = fields.first; field != fields.second; ++field)
        offered.emplace_back(field->value());
    return offered;
}

SpdyConnection::SpdyConnection(asio::ip::tcp::socket socket, std::shared_ptr<StreamHandler> handler,
                               std::shared_ptr<void> owner)
    : m_socket(std::move(socket)), m_handler(std::move(handler)), m_owner(std::move(owner))
{
}

void SpdyConnection::accept(const std::string &protocol, const std::string &rest)
{
    queue("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
          "X-Stream-Protocol-Version: " +
          protocol + "\r\n\r\n");
    m_handler->opened(shared_from_this());
    take(rest);
    read();
}

void SpdyConnection::read()
{
    m_socket.async_read_some(asio::buffer(m_space),
                             [self = shared_from_this()](beast::error_code error, std::size_t count) {
                                 if (error || !self->m_handler) {
                                     self->end();
                                     return;
                                 }
                                 self->take({self->m_space.data(), count});
                                 self->read();
                             });
}

void SpdyConnection::take(std::string_view bytes)
{
    core::SpdyFrame frame;
    while (m_handler) {
        const auto found = m_decoder.next(bytes, frame);
        if (!found) {
            abandon();
            return;
        }
        if (*found == core::SpdyDecoder::Found::NeedMore)
            return;
        handle(frame);
    }
}

void SpdyConnection::handle(const core::SpdyFrame &frame)
{
    switch (frame.kind) {
    case SpdyFrameKind::SynStream:
        if (!m_handler->streamOpened(frame.id, frame.headers)) {
            queue(SpdyEncoder::reset(frame.id, SpdyStatus::Cancel));
            return;
        }
        m_saying.insert(frame.id);
        queue(m_encoder.synReply(frame.id));
        break;
    case SpdyFrameKind::Data:
        if (!frame.data.empty())
            m_handler->received(frame.id, frame.data);
        break;
    case SpdyFrameKind::Reset:
        m_saying.erase(frame.id);
        m_handler->ended(frame.id);
        return;
    case SpdyFrameKind::Ping:
        if (frame.id % 2 != 0)
            queue(SpdyEncoder::ping(frame.id));
        return;
    case SpdyFrameKind::GoAway:
        close();
        return;
    case SpdyFrameKind::SynReply:
    case SpdyFrameKind::Headers:
    case SpdyFrameKind::Other:
        break;
    }
    if (frame.fin && m_handler)
        m_handler->ended(frame.id);
}

void SpdyConnection::send(std::uint32_t stream, std::string_view bytes)
{
    if (m_saying.count(stream) == 0)
        return;
    std::string frame(SpdyEncoder::dataHeadBytes, '\0');
    SpdyEncoder::writeDataHead(frame.data(), stream, bytes.size());
    queue(frame.append(bytes));
}

void SpdyConnection::endWriting(std::uint32_t stream)
{
    if (m_saying.erase(stream) != 0)
        queue(SpdyEncoder::endOfData(stream));
}

void SpdyConnection::queue(std::string bytes)
{
    if (m_closing)
        return;
    m_output.push_back(std::move(bytes));
    write();
}

void SpdyConnection::write()
{
    if (m_writing)
        return;
    if (m_output.empty()) {
        beast::error_code ignored;
        if (m_closing)
            m_socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        return;
    }
    m_writing = true;
    asio::async_write(m_socket, asio::buffer(m_output.front()),
                      [self = shared_from_this()](beast::error_code error, std::size_t) {
                          self->m_writing = false;
                          self->m_output.pop_front();
                          if (error)
                              self->end();
                          else
                              self->write();
                      });
}

void SpdyConnection::close()
{
    if (m_closing)
        return;
    for (const auto stream : m_saying)
        queue(SpdyEncoder::reset(stream, SpdyStatus::Cancel));
    queue(SpdyEncoder::goAway(0));
    m_closing = true;
    write();
}

void SpdyConnection::post(std::function<void()> task)
{
    asio::post(m_socket.get_executor(), std::move(task));
}

void SpdyConnection::abandon()
{
    beast::error_code ignored;
    m_socket.close(ignored);
    end();
}

void SpdyConnection::end()
{
    m_closing = true;
    if (const auto handler = std::exchange(m_handler, nullptr))
        handler->closed();
    m_owner.reset();
}

} // namespace binnacle::simulator
