// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Durations.h"

#include <gtest/gtest.h>

namespace binnacle::metrics {

namespace {

using namespace std::chrono_literals;

TEST(Durations, ReadsWhatPrometheusReads)
{
    const struct
    {
        const char *text;
        std::optional<std::chrono::milliseconds> duration;
        const char *shown;
    } cases[] = {
        {"15s", 15s, "15s"},       {"5m", 5min, "5m"},         {"1h30m", 90min, "1h30m"},  {"90s", 90s, "1m30s"},
        {"500ms", 500ms, "500ms"}, {"15d", 360h, "15d"},       {"1w", 168h, "7d"},         {"30", 30s, "30s"},
        {"", std::nullopt, ""},    {"0s", std::nullopt, ""},   {"h", std::nullopt, ""},    {"1x", std::nullopt, ""},
        {"-5m", std::nullopt, ""}, {"1h30", std::nullopt, ""}, {"1.5h", std::nullopt, ""},
    };
    for (const auto &each : cases) {
        EXPECT_EQ(durationFromText(each.text), each.duration) << each.text;
        if (each.duration) {
            EXPECT_EQ(durationText(*each.duration), each.shown);
        }
    }
}

TEST(Durations, ReadsTimes)
{
    const Time expected{std::chrono::seconds(1'700'000'000)};
    EXPECT_EQ(timeFromText("2023-11-14T22:13:20Z"), expected);
    EXPECT_EQ(timeFromText("1700000000"), expected);
    EXPECT_EQ(timeFromText("1700000000.25"), expected + 250ms);
    EXPECT_FALSE(timeFromText("yesterday"));
    EXPECT_FALSE(timeFromText(""));
}

/// Every range that the screen offers.
TEST(Durations, ChoosesStepsThatPeopleRead)
{
    const struct
    {
        std::chrono::milliseconds length;
        std::chrono::milliseconds step;
    } cases[] = {{5min, 15s}, {15min, 15s}, {1h, 15s},    {3h, 1min}, {6h, 2min},
                 {12h, 5min}, {24h, 10min}, {48h, 15min}, {168h, 1h}, {360h, 2h}};
    const Time end{std::chrono::seconds(1'700'000'007)};
    for (const auto &each : cases) {
        const auto range = rangeEnding(end, each.length, 250);
        EXPECT_EQ(range.step, each.step) << durationText(each.length);
        EXPECT_LE(range.end, end);
        EXPECT_GT(range.end + range.step, end);
        EXPECT_EQ(range.start.time_since_epoch() % range.step, Time::duration::zero());
        EXPECT_LE((range.end - range.start) / range.step + 1, 250);
        EXPECT_EQ(rangeEnding(end + 1ms, each.length, 250), range) << "a moment later it is the same";
    }
}

TEST(Durations, LetsRatesSeeAtLeastFourScrapes)
{
    EXPECT_EQ(rateWindow(15s), 1min);
    EXPECT_EQ(rateWindow(2min), 135s);
    EXPECT_EQ(rateWindow(15s, 1min), 4min);
}

} // namespace

} // namespace binnacle::metrics
