// SPDX-License-Identifier: GPL-3.0-or-later
#include "TransportFixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class CurlTransportTest : public TransportFixture
{
};

TEST_F(CurlTransportTest, SendsTokenQueryAndBody)
{
    const ScriptedServer server(ok);
    auto post = request(HttpMethod::Post, R"({"a":1})");
    post.query = {{"labelSelector", "app=x,tier in (a)"}};
    const auto answer = open(server.url() + "/prefix/", "{token: abc, as: eve, as-groups: [g]}")->send(post).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, "{}");
    EXPECT_EQ(headerValue(answer->headers, "content-length"), "2");
    const auto seen = server.requests().at(0);
    EXPECT_THAT(seen, testing::StartsWith(
                          "POST /prefix/api/v1/things?labelSelector=app%3Dx%2Ctier%20in%20%28a%29 HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Bearer abc\r\n"));
    EXPECT_THAT(seen, HasSubstr("Impersonate-User: eve\r\n"));
    EXPECT_THAT(seen, HasSubstr("Impersonate-Group: g\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(seen, testing::EndsWith("\r\n\r\n{\"a\":1}"));
}

TEST_F(CurlTransportTest, SendsBasicAuthentication)
{
    const ScriptedServer server(ok);
    ASSERT_TRUE(open(server.url(), "{username: joe, password: pw}")->send(request()).result());
    EXPECT_THAT(server.requests().at(0), HasSubstr("Authorization: Basic am9lOnB3\r\n"));
}

TEST_F(CurlTransportTest, RetriesAReadWhoseConnectionBreaks)
{
    const ScriptedServer server([](int n, const auto &r) { return n < 2 ? std::string("close") : ok(n, r); });
    const auto answer = open(server.url())->send(request()).result();
    EXPECT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(CurlTransportTest, NeverRepeatsAWriteThatMayHaveArrived)
{
    const ScriptedServer server([](int, const auto &) { return std::string("close"); });
    const auto answer = open(server.url())->send(request(HttpMethod::Post, "{}")).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unreachable);
    EXPECT_THAT(answer.error().message, HasSubstr("not known"));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlTransportTest, RepeatsAWriteThatTheServerDeclined)
{
    const ScriptedServer server([](int n, const auto &r) {
        return n == 0 ? ScriptedServer::answer(429, "slow down", "Retry-After: 1\r\n") : ok(n, r);
    });
    const auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(open(server.url())->send(request(HttpMethod::Patch, "{}")).result());
    EXPECT_EQ(server.requests().size(), 2U);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
}

TEST_F(CurlTransportTest, KeepsTheServersWordsWhenTheDeadlineLeavesNoRetry)
{
    const ScriptedServer server(
        [](int, const auto &) { return ScriptedServer::answer(429, "slow down", "Retry-After: 60\r\n"); });
    auto impatient = request();
    impatient.timeout = milliseconds(500);
    const auto answer = open(server.url())->send(impatient).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::TooManyRequests);
}

TEST_F(CurlTransportTest, GivesUpAtTheDeadline)
{
    const ScriptedServer server([](int, const auto &) { return std::string(); });
    auto impatient = request();
    impatient.timeout = milliseconds(200);
    const auto answer = open(server.url())->send(impatient).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
    EXPECT_THAT(answer.error().message, HasSubstr(server.url()));
    EXPECT_EQ(answer.error().request, "GET /api/v1/things");
}

