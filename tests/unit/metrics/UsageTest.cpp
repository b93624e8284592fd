// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Usage.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::metrics {

namespace {

using core::Json;

TEST(Usage, IsReadFromMetricsK8sIo)
{
    const auto list = Json::parse(R"({"items":[{"metadata":{"namespace":"shop","name":"web-0"},"containers":[
        {"name":"web","usage":{"cpu":"854104883n","memory":"1015604Ki"}},
        {"name":"proxy","usage":{"cpu":"12m","memory":"5Mi"}},
        {"name":"new","usage":{}}]}]})");
    const auto containers = containersFromMetrics(list);
    ASSERT_EQ(containers.size(), 3U);
    EXPECT_EQ(containers[0].pod, "web-0");
    EXPECT_DOUBLE_EQ(*containers[0].usage.cores, 0.854104883);
    EXPECT_DOUBLE_EQ(*containers[0].usage.bytes, 1015604.0 * 1024);
    EXPECT_DOUBLE_EQ(*containers[1].usage.cores, 0.012);
    EXPECT_FALSE(containers[2].usage.cores) << "not measured yet is not nothing";
    EXPECT_FALSE(containers[2].usage.bytes);
    EXPECT_TRUE(containersFromMetrics(Json::object()).empty());
}

TEST(Usage, IsReadFromAKubeletsSummary)
{
    const auto summary = Json::parse(R"({"node":{"nodeName":"n1","cpu":{"usageNanoCores":1500000000},
        "memory":{"workingSetBytes":4096}},"pods":[{"podRef":{"name":"web-0","namespace":"shop"},"containers":[
        {"name":"web","cpu":{"usageNanoCores":250000000},"memory":{"workingSetBytes":1024}},{"name":"new"}]}]})");
    EXPECT_EQ(nodeFromSummary(summary).name, "n1");
    EXPECT_DOUBLE_EQ(*nodeFromSummary(summary).usage.cores, 1.5);
    const auto containers = containersFromSummary(summary);
    ASSERT_EQ(containers.size(), 2U);
    EXPECT_DOUBLE_EQ(*containers[0].usage.cores, 0.25);
    EXPECT_DOUBLE_EQ(*containers[0].usage.bytes, 1024);
    EXPECT_FALSE(containers[1].usage.cores);
}

} // namespace

} // namespace binnacle::metrics
