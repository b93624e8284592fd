// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Client.h"
#include "unit/operations/FakeTransport.h"

#include <gtest/gtest.h>

using namespace binnacle;

// Two removals that start together are the first that a program asks of a server.
TEST(Client, AnswersEveryCallThatWaitsForTheSameDiscovery)
{
    const auto server = std::make_shared<operations::FakeTransport>();
    server->answers["GET /api/v1/namespaces/shop/configmaps/settings"] = {{"kind", "ConfigMap"}};
    kube::Client client(server);
    server->holds = true;
    std::vector<QFuture<core::Result<core::Json>>> calls;
    for (int i = 0; i < 3; ++i)
        calls.push_back(client.get({{"", "ConfigMap"}, core::Namespace("shop"), "settings"}));
    const auto asked = client.discover();
    EXPECT_EQ(server->held.size(), 3U) << "one discovery for all: /api, /apis and /version";

    server->release();
    for (const auto &call : calls) {
        ASSERT_TRUE(call.isFinished());
        ASSERT_EQ(call.resultCount(), 1);
        EXPECT_TRUE(call.result().has_value());
    }
    ASSERT_EQ(asked.resultCount(), 1);
    EXPECT_TRUE(asked.result().has_value());
}

TEST(Client, KeepsWhatItKnowsOfTheServerWhenAskingAnewFails)
{
    const auto server = std::make_shared<operations::FakeTransport>();
    kube::Client client(server);
    ASSERT_TRUE(client.discover().result().has_value());
    server->answers.clear();
    EXPECT_FALSE(client.discover(true).result().has_value());
    EXPECT_TRUE(client.discover().result().has_value());
}
