// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 6455, the client's side: frames, and the answer to an upgrade.
#include "kube/UpgradeHandshake.h"
#include "kube/WebSocketCodec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace binnacle::kube {
namespace {

using namespace std::string_literals;

struct FrameCase
{
    const char *what;
    std::string bytes;
    std::vector<std::string> messages; ///< "2:payload"
    bool broken;
};

std::vector<std::string> decode(const std::string &bytes, std::size_t cut, bool &broken)
{
    WebSocketDecoder decoder(1000);
    std::vector<std::string> messages;
    for (std::size_t at = 0; at < bytes.size() && !broken; at += cut) {
        const auto count = std::min(cut, bytes.size() - at);
        std::memcpy(decoder.reserve(count), bytes.data() + at, count);
        decoder.commit(count);
        WebSocketMessage message;
        while (true) {
            const auto found = decoder.next(message);
            broken = !found;
            if (!found || *found == WebSocketDecoder::Found::NeedMore)
                break;
            messages.push_back(std::to_string(static_cast<int>(message.opcode)) + ":" + std::string(message.payload));
        }
    }
    return messages;
}

TEST(WebSocketDecoder, TakesFramesApartHoweverTheyAreCut)
{
    const std::string medium(200, 'm');
    const FrameCase cases[] = {
        {"a binary message",
         "\x82\x03"s
         "abc",
         {"2:abc"},
         false},
        {"an empty message", "\x82\x00"s, {"2:"}, false},
        {"a text message", "\x81\x02hi"s, {"1:hi"}, false},
        {"two at once",
         "\x82\x01"s
         "a\x82\x01"s
         "b",
         {"2:a", "2:b"},
         false},
        {"16 bits of length", "\x82\x7e\x00\xc8"s + medium, {"2:" + medium}, false},
        {"64 bits of length", "\x82\x7f\0\0\0\0\0\0\0\xc8"s + medium, {"2:" + medium}, false},
        {"fragments",
         "\x02\x01"s
         "a\x00\x01"s
         "b\x80\x01"s
         "c",
         {"2:abc"},
         false},
        {"a ping between fragments",
         "\x02\x01"s
         "a\x89\x01"s
         "p\x80\x01"s
         "b",
         {"9:p", "2:ab"},
         false},
        {"fragments, then a whole one",
         "\x02\x01"s
         "a\x80\x01"s
         "b\x82\x01"s
         "c",
         {"2:ab", "2:c"},
         false},
        {"close with a status", "\x88\x02\x03\xe8"s, {"8:\x03\xe8"s}, false},
        {"only half a frame",
         "\x82\x05"s
         "ab",
         {},
         false},
        {"reserved bits", "\xc2\x00"s, {}, true},
        {"an unknown opcode", "\x83\x00"s, {}, true},
        {"a masked frame", "\x82\x81\0\0\0\0a"s, {}, true},
        {"a continuation of nothing",
         "\x80\x01"s
         "a",
         {},
         true},
        {"a message inside another",
         "\x02\x01"s
         "a\x82\x01"s
         "b",
         {},
         true},
        {"a fragmented ping", "\x09\x00"s, {}, true},
        {"a long ping", "\x89\x7e\x00\x7e"s, {}, true},
        {"more than allowed", "\x82\x7e\x03\xe9"s, {}, true},
        {"fragments of more than allowed",
         "\x02\x7e\x03\xe8"s + std::string(1000, 'x') +
             "\x80\x01"s
             "y",
         {},
         true},
    };
    for (const auto &row : cases) {
        for (const std::size_t cut : {std::size_t{1}, std::size_t{3}, std::size_t{4096}}) {
            bool broken = false;
            EXPECT_EQ(decode(row.bytes, cut, broken), row.messages) << row.what << ", cut at " << cut;
            EXPECT_EQ(broken, row.broken) << row.what << ", cut at " << cut;
        }
    }
}

TEST(WebSocketFrames, AreMaskedAndSized)
{
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 65535U, 65536U}) {
        const std::string payload(size, 'x');
        std::string frame;
        appendWebSocketFrame(frame, WebSocketOpcode::Binary, payload, {1, 2, 3, 4});
        const std::size_t lengthBytes = size < 126 ? 0 : size <= 65535 ? 2 : 8;
        ASSERT_EQ(frame.size(), 2 + lengthBytes + 4 + size);
        EXPECT_EQ(static_cast<std::uint8_t>(frame[0]), 0x82);
        EXPECT_NE(static_cast<std::uint8_t>(frame[1]) & 0x80, 0);
        for (std::size_t at = 0; at < size; ++at)
            ASSERT_EQ(frame[2 + lengthBytes + 4 + at], static_cast<char>('x' ^ static_cast<char>(1 + at % 4)));
    }
}

