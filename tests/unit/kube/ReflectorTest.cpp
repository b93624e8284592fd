// SPDX-License-Identifier: GPL-3.0-or-later
// The names follow the check list of client-go's reflector tests.
#include "kube/ReflectorState.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace binnacle::kube::reflector {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

core::Error error(ErrorKind kind, int status = 0)
{
    auto result = core::makeError(kind, "as the server said");
    result.httpStatus = status;
    return result;
}

class ReflectorTest : public testing::Test
{
protected:
    const Effects &when(const Input &input)
    {
        last = step(state, input, world);
        return last;
    }
    template <typename T>
    const T *only() const
    {
        const T *found = nullptr;
        for (const auto &effect : last)
            if (const auto *each = std::get_if<T>(&effect))
                found = each;
        return found;
    }
    void listed(const std::string &version)
    {
        when(Start{});
        when(PageRead{version, {}});
        when(WatchOpened{});
    }
    void later(milliseconds by) { world.now += by; }

    ReflectorState state;
    Circumstances world{ReflectorState::Time{} + seconds(1000), 0.5};
    Effects last;
};

TEST_F(ReflectorTest, FirstListMayComeFromTheWatchCacheInPages)
{
    when(Start{});
    ASSERT_NE(only<List>(), nullptr);
    EXPECT_EQ(*only<List>(), (List{"0", "", 500, false}));
    EXPECT_EQ(state.phase, ReflectorPhase::InitPage);
}

TEST_F(ReflectorTest, PagesAreFollowedToTheEndBeforeAnythingIsPublished)
{
    when(Start{});
    when(PageRead{"70", "token-1"});
    EXPECT_EQ(*only<List>(), (List{"", "token-1", 500, false}));
    EXPECT_EQ(only<Publish>(), nullptr);
    when(PageRead{"70", ""});
    EXPECT_NE(only<Publish>(), nullptr);
    ASSERT_NE(only<Watch>(), nullptr);
    EXPECT_EQ(only<Watch>()->resourceVersion, "70");
    EXPECT_EQ(only<Watch>()->timeout, seconds(450)); // between 5 and 10 minutes
    EXPECT_EQ(only<Report>()->condition, Condition::Live);
}

TEST_F(ReflectorTest, WatchResumesFromTheLastVersionSeenWhenItEnds)
{
    listed("70");
    when(EventsRead{"75", false});
    later(seconds(300));
    when(WatchEnded{});
    EXPECT_EQ(only<Watch>()->resourceVersion, "75");
    EXPECT_EQ(only<List>(), nullptr);
    EXPECT_EQ(only<Report>(), nullptr) << "the end of a watch is no news";
}

TEST_F(ReflectorTest, WatchOfUnderASecondWithoutEventsIsAnError)
{
    listed("70");
    later(milliseconds(200));
    when(WatchEnded{});
    EXPECT_EQ(only<Watch>(), nullptr);
    EXPECT_NE(only<Wait>(), nullptr);
    EXPECT_EQ(only<Report>()->condition, Condition::Stale);
}

TEST_F(ReflectorTest, ShortWatchWithEventsIsNoError)
{
    listed("70");
    when(EventsRead{"71", false});
    later(milliseconds(200));
    when(WatchEnded{});
    EXPECT_NE(only<Watch>(), nullptr);
}

TEST_F(ReflectorTest, NoRelistOnTooManyRequests)
{
    listed("70");
    auto busy = error(ErrorKind::TooManyRequests, 429);
    busy.retryAfter = milliseconds(7000);
    when(Failed{busy});
    EXPECT_EQ(only<Wait>()->delay, milliseconds(7000)) << "the server's Retry-After is a minimum";
    when(TimerFired{});
    EXPECT_EQ(only<List>(), nullptr);
    EXPECT_EQ(only<Watch>()->resourceVersion, "70");
}

TEST_F(ReflectorTest, NoRelistWhenTheConnectionIsLost)
{
    listed("70");
    when(Failed{error(ErrorKind::Unreachable)});
    when(TimerFired{});
    EXPECT_EQ(only<Watch>()->resourceVersion, "70");
}

TEST_F(ReflectorTest, ExpiredWatchRelistsTheNewestStateAtOnce)
{
    listed("70");
    later(seconds(60));
    when(Failed{error(ErrorKind::Expired, 410)});
    EXPECT_EQ(only<Wait>(), nullptr);
    EXPECT_EQ(*only<List>(), (List{"", "", 500, false}));
}

TEST_F(ReflectorTest, ExpiredAgainAtOnceBacksOff)
{
    listed("70");
    when(Failed{error(ErrorKind::Expired, 410)});
    when(Failed{error(ErrorKind::Expired, 410)});
    EXPECT_EQ(only<List>(), nullptr);
    EXPECT_NE(only<Wait>(), nullptr);
}

