// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestProxy.h"
#include "TransportFixture.h"

#include <QByteArray>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ProxyTransportTest : public TransportFixture
{
protected:
    std::string authorityData() const
    {
        return ", certificate-authority-data: " +
               QByteArray::fromStdString(m_authority.certificatePem()).toBase64().toStdString();
    }
    ScriptedServer::Tls tls() const { return {m_authority.issue({"server", {"DNS:api.example"}}), {}}; }

    TestAuthority m_authority;
};

TEST_F(ProxyTransportTest, TunnelsThroughAnHttpProxyThatResolvesTheName)
{
    const ScriptedServer server(ok, tls());
    const TestProxy proxy(server.port());
    const auto transport = open("https://api.example:6443", "{token: abc}", {},
                                authorityData() + ", proxy-url: 'http://me:pw@" + proxy.authority() + "'");
    const auto answer = transport->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_THAT(proxy.asked(), ElementsAre("me:pw CONNECT api.example:6443"));
    EXPECT_THAT(server.requests().at(0), HasSubstr("Authorization: Bearer abc"));
    EXPECT_THAT(server.requests().at(0), Not(HasSubstr("Proxy-Authorization"))) << "that is the proxy's business";
}

TEST_F(ProxyTransportTest, TunnelsThroughASocks5ProxyThatResolvesTheName)
{
    const ScriptedServer server(ok, tls());
    const TestProxy proxy(server.port());
    const auto transport = open("https://api.example:6443", "{}", {},
                                authorityData() + ", proxy-url: 'socks5://" + proxy.authority() + "'");
    const auto answer = transport->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_THAT(proxy.asked(), ElementsAre("SOCKS5 api.example:6443"));
}

TEST_F(ProxyTransportTest, TunnelsThroughAProxyReachedByTls)
{
    // As with Go's transport, the cluster's authority vouches for its proxy too.
    const ScriptedServer server(ok, tls());
    const TestProxy proxy(server.port(), m_authority.issue());
    const auto transport = open("https://api.example:6443", "{}", {},
                                authorityData() + ", proxy-url: 'https://" + proxy.authority() + "'");
    const auto answer = transport->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_THAT(proxy.asked(), ElementsAre("CONNECT api.example:6443"));
}

TEST_F(ProxyTransportTest, VerifiesTheServerBehindTheProxyByItsTlsServerName)
{
    const ScriptedServer server(ok, tls());
    const TestProxy proxy(server.port());
    const auto transport =
        open("https://10.0.0.1:6443", "{}", {},
             authorityData() + ", tls-server-name: api.example, proxy-url: 'http://" + proxy.authority() + "'");
    const auto answer = transport->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_THAT(proxy.asked(), ElementsAre("CONNECT 10.0.0.1:6443"));
    EXPECT_THAT(server.requests().at(0), HasSubstr("Host: 10.0.0.1:6443"));
}

TEST_F(ProxyTransportTest, ProxyThatRefusesIsNamed)
{
    const ScriptedServer refusing([](int, const auto &) {
        return "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" + ScriptedServer::hangUp;
    });
    const auto transport = open("https://api.example", "{}", {},
                                ", proxy-url: 'http://127.0.0.1:" + std::to_string(refusing.port()) + "'");
    const auto answer = transport->send(request()).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, core::ErrorKind::Unreachable);
    EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1:" + std::to_string(refusing.port())));
    EXPECT_THAT(answer.error().message, HasSubstr("403"));
    EXPECT_THAT(answer.error().next, HasSubstr("proxy"));
}

/// Away from this machine compressed answers are asked for, unless the kubeconfig says not to.
TEST_F(ProxyTransportTest, ReadsCompressedAnswersUnlessTheyAreTurnedOff)
{
    // {"kind":"List"} by gzip -n
    const auto packed = QByteArray::fromHex("1f8b0800000000000003ab56cacecc4b51b252f2c92c2e51aa0500c1"
                                            "7ffa0a0f000000")
                            .toStdString();
    const ScriptedServer server([&packed](int, const std::string &seen) {
        return seen.find("Accept-Encoding: gzip") == std::string::npos
                   ? ScriptedServer::answer(200, "plain")
                   : ScriptedServer::answer(200, packed, "Content-Encoding: gzip\r\n");
    });
    const TestProxy proxy(server.port());
    const auto through = ", proxy-url: 'http://" + proxy.authority() + "'";
    const auto answer = open("http://api.example", "{}", {}, through)->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, R"({"kind":"List"})");
    EXPECT_THAT(proxy.asked(), ElementsAre("GET http://api.example/api/v1/things"));
    const auto plain =
        open("http://api.example", "{}", {}, through + ", disable-compression: true")->send(request()).result();
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->body, "plain");
}

} // namespace
} // namespace binnacle::kube
