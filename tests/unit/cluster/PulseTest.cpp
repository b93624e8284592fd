// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Pulse.h"

#include <QCoreApplication>

#include <gtest/gtest.h>

namespace binnacle::cluster {
namespace {

class Server final : public kube::Transport
{
public:
    QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request, core::CancellationToken) override
    {
        asked.push_back(request.path);
        if (error)
            return QtFuture::makeReadyFuture(core::Result<kube::HttpResponse>(core::fail(*error)));
        return QtFuture::makeReadyFuture(core::Result<kube::HttpResponse>(kube::HttpResponse{200, {}, "{}"}));
    }
    void stream(kube::HttpRequest, std::shared_ptr<kube::StreamConsumer>, core::CancellationToken) override {}
    std::string server() const override { return "https://example"; }

    std::optional<core::Error> error;
    std::vector<std::string> asked;
};

class PulseTest : public testing::Test
{
protected:
    void heardFromFeed()
    {
        FeedStatus status{FeedState::Live};
        status.lastContact = clock.monotonic();
        store.setFeedStatus({{"", "Pod"}, {}}, status);
    }

    void pass(std::chrono::seconds time)
    {
        clock.advance(time);
        pulse.beat();
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
    }

    core::ManualClock clock{std::chrono::system_clock::time_point{}};
    std::shared_ptr<Server> server = std::make_shared<Server>();
    Store store{clock};
    Pulse pulse{std::make_shared<kube::Client>(server), store};
};

TEST_F(PulseTest, AsksNothingWhileFeedsHear)
{
    heardFromFeed();
    for (int i = 0; i < 5; ++i) {
        pass(std::chrono::seconds(8));
        heardFromFeed();
    }
    EXPECT_TRUE(server->asked.empty());
    EXPECT_FALSE(pulse.problem());
}

TEST_F(PulseTest, AsksNothingBeforeTheFirstAnswer)
{
    pass(std::chrono::minutes(1));
    EXPECT_TRUE(server->asked.empty());
}

TEST_F(PulseTest, SilenceOfALivingServerIsRest)
{
    heardFromFeed();
    pass(Pulse::patience);
    ASSERT_EQ(server->asked.size(), 1U);
    EXPECT_EQ(server->asked.front(), "/version");
    EXPECT_FALSE(pulse.problem());
    EXPECT_EQ(pulse.lastHeard(), clock.monotonic());
}

TEST_F(PulseTest, AServerThatRefusesIsAlive)
{
    heardFromFeed();
    server->error = core::makeError(core::ErrorKind::Forbidden, "no", "ask");
    server->error->httpStatus = 403;
    pass(Pulse::patience);
    EXPECT_FALSE(pulse.problem());
}

TEST_F(PulseTest, AServerThatHangsIsGoneUntilItAnswers)
{
    int changes = 0;
    QObject::connect(&pulse, &Pulse::changed, [&changes] { ++changes; });
    heardFromFeed();
    const auto last = clock.monotonic();
    server->error = core::makeError(core::ErrorKind::Timeout, "no answer within 5 s", "look");
    pass(Pulse::patience);
    ASSERT_TRUE(pulse.problem());
    EXPECT_EQ(pulse.problem()->kind, core::ErrorKind::Timeout);
    EXPECT_EQ(pulse.lastHeard(), last) << "a failure is no sign of life";
    pass(std::chrono::seconds(3));
    EXPECT_EQ(changes, 1) << "said once";
    server->error.reset();
    pass(std::chrono::seconds(3));
    EXPECT_FALSE(pulse.problem());
    EXPECT_EQ(changes, 2);
}

TEST_F(PulseTest, AFeedThatHearsAgainEndsTheProblem)
{
    heardFromFeed();
    server->error = core::makeError(core::ErrorKind::Timeout, "no answer within 5 s", "look");
    pass(Pulse::patience);
    ASSERT_TRUE(pulse.problem());
    heardFromFeed();
    pass(std::chrono::seconds(1));
    EXPECT_FALSE(pulse.problem());
}

} // namespace
} // namespace binnacle::cluster
