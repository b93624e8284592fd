// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/SpdyFrames.h"

#include <algorithm>

namespace binnacle::core {

namespace {

constexpr std::size_t headBytes = 8;
constexpr std::size_t mostControl = 64U << 10;
constexpr std::uint32_t controlBit = 0x80000000;
constexpr std::uint32_t idBits = 0x7FFFFFFF;
constexpr std::uint32_t lengthBits = 0x00FFFFFF;
constexpr std::uint32_t version = 3;
constexpr std::uint8_t finFlag = 1;
constexpr std::size_t idBytes = 4;
constexpr std::size_t synStreamBytes = 10; ///< before the headers: two ids, the priority, the slot

enum class Type : std::uint16_t { SynStream = 1, SynReply = 2, Reset = 3, Ping = 6, GoAway = 7, Headers = 8 };

std::uint32_t numberAt(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(at, 4))
        value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
}

void writeNumber(char *at, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = static_cast<char>(value >> shift & 0xFF);
}

void appendNumber(std::string &out, std::uint32_t value)
{
    out.append(4, '\0');
    writeNumber(out.data() + out.size() - 4, value);
}

std::string controlHead(Type type, std::size_t size, bool fin = false)
{
    std::string frame;
    frame.reserve(headBytes + size);
    appendNumber(frame, controlBit | version << 16 | static_cast<std::uint32_t>(type));
    appendNumber(frame, static_cast<std::uint32_t>(fin ? finFlag : 0) << 24 | static_cast<std::uint32_t>(size));
    return frame;
}

auto broken(const std::string &what)
{
    return fail(ErrorKind::Protocol, "the other end broke the SPDY protocol: " + what);
}

} // namespace

/// Whether `size` bytes are together.
bool SpdyDecoder::collect(std::string_view &bytes, std::size_t size)
{
    if (m_partial.size() < size) {
        const auto part = bytes.substr(0, size - m_partial.size());
        m_partial.append(part);
        bytes.remove_prefix(part.size());
    }
    return m_partial.size() >= size;
}

Result<SpdyDecoder::Found> SpdyDecoder::next(std::string_view &bytes, SpdyFrame &frame)
{
    if (m_inData)
        return takeData(bytes, frame);
    if (!collect(bytes, headBytes))
        return Found::NeedMore;
    const auto first = numberAt(m_partial, 0);
    const auto second = numberAt(m_partial, 4);
    const std::size_t length = second & lengthBits;
    if ((first & controlBit) == 0) {
        if (first == 0)
            return broken("data of no stream");
        m_dataId = first & idBits;
        m_dataLeft = length;
        m_dataFin = (second >> 24 & finFlag) != 0;
        m_inData = true;
        m_partial.clear();
        return takeData(bytes, frame);
    }
    if ((first >> 16 & 0x7FFF) != version)
        return broken("a frame of another version");
    if (length > mostControl)
        return broken("a control frame of " + std::to_string(length) + " bytes");
    if (!collect(bytes, headBytes + length))
        return Found::NeedMore;
    return takeControl(frame);
}

Result<SpdyDecoder::Found> SpdyDecoder::takeData(std::string_view &bytes, SpdyFrame &frame)
{
    if (bytes.empty() && m_dataLeft > 0)
        return Found::NeedMore;
    frame.kind = SpdyFrameKind::Data;
    frame.id = m_dataId;
    frame.data = bytes.substr(0, m_dataLeft);
    bytes.remove_prefix(frame.data.size());
    m_dataLeft -= frame.data.size();
    m_inData = m_dataLeft > 0;
    frame.fin = m_dataFin && !m_inData;
    return Found::Frame;
}

Result<SpdyDecoder::Found> SpdyDecoder::takeControl(SpdyFrame &frame)
{
    const std::string whole = std::exchange(m_partial, {});
    frame = {};
    if (const auto read = readControl(frame, whole); !read)
        return tl::unexpected(read.error());
    return Found::Frame;
}