TEST_F(ReflectorTest, FullListIfThePageTokenExpired)
{
    when(Start{});
    when(PageRead{"70", "token-1"});
    when(Failed{error(ErrorKind::Expired, 410)});
    EXPECT_NE(only<Discard>(), nullptr);
    EXPECT_EQ(*only<List>(), (List{"", "", 0, false}));
    when(PageRead{"80", ""});
    EXPECT_NE(only<Publish>(), nullptr);
    EXPECT_EQ(only<Watch>()->resourceVersion, "80");
}

TEST_F(ReflectorTest, TooLargeResourceVersionRelistsTheNewestState)
{
    listed("70");
    later(seconds(60));
    auto tooLarge = error(ErrorKind::Timeout, 504);
    tooLarge.causes.push_back({"ResourceVersionTooLarge", "Too large resource version", ""});
    when(Failed{tooLarge});
    EXPECT_EQ(*only<List>(), (List{"", "", 500, false}));
}

TEST_F(ReflectorTest, RelistAfterAnUnreadableEventDoesNotGoBackInTime)
{
    listed("70");
    when(EventsRead{"75", false});
    when(Failed{error(ErrorKind::Protocol)});
    when(TimerFired{});
    EXPECT_EQ(*only<List>(), (List{"75", "", 0, false})) << "with a limit the server would not use its cache";
}

TEST_F(ReflectorTest, BookmarksMoveTheVersionOn)
{
    listed("70");
    when(EventsRead{"90", false});
    when(Failed{error(ErrorKind::Unreachable)});
    when(TimerFired{});
    EXPECT_EQ(only<Watch>()->resourceVersion, "90");
}

TEST_F(ReflectorTest, WatchListBringsTheInitialStateUntilItsBookmark)
{
    state.watchListServed = true;
    when(Start{});
    ASSERT_NE(only<Watch>(), nullptr);
    EXPECT_TRUE(only<Watch>()->sendInitialEvents);
    when(WatchOpened{});
    when(EventsRead{"12", false}); // a synthetic ADDED
    EXPECT_EQ(only<Publish>(), nullptr);
    EXPECT_EQ(state.resourceVersion, "") << "versions of initial objects are older than the state";
    when(EventsRead{"80", true});
    EXPECT_NE(only<Publish>(), nullptr);
    EXPECT_EQ(state.phase, ReflectorPhase::Watching);
    EXPECT_EQ(state.resourceVersion, "80");
}

TEST_F(ReflectorTest, WatchListFallsBackToListWhenRefused)
{
    const std::pair<ErrorKind, int> refusals[] = {{ErrorKind::Invalid, 400},
                                                  {ErrorKind::Forbidden, 403},
                                                  {ErrorKind::Unsupported, 405},
                                                  {ErrorKind::Invalid, 422}};
    for (const auto &[kind, status] : refusals) {
        state = {};
        state.watchListServed = true;
        when(Start{});
        when(Failed{error(kind, status)});
        ASSERT_NE(only<List>(), nullptr) << status;
        EXPECT_EQ(*only<List>(), (List{"0", "", 500, false})) << status;
        EXPECT_EQ(only<Wait>(), nullptr) << status;
        EXPECT_EQ(only<Report>(), nullptr) << status << ": nobody need know";
    }
}

TEST_F(ReflectorTest, WatchListIsTriedAgainAfterAFailureThatSaysNothingAboutIt)
{
    const std::pair<ErrorKind, int> failures[] = {{ErrorKind::Unreachable, 0},
                                                  {ErrorKind::Timeout, 504},
                                                  {ErrorKind::TooManyRequests, 429},
                                                  {ErrorKind::Server, 503}};
    for (const auto &[kind, status] : failures) {
        state = {};
        state.watchListServed = true;
        when(Start{});
        when(Failed{error(kind, status)});
        EXPECT_NE(only<Wait>(), nullptr) << status;
        when(TimerFired{});
        ASSERT_NE(only<Watch>(), nullptr) << status;
        EXPECT_TRUE(only<Watch>()->sendInitialEvents) << status;
    }
}

TEST_F(ReflectorTest, WatchListStartsFromTheNewestStateAfterExpiredOrTooLarge)
{
    auto tooLarge = error(ErrorKind::Timeout, 504);
    tooLarge.message = "Too large resource version: 100, current: 7";
    for (const auto &failure : {error(ErrorKind::Expired, 410), tooLarge}) {
        state = {};
        state.watchListServed = true;
        when(Start{});
        when(WatchOpened{});
        when(EventsRead{"70", true});
        later(seconds(60));
        when(Failed{failure});
        ASSERT_NE(only<Watch>(), nullptr);
        EXPECT_EQ(only<Watch>()->resourceVersion, "") << "an etcd that was restored counts from lower numbers";
        EXPECT_TRUE(only<Watch>()->sendInitialEvents);
        EXPECT_NE(only<Discard>(), nullptr);
    }
}

TEST_F(ReflectorTest, WatchWithNothingButBookmarksIsNoFailure)
{
    listed("70");
    when(EventsRead{"95", false});
    later(milliseconds(500));
    when(WatchEnded{});
    EXPECT_EQ(only<Report>(), nullptr);
    ASSERT_NE(only<Watch>(), nullptr);
    EXPECT_EQ(only<Watch>()->resourceVersion, "95");
}

