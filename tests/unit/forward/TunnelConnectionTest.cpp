// SPDX-License-Identifier: GPL-3.0-or-later
// One connection through a tunnel: back-pressure both ways, and every way in which it can end.
#include "forward/TunnelConnection.h"
#include "forward/LoopbackListener.h"

#include <gtest/gtest.h>

#include <QEventLoop>
#include <QTcpSocket>

#include <optional>

namespace binnacle::forward {
namespace {

using namespace std::chrono_literals;

/// The pod's side, as far as the connection sees it.
class FakeTunnel final : public kube::PortTunnel
{
public:
    void send(std::string message) override { sent += message.substr(headroom); }
    std::size_t queuedBytes() const override { return queued; }
    void setReading(bool now) override { reading = now; }
    void close() override { closed = true; }

    std::string sent;
    std::size_t queued = 0;
    bool reading = true;
    bool closed = false;
};

class Connection : public testing::Test
{
protected:
    Connection()
        : m_listener([this](std::shared_ptr<LocalSocket> socket) { m_accepted = std::move(socket); }),
          m_tunnel(std::make_shared<FakeTunnel>()),
          m_counters(std::make_shared<ForwardCounters>())
    {
        const auto port = m_listener.listen(0);
        local.connectToHost(QHostAddress(QHostAddress::LocalHost), port.value());
        EXPECT_TRUE(waitFor([this] { return m_accepted && local.state() == QAbstractSocket::ConnectedState; }));
        connection =
            std::make_shared<TunnelConnection>(std::move(m_accepted), m_counters, [ending = m_ending](auto end) {
                ending->result = end.result;
                ending->unserved = end.unserved;
            });
    }
    void open() const { connection->opened(m_tunnel); }
    template <typename Condition>
    [[nodiscard]] static bool waitFor(Condition holds, std::chrono::milliseconds patience = 20s)
    {
        const auto until = std::chrono::steady_clock::now() + patience;
        bool held = holds();
        while (!held && std::chrono::steady_clock::now() < until) {
            QEventLoop pause;
            QTimer::singleShot(5ms, &pause, &QEventLoop::quit);
            pause.exec();
            held = holds();
        }
        return held;
    }
    [[nodiscard]] FakeTunnel &pod() const { return *m_tunnel; }
    [[nodiscard]] bool isGone() const { return local.state() == QAbstractSocket::UnconnectedState; }

    QTcpSocket local;
    std::shared_ptr<TunnelConnection> connection;

private:
    struct Ending
    {
        std::optional<core::Result<void>> result;
        std::shared_ptr<LocalSocket> unserved;
    };
    /// A connection that still tells the local side the rest outlives its test.
    const std::shared_ptr<Ending> m_ending = std::make_shared<Ending>();
    std::shared_ptr<LocalSocket> m_accepted;
    LoopbackListener m_listener;
    std::shared_ptr<FakeTunnel> m_tunnel;
    std::shared_ptr<ForwardCounters> m_counters;

protected:
    std::optional<core::Result<void>> &ended = m_ending->result;
    std::shared_ptr<LocalSocket> &unserved = m_ending->unserved;
};

TEST_F(Connection, CarriesBytesBothWays)
{
    local.write("asked");
    open();
    ASSERT_TRUE(waitFor([&] { return pod().sent == "asked"; }));
    connection->received("answered");
    ASSERT_TRUE(waitFor([&] { return local.bytesAvailable() == 8; }));
    connection->closed({});
    connection.reset();
    ASSERT_TRUE(waitFor([&] { return isGone() && ended; }));
    EXPECT_EQ(local.readAll(), "answered");
    EXPECT_EQ(local.error(), QAbstractSocket::RemoteHostClosedError);
    EXPECT_TRUE(ended->has_value());
}

TEST_F(Connection, HoldsThePodBackForASlowReader)
{
    open();
    local.setReadBufferSize(1024);
    std::string all;
    for (int block = 0; pod().reading && block < 1000; ++block) {
        const std::string bytes(64 << 10, static_cast<char>('a' + block % 26));
        all += bytes;
        connection->received(bytes);
    }
    ASSERT_FALSE(pod().reading) << "64 MB went somewhere";
    connection->received("last");
    all += "last";
    local.setReadBufferSize(0);
    std::string got;
    ASSERT_TRUE(waitFor([&] {
        got += local.readAll().toStdString();
        return got.size() == all.size();
    }));
    EXPECT_TRUE(got == all);
    EXPECT_TRUE(pod().reading);
}

TEST_F(Connection, HoldsTheSenderBackForASlowPod)
{
    open();
    pod().queued = 1 << 20;
    local.write(QByteArray(8 << 20, 'x'));
    (void)waitFor([] { return false; }, 200ms);
    EXPECT_TRUE(pod().sent.empty());
    pod().queued = 0;
    connection->drained();
    EXPECT_TRUE(waitFor([&] { return pod().sent.size() == 8U << 20; }));
}

TEST_F(Connection, DeliversEverythingBeforeThePodsEnd)
{
    open();
    local.setReadBufferSize(1024);
    std::size_t all = 0;
    for (; pod().reading && all < (64U << 20); all += 64U << 10)
        connection->received(std::string(64 << 10, 'x'));
    connection->closed({});
    connection.reset();
    local.setReadBufferSize(0);
    std::size_t got = 0;
    ASSERT_TRUE(waitFor([&] {
        got += static_cast<std::size_t>(local.readAll().size());
        return isGone();
    }));
    EXPECT_EQ(got, all);
    EXPECT_EQ(local.error(), QAbstractSocket::RemoteHostClosedError);
}

TEST_F(Connection, BreaksOffWhenTheTunnelIsLost)
{
    open();
    connection->received("half of");
    ASSERT_TRUE(waitFor([&] { return local.bytesAvailable() > 0; }));
    connection->closed(core::fail(core::ErrorKind::Unreachable, "lost"));
    ASSERT_TRUE(waitFor([&] { return isGone() && ended; }));
    EXPECT_FALSE(ended->has_value());
    EXPECT_EQ(unserved, nullptr);
}

TEST_F(Connection, MayGoElsewhereWhenNothingWasCarried)
{
    connection->closed(core::fail(core::ErrorKind::NotFound, "no such pod"));
    ASSERT_TRUE(ended);
    EXPECT_NE(unserved, nullptr);
    EXPECT_FALSE(isGone());
}

TEST_F(Connection, ClosesAfterAHalfCloseOnlyWhenThePodIsSilent)
{
    open();
    local.write("asked");
    ASSERT_TRUE(waitFor([&] { return pod().sent == "asked"; }));
    connection->received("answered");
    ASSERT_TRUE(waitFor([&] { return local.readAll() == "answered"; }));
    local.disconnectFromHost();
    (void)waitFor([] { return false; }, 500ms);
    EXPECT_FALSE(pod().closed);
    EXPECT_TRUE(waitFor([&] { return pod().closed; }, 5s));
    connection->closed({});
    EXPECT_TRUE(waitFor([&] { return ended.has_value(); }));
}

TEST_F(Connection, ClosesAtOnceWhenNobodySaidAnything)
{
    open();
    local.disconnectFromHost();
    EXPECT_TRUE(waitFor([&] { return pod().closed; }, 5s));
    connection->closed({});
    EXPECT_TRUE(waitFor([&] { return ended.has_value(); }));
}

} // namespace
} // namespace binnacle::forward
