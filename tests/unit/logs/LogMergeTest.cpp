// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogMerge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

using std::chrono::milliseconds;
using Mode = LogMerge::Mode;

class Merge : public testing::Test
{
protected:
    void add(std::uint16_t source, Stamp stamp)
    {
        LogEntry entry;
        entry.stamp = stamp;
        entry.source = source;
        merge.add(entry, std::string(1, static_cast<char>('a' + source)) + std::to_string(stamp), now);
    }
    std::string taken()
    {
        LogLines lines;
        merge.take(lines, now);
        std::string text;
        for (std::size_t at = 0; at < lines.size(); ++at)
            text += (text.empty() ? "" : " ") + std::string(lines.text(at));
        return text;
    }

    LogMerge merge{milliseconds(250)};
    LogMerge::Time now{};
};

TEST_F(Merge, PastIsMergedExactly)
{
    for (const std::uint16_t source : {0, 1, 2})
        merge.open(source, Mode::History);
    add(0, 1);
    add(0, 5);
    now += milliseconds(10'000); // however long it takes
    EXPECT_EQ(taken(), "");
    add(1, 3);
    EXPECT_EQ(taken(), "");
    add(2, 4);
    EXPECT_EQ(taken(), "a1 b3");
    merge.close(1);
    EXPECT_EQ(taken(), "c4");
    merge.close(2);
    EXPECT_EQ(taken(), "a5");
    EXPECT_TRUE(merge.isEmpty());
}

TEST_F(Merge, ASilentOneHoldsUpTheOthersForTheWindowOnly)
{
    for (const std::uint16_t source : {0, 1})
        merge.open(source, Mode::Live);
    add(0, 10);
    EXPECT_EQ(taken(), "");
    now += milliseconds(100);
    add(1, 7);
    EXPECT_EQ(taken(), "b7");
    now += milliseconds(149);
    EXPECT_EQ(taken(), "");
    now += milliseconds(1);
    EXPECT_EQ(taken(), "a10");
    add(1, 8); // later than the window: at the end, and not lost
    now += milliseconds(250);
    EXPECT_EQ(taken(), "b8");
}

TEST_F(Merge, OneAloneIsNeverHeldUp)
{
    merge.open(0, Mode::Live);
    add(0, 1);
    EXPECT_EQ(taken(), "a1");
}

TEST_F(Merge, LinesOfOneSourceKeepTheirOrder)
{
    merge.open(0, Mode::History);
    merge.open(1, Mode::History);
    for (const Stamp stamp : {5, 9, 6, 7})
        add(0, stamp);
    add(1, 8);
    add(1, 10);
    merge.close(0);
    merge.close(1);
    EXPECT_EQ(taken(), "a5 b8 a9 a6 a7 b10");
}

TEST_F(Merge, ManyLinesComeOutSorted)
{
    std::vector<int> order;
    for (const std::uint16_t source : {0, 1, 2})
        merge.open(source, Mode::History);
    LogLines all;
    for (int line = 0; line < 30'000; ++line) {
        add(static_cast<std::uint16_t>(line * 7 % 3), line);
        if (line % 100 == 0)
            merge.take(all, now);
    }
    for (const std::uint16_t source : {0, 1, 2})
        merge.close(source);
    merge.take(all, now);
    ASSERT_EQ(all.size(), 30'000U);
    for (std::size_t line = 0; line < all.size(); ++line)
        ASSERT_EQ(all.entries[line].stamp, static_cast<Stamp>(line));
}

} // namespace
} // namespace binnacle::logs
