// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "kube/Transport.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::kube {

/// Our end of an open stream. Thread-safe; every call returns at once. What is sent after the stream has ended is
/// dropped: StreamListener::closed() has said so.
class MessageStream
{
public:
    virtual ~MessageStream() = default;
    /// Queues one message.
    virtual void send(std::string message) = 0;
    /// Bytes queued and not yet taken by the system. Senders stop above a limit of their own and go on at drained().
    [[nodiscard]] virtual std::size_t queuedBytes() const = 0;
    /// Reading stops: the server's end then feels the back-pressure of TCP.
    virtual void setReading(bool reading) = 0;
    /// What is queued is still sent, then the stream ends in order.
    virtual void close() = 0;
};

/// Told what happens on a stream. All calls come from the stream thread, in order, and must not block; closed() is the
/// last and comes exactly once.
class StreamListener
{
public:
    virtual ~StreamListener() = default;
    /// `protocol` is the one of those offered that the server picked.
    virtual void opened(const std::shared_ptr<MessageStream> &stream, const std::string &protocol) = 0;
    virtual void received(std::string_view message) = 0;
    /// The queue has become empty.
    virtual void drained() = 0;
    /// An Error also when the server went away without saying good-bye.
    virtual void closed(core::Result<void> result) = 0;
};

enum class StreamUpgrade {
    WebSocket, ///< RFC 6455, by GET
    Spdy,      ///< SPDY/3.1, by POST; its messages are bytes as they come, not frames
};

/// What a server is asked to change to.
struct StreamOffer
{
    std::vector<std::string> protocols;
    StreamUpgrade upgrade = StreamUpgrade::WebSocket;
};

/// Opens streams to the API server (exec, attach, port-forward) with the same TLS, proxy and credentials as plain
/// calls. Thread-safe.
class StreamTransport
{
public:
    virtual ~StreamTransport() = default;
    /// `request.timeout` bounds the time until the stream is open. Cancelling `token` drops the connection at once.
    virtual void open(HttpRequest request, StreamOffer offer, std::shared_ptr<StreamListener> listener,
                      core::CancellationToken token = {}) = 0;
};

} // namespace binnacle::kube
