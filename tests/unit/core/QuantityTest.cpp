// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Quantity.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <sstream>

using binnacle::core::Quantity;

namespace {

/// A line of tests/data/quantities.tsv.
struct Row
{
    std::string text;
    std::string canonical; ///< "invalid": refused
    std::string decimal;
};

std::vector<Row> table()
{
    std::ifstream file(BINNACLE_SOURCE_DIR "/tests/data/quantities.tsv");
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        std::istringstream cells(line);
        Row row;
        std::string quoted;
        std::getline(cells, quoted, '\t');
        std::getline(cells, row.canonical, '\t');
        std::getline(cells, row.decimal, '\t');
        row.text = nlohmann::json::parse(quoted).get<std::string>();
        rows.push_back(std::move(row));
    }
    return rows;
}

Quantity quantity(std::string_view text)
{
    const auto parsed = Quantity::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value_or(Quantity());
}

TEST(Quantity, IsWrittenAsTheApiServerWritesIt)
{
    const auto rows = table();
    ASSERT_GE(rows.size(), 200U);
    for (const auto &row : rows) {
        const auto parsed = Quantity::parse(row.text);
        ASSERT_EQ(parsed.has_value(), row.canonical != "invalid") << row.text;
        if (!parsed)
            continue;
        EXPECT_EQ(parsed->canonical(), row.canonical) << row.text;
        EXPECT_EQ(parsed->decimal(), row.decimal) << row.text;
        EXPECT_EQ(Quantity::parse(row.decimal).value(), *parsed) << row.text;
        // The server would read what it wrote as the same number, and write it the same way; but it caps 2^63 in Ei.
        EXPECT_EQ(quantity(row.canonical), *parsed) << row.text;
        EXPECT_EQ(quantity(row.canonical).canonical(), row.canonical) << row.text;
    }
}

TEST(Quantity, RefusesWhatWouldTakeLongToCompute)
{
    EXPECT_FALSE(Quantity::parse("1e99999999999").has_value());
    EXPECT_FALSE(Quantity::parse("1e4294967296").has_value()); // apimachinery wraps it round to 1
    EXPECT_FALSE(Quantity::parse(std::string(1'000'000, '9')).has_value());
}

TEST(Quantity, ComparesAsNumbers)
{
    struct
    {
        const char *a, *b;
        int order;
    } const rows[] = {
        {"0", "0", 0},
        {"0", "0Gi", 0},
        {"100m", "50m", 1},
        {"50m", "100m", -1},
        {"10000T", "100Gi", 1},
        {"1000m", "1", 0},
        {"1Gi", "1073741824", 0},
        {"1G", "1Gi", -1},
        {"1e3", "1k", 0},
        {"-1", "-2", 1},
        {"-1n", "0", -1},
        {"9.01", "9010m", 0},
        {"9", "9.01", -1},
        {"9.01", "9", 1},
        {"800m", "1", -1},
        {"800m", "790m", 1},
        {"9223372036854775807", "0.1", 1},
        {"92233720368547758070", "10", 1},
        {"922.3372036854775807", "1000", -1},
        {"-9223372036854775808", "0", -1},
        {"-9.223372036854775808", "-1", -1},
        {"-0.9223372036854775808", "-1", 1},
        {"10", "1e1", 0},
        {"10.00000000000000001", "10", 1}, // below a nano-unit, rounded up to one
        {"9.99999999999999999", "10", 0},
        {"8Ei", "9223372036854775807", 0},
        {"9223372036854775808", "8Ei", 1}, // only binary quantities are capped
    };
    for (const auto &row : rows) {
        const auto order = quantity(row.a) <=> quantity(row.b);
        EXPECT_EQ(order < 0 ? -1 : order > 0 ? 1 : 0, row.order) << row.a << " " << row.b;
        EXPECT_TRUE((quantity(row.b) <=> quantity(row.a)) == (0 <=> order)) << row.b << " " << row.a;
    }
}