Result<void> SpdyDecoder::readControl(SpdyFrame &frame, std::string_view whole)
{
    const auto body = whole.substr(headBytes);
    frame.fin = (numberAt(whole, 4) >> 24 & finFlag) != 0;
    if (body.size() >= idBytes)
        frame.id = numberAt(body, 0) & idBits;
    const auto hasStatus = [&] {
        if (body.size() < 2 * idBytes)
            return false;
        frame.status = numberAt(body, idBytes);
        return true;
    };
    switch (static_cast<Type>(numberAt(whole, 0) & 0xFFFF)) {
    case Type::SynStream:
        frame.kind = SpdyFrameKind::SynStream;
        return readHeaders(frame, body, synStreamBytes);
    case Type::SynReply:
        frame.kind = SpdyFrameKind::SynReply;
        return readHeaders(frame, body, idBytes);
    case Type::Headers:
        frame.kind = SpdyFrameKind::Headers;
        return readHeaders(frame, body, idBytes);
    case Type::Reset:
        frame.kind = SpdyFrameKind::Reset;
        return hasStatus() ? Result<void>() : broken("a reset is too short");
    case Type::GoAway:
        frame.kind = SpdyFrameKind::GoAway;
        return hasStatus() ? Result<void>() : broken("a good-bye is too short");
    case Type::Ping:
        frame.kind = SpdyFrameKind::Ping;
        frame.id = body.size() >= idBytes ? numberAt(body, 0) : 0;
        return body.size() == idBytes ? Result<void>() : broken("a ping of another size");
    }
    frame.kind = SpdyFrameKind::Other;
    return {};
}

Result<void> SpdyDecoder::readHeaders(SpdyFrame &frame, std::string_view body, std::size_t skipped)
{
    if (body.size() < skipped || frame.id == 0)
        return broken("headers of no stream");
    auto headers = m_headers.decompress(body.substr(skipped));
    if (!headers)
        return tl::unexpected(headers.error());
    frame.headers = std::move(*headers);
    return {};
}

std::string SpdyEncoder::synStream(std::uint32_t id, const SpdyHeaders &headers, bool fin)
{
    const auto block = m_headers.compress(headers);
    auto frame = controlHead(Type::SynStream, synStreamBytes + block.size(), fin);
    appendNumber(frame, id);
    appendNumber(frame, 0); // belongs to no other stream
    frame.append(2, '\0');  // the highest priority, no slot
    return frame + block;
}

std::string SpdyEncoder::synReply(std::uint32_t id, const SpdyHeaders &headers)
{
    const auto block = m_headers.compress(headers);
    auto frame = controlHead(Type::SynReply, idBytes + block.size());
    appendNumber(frame, id);
    return frame + block;
}

std::string SpdyEncoder::reset(std::uint32_t id, SpdyStatus status)
{
    auto frame = controlHead(Type::Reset, 2 * idBytes);
    appendNumber(frame, id);
    appendNumber(frame, static_cast<std::uint32_t>(status));
    return frame;
}

std::string SpdyEncoder::ping(std::uint32_t id)
{
    auto frame = controlHead(Type::Ping, idBytes);
    appendNumber(frame, id);
    return frame;
}

std::string SpdyEncoder::goAway(std::uint32_t lastGood)
{
    auto frame = controlHead(Type::GoAway, 2 * idBytes);
    appendNumber(frame, lastGood);
    appendNumber(frame, 0);
    return frame;
}

std::string SpdyEncoder::endOfData(std::uint32_t id)
{
    std::string frame(dataHeadBytes, '\0');
    writeDataHead(frame.data(), id, 0, true);
    return frame;
}

void SpdyEncoder::writeDataHead(char *head, std::uint32_t id, std::size_t size, bool fin)
{
    writeNumber(head, id);
    writeNumber(head + idBytes, static_cast<std::uint32_t>(fin ? finFlag : 0) << 24 | static_cast<std::uint32_t>(size));
}

} // namespace binnacle::core
