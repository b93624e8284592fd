// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace binnacle::kube {

enum class WebSocketOpcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

using WebSocketMask = std::array<std::uint8_t, 4>;

/// Appends one final client frame, masked as RFC 6455 section 5.3 demands.
void appendWebSocketFrame(std::string &out, WebSocketOpcode opcode, std::string_view payload, WebSocketMask mask);

/// A close frame's payload: status 1000 to 4999 and a reason in UTF-8 of at most 123 bytes.
[[nodiscard]] std::string webSocketClosePayload(std::uint16_t status, std::string_view reason);

struct WebSocketMessage
{
    WebSocketOpcode opcode = WebSocketOpcode::Binary; ///< never Continuation
    std::string_view payload;                         ///< dies with the next call of the decoder
};

/// Takes the server's bytes apart into messages (RFC 6455). Fragments of data messages are joined; control frames may
/// come between them. Pure: no I/O, no clock.
class WebSocketDecoder
{
public:
    enum class Found { Message, NeedMore };

    /// The most bytes that one message may have: a server that sends more breaks the protocol.
    explicit WebSocketDecoder(std::size_t mostBytes = 16U << 20);

    /// Where the next bytes read from the connection may be put, and how many of them were.
    [[nodiscard]] char *reserve(std::size_t bytes);
    void commit(std::size_t bytes);

    /// Call until NeedMore. After an error the decoder is of no use.
    [[nodiscard]] core::Result<Found> next(WebSocketMessage &message);

private:
    struct Header
    {
        WebSocketOpcode opcode = WebSocketOpcode::Continuation;
        bool final = false;
        std::size_t headerBytes = 0;
        std::uint64_t payloadBytes = 0;
    };

    [[nodiscard]] core::Result<Found> parseHeader(Header &header) const;
    [[nodiscard]] core::Result<Found> takeData(const Header &header, std::string_view payload,
                                               WebSocketMessage &message);
    [[nodiscard]] std::string_view pending() const { return {m_buffer.data() + m_begin, m_end - m_begin}; }

    std::size_t m_mostBytes;
    std::string m_buffer;
    std::size_t m_begin = 0; ///< of what is not yet taken apart
    std::size_t m_end = 0;
    std::string m_fragments;
    WebSocketOpcode m_fragmented = WebSocketOpcode::Continuation; ///< of the message whose fragments are coming
    bool m_delivered = false;                                     ///< m_fragments holds a message already given away
};

} // namespace binnacle::kube
