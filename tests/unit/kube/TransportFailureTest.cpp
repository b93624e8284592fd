// SPDX-License-Identifier: GPL-3.0-or-later
// Servers that restart, proxies that cut, networks that stall.
#include "TransportFixture.h"

#include <QDateTime>
#include <QLocale>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using testing::HasSubstr;

class TransportFailureTest : public TransportFixture
{
};

/// RFC 9110, section 5.6.7.
std::string httpDate(int secondsFromNow)
{
    const auto when = QDateTime::currentDateTimeUtc().addSecs(secondsFromNow);
    return (QLocale::c().toString(when, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss")) + QStringLiteral(" GMT"))
        .toStdString();
}

TEST_F(TransportFailureTest, AWriteOnAReusedConnectionIsNeverRepeatedEither)
{
    const ScriptedServer server([](int n, const auto &r) { return n == 0 ? ok(n, r) : std::string("close"); });
    const auto transport = open(server.url());
    ASSERT_TRUE(transport->send(request()).result());
    for (const auto method : {HttpMethod::Post, HttpMethod::Put, HttpMethod::Patch, HttpMethod::Delete}) {
        const auto before = server.requests().size();
        const auto answer = transport->send(request(method, R"({"kind":"Pod"})")).result();
        ASSERT_FALSE(answer) << toString(method);
        EXPECT_EQ(answer.error().kind, ErrorKind::Unreachable) << toString(method);
        EXPECT_THAT(answer.error().message, HasSubstr("not known")) << toString(method);
        EXPECT_EQ(server.requests().size(), before + 1) << toString(method) << ": the server may have carried it out";
    }
}

TEST_F(TransportFailureTest, AWriteAfterTheServerClosedAnIdleConnectionIsSentOnce)
{
    ScriptedServer server(ok);
    const auto transport = open(server.url());
    ASSERT_TRUE(transport->send(request()).result());
    server.closeConnections();
    ASSERT_TRUE(server.waitForConnections(0));
    QThread::msleep(50); // let the end reach the client
    const auto answer = transport->send(request(HttpMethod::Post, "{}")).result();
    EXPECT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(server.requests().size(), 2U);
    EXPECT_EQ(server.connectionsEver(), 2);
}

TEST_F(TransportFailureTest, ATruncatedBodyIsAskedForAgainAndNeverTakenForTheWhole)
{
    const auto cut = "HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\n{\"items\":[" + ScriptedServer::hangUp;
    const auto chunked = "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ite\r\n" + ScriptedServer::hangUp;
    for (const auto &broken : {cut, chunked}) {
        const ScriptedServer once([&](int n, const auto &r) { return n == 0 ? broken : ok(n, r); });
        const auto answer = open(once.url())->send(request()).result();
        ASSERT_TRUE(answer) << answer.error().describe();
        EXPECT_EQ(answer->body, "{}") << "nothing of the broken answer is left";
        const ScriptedServer always([&](int, const auto &) { return broken; });
        const auto failed = open(always.url())->send(request()).result();
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().kind, ErrorKind::Unreachable);
        EXPECT_EQ(failed.error().request, "GET /api/v1/things");
        EXPECT_THAT(failed.error().message, HasSubstr(always.url()));
        EXPECT_FALSE(failed.error().next.empty());
        EXPECT_EQ(always.requests().size(), 3U);
    }
}

TEST_F(TransportFailureTest, AStreamThatIsCutIsAnErrorNotAnEnd)
{
    const ScriptedServer server([](int, const auto &) {
        return "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\n" + ScriptedServer::hangUp;
    });
    const auto consumer = std::make_shared<Collector>();
    const auto transport = open(server.url());
    transport->stream(request(), consumer);
    const auto result = consumer->wait();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Unreachable);
    EXPECT_EQ(consumer->text, "event");
    EXPECT_EQ(server.requests().size(), 1U) << "what was begun is the reflector's to go on with";
}

TEST_F(TransportFailureTest, AServerThatDripsDoesNotOutliveTheDeadline)
{
    const ScriptedServer server([](int, const auto &) { return ScriptedServer::endless("{") + ScriptedServer::drip; });
    auto impatient = request();
    impatient.timeout = milliseconds(300);
    const auto answer = open(server.url())->send(impatient).result();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Timeout);
    EXPECT_TRUE(server.waitForConnections(0)) << "the connection is given up with the call";
}

TEST_F(TransportFailureTest, ACancelledCallGivesItsConnectionUpAtOnce)
{
    const ScriptedServer server([](int, const auto &) { return std::string(); });
    const auto transport = open(server.url());
    core::CancellationSource source;
    auto call = transport->send(request(), source.token());
    ASSERT_TRUE(server.waitForConnections(1));
    source.cancel();
    EXPECT_EQ(call.result().error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(call.result().error().request, "GET /api/v1/things");
    EXPECT_TRUE(server.waitForConnections(0));
}

TEST_F(TransportFailureTest, RetryAfterMayBeADate)
{
    const ScriptedServer server([](int n, const auto &r) {
        return n == 0 ? ScriptedServer::answer(503, "restarting", "Retry-After: " + httpDate(2) + "\r\n") : ok(n, r);
    });
    const auto before = std::chrono::steady_clock::now();
    const auto answer = open(server.url())->send(request(HttpMethod::Post, "{}")).result();
    EXPECT_TRUE(answer) << answer.error().describe();
    EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(900)) << "the date has no fractions of a second";
}

TEST_F(TransportFailureTest, OnlyReadsAreRepeatedAfterAPassingServerError)
{
    struct Case
    {
        int status;
        const char *body;
        bool repeated;
    };
    const Case cases[] = {
        {502, "bad gateway", true},
        {503, "no endpoints", true},
        {504, "gateway timeout", true},
        {500, R"({"kind":"Status","code":500,"reason":"ServerTimeout","details":{"retryAfterSeconds":1}})", true},
        {500, R"({"kind":"Status","code":500,"reason":"InternalError","message":"a webhook failed"})", false},
        {404, R"({"kind":"Status","code":404,"reason":"NotFound"})", false},
    };
    for (const auto &each : cases) {
        const auto script = [&each](int n, const auto &r) {
            return n == 0 ? ScriptedServer::answer(each.status, each.body) : ok(n, r);
        };
        const ScriptedServer forReads(script);
        EXPECT_EQ(open(forReads.url())->send(request()).result().has_value(), each.repeated) << each.body;
        const ScriptedServer forWrites(script);
        const auto written = open(forWrites.url())->send(request(HttpMethod::Post, "{}")).result();
        ASSERT_FALSE(written) << each.body;
        EXPECT_EQ(written.error().httpStatus, each.status);
        EXPECT_EQ(written.error().request, "POST /api/v1/things");
        EXPECT_FALSE(written.error().next.empty());
        EXPECT_EQ(forWrites.requests().size(), 1U) << each.body;
    }
}

} // namespace
} // namespace binnacle::kube
