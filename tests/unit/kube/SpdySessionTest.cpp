// SPDX-License-Identifier: GPL-3.0-or-later
// Many streams on one connection: what is said to the other end, and what the streams' listeners hear.
#include "kube/SpdySession.h"
#include "kube/PortTunnel.h"
#include "kube/SpdyPortTunnel.h"
#include "kube/SpdyRefusal.h"

#include <gtest/gtest.h>

#include <optional>

namespace binnacle::kube {
namespace {

using core::ErrorKind;
using core::SpdyEncoder;
using core::SpdyStatus;
using Log = std::vector<std::string>;

/// Writes down what we say.
class Carrier final : public MessageStream
{
public:
    void send(std::string message) override
    {
        std::string_view bytes = message;
        core::SpdyFrame frame;
        while (true) {
            const auto found = m_decoder.next(bytes, frame);
            if (!found || *found == core::SpdyDecoder::Found::NeedMore)
                return;
            static constexpr const char *kinds[] = {"data", "open", "reply", "headers", "reset", "ping", "bye", "?"};
            std::string text = kinds[static_cast<int>(frame.kind)];
            text += " " + std::to_string(frame.id);
            for (const auto &[name, value] : frame.headers)
                text += " " + name + "=" + value;
            if (!frame.data.empty())
                text += " " + std::string(frame.data);
            said.push_back(text + (frame.fin ? " fin" : ""));
        }
    }
    std::size_t queuedBytes() const override { return 0; }
    void setReading(bool reading) override { said.emplace_back(reading ? "read" : "do not read"); }
    void close() override { said.emplace_back("close"); }
    [[nodiscard]] Log takeSaid() { return std::exchange(said, {}); }

    Log said;

private:
    core::SpdyDecoder m_decoder;
};

class Listener final : public SpdyStreamListener
{
public:
    explicit Listener(Log &log) : m_log(log) {}
    void opened() override { m_log.emplace_back("opened"); }
    void received(std::string_view bytes) override
    {
        m_log.push_back("received " + (bytes.size() > 100 ? std::to_string(bytes.size()) : std::string(bytes)));
    }
    void drained() override { m_log.emplace_back("drained"); }
    void ended() override { m_log.emplace_back("ended"); }
    void closed(core::Result<void> result) override { m_log.emplace_back(result ? "closed" : "lost"); }

private:
    Log &m_log;
};

std::string data(std::uint32_t id, const std::string &bytes, bool fin = false)
{
    std::string frame(SpdyEncoder::dataHeadBytes, '\0');
    SpdyEncoder::writeDataHead(frame.data(), id, bytes.size(), fin);
    return frame + bytes;
}

std::string framed(const std::string &bytes)
{
    return std::string(SpdySession::headroom, '\0') + bytes;
}

class SpdySessionTest : public testing::Test
{
protected:
    SpdySession::Id open(const char *type)
    {
        return session.open({{"streamtype", type}}, std::make_shared<Listener>(heard));
    }
    void hear(const std::string &bytes) { ASSERT_TRUE(session.received(bytes)); }

    std::shared_ptr<Carrier> carrier = std::make_shared<Carrier>();
    SpdySession session{carrier};
    SpdyEncoder server;
    Log heard;
};

TEST_F(SpdySessionTest, BothEndsSayWhatTheyHaveToSay)
{
    const auto id = open("data");
    EXPECT_EQ(open("error"), id + 2);
    hear(server.synReply(id));
    session.send(id, framed("question"));
    hear(data(id, "answer"));
    session.endWriting(id);
    session.send(id, framed("too late"));
    hear(data(id, "the rest", true));
    hear(data(id, "nobody listens"));
    EXPECT_EQ(carrier->takeSaid(),
              (Log{"open 1 streamtype=data", "open 3 streamtype=error", "data 1 question", "data 1 fin"}));
    EXPECT_EQ(heard, (Log{"opened", "received answer", "received the rest", "ended", "closed"}));
    EXPECT_EQ(session.streams(), 1U);
}

TEST_F(SpdySessionTest, AnEndThatWasHeardLeavesUsToSayTheRest)
{
    const auto id = open("data");
    hear(data(id, "", true));
    session.send(id, framed("still here"));
    session.endWriting(id);
    EXPECT_EQ(carrier->takeSaid(), (Log{"open 1 streamtype=data", "data 1 still here", "data 1 fin"}));
    EXPECT_EQ(heard, (Log{"ended"}));
    EXPECT_EQ(session.streams(), 0U);
}

TEST_F(SpdySessionTest, ResetsEndAStreamAtOnce)
{
    const auto ours = open("data");
    const auto theirs = open("data");
    session.reset(ours);
    session.reset(ours);
    hear(data(ours, "dropped"));
    hear(SpdyEncoder::reset(theirs, SpdyStatus::Cancel));
    EXPECT_EQ(carrier->takeSaid(), (Log{"open 1 streamtype=data", "open 3 streamtype=data", "reset 1"}));
    EXPECT_EQ(heard, (Log{"lost"}));
}

TEST_F(SpdySessionTest, PingsAreAnsweredAndStreamsOfTheServerRefused)
{
    hear(SpdyEncoder::ping(2) + SpdyEncoder::ping(1) + server.synStream(2, {{"streamtype", "data"}}));
    EXPECT_EQ(carrier->takeSaid(), (Log{"ping 2", "reset 2"}));
    EXPECT_FALSE(session.isLeaving());
    hear(SpdyEncoder::goAway(0));
    EXPECT_TRUE(session.isLeaving());
    session.close();
    EXPECT_EQ(carrier->takeSaid(), (Log{"bye 0", "close"}));
}

TEST_F(SpdySessionTest, ALostConnectionIsToldToAllStreams)
{
    (void)open("data");
    (void)open("data");
    session.closed({});
    EXPECT_EQ(heard, (Log{"lost", "lost"}));
    EXPECT_FALSE(session.received("\x80\x02"
                                  "12345678"));
}

/// A slow reader may be half a megabyte behind before others wait for it.
TEST_F(SpdySessionTest, WhoDoesNotReadHoldsBackTheConnectionInTheEnd)
{
    const auto slow = open("data");
    const auto other = open("data");
    (void)carrier->takeSaid();
    session.setReading(slow, false);
    const std::string part(256U << 10, 'x');
    hear(data(slow, part) + data(slow, part));
    EXPECT_EQ(carrier->takeSaid(), Log{});
    hear(data(other, part) + data(slow, "x"));
    EXPECT_EQ(carrier->takeSaid(), (Log{"do not read"}));
    EXPECT_TRUE(session.isLeaving());
    session.setReading(slow, true);
    EXPECT_EQ(carrier->takeSaid(), (Log{"read"}));
    EXPECT_FALSE(session.isLeaving());
    session.setReading(slow, false);
    hear(data(slow, part) + data(slow, part) + data(slow, part));
    session.reset(slow);
    EXPECT_EQ(carrier->takeSaid(), (Log{"do not read", "reset 1", "read"}));
}

/// What a forward's listener hears, by what the node says.
struct TunnelCase
{
    const char *what;
    std::string said; ///< on the streams 1 (errors) and 3 (data), after both were answered
    Log heard;
    const char *error; ///< a part of it; null: still open; empty: closed without one
};

class TunnelListener final : public PortTunnelListener
{
public:
    void opened(const std::shared_ptr<PortTunnel> &tunnel) override
    {
        m_tunnel = tunnel;
        heard.emplace_back("opened");
    }
    void received(std::string_view bytes) override { heard.emplace_back(bytes); }
    void drained() override {}
    void closed(core::Result<void> result) override
    {
        m_tunnel.reset();
        heard.emplace_back("closed");
        end = result ? std::string() : result.error().describe();
    }

