// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

struct HttpRequest
{
    std::string method;
    std::string path;
    std::map<std::string, std::string> query;                    ///< decoded; of repeated parameters the last
    std::vector<std::pair<std::string, std::string>> parameters; ///< all of them, decoded, in order
    bool webSocket = false;                                      ///< the client asks to change to one
    bool spdy = false;                                           ///< to SPDY/3.1
    std::vector<std::string> offeredProtocols;                   ///< of what is said there
    std::string accept;
    std::string contentType;
    std::string userAgent;
    std::string body;

    [[nodiscard]] std::string parameter(const std::string &name) const
    {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second;
    }
    [[nodiscard]] bool flag(const std::string &name) const
    {
        const std::string value = parameter(name);
        return value == "true" || value == "1";
    }
};

/// A body that goes on: watches and followed logs. Written by the API, drained by the connection, both in one thread.
struct HttpStream
{
    std::deque<std::string> pending;
    bool finished = false;
    std::function<void()> wake; ///< set by the connection: there is something to send

    void send(std::string text)
    {
        pending.push_back(std::move(text));
        if (wake)
            wake();
    }
    void finish()
    {
        finished = true;
        if (wake)
            wake();
    }
};

/// The connection's side of a WebSocket. In the server's thread, but for post().
class MessageSocket
{
public:
    virtual ~MessageSocket() = default;
    virtual void send(std::string message) = 0; ///< one binary message
    virtual void close() = 0;                   ///< in order, after all that was sent
    /// Runs this in the server's thread. For any thread.
    virtual void post(std::function<void()> task) = 0;
};

/// What is said over one. Called in the server's thread; closed() is the last call and comes once.
class MessageHandler
{
public:
    virtual ~MessageHandler() = default;
    virtual void opened(std::shared_ptr<MessageSocket> socket) = 0;
    virtual void received(std::string message) = 0;
    virtual void closed() = 0;
};

/// The connection's side of a SPDY connection. In the server's thread, but for post().
class StreamSocket
{
public:
    virtual ~StreamSocket() = default;
    virtual void send(std::uint32_t stream, std::string_view bytes) = 0;
    virtual void endWriting(std::uint32_t stream) = 0;
    virtual void close() = 0; ///< in order, after all that was sent
    /// Runs this in the server's thread. For any thread.
    virtual void post(std::function<void()> task) = 0;
};

/// What is said over one. Called in the server's thread; closed() is the last call and comes once.
class StreamHandler
{
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    virtual ~StreamHandler() = default;
    virtual void opened(std::shared_ptr<StreamSocket> socket) = 0;
    /// False refuses the stream.
    [[nodiscard]] virtual bool streamOpened(std::uint32_t stream, const Headers &headers) = 0;
    virtual void received(std::uint32_t stream, std::string_view bytes) = 0;
    /// The client says no more on it, or has given it up.
    virtual void ended(std::uint32_t stream) = 0;
    virtual void closed() = 0;
};

struct HttpResponse
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<HttpStream> stream;       ///< replaces body
    std::shared_ptr<MessageHandler> messages; ///< the connection becomes a WebSocket of this protocol
    std::shared_ptr<StreamHandler> streams;   ///< it becomes a SPDY connection of this protocol
    std::string protocol;
};

/// Splits "path?query" and decodes both.
void parseTarget(const std::string &target, HttpRequest &request);

} // namespace binnacle::simulator
