// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/HealthRules.h"
#include "support/YamlObject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::tests {

/// One row: an object alone, as from a file, and what is to be said of it.
struct HealthCase
{
    const char *name;
    const char *yaml;
    cluster::HealthState state;
    const char *reason = ""; ///< a part of the reason
};

inline std::ostream &operator<<(std::ostream &stream, const HealthCase &row)
{
    return stream << row.name;
}

inline std::string nameOf(const testing::TestParamInfo<HealthCase> &info)
{
    return info.param.name;
}

/// 2026-01-31T12:00:00Z
inline core::ManualClock &testClock()
{
    static core::ManualClock clock(*core::parseTime("2026-01-31T12:00:00Z"));
    return clock;
}

class HealthTable : public testing::TestWithParam<HealthCase>
{
};

inline void check(const HealthCase &row)
{
    const cluster::Store store(testClock());
    const cluster::Health health = cluster::healthOf(*record(row.yaml), store);
    EXPECT_STREQ(cluster::toString(health.state), cluster::toString(row.state)) << health.reason;
    EXPECT_THAT(health.reason, testing::HasSubstr(row.reason));
    EXPECT_FALSE(health.reason.empty());
}

} // namespace binnacle::tests
