// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Clock.h"

#include <gtest/gtest.h>

namespace binnacle::core {
namespace {

TEST(Clock, ReadsWhatKubernetesAndPluginsWrite)
{
    struct Case
    {
        const char *text;
        const char *utc;
    };
    const Case cases[] = {
        {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"},
        {"2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00Z"},
        {"2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"},
    };
    for (const auto &[text, utc] : cases) {
        const auto time = parseTime(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(formatTime(*time), utc);
    }
    EXPECT_FALSE(parseTime("tomorrow"));
    EXPECT_FALSE(parseTime(""));
}

TEST(Clock, AYearBeyondItsRangeIsStillInTheFuture)
{
    const auto far = parseTime("2999-01-01T00:00:00Z");
    ASSERT_TRUE(far);
    EXPECT_GT(*far, SystemClock().now());
}

} // namespace
} // namespace binnacle::core