TEST_F(CurlTransportTest, CancelsWhatIsUnderWay)
{
    const ScriptedServer server([](int, const auto &) { return std::string(); });
    core::CancellationSource source;
    const auto transport = open(server.url());
    auto call = transport->send(request(), source.token());
    const auto consumer = std::make_shared<Collector>();
    transport->stream(request(), consumer, source.token());
    while (server.requests().size() < 2)
        QThread::msleep(5);
    source.cancel();
    EXPECT_EQ(call.result().error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(consumer->wait().error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(consumer->starts, 0);
}

TEST_F(CurlTransportTest, CallsUnderWayEndWithTheTransport)
{
    const ScriptedServer server([](int, const auto &) { return std::string(); });
    auto transport = open(server.url());
    auto call = transport->send(request());
    const auto consumer = std::make_shared<Collector>();
    transport->stream(request(), consumer);
    transport.reset();
    EXPECT_EQ(call.result().error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(consumer->wait().error().kind, ErrorKind::Cancelled);
}

TEST_F(CurlTransportTest, ServerThatIsDownIsNamed)
{
    std::string url;
    {
        const ScriptedServer gone(ok);
        url = gone.url();
    }
    const auto answer = open(url)->send(request(HttpMethod::Post, "{}")).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unreachable);
    EXPECT_EQ(answer.error().message, "connection refused by " + url);
}

TEST_F(CurlTransportTest, ProxyThatIsDownIsNamedWithoutItsPassword)
{
    std::string proxy;
    {
        const ScriptedServer gone(ok);
        proxy = gone.url().substr(std::string("http://").size());
    }
    const auto path = file(
        "proxied", "clusters: [{name: c, cluster: {server: 'https://cluster.example', proxy-url: 'http://me:s3cret@" +
                       proxy + "'}}]\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n");
    const auto transport = Kubeconfig::load({{path}}).open();
    ASSERT_TRUE(transport);
    const auto answer = (*transport)->send(request()).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unreachable);
    EXPECT_EQ(answer.error().message, "cannot connect to the proxy " + proxy + " for https://cluster.example:443");
}

TEST_F(CurlTransportTest, StreamsInOrderAndStopsWhenToldTo)
{
    const ScriptedServer server([](int, const auto &) { return ScriptedServer::answer(200, "one\ntwo\n"); });
    const auto transport = open(server.url());
    const auto whole = std::make_shared<Collector>();
    transport->stream(request(), whole);
    EXPECT_TRUE(whole->wait());
    EXPECT_EQ(whole->text, "one\ntwo\n");
    const auto stopping = std::make_shared<Collector>();
    stopping->stopAt = 1;
    transport->stream(request(), stopping);
    EXPECT_EQ(stopping->wait().error().kind, ErrorKind::Cancelled);
}

TEST_F(CurlTransportTest, ARefusedStreamIsAnErrorNotABody)
{
    const ScriptedServer server([](int, const auto &) {
        return ScriptedServer::answer(410, R"({"kind":"Status","reason":"Expired","message":"too old"})");
    });
    const auto consumer = std::make_shared<Collector>();
    const auto transport = open(server.url());
    transport->stream(request(), consumer);
    const auto result = consumer->wait();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Expired);
    EXPECT_EQ(result.error().message, "too old");
    EXPECT_EQ(consumer->starts, 0);
}

TEST_F(CurlTransportTest, AStreamThatFallsSilentEnds)
{
    const ScriptedServer server(
        [](int, const auto &) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); });
    auto watch = request();
    watch.timeout = milliseconds(300);
    const auto consumer = std::make_shared<Collector>();
    const auto transport = open(server.url());
    transport->stream(watch, consumer);
    const auto result = consumer->wait();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(consumer->text, "half");
}

