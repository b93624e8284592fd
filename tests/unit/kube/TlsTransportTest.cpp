// SPDX-License-Identifier: GPL-3.0-or-later
// What clusters show at the TLS layer, each as an operator meets it: a private authority, a wrong one, another name.
#include "TransportFixture.h"

#include <QByteArray>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using core::ErrorKind;
using testing::HasSubstr;

std::string base64(const std::string &text)
{
    return QByteArray::fromStdString(text).toBase64().toStdString();
}

class TlsTransportTest : public TransportFixture
{
protected:
    std::string authorityData() const
    {
        return ", certificate-authority-data: " + base64(m_authority.certificatePem());
    }
    static std::string certificateUser(const TestIdentity &identity)
    {
        return "{client-certificate-data: " + base64(identity.certificatePem) +
               ", client-key-data: " + base64(identity.keyPem) + "}";
    }

    TestAuthority m_authority;
};

TEST_F(TlsTransportTest, TrustsTheClustersOwnAuthorityFromDataAndFile)
{
    const ScriptedServer server(ok, ScriptedServer::Tls{m_authority.issue(), {}});
    const auto fromData = open(server.url(), "{}", {}, authorityData())->send(request()).result();
    EXPECT_TRUE(fromData) << fromData.error().describe();
    file("ca.pem", m_authority.certificatePem());
    const auto fromFile = open(server.url(), "{}", {}, ", certificate-authority: ca.pem")->send(request()).result();
    EXPECT_TRUE(fromFile) << fromFile.error().describe();
}

TEST_F(TlsTransportTest, RefusesWhatItCannotVerifyAndSaysWhy)
{
    const TestAuthority other("another-ca");
    TestSubject expired;
    expired.validFromDays = -10;
    expired.validToDays = -1;
    TestSubject early;
    early.validFromDays = 1;
    early.validToDays = 10;
    TestSubject elsewhere;
    elsewhere.names = {"DNS:api.example"};
    struct Case
    {
        const char *name;
        TestIdentity identity;
        std::string cluster;
        const char *words;
        const char *next;
    };
    const Case cases[] = {
        {"wrong authority", other.issue(), authorityData(), "unknown authority", "certificate-authority"},
        {"no authority given", m_authority.issue(), "", "unknown authority", "certificate-authority"},
        {"expired", m_authority.issue(expired), authorityData(), "has expired", "renew"},
        {"not yet valid", m_authority.issue(early), authorityData(), "not valid yet", "clock"},
        {"another name", m_authority.issue(elsewhere), authorityData(), "another host name", "tls-server-name"},
        {"tls-server-name that it lacks", m_authority.issue(), authorityData() + ", tls-server-name: api.example",
         "another host name", "tls-server-name"},
    };
    for (const auto &each : cases) {
        const ScriptedServer server(ok, ScriptedServer::Tls{each.identity, {}});
        const auto answer = open(server.url(), "{token: s3cret}", {}, each.cluster)->send(request()).result();
        ASSERT_FALSE(answer) << each.name;
        EXPECT_EQ(answer.error().kind, ErrorKind::Tls) << each.name;
        EXPECT_THAT(answer.error().message, HasSubstr(each.words)) << each.name;
        EXPECT_THAT(answer.error().message, HasSubstr(server.url())) << each.name;
        EXPECT_THAT(answer.error().next, HasSubstr(each.next)) << each.name;
        EXPECT_EQ(answer.error().request, "GET /api/v1/things") << each.name;
        EXPECT_TRUE(server.requests().empty()) << each.name << ": nothing is sent to a server that is not verified";
    }
}

TEST_F(TlsTransportTest, ServerNameOfTheKubeconfigIsTheOneVerified)
{
    TestSubject elsewhere;
    elsewhere.names = {"DNS:api.example"};
    const ScriptedServer server(ok, ScriptedServer::Tls{m_authority.issue(elsewhere), {}});
    const auto answer =
        open(server.url(), "{}", {}, authorityData() + ", tls-server-name: api.example")->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_THAT(server.requests().at(0), HasSubstr("Host: 127.0.0.1:")) << "only TLS uses that name";
}

TEST_F(TlsTransportTest, InsecureAcceptsAnyCertificate)
{
    TestSubject bad;
    bad.names = {"DNS:api.example"};
    bad.validFromDays = -10;
    bad.validToDays = -1;
    const ScriptedServer server(ok, ScriptedServer::Tls{m_authority.issue(bad), {}});
    const auto answer = open(server.url(), "{}", {}, ", insecure-skip-tls-verify: true")->send(request()).result();
    EXPECT_TRUE(answer) << answer.error().describe();
}

