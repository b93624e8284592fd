// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ApiWarnings.h"
#include "TransportFixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

namespace binnacle::kube {
namespace {

using testing::ElementsAre;

TEST(ApiWarnings, ReadsWhatServersSend)
{
    using Texts = std::vector<std::string>;
    const std::pair<const char *, Texts> cases[] = {
        {R"(299 - "v1 Endpoints is deprecated in v1.33+")", {"v1 Endpoints is deprecated in v1.33+"}},
        {R"(299 - "unknown field \"spec.foo\"")", {R"(unknown field "spec.foo")"}},
        {R"(299 - "one", 299 - "two, and more")", {"one", "two, and more"}},
        {R"(299 - "one" "Tue, 15 Nov 1994 08:12:31 GMT", 299 apiserver "two")", {"one", "two"}},
        {R"(110 anderson/1.3.37 "Response is stale")", {}},
        {R"(299 - "no end)", {}},
        {"299", {}},
        {"", {}},
    };
    for (const auto &[value, expected] : cases)
        EXPECT_EQ(apiWarnings({{"content-type", "x"}, {"warning", value}}), expected) << value;
    EXPECT_EQ(apiWarnings({{"warning", R"(299 - "a")"}, {"warning", R"(299 - "b")"}}), (Texts{"a", "b"}));
}

class ApiWarningsTest : public TransportFixture
{
};

TEST_F(ApiWarningsTest, EachIsToldOnceFromCallsAndStreams)
{
    const ScriptedServer server([](int number, const std::string &seen) {
        const std::string what = seen.find("/watch") != std::string::npos ? "from a watch" : "from a call";
        return ScriptedServer::answer(number == 2 ? 404 : 200, "{}", "Warning: 299 - \"" + what + "\"\r\n");
    });
    std::mutex mutex;
    std::vector<std::string> told;
    OpenOptions options;
    options.warned = [&](const std::string &warning) {
        const std::scoped_lock lock(mutex);
        told.push_back(warning);
    };
    const auto transport = open(server.url(), "{}", options);
    ASSERT_TRUE(transport->send(request()).result());
    ASSERT_TRUE(transport->send(request()).result());
    ASSERT_FALSE(transport->send(request()).result());
    auto watch = request();
    watch.path = "/watch";
    const auto consumer = std::make_shared<Collector>();
    transport->stream(watch, consumer);
    EXPECT_TRUE(consumer->wait());
    const std::scoped_lock lock(mutex);
    EXPECT_THAT(told, ElementsAre("from a call", "from a watch"));
}

} // namespace
} // namespace binnacle::kube
