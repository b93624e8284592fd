// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SpdyHeaderBlock.h"

#include <cstdint>

namespace binnacle::core {

/// SPDY/3.1 as Kubernetes speaks it for exec, attach and port-forward: the frames of draft-mbelshe-httpbis-spdy-00.
/// The servers' library (moby/spdystream) neither sends nor heeds SETTINGS and WINDOW_UPDATE: back-pressure is that of
/// TCP.
enum class SpdyFrameKind { Data, SynStream, SynReply, Headers, Reset, Ping, GoAway, Other };

enum class SpdyStatus : std::uint32_t { ProtocolError = 1, InvalidStream = 2, RefusedStream = 3, Cancel = 5 };

struct SpdyFrame
{
    SpdyFrameKind kind = SpdyFrameKind::Other;
    std::uint32_t id = 0;     ///< of the stream; of Ping its own; of GoAway the last stream that was accepted
    std::uint32_t status = 0; ///< of Reset and GoAway
    bool fin = false;         ///< the sender says nothing more on the stream
    /// Of Data: as much as has come. A frame that comes in parts is given in parts; the last one has `fin`.
    std::string_view data;
    SpdyHeaders headers; ///< of SynStream, SynReply and Headers
};

/// Takes the other end's bytes apart. Pure: no I/O, no clock.
class SpdyDecoder
{
public:
    enum class Found { Frame, NeedMore };

    /// Takes one frame, or a part of one, off the front of `bytes`; what it gives of them dies with them. Call until
    /// NeedMore, which has taken all. After an error the decoder is of no use.
    [[nodiscard]] Result<Found> next(std::string_view &bytes, SpdyFrame &frame);

private:
    [[nodiscard]] bool collect(std::string_view &bytes, std::size_t size);
    [[nodiscard]] Result<Found> takeData(std::string_view &bytes, SpdyFrame &frame);
    [[nodiscard]] Result<Found> takeControl(SpdyFrame &frame);
    [[nodiscard]] Result<void> readControl(SpdyFrame &frame, std::string_view body);
    [[nodiscard]] Result<void> readHeaders(SpdyFrame &frame, std::string_view body, std::size_t skipped);

    SpdyHeaderDecompressor m_headers;
    std::string m_partial; ///< a head, and the body of a control frame
    std::uint32_t m_dataId = 0;
    std::size_t m_dataLeft = 0;
    bool m_dataFin = false;
    bool m_inData = false;
};

/// Makes frames. One for each direction of a connection.
class SpdyEncoder
{
public:
    static constexpr std::size_t dataHeadBytes = 8;
    static constexpr std::size_t mostData = (1U << 24) - 1;

    [[nodiscard]] std::string synStream(std::uint32_t id, const SpdyHeaders &headers, bool fin = false);
    [[nodiscard]] std::string synReply(std::uint32_t id, const SpdyHeaders &headers = {});
    [[nodiscard]] static std::string reset(std::uint32_t id, SpdyStatus status);
    [[nodiscard]] static std::string ping(std::uint32_t id);
    [[nodiscard]] static std::string goAway(std::uint32_t lastGood);
    [[nodiscard]] static std::string endOfData(std::uint32_t id);
    /// Writes the head of a data frame of `size` bytes to `head`, which has dataHeadBytes.
    static void writeDataHead(char *head, std::uint32_t id, std::size_t size, bool fin = false);

private:
    SpdyHeaderCompressor m_headers;
};

} // namespace binnacle::core