TEST_F(TlsTransportTest, ShowsClientCertificatesOfEveryKeyKindAndForm)
{
    for (const auto kind : {KeyKind::Rsa, KeyKind::Ec}) {
        for (const auto form : {KeyForm::Pkcs8, KeyForm::Traditional}) {
            const auto identity = m_authority.issue({"alice", {}, -1, 1, kind, form});
            const ScriptedServer server(
                ok, ScriptedServer::Tls{m_authority.issue({"server", {"IP:127.0.0.1"}, -1, 1, kind}),
                                        m_authority.certificatePem()});
            const auto answer =
                open(server.url(), certificateUser(identity), {}, authorityData())->send(request()).result();
            EXPECT_TRUE(answer) << identity.keyPem.substr(0, 40) << answer.error().describe();
            file("alice.pem", identity.certificatePem);
            file("alice.key", identity.keyPem);
            const auto fromFiles =
                open(server.url(), "{client-certificate: alice.pem, client-key: alice.key}", {}, authorityData())
                    ->send(request())
                    .result();
            EXPECT_TRUE(fromFiles) << fromFiles.error().describe();
        }
    }
}

TEST_F(TlsTransportTest, UnusableClientCertificatesAreNamed)
{
    const TestAuthority other("another-ca");
    const auto strangers = other.issue({"eve", {}});
    const auto alice = m_authority.issue({"alice", {}});
    const ScriptedServer server(ok, ScriptedServer::Tls{m_authority.issue(), m_authority.certificatePem()});
    struct Case
    {
        const char *name;
        std::string user;
        ErrorKind kind;
        const char *words;
    };
    const Case cases[] = {
        {"another key", certificateUser({alice.certificatePem, strangers.keyPem}), ErrorKind::Configuration,
         "the client certificate or its key cannot be used"},
        {"no PEM", certificateUser({"certificate", "key"}), ErrorKind::Configuration,
         "the client certificate or its key cannot be used"},
    };
    for (const auto &each : cases) {
        const auto answer = open(server.url(), each.user, {}, authorityData())->send(request()).result();
        ASSERT_FALSE(answer) << each.name;
        EXPECT_EQ(answer.error().kind, each.kind) << each.name << answer.error().describe();
        EXPECT_THAT(answer.error().message, HasSubstr(each.words)) << each.name;
        EXPECT_FALSE(answer.error().next.empty()) << each.name;
    }
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(TlsTransportTest, AuthorityThatIsNoCertificateIsNamed)
{
    const ScriptedServer server(ok, ScriptedServer::Tls{m_authority.issue(), {}});
    const auto answer =
        open(server.url(), "{}", {}, ", certificate-authority-data: " + base64("nonsense"))->send(request()).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Configuration);
    EXPECT_THAT(answer.error().next, HasSubstr("PEM"));
}

TEST_F(TlsTransportTest, PlainHttpWhereTlsIsSpokenIsExplained)
{
    const ScriptedServer plain(ok);
    const auto answer = open("https://127.0.0.1:" + std::to_string(plain.port()))->send(request()).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Tls);
    EXPECT_THAT(answer.error().next, HasSubstr("http://"));
}

/// A server, or a proxy before it, that speaks HTTP/1.1 only. Watches never end: none may wait for another's
/// connection to become free or to turn out to be shareable.
TEST_F(TlsTransportTest, WatchesAndCallsRunAtOnceOverHttp1)
{
    const auto script = [](int, const std::string &seen) {
        return seen.find("/watch") != std::string::npos ? ScriptedServer::endless("event\n")
                                                        : ScriptedServer::answer(200, "{}");
    };
    const ScriptedServer server(script, ScriptedServer::Tls{m_authority.issue(), {}});
    const auto transport = open(server.url(), "{}", {}, authorityData());
    std::vector<std::shared_ptr<Collector>> watches;
    core::CancellationSource source;
    for (int i = 0; i < 3; ++i) {
        auto watch = request();
        watch.path = "/watch" + std::to_string(i);
        watches.push_back(std::make_shared<Collector>());
        transport->stream(watch, watches.back(), source.token());
    }
    const auto answer = transport->send(request()).result();
    EXPECT_TRUE(answer) << answer.error().describe();
    auto late = request();
    late.path = "/watch-that-comes-later";
    watches.push_back(std::make_shared<Collector>());
    transport->stream(late, watches.back(), source.token());
    EXPECT_TRUE(server.waitForConnections(5)) << server.connections();
    source.cancel();
    for (const auto &watch : watches)
        EXPECT_EQ(watch->wait().error().kind, ErrorKind::Cancelled);
    EXPECT_TRUE(server.waitForConnections(1)) << "cancelled watches give their connections back at once";
}

} // namespace
} // namespace binnacle::kube
