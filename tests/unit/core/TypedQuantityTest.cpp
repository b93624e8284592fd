// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/TypedQuantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using binnacle::core::Amount;
using binnacle::core::typedQuantity;

namespace {

TEST(TypedQuantity, ReadsWhatPeopleType)
{
    struct
    {
        const char *typed;
        Amount amount;
        const char *canonical;
    } const rows[] = {
        {"10", Amount::Cores, "10"},
        {"10 cores", Amount::Cores, "10"},
        {" 10 ", Amount::Cores, "10"},
        {"1 core", Amount::Cores, "1"},
        {"1.5 CPU", Amount::Cores, "1500m"},
        {"4 vCPUs", Amount::Cores, "4"},
        {"500m", Amount::Cores, "500m"},
        {"500 m", Amount::Cores, "500m"},
        {"500 millicores", Amount::Cores, "500m"},
        {"0.5", Amount::Cores, "500m"},
        {"20Gi", Amount::Bytes, "20Gi"},
        {"20 GiB", Amount::Bytes, "20Gi"},
        {"20 gib", Amount::Bytes, "20Gi"},
        {"1.5Gi", Amount::Bytes, "1536Mi"},
        {"2 GB", Amount::Bytes, "2G"},
        {"2gb", Amount::Bytes, "2G"},
        {"512 MB", Amount::Bytes, "512M"},
        {"512 MiB", Amount::Bytes, "512Mi"},
        {"512\tM", Amount::Bytes, "512M"},
        {"64K", Amount::Bytes, "64k"},
        {"1 TB", Amount::Bytes, "1T"},
        {"0.1Gi", Amount::Bytes, "107374182400m"},
        {"1073741824", Amount::Bytes, "1073741824"},
        {"100 bytes", Amount::Bytes, "100"},
        {"1e9", Amount::Bytes, "1e9"},
        {"0", Amount::Bytes, "0"},
        {"5", Amount::Count, "5"},
        {"+5", Amount::Count, "+5"},
        {"1k", Amount::Count, "1k"},
    };
    for (const auto &row : rows) {
        const auto quantity = typedQuantity(row.typed, row.amount);
        ASSERT_TRUE(quantity.has_value()) << row.typed << ": " << quantity.error().message;
        EXPECT_EQ(quantity->canonical(), row.canonical) << row.typed;
    }
}

TEST(TypedQuantity, RefusesWhatCannotBeMeant)
{
    struct
    {
        const char *typed;
        Amount amount;
        const char *why;
    } const rows[] = {
        {"", Amount::Cores, "is empty"},
        {"   ", Amount::Bytes, "is empty"},
        {"GB", Amount::Bytes, "holds no number"},
        {"Gi", Amount::Bytes, "holds no number"},
        {".", Amount::Count, "holds no number"},
        {"much", Amount::Cores, "holds no number"},
        {"-1", Amount::Cores, "is negative"},
        {"512m", Amount::Bytes, "is 0.512 bytes"},
        {"2Gi", Amount::Cores, "is a size"},
        {"10 cores", Amount::Bytes, "not an amount"},
        {"10 GB", Amount::Cores, "not an amount"},
        {"1.5", Amount::Count, "not a whole number"},
        {"5 pods", Amount::Count, "not an amount"},
        {"1,5 Gi", Amount::Bytes, "not an amount"},
        {"1 2", Amount::Count, "not an amount"},
        {"1.2.3 GB", Amount::Bytes, "not an amount"},
        {"5 %", Amount::Bytes, "not an amount"},
    };
    for (const auto &row : rows) {
        const auto quantity = typedQuantity(row.typed, row.amount);
        ASSERT_FALSE(quantity.has_value()) << row.typed << " gave " << quantity->canonical();
        EXPECT_THAT(quantity.error().message, testing::HasSubstr(row.why)) << row.typed;
        EXPECT_FALSE(quantity.error().next.empty());
    }
}

} // namespace
