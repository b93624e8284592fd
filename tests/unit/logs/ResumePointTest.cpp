// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/ResumePoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

struct Written
{
    Stamp stamp;
    std::string text;
};

constexpr Stamp second = 1'000'000'000;

/// Reads the log as a server gives it, breaking off at these places; what has been read in the end.
std::string readWithBreaks(const std::vector<Written> &log, std::vector<std::size_t> breaks)
{
    ResumePoint point;
    std::string read;
    breaks.push_back(log.size());
    for (const std::size_t until : breaks) {
        const auto since = point.since();
        const Stamp from = since ? *since / second * second : 0; // the server takes whole seconds
        point.reopened();
        for (std::size_t at = 0; at < until; ++at) {
            if (log[at].stamp >= from && point.accept(log[at].stamp, log[at].text.size()))
                read += log[at].text + " ";
        }
    }
    return read;
}

TEST(ResumePoint, LosesAndRepeatsNothingWhereverStreamsBreak)
{
    const std::vector<Written> log{{1 * second, "a"},      {1 * second + 5, "bb"}, {1 * second + 5, "cc"},
                                   {1 * second + 5, "d"},  {1 * second + 9, "e"},  {1 * second + 7, "late"},
                                   {2 * second, "f"},      {2 * second, "f"},      {4 * second + 1, "g"},
                                   {4 * second + 1, "gg"}, {9 * second, "h"}};
    std::string whole;
    for (const auto &line : log)
        whole += line.text + " ";
    for (std::size_t first = 0; first <= log.size(); ++first) {
        for (std::size_t then = first; then <= log.size(); ++then)
            EXPECT_EQ(readWithBreaks(log, {first, then}), whole) << first << " " << then;
    }
}

TEST(ResumePoint, ForgetsOldLinesAndStillRepeatsNone)
{
    std::vector<Written> log;
    std::string whole;
    for (int line = 0; line < 3000; ++line) {
        log.push_back({second + line * 1000, std::to_string(line)});
        whole += std::to_string(line) + " ";
    }
    EXPECT_EQ(readWithBreaks(log, {1, 700, 2999}), whole);
}

} // namespace
} // namespace binnacle::logs
