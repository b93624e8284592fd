// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SpdyFrames.h"
#include "kube/StreamTransport.h"

#include <QTimer>

#include <unordered_map>

namespace binnacle::kube {

/// Told what happens on one stream of a SpdySession, in order; must not block.
class SpdyStreamListener
{
public:
    virtual ~SpdyStreamListener() = default;
    /// The other end knows the stream. What is sent before is lost: its library drops it.
    virtual void opened() = 0;
    virtual void received(std::string_view bytes) = 0;
    /// What was queued is sent. Streams are told in the order in which they last sent, so that all have their turn.
    virtual void drained() = 0;
    /// The other end says nothing more; we still may.
    virtual void ended() = 0;
    /// The last. Without an error when both ends have said all; Unreachable where the other end reset the stream, or
    /// the connection is lost.
    virtual void closed(core::Result<void> result) = 0;
};

/// Many streams on one SPDY/3.1 connection to an API server: pure but for its ping. Lives in the stream thread; whoever
/// owns it feeds it from a StreamListener.
///
/// The servers' library knows no flow control but TCP's. A stream that is not read is therefore held back only when it
/// is half a megabyte behind: then nothing is read from the connection, and its other streams wait too.
class SpdySession
{
public:
    using Id = std::uint32_t;
    /// So many bytes at the front of what is sent are the session's: saves a copy of all the rest.
    static constexpr std::size_t headroom = core::SpdyEncoder::dataHeadBytes;

    explicit SpdySession(std::shared_ptr<MessageStream> carrier);

    /// @{ What the carrier's listener is told.
    [[nodiscard]] core::Result<void> received(std::string_view bytes);
    void drained();
    void closed(const core::Result<void> &result);
    /// @}

    [[nodiscard]] Id open(const core::SpdyHeaders &headers, std::shared_ptr<SpdyStreamListener> listener);
    /// Queues what follows the first `headroom` bytes.
    void send(Id id, std::string framed);
    /// We say nothing more. If the other end does not either, the stream is over, and its listener hears no more.
    void endWriting(Id id);
    /// Both directions end at once, and the listener hears no more.
    void reset(Id id);
    void setReading(Id id, bool reading);
    /// Good-bye; what is queued is still sent.
    void close();

    /// Bytes of all streams, queued and not yet taken by the system.
    [[nodiscard]] std::size_t queuedBytes() const { return m_carrier->queuedBytes(); }
    [[nodiscard]] std::size_t streams() const { return m_streams.size(); }
    /// Another connection does better for new streams: this one ends, waits for a slow reader, or does not answer.
    [[nodiscard]] bool isLeaving() const { return m_goneAway || m_stopped || m_unanswered || m_nextId > lastId; }
    /// New streams shall go elsewhere: the other end did not take one.
    void leave() { m_goneAway = true; }

private:
    static constexpr Id lastId = 0x3FFFFFFF;

    struct Stream
    {
        std::shared_ptr<SpdyStreamListener> listener;
        bool localEnded = false;
        bool remoteEnded = false;
        bool reading = true;
        std::size_t behind = 0;     ///< bytes received while not reading
        std::uint64_t lastSent = 0; ///< a count, not a time
    };

    void handle(const core::SpdyFrame &frame);
    void handleData(const core::SpdyFrame &frame);
    void remoteEnded(Id id);
    void updateReading();
    void ping();

    std::shared_ptr<MessageStream> m_carrier;
    core::SpdyDecoder m_decoder;
    core::SpdyEncoder m_encoder;
    std::unordered_map<Id, Stream> m_streams;
    Id m_nextId = 1;
    Id m_pingId = 1;
    std::uint64_t m_sends = 0;
    QTimer m_pinger;
    bool m_goneAway = false;
    bool m_stopped = false; ///< nothing is read, for a slow reader's sake
    bool m_heard = true;    ///< something came since the last ping
    bool m_sentData = false;
    bool m_awaitsPong = false;
    bool m_unanswered = false; ///< a ping, for as long as pings are apart
};

} // namespace binnacle::kube
