// SPDX-License-Identifier: GPL-3.0-or-later
// A forward's way to the server: TLS, client certificates, proxies and credentials as for calls, by SPDY, and by
// WebSocket where that is refused.
#include "TestProxy.h"
#include "TransportFixture.h"
#include "core/SpdyFrames.h"
#include "kube/PodExec.h"
#include "kube/PortTunnels.h"
#include "kube/UpgradeHandshake.h"

#include <QByteArray>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace binnacle::kube {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Keeps what the pod says, and how it ended.
class Hearing final : public PortTunnelListener
{
public:
    void opened(const std::shared_ptr<PortTunnel> &) override {}
    void received(std::string_view bytes) override { m_heard.append(bytes); }
    void drained() override {}
    void closed(core::Result<void> result) override
    {
        m_end.set_value(result ? m_heard : "failed: " + result.error().describe());
    }
    /// Empty: it did not end in time.
    [[nodiscard]] std::string end()
    {
        auto future = m_end.get_future();
        return future.wait_for(std::chrono::seconds(10)) == std::future_status::ready ? future.get() : std::string();
    }

private:
    std::string m_heard;
    std::promise<std::string> m_end;
};

/// Takes both streams, and lets the pod say hello and good-bye.
std::string hello()
{
    core::SpdyEncoder encoder;
    auto said = encoder.synReply(1);
    said += encoder.synReply(3);
    const std::string word = "hello";
    std::string head(core::SpdyEncoder::dataHeadBytes, '\0');
    core::SpdyEncoder::writeDataHead(head.data(), 3, word.size(), true);
    return said + head + word + core::SpdyEncoder::endOfData(1);
}

std::string upgraded(int, const std::string &)
{
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
           "X-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n" +
           hello();
}

/// The same through a WebSocket.
std::string upgradedToWebSocket(const std::string &request)
{
    const std::string name = "Sec-WebSocket-Key: ";
    const auto begin = request.find(name) + name.size();
    const auto key = request.substr(begin, request.find("\r\n", begin) - begin);
    const auto said = hello();
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " +
           webSocketAccept(key) + "\r\nSec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io\r\n\r\n\x82" +
           static_cast<char>(said.size()) + said;
}

class SpdyUpgradeTest : public TransportFixture
{
protected:
    std::string authorityData() const
    {
        return ", certificate-authority-data: " + base64(m_authority.certificatePem());
    }
    static std::string base64(const std::string &text)
    {
        return QByteArray::fromStdString(text).toBase64().toStdString();
    }
    static std::string forwarded(Transport &transport)
    {
        PortTunnels tunnels(transport);
        const auto hearing = std::make_shared<Hearing>();
        EXPECT_TRUE(tunnels.open({core::Namespace("shop"), "web-0", 80}, hearing, {}));
        return hearing->end();
    }

    TestAuthority m_authority;
};

TEST_F(SpdyUpgradeTest, AsksAsKubectlDoes)
{
    const ScriptedServer server(upgraded);
    EXPECT_EQ(forwarded(*open(server.url(), "{token: abc}")), "hello");
    EXPECT_THAT(server.requests().at(0),
                AllOf(StartsWith("POST /api/v1/namespaces/shop/pods/web-0/portforward HTTP/1.1\r\n"),
                      HasSubstr("\r\nUpgrade: SPDY/3.1\r\n"), HasSubstr("\r\nConnection: Upgrade\r\n"),
                      HasSubstr("\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n"),
                      HasSubstr("\r\nAuthorization: Bearer abc\r\n")));
}

TEST_F(SpdyUpgradeTest, VerifiesTheServerAndShowsACertificate)
{
    TestSubject elsewhere;
    elsewhere.names = {"DNS:api.example"};
    const ScriptedServer server(upgraded,
                                ScriptedServer::Tls{m_authority.issue(elsewhere), m_authority.certificatePem()});
    const auto identity = m_authority.issue();
    const auto user = "{client-certificate-data: " + base64(identity.certificatePem) +
                      ", client-key-data: " + base64(identity.keyPem) + "}";
    const auto named = authorityData() + ", tls-server-name: api.example";
    EXPECT_EQ(forwarded(*open(server.url(), user, {}, named)), "hello");
    EXPECT_THAT(forwarded(*open(server.url(), user, {}, authorityData())), HasSubstr("another host name"));
    EXPECT_THAT(forwarded(*open(server.url(), "{}", {}, named)), StartsWith("failed: "));
    EXPECT_EQ(server.requests().size(), 1U) << "what TLS refuses is not tried again by other means";
}

