// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/QuotaReport.h"
#include "support/YamlObject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::stack {
namespace {

using core::Amount;

TEST(QuotaReport, KnowsWhatAResourceIsCountedIn)
{
    const std::pair<const char *, Amount> rows[] = {
        {"cpu", Amount::Cores},
        {"requests.cpu", Amount::Cores},
        {"limits.cpu", Amount::Cores},
        {"memory", Amount::Bytes},
        {"limits.memory", Amount::Bytes},
        {"requests.storage", Amount::Bytes},
        {"requests.ephemeral-storage", Amount::Bytes},
        {"requests.hugepages-2Mi", Amount::Bytes},
        {"gold.storageclass.storage.k8s.io/requests.storage", Amount::Bytes},
        {"gold.storageclass.storage.k8s.io/persistentvolumeclaims", Amount::Count},
        {"pods", Amount::Count},
        {"services.loadbalancers", Amount::Count},
        {"count/deployments.apps", Amount::Count},
        {"requests.nvidia.com/gpu", Amount::Count},
    };
    for (const auto &[resource, amount] : rows)
        EXPECT_EQ(static_cast<int>(amountOf(resource)), static_cast<int>(amount)) << resource;
}

struct Row
{
    const char *hard;
    const char *used; ///< "": not counted yet
    const char *level;
    const char *percent;
};

TEST(QuotaReport, TurnsAmberAndRed)
{
    const Row rows[] = {
        {"10", "0", "fine", "0 %"},
        {"10", "7999m", "fine", "79 %"},
        {"10", "8", "high", "80 %"},
        {"10", "8999m", "high", "89 %"},
        {"10", "9", "full", "90 %"},
        {"10", "10", "full", "100 %"},
        {"10", "13", "full", "130 %"},
        {"20Gi", "16Gi", "high", "80 %"},
        {"0", "0", "full", "none allowed"},
        {"0", "3", "full", "none allowed"},
        {"10", "", "unknown", "not counted yet"},
    };
    for (const auto &row : rows) {
        core::Json quota{{"kind", "ResourceQuota"}, {"spec", {{"hard", {{"requests.cpu", row.hard}}}}}};
        if (*row.used != '\0')
            quota["status"]["used"]["requests.cpu"] = row.used;
        const auto report = quotaReport(quota);
        ASSERT_EQ(report.lines.size(), 1U);
        EXPECT_STREQ(toString(report.lines[0].level()), row.level) << row.used << " of " << row.hard;
        EXPECT_EQ(report.lines[0].percent(), row.percent) << row.used << " of " << row.hard;
    }
}

TEST(QuotaReport, ShowsScopesAndTheSpecsHardValues)
{
    const auto quota = tests::object(R"(
apiVersion: v1
kind: ResourceQuota
metadata: {name: q, namespace: shop}
spec:
  hard: {pods: "5", requests.memory: 2Gi}
  scopes: [NotTerminating]
  scopeSelector:
    matchExpressions:
    - {scopeName: PriorityClass, operator: In, values: [high, low]}
    - {scopeName: BestEffort, operator: DoesNotExist}
status:
  hard: {pods: "4"}
  used: {pods: "4"}
)");
    const auto report = quotaReport(quota);
    EXPECT_THAT(report.scopes, testing::ElementsAre("NotTerminating", "PriorityClass in (high, low)", "no BestEffort"));
    EXPECT_EQ(report.toJson(), core::Json::parse(R"json({"namespace": "shop", "name": "q",
        "scopes": ["NotTerminating", "PriorityClass in (high, low)", "no BestEffort"],
        "resources": [
          {"resource": "pods", "hard": "5", "used": "4", "percent": 80.0, "level": "high"},
          {"resource": "requests.memory", "hard": "2Gi", "used": null, "percent": null, "level": "unknown"}]
})json"));
}

TEST(QuotaReport, SuggestsWhatTheServerCanCount)
{
    const auto resource = [](const char *group, const char *plural, bool namespaced,
                             std::vector<std::string> verbs = {"create", "list"}) {
        return kube::ApiResource{.gvr = {group, "v1", plural},
                                 .kind = plural,
                                 .singular = {},
                                 .namespaced = namespaced,
                                 .verbs = std::move(verbs),
                                 .shortNames = {},
                                 .categories = {},
                                 .subresources = {}};
    };
    const kube::Discovery discovery({resource("", "pods", true), resource("", "nodes", false),
                                     resource("", "events", true), resource("shop.example.com", "orders", true),
                                     resource("authorization.k8s.io", "localsubjectaccessreviews", true, {"create"})});
    const auto names = quotaResources(
        discovery, {tests::object("{kind: StorageClass, metadata: {name: gold}}")},
        {tests::object("{status: {allocatable: {cpu: '4', pods: '110', hugepages-2Mi: '0', nvidia.com/gpu: '2'}}}")});
    using testing::Contains;
    using testing::Not;
    EXPECT_EQ(names.front(), "requests.cpu");
    for (const char *const name :
         {"services.nodeports", "gold.storageclass.storage.k8s.io/requests.storage", "requests.nvidia.com/gpu",
          "requests.hugepages-2Mi", "count/pods", "count/orders.shop.example.com"})
        EXPECT_THAT(names, Contains(name));
    for (const char *const name :
         {"count/nodes", "count/events", "count/localsubjectaccessreviews.authorization.k8s.io", "requests.pods"})
        EXPECT_THAT(names, Not(Contains(name)));
}

} // namespace
} // namespace binnacle::stack