TEST_F(ReflectorTest, PageTokenThatExpiresInTheMiddleOfARelistKeepsWhatIsShown)
{
    listed("70");
    later(seconds(60));
    when(Failed{error(ErrorKind::Expired, 410)});
    when(PageRead{"90", "token-1"});
    when(PageRead{"90", "token-2"});
    later(seconds(60));
    when(Failed{error(ErrorKind::Expired, 410)});
    EXPECT_EQ(only<Publish>(), nullptr) << "half a list is never the whole state";
    EXPECT_EQ(*only<List>(), (List{"", "", 0, false}));
    when(PageRead{"99", ""});
    EXPECT_NE(only<Publish>(), nullptr);
    EXPECT_EQ(only<Watch>()->resourceVersion, "99");
    later(seconds(60));
    when(Failed{error(ErrorKind::Expired, 410)});
    EXPECT_EQ(*only<List>(), (List{"", "", 500, false})) << "the next one comes in pages again";
}

TEST_F(ReflectorTest, LossInTheMiddleOfAListStartsItAgain)
{
    when(Start{});
    when(PageRead{"70", "token-1"});
    when(Failed{error(ErrorKind::Unreachable)});
    when(TimerFired{});
    EXPECT_NE(only<Discard>(), nullptr);
    EXPECT_EQ(*only<List>(), (List{"0", "", 500, false}));
}

TEST_F(ReflectorTest, ListThatIsAllowedIsKeptFreshWhereWatchingIsNot)
{
    listed("70");
    when(Failed{error(ErrorKind::Forbidden, 403)});
    EXPECT_EQ(only<Report>()->condition, Condition::Denied);
    when(TimerFired{});
    EXPECT_NE(only<List>(), nullptr);
}

TEST_F(ReflectorTest, InterruptedWatchListStartsAgain)
{
    state.watchListServed = true;
    when(Start{});
    when(WatchOpened{});
    later(seconds(30));
    when(WatchEnded{});
    when(TimerFired{});
    EXPECT_NE(only<Discard>(), nullptr);
    EXPECT_TRUE(only<Watch>()->sendInitialEvents);
}

TEST_F(ReflectorTest, ForbiddenIsShownAndRetriedSlowly)
{
    when(Start{});
    when(Failed{error(ErrorKind::Forbidden, 403)});
    EXPECT_EQ(state.phase, ReflectorPhase::Denied);
    EXPECT_EQ(only<Report>()->condition, Condition::Denied);
    EXPECT_GE(only<Wait>()->delay, seconds(60));
    when(TimerFired{});
    EXPECT_NE(only<List>(), nullptr);
}

TEST_F(ReflectorTest, KindThatIsNotServedIsSaidSo)
{
    when(Start{});
    when(Failed{error(ErrorKind::NotFound, 404)});
    EXPECT_EQ(only<Report>()->condition, Condition::Unserved);
    EXPECT_GE(only<Wait>()->delay, seconds(60));
}

TEST_F(ReflectorTest, ServerThatRefusesProtobufIsAskedForJson)
{
    for (const int status : {406, 415}) {
        state = {};
        when(Start{});
        when(Failed{error(ErrorKind::Invalid, status)});
        EXPECT_EQ(*only<List>(), (List{"0", "", 500, true}));
        when(Failed{error(ErrorKind::Invalid, status)});
        EXPECT_EQ(only<List>(), nullptr) << "and not for ever";
    }
}

TEST_F(ReflectorTest, BackoffDoublesToItsCapWithFullJitter)
{
    const double expected[] = {0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0};
    when(Start{});
    for (const double most : expected) {
        when(Failed{error(ErrorKind::Unreachable)});
        EXPECT_EQ(only<Wait>()->delay.count(), std::llround(most * 1000 * world.random));
        later(only<Wait>()->delay);
        when(TimerFired{});
    }
}

TEST_F(ReflectorTest, BackoffStartsOverAfterTwoQuietMinutes)
{
    listed("70");
    for (int i = 0; i < 5; ++i) {
        when(Failed{error(ErrorKind::Unreachable)});
        when(TimerFired{});
    }
    later(seconds(121));
    when(Failed{error(ErrorKind::Unreachable)});
    EXPECT_EQ(only<Wait>()->delay, milliseconds(400));
}

TEST_F(ReflectorTest, NothingIsStaleBeforeItWasLive)
{
    when(Start{});
    when(Failed{error(ErrorKind::Unreachable)});
    EXPECT_EQ(only<Report>()->condition, Condition::Loading);
    EXPECT_TRUE(only<Report>()->error.has_value());
}

TEST_F(ReflectorTest, ReconnectDoesNotWaitOutTheBackoff)
{
    listed("70");
    when(Failed{error(ErrorKind::Unreachable)});
    when(Reconnect{});
    EXPECT_NE(only<Stop>(), nullptr);
    EXPECT_EQ(only<Watch>()->resourceVersion, "70");
}

} // namespace
} // namespace binnacle::kube::reflector
