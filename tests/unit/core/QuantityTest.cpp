// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Quantity.h"

#include <gtest/gtest.h>

using binnacle::core::Quantity;

namespace {

struct Case
{
    const char *text;
    const char *canonical; ///< as a Kubernetes API server wrote it back; nullptr: refused
    const char *decimal;
};

// The canonical column was read from API servers through a LimitRange (whose values are not below a milli-unit).
constexpr Case cases[] = {
    {"0", "0", "0"},
    {"0Gi", "0", "0"},
    {"0m", "0", "0"},
    {".", "0", "0"},
    {"1000m", "1", "1"},
    {"500m", "500m", "0.5"},
    {"0.5", "500m", "0.5"},
    {".5", "500m", "0.5"},
    {"0.001", "1m", "0.001"},
    {"1500", "1500", "1500"},
    {"1100", "1100", "1100"},
    {"100000", "100k", "100000"},
    {"1.5", "1500m", "1.5"},
    {"1500000u", "1500m", "1.5"},
    {"1024Mi", "1Gi", "1073741824"},
    {"1.5Gi", "1536Mi", "1610612736"},
    {"1.1Gi", "1181116006400m", "1181116006.4"},
    {"0.5Gi", "512Mi", "536870912"},
    {"1Ki", "1Ki", "1024"},
    {"1023Ki", "1023Ki", "1047552"},
    {"1024Ki", "1Mi", "1048576"},
    {"2048Ki", "2Mi", "2097152"},
    {"2048", "2048", "2048"},
    {"0.5Ki", "512", "512"},
    {"1.25Ki", "1280", "1280"},
    {"0.1Ki", "102400m", "102.4"},
    {"1e3", "1e3", "1000"},
    {"1E3", "1E3", "1000"},
    {"1e+3", "1e+3", "1000"},
    {"1e-3", "1e-3", "0.001"},
    {"1.5e3", "1500", "1500"},
    {"12e-1", "1200e-3", "1.2"},
    {"1E", "1E", "1000000000000000000"},
    {"1e18", "1e18", "1000000000000000000"},
    {"1e21", "1e21", "1000000000000000000000"},
    {"1e30", "1e30", "1000000000000000000000000000000"},
    {"7Ei", "7Ei", "8070450532247928832"},
    {"8Ei", "9223372036854775807", "9223372036854775807"},
    {"10Ei", "9223372036854775807", "9223372036854775807"},
    {"9223372036854775807", "9223372036854775807", "9223372036854775807"},
    {"9223372036854775808", "9223372036854775808", "9223372036854775808"},
    {"123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890"},
    {"010", "010", "10"},
    {"+1", "+1", "1"},
    {"1.", "1.", "1"},
    {"-1", "-1", "-1"},
    {"1n", "1n", "0.000000001"},
    {"0.1n", "1n", "0.000000001"},
    {"1.2345678901", "1234567891n", "1.234567891"},
    {"", nullptr, nullptr},
    {"1e", nullptr, nullptr},
    {"1 Gi", nullptr, nullptr},
    {" 1", nullptr, nullptr},
    {"1ki", nullptr, nullptr},
    {"1K", nullptr, nullptr},
    {"1KiB", nullptr, nullptr},
    {"1.2.3", nullptr, nullptr},
    {"--1", nullptr, nullptr},
    {"ten", nullptr, nullptr},
    {"1e99999999999", nullptr, nullptr},
    {"1e+-3", nullptr, nullptr},
};

TEST(Quantity, IsWrittenAsTheApiServerWritesIt)
{
    for (const auto &row : cases) {
        const auto parsed = Quantity::parse(row.text);
        ASSERT_EQ(parsed.has_value(), row.canonical != nullptr) << row.text;
        if (!parsed)
            continue;
        EXPECT_EQ(parsed->canonical(), row.canonical) << row.text;
        EXPECT_EQ(parsed->decimal(), row.decimal) << row.text;
    }
}

TEST(Quantity, ComparesAsNumbers)
{
    EXPECT_EQ(*Quantity::parse("1000m"), *Quantity::parse("1"));
    EXPECT_EQ(*Quantity::parse("1Gi"), *Quantity::parse("1073741824"));
    EXPECT_LT(*Quantity::parse("1G"), *Quantity::parse("1Gi"));
    EXPECT_GT(*Quantity::parse("-1"), *Quantity::parse("-2"));
}

TEST(Quantity, AddsExactlyAndKeepsTheFirstFormat)
{
    EXPECT_EQ((*Quantity::parse("1Gi") + *Quantity::parse("512Mi")).canonical(), "1536Mi");
    EXPECT_EQ((*Quantity::parse("2") * 10 + *Quantity::parse("3")).canonical(), "23");
    EXPECT_EQ((*Quantity::parse("0.1") + *Quantity::parse("0.2")).canonical(), "300m");
    EXPECT_EQ((*Quantity::parse("1") - *Quantity::parse("1500m")).canonical(), "-500m");
}

TEST(Quantity, ScalesUpAndSaturates)
{
    EXPECT_EQ(Quantity::parse("1.1")->value(), 2);
    EXPECT_EQ(Quantity::parse("500m")->milliValue(), 500);
    EXPECT_EQ(Quantity::parse("1e30")->value(), INT64_MAX);
    EXPECT_EQ(Quantity::fromMilli(1500).canonical(), "1500m");
    EXPECT_EQ(Quantity::fromBytes(1 << 20).canonical(), "1Mi");
}

} // namespace
