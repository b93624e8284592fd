// SPDX-License-Identifier: GPL-3.0-or-later
// SPDY/3.1 as draft-mbelshe-httpbis-spdy-00 and moby/spdystream write it: frames, and blocks of headers.
#include "core/SpdyFrames.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace binnacle::core {
namespace {

using namespace std::string_literals;

std::string say(const SpdyFrame &frame)
{
    static constexpr const char *kinds[] = {"data",  "syn-stream", "syn-reply", "headers",
                                            "reset", "ping",       "go-away",   "other"};
    std::string text = kinds[static_cast<int>(frame.kind)] + " "s + std::to_string(frame.id);
    if (frame.status != 0)
        text += " status " + std::to_string(frame.status);
    for (const auto &[name, value] : frame.headers)
        text += " " + name + "=" + value;
    return text + (frame.fin ? " fin" : "");
}

/// Data that comes in parts is joined, so that cutting makes no difference.
std::vector<std::string> decode(const std::string &bytes, std::size_t cut, bool &broken)
{
    SpdyDecoder decoder;
    std::vector<std::string> frames;
    std::string data;
    broken = false;
    for (std::size_t at = 0; at < bytes.size() && !broken; at += cut) {
        auto piece = std::string_view(bytes).substr(at, cut);
        SpdyFrame frame;
        while (true) {
            const auto found = decoder.next(piece, frame);
            broken = !found;
            if (!found || *found == SpdyDecoder::Found::NeedMore)
                break;
            if (frame.kind != SpdyFrameKind::Data) {
                frames.push_back(say(frame));
                continue;
            }
            const auto head = "data " + std::to_string(frame.id) + " ";
            const bool joins = !frames.empty() && frames.back().rfind(head, 0) == 0 && frames.back().back() != '|';
            if (!joins)
                frames.push_back(head);
            frames.back().append(frame.data);
            if (frame.fin)
                frames.back() += "|";
        }
    }
    return frames;
}

std::string data(std::uint32_t id, const std::string &bytes, bool fin = false)
{
    std::string frame(SpdyEncoder::dataHeadBytes, '\0');
    SpdyEncoder::writeDataHead(frame.data(), id, bytes.size(), fin);
    return frame + bytes;
}

struct FrameCase
{
    const char *what;
    std::string bytes;
    std::vector<std::string> frames;
    bool broken;
};

TEST(SpdyDecoder, TakesFramesApartHoweverTheyAreCut)
{
    const std::string much(70'000, 'm');
    const FrameCase cases[] = {
        {"data", "\0\0\0\x05\0\0\0\x03"s + "abc", {"data 5 abc"}, false},
        {"the last data", "\0\0\0\x05\x01\0\0\x03"s + "abc", {"data 5 abc|"}, false},
        {"an end without data", "\0\0\0\x05\x01\0\0\0"s, {"data 5 |"}, false},
        {"data of two streams", data(1, "a") + data(3, "b"), {"data 1 a", "data 3 b"}, false},
        {"much data", data(7, much, true), {"data 7 " + much + "|"}, false},
        {"half a frame", "\0\0\0\x05\0\0"s, {}, false},
        {"a reset", "\x80\x03\0\x03\0\0\0\x08\0\0\0\x05\0\0\0\x03"s, {"reset 5 status 3"}, false},
        {"a ping", "\x80\x03\0\x06\0\0\0\x04\0\0\0\x02"s, {"ping 2"}, false},
        {"a good-bye", "\x80\x03\0\x07\0\0\0\x08\0\0\0\x09\0\0\0\x02"s, {"go-away 9 status 2"}, false},
        {"settings", "\x80\x03\0\x04\0\0\0\x04\0\0\0\0"s, {"other 0"}, false},
        {"a window", "\x80\x03\0\x09\0\0\0\x08\0\0\0\x01\0\0\0\x40"s, {"other 1"}, false},
        {"data after a ping", SpdyEncoder::ping(2) + data(1, "x"), {"ping 2", "data 1 x"}, false},
        {"data of no stream", "\0\0\0\0\0\0\0\x01"s + "a", {}, true},
        {"another version", "\x80\x02\0\x06\0\0\0\x04\0\0\0\x02"s, {}, true},
        {"a long control frame", "\x80\x03\0\x06\0\x02\0\0"s, {}, true},
        {"a ping of another size", "\x80\x03\0\x06\0\0\0\x05\0\0\0\x02\0"s, {}, true},
        {"a short reset", "\x80\x03\0\x03\0\0\0\x04\0\0\0\x05"s, {}, true},
        {"headers that are no zlib", "\x80\x03\0\x02\0\0\0\x08\0\0\0\x05"s + "abcd", {}, true},
        {"headers of no stream", "\x80\x03\0\x02\0\0\0\x04\0\0\0\0"s, {}, true},
    };
    for (const auto &row : cases) {
        for (const std::size_t cut : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, std::size_t{1} << 20}) {
            bool broken = false;
            EXPECT_EQ(decode(row.bytes, cut, broken), row.frames) << row.what << ", cut at " << cut;
            EXPECT_EQ(broken, row.broken) << row.what << ", cut at " << cut;
        }
    }
}

/// What kubectl 1.32 writes for a forward's streams; Go's zlib compresses with the same dictionary.
TEST(SpdyHeaders, BeginWithTheDictionaryOfTheDraft)
{
    SpdyHeaderCompressor compressor;
    const auto block = compressor.compress({{"streamtype", "error"}});
    ASSERT_GE(block.size(), 6U);
    EXPECT_EQ(static_cast<std::uint8_t>(block[0]), 0x78);
    EXPECT_NE(static_cast<std::uint8_t>(block[1]) & 0x20, 0); // a dictionary is needed: the one with this checksum
    EXPECT_EQ(block.substr(2, 4), "\xe3\xc6\xa7\xc2"s);
}

TEST(SpdyHeaders, PassInTheOrderOfTheFrames)
{
    SpdyEncoder encoder;
    auto bytes = encoder.synStream(1, {{"streamtype", "error"}, {"port", "80"}, {"requestid", "0"}});
    bytes += encoder.synStream(3, {{"streamtype", "data"}, {"port", "80"}, {"requestid", "0"}}, true);
    bytes += encoder.synReply(2);
    bytes += SpdyEncoder::endOfData(1) + SpdyEncoder::reset(3, SpdyStatus::Cancel) + SpdyEncoder::goAway(0);
    bool broken = false;
    const std::vector<std::string> expected{"syn-stream 1 streamtype=error port=80 requestid=0",
                                            "syn-stream 3 streamtype=data port=80 requestid=0 fin",
                                            "syn-reply 2",
                                            "data 1 |",
                                            "reset 3 status 5",
                                            "go-away 0"};
    EXPECT_EQ(decode(bytes, 5, broken), expected);
    EXPECT_FALSE(broken);
}

TEST(SpdyHeaders, OfMoreThanAllowedAreRefused)
{
    for (const std::size_t size : {60'000U, 70'000U}) {
        SpdyEncoder encoder;
        bool broken = false;
        (void)decode(encoder.synStream(1, {{"name", std::string(size, 'x')}}), 4096, broken);
        EXPECT_EQ(broken, size > 65'536) << size;
    }
}

} // namespace
} // namespace binnacle::core