    Log heard;
    std::optional<std::string> end;

private:
    std::shared_ptr<PortTunnel> m_tunnel;
};

TEST(SpdyPortTunnel, TellsWhatTheNodeSays)
{
    const std::string refused = "error forwarding port 81: dial tcp4 127.0.0.1:81: connect: connection refused";
    const TunnelCase cases[] = {
        {"silence", "", {"opened"}, nullptr},
        {"an answer", data(3, "hello"), {"opened", "hello"}, nullptr},
        {"an end in order", data(3, "bye", true) + data(1, "", true), {"opened", "bye", "closed"}, ""},
        {"the errors' end first", data(1, "", true) + data(3, "", true), {"opened", "closed"}, ""},
        {"only the data's end", data(3, "", true), {"opened"}, nullptr},
        {"a refusal", data(1, refused, true) + data(3, "", true), {"opened", "closed"}, "nothing listens on port 81"},
        {"another error",
         data(1, "no such sandbox", true) + data(3, "", true),
         {"opened", "closed"},
         "no such sandbox"},
        {"a reset", SpdyEncoder::reset(3, SpdyStatus::Cancel), {"opened", "closed"}, "reset the stream"},
    };
    for (const auto &row : cases) {
        const auto carrier = std::make_shared<Carrier>();
        const auto session = std::make_shared<SpdySession>(carrier);
        const auto listener = std::make_shared<TunnelListener>();
        int over = 0;
        {
            const auto tunnel = std::make_shared<SpdyPortTunnel>(
                session, PortTunnelRequest{core::Namespace("shop"), "web-0", 81}, listener, [&over] { ++over; });
            tunnel->start(7);
        }
        SpdyEncoder server;
        auto said = server.synReply(3);
        said += server.synReply(1);
        ASSERT_TRUE(session->received(said + row.said)) << row.what;
        EXPECT_EQ(listener->heard, row.heard) << row.what;
        EXPECT_EQ(listener->end.has_value(), row.error != nullptr) << row.what;
        EXPECT_EQ(over, row.error != nullptr ? 1 : 0) << row.what;
        if (row.error != nullptr && listener->end) {
            EXPECT_EQ(session->streams(), 0U) << row.what;
            EXPECT_NE(listener->end->find(row.error), std::string::npos) << row.what << ": " << *listener->end;
        }
        EXPECT_EQ(carrier->said[0], "open 1 streamtype=error port=81 requestid=7") << row.what;
        EXPECT_EQ(carrier->said[1], "open 3 streamtype=data port=81 requestid=7") << row.what;
        session->closed({});
    }
}

TEST(SpdyRefusal, LeadsToAWebSocketWhereTheProtocolMayBeTheReason)
{
    struct Case
    {
        ErrorKind kind;
        int status;
        bool refusal;
    };
    const Case cases[] = {
        {ErrorKind::Forbidden, 403, true},        {ErrorKind::Invalid, 400, true},
        {ErrorKind::Unsupported, 405, true},      {ErrorKind::Protocol, 0, true},
        {ErrorKind::Server, 502, true},           {ErrorKind::NotFound, 404, false},
        {ErrorKind::Unauthorized, 401, false},    {ErrorKind::Server, 500, false},
        {ErrorKind::Unreachable, 0, false},       {ErrorKind::Cancelled, 0, false},
        {ErrorKind::TooManyRequests, 429, false},
    };
    for (const auto &row : cases) {
        auto error = core::makeError(row.kind, "no");
        error.httpStatus = row.status;
        EXPECT_EQ(isSpdyRefusal(core::fail(error)), row.refusal) << row.status << " " << static_cast<int>(row.kind);
    }
    EXPECT_FALSE(isSpdyRefusal({}));
}

} // namespace
} // namespace binnacle::kube