TEST_F(SpdyUpgradeTest, GoesThroughProxies)
{
    const ScriptedServer server(upgraded, ScriptedServer::Tls{m_authority.issue({"server", {"DNS:api.example"}}), {}});
    for (const char *scheme : {"http://", "socks5://"}) {
        const TestProxy proxy(server.port());
        const auto transport = open("https://api.example:6443", "{}", {},
                                    authorityData() + ", proxy-url: '" + scheme + proxy.authority() + "'");
        EXPECT_EQ(forwarded(*transport), "hello") << scheme;
        ASSERT_EQ(proxy.asked().size(), 1U);
        EXPECT_THAT(proxy.asked().front(), HasSubstr("api.example:6443"));
    }
}

/// What is tried after which answer to the upgrade.
TEST_F(SpdyUpgradeTest, TakesAWebSocketWhereSpdyIsRefused)
{
    struct Case
    {
        const char *what;
        std::string answer;
        bool triesWebSocket;
    };
    const Case cases[] = {
        {"a bare refusal", ScriptedServer::answer(403, ""), true},
        {"a proxy that drops the upgrade", ScriptedServer::answer(400, "Upgrade request required"), true},
        {"a method that is not known", ScriptedServer::answer(405, ""), true},
        {"another protocol", "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n", true},
        {"no pod of that name", ScriptedServer::answer(404, ""), false},
        {"a node that fails", ScriptedServer::answer(500, ""), false},
    };
    for (const auto &row : cases) {
        const ScriptedServer server([&row](int number, const std::string &) {
            return number == 0 ? row.answer : ScriptedServer::answer(404, "");
        });
        const auto transport = open(server.url());
        EXPECT_THAT(forwarded(*transport), StartsWith("failed: ")) << row.what;
        ASSERT_EQ(server.requests().size(), row.triesWebSocket ? 2U : 1U) << row.what;
        if (row.triesWebSocket) {
            EXPECT_THAT(server.requests().at(1), AllOf(StartsWith("GET "), HasSubstr("/portforward "),
                                                       HasSubstr("Protocol: SPDY/3.1+portforward.k8s.io")))
                << row.what;
        }
    }
}

TEST_F(SpdyUpgradeTest, GoesThroughAWebSocketWhereTheServerTakesThat)
{
    const ScriptedServer server([](int number, const std::string &request) {
        return number == 0 ? ScriptedServer::answer(403, "") : upgradedToWebSocket(request);
    });
    EXPECT_EQ(forwarded(*open(server.url())), "hello");
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(SpdyUpgradeTest, LeavesEachConnectionAWebSocketWhereSpdyIsUnknown)
{
    const ScriptedServer server(
        [](int number, const std::string &) { return ScriptedServer::answer(number < 2 ? 403 : 404, ""); });
    const auto transport = open(server.url());
    PortTunnels tunnels(*transport);
    const PortTunnelRequest wanted{core::Namespace("shop"), "web-0", 80};
    const auto hearing = std::make_shared<Hearing>();
    ASSERT_TRUE(tunnels.open(wanted, hearing, {}));
    EXPECT_THAT(hearing->end(), StartsWith("failed: "));
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_THAT(server.requests().at(2),
                AllOf(HasSubstr("/portforward?ports=80 "), HasSubstr("Protocol: v4.channel.k8s.io")));
    EXPECT_FALSE(tunnels.open(wanted, hearing, {}));
}

TEST_F(SpdyUpgradeTest, CommandsTakeAWebSocketToo)
{
    const ScriptedServer server(
        [](int number, const std::string &) { return ScriptedServer::answer(number == 0 ? 403 : 404, ""); });
    const auto transport = open(server.url());
    PodStreamRequest wanted;
    wanted.nameSpace = core::Namespace("shop");
    wanted.pod = "web-0";
    wanted.command = {"true"};
    const auto result = runInPod(*transport, wanted).result();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, core::ErrorKind::NotFound);
    ASSERT_EQ(server.requests().size(), 2U);
    EXPECT_THAT(server.requests().at(0),
                AllOf(StartsWith("POST "), HasSubstr("X-Stream-Protocol-Version: v4.channel.k8s.io")));
    EXPECT_THAT(server.requests().at(1),
                AllOf(StartsWith("GET "), HasSubstr("Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io")));
}

} // namespace
} // namespace binnacle::kube
