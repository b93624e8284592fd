// SPDX-License-Identifier: GPL-3.0-or-later
// The demo cluster's Prometheus, beyond what tests/contract/query_contract.py holds it and a real one to.
#include "ClusterFixture.h"
#include "simulator/prometheus/Evaluator.h"
#include "simulator/prometheus/Parser.h"

namespace binnacle::simulator::prometheus {
namespace {

std::string evaluated(const std::vector<ScrapedSeries> &series, const std::string &text, std::int64_t time)
{
    const auto expression = parse(text);
    if (!expression)
        return expression.error().message;
    try {
        std::string values;
        for (const auto &element : Evaluator(series).evaluate(**expression, time).vector) {
            for (const auto &[name, value] : element.labels)
                values += name + "=" + value + " ";
            values += std::to_string(element.value) + "; ";
        }
        return values;
    } catch (const ExecutionProblem &problem) {
        return problem.message;
    }
}

TEST(DemoPrometheus, ComputesAsARealOneDoes)
{
    // A counter of two a second that was started anew at 60 s, and one that ended at 100 s.
    const std::vector<ScrapedSeries> series = {
        {{{"__name__", "c"}, {"a", "1"}},
         0,
         1'000'000,
         0,
         [](std::int64_t t) { return (t < 60'000 ? t : t - 60'000) / 500.0; }},
        {{{"__name__", "c"}, {"a", "2"}}, 0, 100'000, 0, [](std::int64_t t) { return t / 1000.0; }},
    };
    const struct
    {
        const char *expression;
        const char *expected;
    } cases[] = {
        {"c", "__name__=c a=1 120.000000; "},
        {"rate(c[1m])", "a=1 2.000000; a=2 0.625000; "},
        {"increase(c{a=\"1\"}[2m])", "a=1 210.000000; "},
        {"c offset 30s", "__name__=c a=1 60.000000; __name__=c a=2 90.000000; "},
        {"sum(c offset 30s)", "150.000000; "},
        {"c{a=~\"1|2\"} offset 30s > 80", "__name__=c a=2 90.000000; "},
        {"c{a!=\"1\"}", ""},
        {"absent(c{a=\"2\"})", "a=2 1.000000; "},
        {"changes(c{a=\"2\"}[1m])", "a=2 2.000000; "},
        {"c offset 30s / on () c",
         "found duplicate series for the match group {} on the left hand-side of the operation: [{__name__=\"c\", "
         "a=\"2\"}, {__name__=\"c\", a=\"1\"}];many-to-many matching not allowed: matching labels must be unique on "
         "one "
         "side"},
    };
    for (const auto &each : cases)
        EXPECT_EQ(evaluated(series, each.expression, 120'000), each.expected) << each.expression;
}

class Monitored : public ClusterFixture
{
protected:
    Monitored()
    {
        create("/api/v1/namespaces", R"({"metadata":{"name":"shared"}})");
        create("/api/v1/namespaces", R"({"metadata":{"name":"app-backend"}})");
        create("/api/v1/namespaces/shared/configmaps",
               core::Json{{"metadata", {{"name", "rules"}}}, {"data", {{"alerts.yml", R"(groups:
- name: g
  rules:
  - alert: TargetDown
    expr: up == 0
    for: 1m
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.pod }} is down"}
)"}}}}.dump());
        create("/api/v1/namespaces/shared/pods", R"({"metadata":{"name":"prometheus-0"},"spec":{"containers":[{
            "name":"prometheus","image":"prom/prometheus:v2","ports":[{"name":"http","containerPort":9090}]}],
            "volumes":[{"name":"r","configMap":{"name":"rules"}}]}})");
        create("/api/v1/namespaces/app-backend/pods", R"({"metadata":{"name":"backend-0","labels":{"app":"backend"},
            "annotations":{"simulator.binnacle.dev/behaviour":"crash"}},"spec":{"containers":[{"name":"backend",
            "image":"backend:1","ports":[{"name":"http","containerPort":5000}]}]}})");
        cluster.advance(std::chrono::seconds(20));
    }
    void create(const std::string &collection, const std::string &object)
    {
        const auto made = send("POST", collection, object);
        EXPECT_EQ(made.status, 201) << made.body;
    }
    core::Json ask(const std::string &path)
    {
        return get("/api/v1/namespaces/shared/pods/prometheus-0:9090/proxy/api/v1/" + path)["data"];
    }
};

TEST_F(Monitored, RaisesTheAlertsOfItsOwnRules)
{
    cluster.advance(std::chrono::minutes(10));
    const auto alerts = ask("alerts")["alerts"];
    ASSERT_EQ(alerts.size(), 1U) << alerts.dump();
    EXPECT_EQ(alerts[0]["labels"]["alertname"], "TargetDown");
    EXPECT_EQ(alerts[0]["labels"]["severity"], "warning");
    EXPECT_EQ(alerts[0]["labels"]["pod"], "backend-0");
    EXPECT_EQ(alerts[0]["annotations"]["summary"], "backend-0 is down");
    EXPECT_EQ(alerts[0]["state"], "firing");
    EXPECT_EQ(ask("rules")["groups"][0]["rules"][0]["state"], "firing");
}

TEST_F(Monitored, RemembersPodsThatAreGone)
{
    cluster.advance(std::chrono::minutes(2));
    const auto time = std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(cluster.state().clock.now().time_since_epoch()).count());
    EXPECT_EQ(ask("query?query=count(up{pod=%22backend-0%22})")["result"].size(), 1U);
    EXPECT_EQ(send("DELETE", "/api/v1/namespaces/app-backend/pods/backend-0").status, 200);
    cluster.advance(std::chrono::minutes(1));
    EXPECT_EQ(ask("query?query=count(up{pod=%22backend-0%22})")["result"].size(), 0U);
    EXPECT_EQ(ask("query?query=count(up{pod=%22backend-0%22})&time=" + time)["result"].size(), 1U);
}

} // namespace
} // namespace binnacle::simulator::prometheus
