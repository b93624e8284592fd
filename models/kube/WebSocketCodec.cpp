// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/WebSocketCodec.h"

#include <cstring>

namespace binnacle::kube {

namespace {

using core::ErrorKind;

constexpr std::uint8_t finalBit = 0x80;
constexpr std::uint8_t reservedBits = 0x70;
constexpr std::uint8_t opcodeBits = 0x0F;
constexpr std::uint8_t maskBit = 0x80;
constexpr std::uint8_t lengthBits = 0x7F;
constexpr std::uint8_t length16 = 126;
constexpr std::uint8_t length64 = 127;
constexpr std::size_t mostControlBytes = 125;

bool isControl(WebSocketOpcode opcode)
{
    return static_cast<std::uint8_t>(opcode) >= 8;
}

bool isKnown(std::uint8_t opcode)
{
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

auto broken(const std::string &what)
{
    return core::fail(ErrorKind::Protocol, "the server broke the WebSocket protocol: " + what);
}

std::uint64_t bigEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
}

void appendBigEndian(std::string &out, std::uint64_t value, int bytes)
{
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xFF);
}

/// Eight bytes at a time: streams of hundreds of megabytes a second pass here.
void applyMask(char *data, std::size_t size, WebSocketMask mask)
{
    std::uint32_t once = 0;
    std::memcpy(&once, mask.data(), sizeof once);
    const std::uint64_t twice = std::uint64_t{once} << 32 | once;
    std::size_t at = 0;
    for (; at + sizeof twice <= size; at += sizeof twice) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + at, sizeof word);
        word ^= twice;
        std::memcpy(data + at, &word, sizeof word);
    }
    for (; at < size; ++at)
        data[at] = static_cast<char>(static_cast<std::uint8_t>(data[at]) ^ mask[at % mask.size()]);
}

} // namespace

void appendWebSocketFrame(std::string &out, WebSocketOpcode opcode, std::string_view payload, WebSocketMask mask)
{
    out += static_cast<char>(finalBit | static_cast<std::uint8_t>(opcode));
    if (payload.size() < length16) {
        out += static_cast<char>(maskBit | payload.size());
    } else if (payload.size() <= 0xFFFF) {
        out += static_cast<char>(maskBit | length16);
        appendBigEndian(out, payload.size(), 2);
    } else {
        out += static_cast<char>(maskBit | length64);
        appendBigEndian(out, payload.size(), 8);
    }
    out.append(reinterpret_cast<const char *>(mask.data()), mask.size());
    const auto start = out.size();
    out.append(payload);
    applyMask(out.data() + start, payload.size(), mask);
}

std::string webSocketClosePayload(std::uint16_t status, std::string_view reason)
{
    std::string payload;
    appendBigEndian(payload, status, 2);
    payload.append(reason.substr(0, mostControlBytes - 2));
    return payload;
}

WebSocketDecoder::WebSocketDecoder(std::size_t mostBytes) : m_mostBytes(mostBytes) {}

char *WebSocketDecoder::reserve(std::size_t bytes)
{
    if (m_begin == m_end)
        m_begin = m_end = 0;
    if (m_end + bytes > m_buffer.size() && m_begin > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    if (m_end + bytes > m_buffer.size())
        m_buffer.resize(m_end + bytes);
    return m_buffer.data() + m_end;
}

void WebSocketDecoder::commit(std::size_t bytes)
{
    m_end += bytes;
}

core::Result<WebSocketDecoder::Found> WebSocketDecoder::parseHeader(Header &header) const
{
    const auto bytes = pending();
    if (bytes.size() < 2)
        return Found::NeedMore;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    if ((first & reservedBits) != 0)
        return broken("a reserved bit is set");
    if (!isKnown(first & opcodeBits))
        return broken("unknown opcode " + std::to_string(first & opcodeBits));
    if ((second & maskBit) != 0)
        return broken("a server's frame is masked");
    header.opcode = static_cast<WebSocketOpcode>(first & opcodeBits);
    header.final = (first & finalBit) != 0;
    header.headerBytes = 2;
    header.payloadBytes = second & lengthBits;
    if (isControl(header.opcode) && (!header.final || header.payloadBytes > mostControlBytes))
        return broken("a control frame is fragmented or too long");
    if (header.payloadBytes >= length16) {
        const std::size_t lengthBytes = header.payloadBytes == length16 ? 2 : 8;
        header.headerBytes += lengthBytes;
        if (bytes.size() < header.headerBytes)
            return Found::NeedMore;
        header.payloadBytes = bigEndian(bytes.substr(2, lengthBytes));
    }
    if (header.payloadBytes > m_mostBytes - m_fragments.size())
        return broken("a message is longer than " + std::to_string(m_mostBytes) + " bytes");
    return Found::Message;
}

core::Result<WebSocketDecoder::Found> WebSocketDecoder::next(WebSocketMessage &message)
{
    if (m_delivered) {
        m_fragments.clear();
        m_delivered = false;
    }
    while (true) {
        Header header;
        const auto parsed = parseHeader(header);
        if (!parsed || *parsed == Found::NeedMore)
            return parsed;
        if (m_end - m_begin - header.headerBytes < header.payloadBytes)
            return Found::NeedMore;
        const auto payload = pending().substr(header.headerBytes, header.payloadBytes);
        m_begin += header.headerBytes + header.payloadBytes;
        if (isControl(header.opcode)) {
            message = {header.opcode, payload};
            return Found::Message;
        }
        const auto taken = takeData(header, payload, message);
        if (!taken || *taken == Found::Message)
            return taken;
    }
}

core::Result<WebSocketDecoder::Found> WebSocketDecoder::takeData(const Header &header, std::string_view payload,
                                                                 WebSocketMessage &message)
{
    const bool continues = header.opcode == WebSocketOpcode::Continuation;
    const bool expected = m_fragmented != WebSocketOpcode::Continuation;
    if (continues != expected)
        return broken(continues ? "a continuation without a beginning" : "a message begins inside another");
    if (!continues && header.final) {
        message = {header.opcode, payload};
        return Found::Message;
    }
    if (!continues)
        m_fragmented = header.opcode;
    m_fragments.append(payload);
    if (!header.final)
        return Found::NeedMore;
    message = {m_fragmented, m_fragments};
    m_fragmented = WebSocketOpcode::Continuation;
    m_delivered = true;
    return Found::Message;
}

} // namespace binnacle::kube
