// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Alerts.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::metrics {
namespace {

const AlertSubject backend{"app",      "Deployment", "backend", {"backend-7d-x", "backend-7d-y"}, {"backend-service"},
                           {"uploads"}};

struct Case
{
    const char *name;
    Labels labels;
    bool concerns;
};

TEST(Alerts, ConcernWhatTheirLabelsName)
{
    const std::vector<Case> cases = {
        {"its pod", {{"namespace", "app"}, {"pod", "backend-7d-x"}}, true},
        {"a pod of its name in another namespace", {{"namespace", "other"}, {"pod", "backend-7d-x"}}, false},
        {"another's pod", {{"namespace", "app"}, {"pod", "redis-0"}, {"service", "backend-service"}}, false},
        {"the workload", {{"namespace", "app"}, {"deployment", "backend"}}, true},
        {"another workload", {{"namespace", "app"}, {"deployment", "redis"}}, false},
        {"one of another kind", {{"namespace", "app"}, {"statefulset", "backend"}}, false},
        {"its service", {{"namespace", "app"}, {"service", "backend-service"}}, true},
        {"its volume", {{"namespace", "app"}, {"persistentvolumeclaim", "uploads"}}, true},
        {"another volume", {{"namespace", "app"}, {"persistentvolumeclaim", "data"}, {"job", "backend"}}, false},
        {"a scrape job of its name", {{"namespace", "app"}, {"job", "backend"}, {"instance", "10.0.0.1:5000"}}, true},
        {"a target that speaks of its pod",
         {{"namespace", "shared"},
          {"pod", "exporter"},
          {"exported_namespace", "app"},
          {"exported_pod", "backend-7d-y"}},
         true},
        {"the namespace as a whole", {{"namespace", "app"}}, false},
        {"nothing", {}, false},
    };
    for (const Case &each : cases)
        EXPECT_EQ(concerns(Alert{each.labels, {}, AlertState::Firing, {}, {}}, backend), each.concerns) << each.name;
    const AlertSubject job{"app", "Job", "import", {}, {}, {}};
    EXPECT_TRUE(concerns(
        Alert{{{"namespace", "app"}, {"job_name", "import"}, {"job", "kube-state-metrics"}}, {}, {}, {}, {}}, job));
}

TEST(Alerts, ComeFiringFirstAndTheLongestFirst)
{
    const auto alerts = alertsFrom(core::Json::parse(R"({"alerts": [
        {"labels": {"alertname": "Slow"}, "state": "pending", "activeAt": "2026-01-01T00:00:00Z"},
        {"labels": {"alertname": "Young"}, "state": "firing", "activeAt": "2026-01-03T00:00:00Z"},
        {"labels": {"alertname": "Old"}, "annotations": {"summary": "s"}, "state": "firing",
         "activeAt": "2026-01-02T00:00:00Z", "value": "1e+00"},
        "no alert"]})"));
    ASSERT_EQ(alerts.size(), 3U);
    EXPECT_EQ(alerts[0].name(), "Old");
    EXPECT_EQ(alerts[0].annotation("summary"), "s");
    EXPECT_EQ(alerts[1].name(), "Young");
    EXPECT_EQ(alerts[2].state, AlertState::Pending);
}

} // namespace
} // namespace binnacle::metrics
