// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/SpdyHeaderBlock.h"

#include <array>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>

#include <zlib.h>

namespace binnacle::core {

namespace {

constexpr std::size_t mostUnpacked = 64U << 10;
constexpr std::size_t lengthBytes = 4;

void appendLength(std::string &out, std::size_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xFF);
}

/// Words with their lengths, then text that servers are likely to say.
std::string makeDictionary()
{
    static constexpr std::array words{"options",
                                      "head",
                                      "post",
                                      "put",
                                      "delete",
                                      "trace",
                                      "accept",
                                      "accept-charset",
                                      "accept-encoding",
                                      "accept-language",
                                      "accept-ranges",
                                      "age",
                                      "allow",
                                      "authorization",
                                      "cache-control",
                                      "connection",
                                      "content-base",
                                      "content-encoding",
                                      "content-language",
                                      "content-length",
                                      "content-location",
                                      "content-md5",
                                      "content-range",
                                      "content-type",
                                      "date",
                                      "etag",
                                      "expect",
                                      "expires",
                                      "from",
                                      "host",
                                      "if-match",
                                      "if-modified-since",
                                      "if-none-match",
                                      "if-range",
                                      "if-unmodified-since",
                                      "last-modified",
                                      "location",
                                      "max-forwards",
                                      "pragma",
                                      "proxy-authenticate",
                                      "proxy-authorization",
                                      "range",
                                      "referer",
                                      "retry-after",
                                      "server",
                                      "te",
                                      "trailer",
                                      "transfer-encoding",
                                      "upgrade",
                                      "user-agent",
                                      "vary",
                                      "via",
                                      "warning",
                                      "www-authenticate",
                                      "method",
                                      "get",
                                      "status",
                                      "200 OK",
                                      "version",
                                      "HTTP/1.1",
                                      "url",
                                      "public",
                                      "set-cookie",
                                      "keep-alive",
                                      "origin"};
    std::string dictionary;
    for (const std::string_view word : words) {
        appendLength(dictionary, word.size());
        dictionary += word;
    }
    return dictionary +
           "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
           "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
           "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
           "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
           "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
           "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";
}

const std::string &dictionary()
{
    static const std::string text = makeDictionary();
    return text;
}

const Bytef *bytesOf(std::string_view text)
{
    return reinterpret_cast<const Bytef *>(text.data());
}

/// Takes numbers and texts off the front.
class BlockReader
{
public:
    explicit BlockReader(std::string_view text) : m_text(text) {}

    [[nodiscard]] std::optional<std::uint32_t> number()
    {
        if (m_text.size() < lengthBytes)
            return std::nullopt;
        std::uint32_t value = 0;
        for (const char byte : m_text.substr(0, lengthBytes))
            value = value << 8 | static_cast<std::uint8_t>(byte);
        m_text.remove_prefix(lengthBytes);
        return value;
    }
    [[nodiscard]] std::optional<std::string_view> text()
    {
        const auto size = number();
        if (!size || *size > m_text.size())
            return std::nullopt;
        const auto taken = m_text.substr(0, *size);
        m_text.remove_prefix(*size);
        return taken;
    }
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }

private:
    std::string_view m_text;
};

auto malformed()
{
    return fail(ErrorKind::Protocol, "the other end broke the SPDY protocol: its headers cannot be read");
}

Result<SpdyHeaders> parseBlock(std::string_view text)
{
    BlockReader reader(text);
    const auto count = reader.number();
    if (!count)
        return malformed();
    SpdyHeaders headers;
    for (std::uint32_t each = 0; each < *count; ++each) {
        const auto name = reader.text();
        const auto value = name ? reader.text() : std::nullopt;
        if (!value)
            return malformed();
        headers.emplace_back(*name, *value);
    }
    if (!reader.atEnd())
        return malformed();
    return headers;
}

} // namespace

struct SpdyHeaderCompressor::Zlib
{
    z_stream stream{};
};

SpdyHeaderCompressor::SpdyHeaderCompressor() : m_zlib(std::make_unique<Zlib>())
{
    // It fails for want of memory only.
    if (deflateInit(&m_zlib->stream, Z_BEST_SPEED) != Z_OK)
        throw std::bad_alloc();
    deflateSetDictionary(&m_zlib->stream, bytesOf(dictionary()), static_cast<uInt>(dictionary().size()));
}

SpdyHeaderCompressor::~SpdyHeaderCompressor()
{
    deflateEnd(&m_zlib->stream);
}

std::string SpdyHeaderCompressor::compress(const SpdyHeaders &headers)
{
    std::string text;
    appendLength(text, headers.size());
    for (const auto &[name, value] : headers) {
        appendLength(text, name.size());
        text += name;
        appendLength(text, value.size());
        text += value;
    }
    auto &stream = m_zlib->stream;
    constexpr std::size_t overhead = 64; // of the first block's head, and of a flush
    std::string block(deflateBound(&stream, static_cast<uLong>(text.size())) + overhead, '\0');
    stream.next_in = const_cast<Bytef *>(bytesOf(text));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef *>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    deflate(&stream, Z_SYNC_FLUSH);
    block.resize(block.size() - stream.avail_out);
    return block;
}

struct SpdyHeaderDecompressor::Zlib
{
    z_stream stream{};
};

SpdyHeaderDecompressor::SpdyHeaderDecompressor() : m_zlib(std::make_unique<Zlib>())
{
    if (inflateInit(&m_zlib->stream) != Z_OK)
        throw std::bad_alloc();
}

SpdyHeaderDecompressor::~SpdyHeaderDecompressor()
{
    inflateEnd(&m_zlib->stream);
}

Result<SpdyHeaders> SpdyHeaderDecompressor::decompress(std::string_view block)
{
    auto &stream = m_zlib->stream;
    stream.next_in = const_cast<Bytef *>(bytesOf(block));
    stream.avail_in = static_cast<uInt>(block.size());
    std::string text;
    std::array<char, 4096> part{};
    while (true) {
        stream.next_out = reinterpret_cast<Bytef *>(part.data());
        stream.avail_out = static_cast<uInt>(part.size());
        auto code = inflate(&stream, Z_SYNC_FLUSH);
        if (code == Z_NEED_DICT)
            code = inflateSetDictionary(&stream, bytesOf(dictionary()), static_cast<uInt>(dictionary().size()));
        const bool nothing = code == Z_BUF_ERROR && stream.avail_out == part.size();
        if (code != Z_OK && !nothing)
            return malformed();
        text.append(part.data(), part.size() - stream.avail_out);
        if (text.size() > mostUnpacked)
            return malformed();
        if (nothing || (stream.avail_in == 0 && stream.avail_out > 0))
            break;
    }
    return parseBlock(text);
}

} // namespace binnacle::core