TEST(Quantity, CountsExactly)
{
    struct
    {
        const char *a;
        char sign;
        const char *b;
        const char *canonical;
    } const rows[] = {
        {"10", '+', "1e1", "20"},
        {"10", '+', "1Ki", "1034"},
        {"0", '+', "50", "50"},
        {"50", '+', "0", "50"},
        {"0", '+', "0", "0"},
        {"100m", '+', "0", "100m"},
        {"0", '+', "100m", "100m"},
        {"0", '+', "1Gi", "1Gi"},
        {"1Gi", '+', "0", "1Gi"},
        {"1Gi", '+', "512Mi", "1536Mi"},
        {"1Gi", '+', "1k", "1073742824"},
        {"1k", '+', "1Ki", "2024"},
        {"0.1", '+', "0.2", "300m"},
        {"1n", '+', "1E", "1000000000000000000000000001n"},
        {"9223372036854775807", '+', "1", "9223372036854775808"},
        {"10", '-', "1e1", "0"},
        {"10", '-', "1Ki", "-1014"},
        {"0", '-', "50", "-50"},
        {"50", '-', "0", "50"},
        {"0", '-', "100m", "-100m"},
        {"0", '-', "1Gi", "-1Gi"},
        {"1", '-', "1500m", "-500m"},
        {"1Gi", '-', "1Gi", "0"},
        {"0", '-', "-9223372036854775808", "9223372036854775808"},
        {"1", '-', "-9223372036854775808", "9223372036854775809"},
        {"10", '-', "-9223372036854775808", "9223372036854775818"},
        {"1m", '-', "-9223372036854775808m", "9223372036854775809m"},
    };
    for (const auto &row : rows) {
        const Quantity result = row.sign == '+' ? quantity(row.a) + quantity(row.b) : quantity(row.a) - quantity(row.b);
        EXPECT_EQ(result.canonical(), row.canonical) << row.a << row.sign << row.b;
    }
}

TEST(Quantity, MultipliesExactly)
{
    struct
    {
        const char *a;
        long long times;
        const char *canonical;
    } const rows[] = {
        {"10", 10, "100"},
        {"10", -10, "-100"},
        {"-50", -50, "2500"},
        {"-50", 0, "0"},
        {"0", 50, "0"},
        {"9223372036854775807", 2, "18446744073709551614"},
        {"9223372036854775807", -10, "-92233720368547758070"},
        {"-9223372036854775808", -1, "9223372036854775808"},
        {"128Mi", 8, "1Gi"},
        {"100m", 15, "1500m"},
        {"250m", 4, "1"},
    };
    for (const auto &row : rows)
        EXPECT_EQ((quantity(row.a) * row.times).canonical(), row.canonical) << row.a << " * " << row.times;
}

TEST(Quantity, ScalesAwayFromZeroAndSaturates)
{
    struct
    {
        const char *text;
        long long value, milli;
    } const rows[] = {
        {"1.1", 2, 1100},
        {"-1.1", -2, -1100},
        {"9.01", 10, 9010},
        {"1n", 1, 1},
        {"-1n", -1, -1},
        {"1u", 1, 1},
        {"500m", 1, 500},
        {"0", 0, 0},
        {"1Gi", 1073741824, 1073741824000},
        {"1e30", INT64_MAX, INT64_MAX},
        {"-1e30", INT64_MIN, INT64_MIN},
        {"9223372036854775807", INT64_MAX, INT64_MAX},
    };
    for (const auto &row : rows) {
        EXPECT_EQ(quantity(row.text).value(), row.value) << row.text;
        EXPECT_EQ(quantity(row.text).milliValue(), row.milli) << row.text;
    }
}

TEST(Quantity, IsMadeOfIntegers)
{
    EXPECT_EQ(Quantity::fromMilli(1).canonical(), "1m");
    EXPECT_EQ(Quantity::fromMilli(1000).canonical(), "1");
    EXPECT_EQ(Quantity::fromMilli(1'234'000).canonical(), "1234");
    EXPECT_EQ(Quantity::fromBytes(1024).canonical(), "1Ki");
    EXPECT_EQ(Quantity::fromBytes(1000).canonical(), "1k");
    EXPECT_EQ(Quantity::fromBytes(1 << 20).canonical(), "1Mi");
}

TEST(Quantity, IsAFloatingPointNumberForGauges)
{
    EXPECT_EQ(quantity("2Ki").toDouble(), 2048);
    EXPECT_EQ(quantity("1.1Ki").toDouble(), 1126.4);
    EXPECT_EQ(quantity("12E").toDouble(), 1.2e19);
    EXPECT_EQ(quantity("1e400").toDouble(), std::numeric_limits<double>::infinity());
    EXPECT_EQ(quantity("-12e500").toDouble(), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(quantity("0").toDouble(), 0);
}

} // namespace
