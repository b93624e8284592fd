// SPDX-License-Identifier: GPL-3.0-or-later
// Connections to a pod on connections that they share: which takes which, and that each hears its end.
#include "kube/PortTunnels.h"
#include "kube/StreamTransport.h"

#include <gtest/gtest.h>

#include <QCoreApplication>

namespace binnacle::kube {
namespace {

/// Opens nothing by itself: the test is the server.
class Streams final : public Transport, public StreamTransport
{
public:
    QFuture<core::Result<HttpResponse>> send(HttpRequest, core::CancellationToken) override { return {}; }
    void stream(HttpRequest, std::shared_ptr<StreamConsumer>, core::CancellationToken) override {}
    StreamTransport *streams() override { return this; }
    std::string server() const override { return "https://example"; }
    void open(HttpRequest, StreamOffer, std::shared_ptr<StreamListener> listener, core::CancellationToken) override
    {
        opened.push_back(std::move(listener));
    }

    std::vector<std::shared_ptr<StreamListener>> opened;
};

class Carrier final : public MessageStream
{
public:
    void send(std::string) override { ++sent; }
    std::size_t queuedBytes() const override { return 0; }
    void setReading(bool) override {}
    void close() override { closed = true; }

    int sent = 0;
    bool closed = false;
};

class Listener final : public PortTunnelListener
{
public:
    void opened(const std::shared_ptr<PortTunnel> &) override {}
    void received(std::string_view) override {}
    void drained() override {}
    void closed(core::Result<void> result) override { ends.push_back(result ? "in order" : result.error().message); }

    std::vector<std::string> ends;
};

class PortTunnelsTest : public testing::Test
{
protected:
    PortTunnelsTest()
    {
        tunnels.onLost([this](const core::Error &) { ++lost; });
    }

    std::shared_ptr<Listener> open(const char *pod, const core::CancellationToken &token = {})
    {
        auto listener = std::make_shared<Listener>();
        EXPECT_TRUE(tunnels.open({core::Namespace("shop"), pod, 80}, listener, token));
        return listener;
    }

    Streams streams;
    PortTunnels tunnels{streams};
    std::shared_ptr<Carrier> carrier = std::make_shared<Carrier>();
    int lost = 0;
};

TEST_F(PortTunnelsTest, ShareAConnectionAndAllHearItsEnd)
{
    const auto early = open("web-0");
    const auto second = open("web-0");
    ASSERT_EQ(streams.opened.size(), 1U);
    const auto connection = streams.opened.front();
    connection->opened(carrier, "portforward.k8s.io");
    EXPECT_EQ(carrier->sent, 4) << "two streams for each";
    const auto late = open("web-0"); // nothing has been done for it when the end comes
    connection->closed({});
    for (const auto &listener : {early, second, late})
        EXPECT_EQ(listener->ends.size(), 1U);
    EXPECT_EQ(lost, 1);
    (void)open("web-0");
    EXPECT_EQ(streams.opened.size(), 2U);
}

TEST_F(PortTunnelsTest, ToAnotherPodTakeAnotherConnection)
{
    const auto old = open("web-0");
    streams.opened.front()->opened(carrier, "portforward.k8s.io");
    (void)open("web-1");
    EXPECT_EQ(streams.opened.size(), 2U);
    QCoreApplication::sendPostedEvents();
    EXPECT_FALSE(carrier->closed) << "a connection that is carried goes on";
    streams.opened.front()->closed({});
    EXPECT_EQ(old->ends.size(), 1U);
    EXPECT_EQ(lost, 0) << "nobody wants that connection any more";
}

TEST_F(PortTunnelsTest, EndWhenTheyAreCancelled)
{
    core::CancellationSource cancel;
    const auto kept = open("web-0");
    const auto cancelled = open("web-0", cancel.token());
    streams.opened.front()->opened(carrier, "portforward.k8s.io");
    cancel.cancel();
    QCoreApplication::sendPostedEvents();
    EXPECT_EQ(cancelled->ends, std::vector<std::string>{"cancelled"});
    EXPECT_TRUE(kept->ends.empty());
    tunnels.clear();
    QCoreApplication::sendPostedEvents();
    EXPECT_FALSE(carrier->closed);
    streams.opened.front()->closed({});
}

TEST_F(PortTunnelsTest, AConnectionThatNobodyUsesIsClosedWhenItIsNotWantedAnyMore)
{
    core::CancellationSource cancel;
    (void)open("web-0", cancel.token());
    streams.opened.front()->opened(carrier, "portforward.k8s.io");
    tunnels.clear();
    cancel.cancel();
    QCoreApplication::sendPostedEvents();
    EXPECT_TRUE(carrier->closed);
    streams.opened.front()->closed({});
    EXPECT_EQ(lost, 0);
}

} // namespace
} // namespace binnacle::kube
