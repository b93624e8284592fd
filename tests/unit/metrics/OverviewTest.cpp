// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Overview.h"
#include "metrics/Points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace binnacle::metrics {

namespace {

using namespace std::chrono_literals;

TEST(Overview, HasAChartForEverythingThatOperatorsWatch)
{
    std::set<std::string> ids;
    for (const auto &panel : overviewPanels()) {
        EXPECT_TRUE(ids.insert(panel.id).second) << panel.id << " is there twice";
        EXPECT_FALSE(panel.lines.empty()) << panel.id;
        for (const auto &line : panel.lines) {
            EXPECT_FALSE(line.alternatives.empty()) << panel.id << " " << line.legend;
            for (const auto &alternative : line.alternatives)
                EXPECT_FALSE(alternative.needs.empty()) << alternative.expression;
        }
    }
    for (const char *const id :
         {"requests", "latency", "errors", "cpu", "memory", "restarts", "network", "disk", "volumes",
          "databaseConnections", "databaseCache", "databaseDeadlocks", "redisMemory", "nodes"})
        EXPECT_EQ(ids.count(id), 1U) << id;
}

TEST(Overview, AsksForTheWorkloadsOwnPods)
{
    const struct
    {
        Subject subject;
        const char *expected;
    } cases[] = {
        {{"Deployment", "shop", "web", {}}, R"(up{namespace="shop", pod=~"web-[a-z0-9]+-[a-z0-9]{5}"})"},
        {{"StatefulSet", "shop", "db", {}}, R"(up{namespace="shop", pod=~"db-[0-9]+"})"},
        {{"DaemonSet", "shop", "logs", {}}, R"(up{namespace="shop", pod=~"logs-[a-z0-9]{5}"})"},
        {{"CronJob", "shop", "backup", {}}, R"(up{namespace="shop", pod=~"backup-.+"})"},
        {{"Deployment", "shop", "web.v2", {}}, R"(up{namespace="shop", pod=~"web\\.v2-[a-z0-9]+-[a-z0-9]{5}"})"},
    };
    for (const auto &each : cases)
        EXPECT_EQ(expressionFor("up{$pods}", each.subject, 15s), each.expected);
    EXPECT_EQ(expressionFor("rate(x{namespace=\"$namespace\"}[$window])", {"Deployment", "shop", "web", {}}, 5min),
              "rate(x{namespace=\"shop\"}[5m15s])");
}

TEST(Overview, ShowsDatabaseChartsForDatabases)
{
    const auto has = [](const std::vector<Panel> &panels, const char *id) {
        return std::any_of(panels.begin(), panels.end(), [id](const Panel &panel) { return panel.id == id; });
    };
    const auto database = panelsFor({"StatefulSet", "shop", "db", {"docker.io/library/postgres:15-alpine"}});
    EXPECT_TRUE(has(database, "databaseConnections"));
    EXPECT_FALSE(has(database, "redisMemory"));
    EXPECT_FALSE(has(panelsFor({"Deployment", "shop", "web", {"nginx"}}), "databaseConnections"));
    EXPECT_TRUE(has(panelsFor({"Deployment", "shop", "cache", {"redis:7"}}), "redisMemory"));
}

TEST(Overview, WritesValuesAsPeopleReadThem)
{
    const struct
    {
        double value;
        Unit unit;
        const char *text;
    } cases[] = {
        {0, Unit::Number, "0"},
        {1234, Unit::Number, "1.23 k"},
        {12.5, Unit::PerSecond, "12.5/s"},
        {0.25, Unit::Cores, "250 m"},
        {1.5, Unit::Cores, "1.5 cores"},
        {1610612736, Unit::Bytes, "1.5 GiB"},
        {512, Unit::Bytes, "512 B"},
        {2048, Unit::BytesPerSecond, "2 KiB/s"},
        {0.23, Unit::Seconds, "230 ms"},
        {0.0000005, Unit::Seconds, "0.5 µs"},
        {2, Unit::Seconds, "2 s"},
        {0.123, Unit::Share, "12.3 %"},
        {NAN, Unit::Bytes, "–"},
    };
    for (const auto &each : cases)
        EXPECT_EQ(valueText(each.value, each.unit), each.text);
}

TEST(Points, BreakTheLineWhereValuesAreMissing)
{
    const Series series{{}, {{0, 1, "1"}, {15'000, 2, "2"}, {60'000, 3, "3"}, {75'000, NAN, "NaN"}, {90'000, 4, "4"}}};
    const auto points = pointsOf(series, 15s);
    ASSERT_EQ(points.size(), 6U);
    EXPECT_EQ(points[1], (Point{15'000, 2}));
    EXPECT_EQ(points[2].milliseconds, 30'000);
    EXPECT_TRUE(std::isnan(points[2].value)) << "45 s without a value";
    EXPECT_EQ(points[3], (Point{60'000, 3}));
    EXPECT_TRUE(std::isnan(points[4].value));
}

/// Whatever the line and however few pixels: greatest and least values stay, and the order of time.
TEST(Points, KeepExtremesWhenSampledDown)
{
    std::vector<Point> points;
    for (int i = 0; i < 20'000; ++i)
        points.push_back({i * 15'000LL, std::sin(i / 700.0) * 10});
    points[4'711].value = 1000;
    points[13'131].value = -1000;
    points[9'000].value = NAN;
    for (const int buckets : {1, 2, 7, 100, 500, 3'000}) {
        const auto fewer = downsample(points, buckets);
        EXPECT_LE(fewer.size(), static_cast<std::size_t>(buckets) * 5) << buckets;
        const auto has = [&fewer](double value) {
            return std::any_of(fewer.begin(), fewer.end(),
                               [value](const Point &point) { return point.value == value; });
        };
        EXPECT_TRUE(has(1000)) << buckets;
        EXPECT_TRUE(has(-1000)) << buckets;
        EXPECT_TRUE(
            std::any_of(fewer.begin(), fewer.end(), [](const Point &point) { return std::isnan(point.value); }));
        EXPECT_TRUE(std::is_sorted(fewer.begin(), fewer.end(),
                                   [](const Point &a, const Point &b) { return a.milliseconds < b.milliseconds; }));
        EXPECT_EQ(fewer.front().milliseconds, points.front().milliseconds);
        EXPECT_EQ(fewer.back().milliseconds, points.back().milliseconds);
    }
    EXPECT_EQ(downsample(points, 100'000).size(), points.size());
    EXPECT_TRUE(downsample({}, 10).empty());
}

} // namespace

} // namespace binnacle::metrics