TEST_F(CurlTransportTest, A401SaysWhichCredentialAndLeaksNone)
{
    const ScriptedServer server([](int, const auto &) {
        return ScriptedServer::answer(401, R"({"kind":"Status","reason":"Unauthorized","message":"Unauthorized"})");
    });
    const auto answer = open(server.url(), "{token: s3cret}")->send(request()).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unauthorized);
    EXPECT_THAT(answer.error().message, HasSubstr("the token of user \"u\""));
    EXPECT_THAT(answer.error().describe(), Not(HasSubstr("s3cret")));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlTransportTest, TokenFileIsReadAgainAfterA401)
{
    const auto path = file("token", "old\n");
    const ScriptedServer server([this](int n, const auto &seen) {
        if (seen.find("Bearer new") != std::string::npos)
            return ok(n, seen);
        file("token", "new\n");
        return ScriptedServer::answer(401, "");
    });
    const auto answer = open(server.url(), "{tokenFile: token}")->send(request()).result();
    EXPECT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(CurlTransportTest, PluginRunsOnceForManyCallsAndIsCached)
{
    const ScriptedServer server(ok);
    const auto command = plugin(prints(R"(\"token\":\"t$n\",\"expirationTimestamp\":\"2999-01-01T00:00:00Z\")"));
    const auto transport = open(server.url(), execUser(command, ", provideClusterInfo: true, interactiveMode: Never"));
    auto first = transport->send(request());
    auto second = transport->send(request());
    ASSERT_TRUE(first.result()) << first.result().error().describe();
    EXPECT_TRUE(second.result());
    EXPECT_TRUE(transport->send(request()).result());
    EXPECT_EQ(content("runs"), "run\n");
    EXPECT_THAT(server.requests().at(2), HasSubstr("Bearer t1\r\n"));
    EXPECT_THAT(content("runs.info"), HasSubstr(R"("cluster":{"server":")" + server.url()));
    EXPECT_THAT(content("runs.info"), HasSubstr(R"("interactive":false)"));
}

TEST_F(CurlTransportTest, PluginRunsAgainAfterA401AndWhenTheTokenIsAboutToExpire)
{
    const ScriptedServer server([](int n, const auto &seen) {
        return seen.find("Bearer t1\r") == std::string::npos ? ok(n, seen) : ScriptedServer::answer(401, "");
    });
    const auto transport = open(server.url(), execUser(plugin(prints(R"(\"token\":\"t$n\")"))));
    EXPECT_TRUE(transport->send(request()).result());
    EXPECT_EQ(content("runs"), "run\nrun\n");
    const auto expiring =
        open(server.url(),
             execUser(plugin(prints(R"(\"token\":\"t$n\",\"expirationTimestamp\":\"2001-01-01T00:00:00Z\")"))));
    EXPECT_TRUE(expiring->send(request()).result());
    EXPECT_TRUE(expiring->send(request()).result());
    EXPECT_EQ(content("runs"), "run\nrun\nrun\nrun\n");
}

TEST_F(CurlTransportTest, PluginFailuresSayWhatHelps)
{
    const ScriptedServer server(ok);
    struct Case
    {
        std::string command;
        const char *words;
        const char *next;
    };
    const Case cases[] = {
        {"no-such-credential-plugin", "PATH", "install it from example"},
        {"/no/such/plugin", "no such program", "install it from example"},
        {plugin("echo 'please log in' >&2; exit 3"), "exit status 3: please log in", "install it from example"},
    };
    for (const auto &[command, words, next] : cases) {
        const auto answer =
            open(server.url(), execUser(command, ", installHint: install it from example"))->send(request()).result();
        ASSERT_FALSE(answer) << command;
        EXPECT_EQ(answer.error().kind, ErrorKind::Unauthorized);
        EXPECT_THAT(answer.error().message, HasSubstr(words));
        EXPECT_EQ(answer.error().next, next);
    }
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(CurlTransportTest, PluginOutputThatIsNoCredentialIsRefusedAndNotQuoted)
{
    const ScriptedServer server(ok);
    const char *outputs[] = {
        "printf s3cret",
        R"(printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"s3cret"}}')",
        R"(printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}')",
        R"(printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"s3cret"}}')",
    };
    for (const auto *output : outputs) {
        const auto answer = open(server.url(), execUser(plugin(output)))->send(request()).result();
        ASSERT_FALSE(answer) << output;
        EXPECT_EQ(answer.error().kind, ErrorKind::Unauthorized);
        EXPECT_THAT(answer.error().describe(), Not(HasSubstr("s3cret")));
    }
}

TEST_F(CurlTransportTest, PluginNeedsConsent)
{
    const ScriptedServer server(ok);
    std::string asked;
    OpenOptions options;
    options.allowExecPlugin = [&asked](const std::string &command) {
        asked = command;
        return false;
    };
    const auto command = plugin(prints(R"(\"token\":\"t$n\")"));
    const auto answer = open(server.url(), execUser(command), options)->send(request()).result();
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("not allowed"));
    EXPECT_EQ(asked, command);
    EXPECT_EQ(content("runs"), "");
}

} // namespace
} // namespace binnacle::kube
