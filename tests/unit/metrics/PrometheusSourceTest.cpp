// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PrometheusSource.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::metrics {

namespace {

using core::Json;

Json service(const char *nameSpace, const char *name, Json labels, std::vector<Json> ports)
{
    return {{"metadata", {{"namespace", nameSpace}, {"name", name}, {"labels", std::move(labels)}}},
            {"spec", {{"ports", std::move(ports)}}}};
}

Json port(int number, const char *name = "")
{
    return {{"port", number}, {"name", name}};
}

struct Case
{
    const char *what;
    std::vector<Json> services;
    std::string first; ///< empty: none is a Prometheus
};

TEST(PrometheusSource, FindsWhatChartsAndOperatorsInstall)
{
    const std::vector<Case> cases = {
        {"the reference stack",
         {service("app-backend", "backend-service", {{"app", "backend"}}, {port(5000)}),
          service("shared", "prometheus-service", {{"app", "prometheus"}}, {port(9090, "http")})},
         "shared/prometheus-service:9090"},
        {"the Helm chart prometheus, among what else it installs",
         {service("monitoring", "prometheus-alertmanager", {{"app.kubernetes.io/name", "alertmanager"}}, {port(9093)}),
          service("monitoring", "prometheus-kube-state-metrics", {{"app.kubernetes.io/name", "kube-state-metrics"}},
                  {port(8080)}),
          service("monitoring", "prometheus-prometheus-node-exporter",
                  {{"app.kubernetes.io/name", "prometheus-node-exporter"}}, {port(9100)}),
          service("monitoring", "prometheus-prometheus-pushgateway",
                  {{"app.kubernetes.io/name", "prometheus-pushgateway"}}, {port(9091)}),
          service("monitoring", "prometheus-server",
                  {{"app.kubernetes.io/name", "prometheus"}, {"app.kubernetes.io/component", "server"}},
                  {port(80, "http")})},
         "monitoring/prometheus-server:80"},
        {"kube-prometheus-stack",
         {service("monitoring", "kube-prometheus-stack-operator", {{"app", "kube-prometheus-stack-operator"}},
                  {port(443, "https")}),
          service("monitoring", "kube-prometheus-stack-prometheus", {{"app", "kube-prometheus-stack-prometheus"}},
                  {port(9090, "http-web"), port(8080, "reloader-web")}),
          service("monitoring", "prometheus-operated", {{"operated-prometheus", "true"}}, {port(9090, "http-web")})},
         "monitoring/kube-prometheus-stack-prometheus:9090"},
        {"the operator alone",
         {service("monitoring", "prometheus-operator", {{"app.kubernetes.io/name", "prometheus-operator"}},
                  {port(8080, "http")}),
          service("monitoring", "prometheus-operated", {{"operated-prometheus", "true"}}, {port(9090, "web")})},
         "monitoring/prometheus-operated:9090"},
        {"OpenShift's, behind TLS",
         {service("openshift-monitoring", "prometheus-k8s", {{"app.kubernetes.io/name", "prometheus"}},
                  {port(9091, "web"), port(9092, "metrics")})},
         "openshift-monitoring/prometheus-k8s:9091"},
        {"a port that speaks TLS",
         {service("m", "prometheus", Json::object(), {port(9090, "https-web")})},
         "m/https:prometheus:9090"},
        {"none",
         {service("default", "kubernetes", Json::object(), {port(443, "https")}),
          service("monitoring", "prometheus-adapter", Json::object(), {port(443, "https")}),
          service("monitoring", "grafana", {{"app", "grafana"}}, {port(3000)})},
         ""},
    };
    for (const auto &each : cases) {
        const auto found = findPrometheus(each.services);
        EXPECT_EQ(found.empty() ? "" : found.front().source.describe(), each.first) << each.what;
    }
}

TEST(PrometheusSource, PrefersThatOfTheApplication)
{
    const std::vector<Json> services = {
        service("monitoring", "prometheus-server", {{"app.kubernetes.io/name", "prometheus"}}, {port(80)}),
        service("shop", "prometheus", Json::object(), {port(9090)})};
    EXPECT_EQ(findPrometheus(services).front().source.describe(), "monitoring/prometheus-server:80");
    const auto preferred = findPrometheus(services, {"shop/prometheus"});
    EXPECT_EQ(preferred.front().source.describe(), "shop/prometheus:9090");
    EXPECT_EQ(preferred.size(), 2U);
}

TEST(PrometheusSource, ReadsWhatOperatorsWrite)
{
    const struct
    {
        const char *text;
        const char *described; ///< empty: refused
        const char *path;
    } cases[] = {
        {"shared/prometheus-service", "shared/prometheus-service:9090",
         "/api/v1/namespaces/shared/services/prometheus-service:9090/proxy"},
        {"shared/prometheus:web", "shared/prometheus:web", "/api/v1/namespaces/shared/services/prometheus:web/proxy"},
        {"m/https:prom:9091/prometheus/", "m/https:prom:9091/prometheus",
         "/api/v1/namespaces/m/services/https:prom:9091/proxy/prometheus"},
        {"http://127.0.0.1:9090", "http://127.0.0.1:9090", ""},
        {"https://prometheus.example.com/base/", "https://prometheus.example.com/base", ""},
        {"prometheus", "", ""},
        {"/prometheus", "", ""},
        {"shared/", "", ""},
        {"shared/prometheus:", "", ""},
        {"http://", "", ""},
        {"http://user:secret@127.0.0.1:9090", "", ""},
        {"http://127.0.0.1:9090/?a=b", "", ""},
    };
    for (const auto &each : cases) {
        const auto source = sourceFromText(each.text);
        ASSERT_EQ(source.has_value(), *each.described != '\0') << each.text;
        if (!source) {
            EXPECT_EQ(source.error().kind, core::ErrorKind::Usage) << each.text;
            EXPECT_FALSE(source.error().next.empty()) << each.text;
            EXPECT_EQ(source.error().describe().find("secret"), std::string::npos);
            continue;
        }
        EXPECT_EQ(source->describe(), each.described) << each.text;
        EXPECT_EQ(source->basePath(), each.path) << each.text;
    }
}

} // namespace

} // namespace binnacle::metrics
