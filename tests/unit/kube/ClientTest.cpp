// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Client.h"
#include "core/Futures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <deque>

namespace binnacle::kube {
namespace {

using core::ErrorKind;
using core::Json;
using HttpAnswer = core::Result<HttpResponse>;
using testing::ElementsAre;
using testing::HasSubstr;

/// Keeps requests until the test answers them, as a server does that takes its time.
class HeldTransport final : public Transport
{
public:
    [[nodiscard]] QFuture<HttpAnswer> send(HttpRequest request, core::CancellationToken) override
    {
        std::string what = describe(request);
        for (const auto &[name, value] : request.query)
            what += " " + name + "=" + value;
        sent.push_back(what);
        auto &promise = m_held.emplace_back();
        promise.start();
        return promise.future();
    }
    void stream(HttpRequest, std::shared_ptr<StreamConsumer>, core::CancellationToken) override {}
    [[nodiscard]] std::string server() const override { return "https://127.0.0.1:6443"; }

    void answer(const std::string &body)
    {
        answer(HttpAnswer(HttpResponse{.status = 200, .headers = {}, .body = body}));
    }
    void answer(HttpAnswer answer)
    {
        ASSERT_FALSE(m_held.empty());
        auto promise = std::move(m_held.front());
        m_held.pop_front();
        core::finish(promise, std::move(answer));
    }
    void answerDiscovery()
    {
        answer(R"({"kind": "APIVersions", "versions": ["v1"]})");
        answer(R"({"kind": "APIGroupList", "groups": []})");
        answer(R"({"major": "1", "minor": "33"})");
        answer(R"({"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "pods", "kind": "Pod",
                   "namespaced": true, "verbs": ["get", "list", "create"]}]})");
    }
    [[nodiscard]] std::size_t held() const { return m_held.size(); }

    std::vector<std::string> sent;

private:
    std::deque<QPromise<HttpAnswer>> m_held;
};

ObjectKey pod(const char *name)
{
    return {{"", "Pod"}, core::Namespace("shop"), name};
}

class ClientTest : public testing::Test
{
protected:
    std::shared_ptr<HeldTransport> m_server = std::make_shared<HeldTransport>();
    std::unique_ptr<Client> m_client = std::make_unique<Client>(m_server);
};

TEST_F(ClientTest, CallsThatComeBeforeDiscoveryIsAnsweredAreAllAnswered)
{
    const auto first = m_client->get(pod("a"));
    const auto second = m_client->get(pod("b"));
    const auto third = m_client->discover();
    EXPECT_EQ(m_server->held(), 3U) << "one discovery for all";
    m_server->answerDiscovery();
    ASSERT_TRUE(third.isFinished());
    EXPECT_TRUE(core::resultOf(third));
    m_server->answer(R"({"metadata": {"name": "a", "managedFields": []}})");
    m_server->answer(R"({"metadata": {"name": "b"}})");
    ASSERT_TRUE(first.isFinished() && second.isFinished());
    EXPECT_EQ(core::resultOf(first).value()["metadata"], Json({{"name", "a"}}));
    EXPECT_EQ(core::resultOf(second).value()["metadata"], Json({{"name", "b"}}));
}

TEST_F(ClientTest, FailedDiscoveryFailsWhatWaitedAndIsAskedAgain)
{
    const auto first = m_client->get(pod("a"));
    const auto second = m_client->get(pod("b"));
    for (int i = 0; i < 3; ++i)
        m_server->answer(HttpAnswer(core::fail(ErrorKind::Unreachable, "connection refused")));
    ASSERT_TRUE(first.isFinished() && second.isFinished());
    EXPECT_EQ(core::resultOf(first).error().object, "Pod shop/a");
    EXPECT_EQ(core::resultOf(second).error().message, "connection refused");
    const auto again = m_client->get(pod("a"));
    m_server->answerDiscovery();
    m_server->answer(R"({"metadata": {"name": "a"}})");
    EXPECT_TRUE(core::resultOf(again));
}

TEST_F(ClientTest, KeepsWhatItKnowsOfTheServerWhenAskingAnewFails)
{
    const auto known = m_client->discover();
    m_server->answerDiscovery();
    const auto anew = m_client->discover(true);
    for (int i = 0; i < 3; ++i)
        m_server->answer(HttpAnswer(core::fail(ErrorKind::Unreachable, "connection refused")));
    EXPECT_FALSE(core::resultOf(anew));
    const auto still = m_client->discover();
    ASSERT_TRUE(still.isFinished());
    EXPECT_TRUE(core::resultOf(still));
}

TEST_F(ClientTest, NothingKeepsTheTransportWhenTheClientIsGone)
{
    const auto done = m_client->get(pod("a"));
    m_server->answerDiscovery();
    m_server->answer(R"({"metadata": {"name": "a"}})");
    const auto again = m_client->get(pod("a"));
    m_server->answer(R"({"metadata": {"name": "a"}})");
    ASSERT_TRUE(done.isFinished() && again.isFinished());
    const std::weak_ptr<Transport> watched = m_server;
    m_client.reset();
    m_server.reset();
    EXPECT_TRUE(watched.expired());
}

TEST_F(ClientTest, ListFollowsThePagesAndStartsOverWhenTheyHaveExpired)
{
    const auto list = m_client->list({"", "Pod"}, core::Namespace("shop"),
                                     {.labelSelector = {}, .fieldSelector = {}, .limit = 2, .resourceVersion = {}});
    m_server->answerDiscovery();
    m_server->sent.clear();
    m_server->answer(R"({"metadata": {"continue": "c1", "remainingItemCount": 1}, "items": [{"n": 1}, {"n": 2}]})");
    m_server->answer(R"({"metadata": {"continue": "c2"}, "items": [{"n": 3}]})");
    EXPECT_FALSE(list.isFinished());
    m_server->answer(HttpAnswer(core::fail(ErrorKind::Expired, "the provided continue parameter is too old")));
    m_server->answer(R"({"metadata": {"resourceVersion": "9"}, "items": [{"n": 1}, {"n": 4}]})");
    ASSERT_TRUE(list.isFinished());
    EXPECT_EQ(core::resultOf(list).value()["items"], Json::parse(R"([{"n": 1}, {"n": 4}])"));
    const std::string path = "GET /api/v1/namespaces/shop/pods";
    EXPECT_THAT(m_server->sent, ElementsAre(path + " limit=2 continue=c1", path + " limit=2 continue=c2", path));
}

TEST_F(ClientTest, AnswersThatAreNoObjectsAreErrors)
{
    m_server->sent.clear();
    for (const char *body : {"[]", "\"text\"", "<html>", "7"}) {
        const auto answer = m_client->get(pod("a"));
        if (m_server->held() == 3)
            m_server->answerDiscovery();
        m_server->answer(body);
        ASSERT_TRUE(answer.isFinished());
        const auto error = core::resultOf(answer).error();
        EXPECT_EQ(error.kind, ErrorKind::Protocol) << body;
        EXPECT_THAT(error.describe(), HasSubstr("Pod shop/a"));
        EXPECT_THAT(error.request, HasSubstr("GET /api/v1/namespaces/shop/pods/a"));
    }
    const auto list = m_client->list({"", "Pod"}, {});
    m_server->answer(R"({"metadata": 1, "items": []})");
    EXPECT_TRUE(list.isFinished());
}

} // namespace
} // namespace binnacle::kube
