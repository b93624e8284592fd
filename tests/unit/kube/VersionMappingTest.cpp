// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/VersionMapping.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using binnacle::core::ErrorKind;
using binnacle::core::Json;
using namespace binnacle::kube;

namespace {

Discovery serving(std::initializer_list<std::pair<const char *, const char *>> kinds, int minorVersion)
{
    std::vector<ApiResource> resources;
    for (const auto &[apiVersion, kind] : kinds) {
        ApiResource resource;
        const auto gvk = binnacle::core::GroupVersionKind::fromApiVersion(apiVersion, kind);
        resource.gvr = {gvk.group, gvk.version, std::string(kind) + "s"};
        resource.kind = kind;
        resources.push_back(resource);
    }
    return Discovery(std::move(resources), minorVersion);
}

struct Case
{
    const char *what;
    const char *given;
    std::pair<const char *, const char *> served;
    const char *expected; ///< nullptr: refused
};

const Case cases[] = {
    {"a served version is left alone",
     R"({"apiVersion":"batch/v1","kind":"CronJob","spec":{"timeZone":"UTC"}})",
     {"batch/v1", "CronJob"},
     R"({"apiVersion":"batch/v1","kind":"CronJob","spec":{"timeZone":"UTC"}})"},
    {"CronJob goes down on 1.20",
     R"({"apiVersion":"batch/v1","kind":"CronJob","spec":{"schedule":"0 2 * * *"}})",
     {"batch/v1beta1", "CronJob"},
     R"({"apiVersion":"batch/v1beta1","kind":"CronJob","spec":{"schedule":"0 2 * * *"}})"},
    {"CronJob with a time zone is refused on 1.20",
     R"({"apiVersion":"batch/v1","kind":"CronJob","spec":{"timeZone":"Europe/Berlin"}})",
     {"batch/v1beta1", "CronJob"},
     nullptr},
    {"autoscaling/v2 and v2beta2 have one schema",
     R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"behavior":{"scaleUp":{}}}})",
     {"autoscaling/v2beta2", "HorizontalPodAutoscaler"},
     R"({"apiVersion":"autoscaling/v2beta2","kind":"HorizontalPodAutoscaler","spec":{"behavior":{"scaleUp":{}}}})"},
    {"autoscaling/v2 with CPU only fits v1",
     R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"maxReplicas":5,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]}})",
     {"autoscaling/v1", "HorizontalPodAutoscaler"},
     R"({"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","spec":{"maxReplicas":5,"targetCPUUtilizationPercentage":70}})"},
    {"autoscaling/v2 with memory does not fit v1",
     R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"metrics":[{"type":"Resource","resource":{"name":"memory","target":{"type":"Utilization","averageUtilization":80}}}]}})",
     {"autoscaling/v1", "HorizontalPodAutoscaler"},
     nullptr},
    {"v2beta1 goes up",
     R"({"apiVersion":"autoscaling/v2beta1","kind":"HorizontalPodAutoscaler","spec":{"metrics":[{"type":"Resource","resource":{"name":"cpu","targetAverageUtilization":50}}]}})",
     {"autoscaling/v2", "HorizontalPodAutoscaler"},
     R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]}})"},
    {"PodDisruptionBudget goes down",
     R"({"apiVersion":"policy/v1","kind":"PodDisruptionBudget","spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"b"}}}})",
     {"policy/v1beta1", "PodDisruptionBudget"},
     R"({"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"b"}}}})"},
    {"an empty budget selector means the opposite, so it is refused",
     R"({"apiVersion":"policy/v1","kind":"PodDisruptionBudget","spec":{"selector":{}}})",
     {"policy/v1beta1", "PodDisruptionBudget"},
     nullptr},
    {"Ingress goes down",
     R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","spec":{"defaultBackend":{"service":{"name":"d","port":{"name":"http"}}},"rules":[{"http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"f","port":{"number":80}}}}]}}]}})",
     {"networking.k8s.io/v1beta1", "Ingress"},
     R"({"apiVersion":"networking.k8s.io/v1beta1","kind":"Ingress","spec":{"backend":{"serviceName":"d","servicePort":"http"},"rules":[{"http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"serviceName":"f","servicePort":80}}]}}]}})"},
    {"Ingress of extensions goes up",
     R"({"apiVersion":"extensions/v1beta1","kind":"Ingress","spec":{"rules":[{"http":{"paths":[{"backend":{"serviceName":"f","servicePort":80}}]}}]}})",
     {"networking.k8s.io/v1", "Ingress"},
     R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","spec":{"rules":[{"http":{"paths":[{"pathType":"ImplementationSpecific","backend":{"service":{"name":"f","port":{"number":80}}}}]}}]}})"},
    {"a Deployment of extensions gets the selector that it defaulted to",
     R"({"apiVersion":"extensions/v1beta1","kind":"Deployment","spec":{"template":{"metadata":{"labels":{"app":"b"}}}}})",
     {"apps/v1", "Deployment"},
     R"({"apiVersion":"apps/v1","kind":"Deployment","spec":{"selector":{"matchLabels":{"app":"b"}},"template":{"metadata":{"labels":{"app":"b"}}}}})"},
    {"a removed kind is refused",
     R"({"apiVersion":"policy/v1beta1","kind":"PodSecurityPolicy"})",
     {"policy/v1", "PodDisruptionBudget"},
     nullptr},
    {"an object without a kind is refused", R"({"apiVersion":"v1"})", {"v1", "Pod"}, nullptr},
};

TEST(VersionMapping, MapsWhatTheServerServesAndRefusesWhatWouldBeLost)
{
    for (const auto &row : cases) {
        const auto mapped = mapToServed(Json::parse(row.given), serving({row.served}, 20));
        ASSERT_EQ(mapped.has_value(), row.expected != nullptr) << row.what << (mapped ? "" : mapped.error().describe());
        if (mapped) {
            EXPECT_EQ(*mapped, Json::parse(row.expected)) << row.what;
        } else {
            EXPECT_EQ(mapped.error().kind, ErrorKind::Unsupported) << row.what;
            EXPECT_FALSE(mapped.error().next.empty()) << row.what;
        }
    }
}

} // namespace