TEST(UpgradeHandshake, AcceptIsThatOfTheRfc)
{
    EXPECT_EQ(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    core::SeededRandom random(1);
    EXPECT_EQ(webSocketKey(random).size(), 24U);
}

struct AnswerCase
{
    const char *what;
    std::string answer;
    enum class Result { Upgraded, Refused, Reading, Broken } result;
    int status;
    std::string body; ///< of a refusal, or the stream's first bytes
};

TEST(UpgradeHandshake, ReadsTheServersAnswer)
{
    using Result = AnswerCase::Result;
    const std::string accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    const std::string upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n";
    const AnswerCase cases[] = {
        {"upgraded", upgraded + accept + "Sec-WebSocket-Protocol: v4\r\n\r\nxyz", Result::Upgraded, 101, "xyz"},
        {"header names in any case",
         upgraded + "SEC-WEBSOCKET-ACCEPT: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" + "sec-websocket-protocol: v4\r\n\r\n",
         Result::Upgraded, 101, ""},
        {"a protocol nobody offered", upgraded + accept + "Sec-WebSocket-Protocol: v9\r\n\r\n", Result::Broken, 101,
         ""},
        {"no protocol", upgraded + accept + "\r\n", Result::Broken, 101, ""},
        {"another's answer", upgraded + "Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: v4\r\n\r\n", Result::Broken,
         101, ""},
        {"refused", "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope", Result::Refused, 403, "nope"},
        {"refused without a body", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Result::Refused, 403, ""},
        {"refused in chunks",
         "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n2\r\npe\r\n0\r\n\r\n", Result::Refused,
         404, "nope"},
        {"a refusal half told", "HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nno", Result::Reading, 403, ""},
        {"half a head", "HTTP/1.1 101 Swi", Result::Reading, 0, ""},
        {"not HTTP", "SSH-2.0-OpenSSH\r\n\r\n", Result::Broken, 0, ""},
    };
    for (const auto &row : cases) {
        for (const std::size_t cut : {std::size_t{1}, std::size_t{4096}}) {
            auto handshake = UpgradeHandshake::webSocket("dGhlIHNhbXBsZSBub25jZQ==", {"v5", "v4"});
            auto result = Result::Reading;
            for (std::size_t at = 0; at < row.answer.size() && result == Result::Reading; at += cut) {
                const auto state = handshake.received(std::string_view(row.answer).substr(at, cut));
                if (!state)
                    result = Result::Broken;
                else if (*state == UpgradeHandshake::State::Upgraded)
                    result = Result::Upgraded;
                else if (*state == UpgradeHandshake::State::Refused)
                    result = Result::Refused;
            }
            EXPECT_EQ(static_cast<int>(result), static_cast<int>(row.result)) << row.what;
            EXPECT_EQ(handshake.response().status, row.status) << row.what;
            if (result == Result::Refused) {
                EXPECT_EQ(handshake.response().body, row.body) << row.what;
            }
            if (result == Result::Upgraded && cut > 1) {
                EXPECT_EQ(handshake.leftover(), row.body) << row.what;
            }
        }
    }
}

} // namespace
} // namespace binnacle::kube
