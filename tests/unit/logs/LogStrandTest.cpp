// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogStrand.h"

#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

using core::ErrorKind;
using core::makeError;
using Phase = LogStrand::Phase;

std::string said(const LogStrand::Action &action)
{
    if (const auto *open = std::get_if<LogStrand::Open>(&action))
        return std::string("open") + (open->follow ? " follow" : "") + (open->previous ? " previous" : "");
    if (const auto *wait = std::get_if<LogStrand::Wait>(&action))
        return "wait " + std::to_string(wait->delay.count());
    return {};
}

ContainerSight running(int restarts = 0)
{
    return {true, true, true, restarts};
}

const ContainerSight crashed{true, true, false, 0};
const ContainerSight creating{true, false, false, 0};

TEST(LogStrand, ReadsOnceWhatIsNotFollowed)
{
    LogStrand strand({});
    EXPECT_EQ(said(strand.sighted(running())), "open");
    EXPECT_EQ(said(strand.sighted(running(3))), "");
    EXPECT_EQ(said(strand.ended()), "");
    EXPECT_EQ(strand.phase(), Phase::Ended);
}

TEST(LogStrand, AsksTheServerWhyThereIsNoLog)
{
    LogStrand strand({});
    EXPECT_EQ(said(strand.sighted(creating)), "open");
    EXPECT_EQ(said(strand.failed(makeError(ErrorKind::Invalid, "is waiting to start"))), "");
    EXPECT_EQ(strand.phase(), Phase::Failed);
    EXPECT_EQ(strand.error()->message, "is waiting to start");
}

TEST(LogStrand, FollowsAContainerThroughItsRestarts)
{
    LogStrand strand({.follow = true});
    EXPECT_EQ(said(strand.sighted(creating)), "");
    EXPECT_EQ(said(strand.sighted(running())), "open follow");
    EXPECT_EQ(said(strand.sighted(crashed)), "");
    EXPECT_EQ(said(strand.ended()), "");
    EXPECT_EQ(strand.phase(), Phase::Waiting);
    EXPECT_EQ(said(strand.sighted(crashed)), "");
    EXPECT_EQ(said(strand.sighted(running(1))), "open follow");
    // Two restarts between two looks: the instance in between has a log of its own.
    EXPECT_EQ(said(strand.sighted(running(3))), "");
    EXPECT_EQ(said(strand.ended()), "open previous");
    EXPECT_EQ(said(strand.ended()), "open follow");
    EXPECT_EQ(said(strand.sighted({})), "");
    EXPECT_EQ(said(strand.ended()), "");
    EXPECT_EQ(strand.phase(), Phase::Ended);
}

TEST(LogStrand, AnEndThatTheClusterDoesNotExplainIsNoEnd)
{
    LogStrand strand({.follow = true});
    EXPECT_EQ(said(strand.sighted(running())), "open follow");
    EXPECT_EQ(said(strand.ended()), "wait 1000");
    EXPECT_EQ(said(strand.timerFired()), "open follow");
    EXPECT_EQ(said(strand.ended()), "wait 1000");
    EXPECT_EQ(said(strand.sighted({})), "");
    EXPECT_EQ(said(strand.timerFired()), "");
    EXPECT_EQ(strand.phase(), Phase::Ended);
}

TEST(LogStrand, ComesBackAfterFailuresMoreAndMoreSlowly)
{
    LogStrand strand({.follow = true});
    (void)strand.sighted(running());
    for (const char *const wait : {"wait 250", "wait 500", "wait 1000"}) {
        EXPECT_EQ(said(strand.failed(makeError(ErrorKind::Unreachable, "reset"))), wait);
        EXPECT_EQ(said(strand.timerFired()), "open follow");
    }
    strand.progressed();
    EXPECT_EQ(said(strand.failed(makeError(ErrorKind::Unreachable, "reset"))), "wait 250");
    EXPECT_EQ(said(strand.timerFired()), "open follow");
    EXPECT_EQ(said(strand.failed(makeError(ErrorKind::Forbidden, "no"))), "");
    EXPECT_EQ(strand.phase(), Phase::Failed);
}

TEST(LogStrand, ReadsThePastFirstWhereItIsMerged)
{
    LogStrand strand({.follow = true, .historyFirst = true});
    EXPECT_EQ(said(strand.sighted(running())), "open");
    EXPECT_EQ(said(strand.ended()), "open follow");
}

TEST(LogStrand, StopsAndGoesOnWithItsReader)
{
    LogStrand strand({});
    (void)strand.sighted(running());
    strand.stopped();
    EXPECT_EQ(strand.phase(), Phase::Paused);
    EXPECT_EQ(said(strand.drained()), "open");
    EXPECT_EQ(said(strand.drained()), "");
}

} // namespace
} // namespace binnacle::logs
