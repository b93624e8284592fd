// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/AutoscalerFields.h"
#include "operations/ClaimFacts.h"
#include "operations/FieldEdits.h"
#include "operations/PodTemplates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::operations {
namespace {

using core::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Target = AutoscalerMetric::Target;

Json metric(const char *type, const char *field, const Json &body, const Json &target)
{
    Json made{{"type", type}, {field, body}};
    made[field]["target"] = target;
    return made;
}

TEST(AutoscalerMetrics, OfEverySourceAreFoundByName)
{
    const Json utilization{{"type", "Utilization"}, {"averageUtilization", 70}};
    const Json average{{"type", "AverageValue"}, {"averageValue", "100"}};
    const Json value{{"type", "Value"}, {"value", "10k"}};
    const Json object{{"kind", "Ingress"}, {"name", "main"}};
    const Json spec{
        {"metrics",
         {metric("Resource", "resource", {{"name", "cpu"}}, utilization),
          metric("Resource", "resource", {{"name", "memory"}}, average),
          metric("ContainerResource", "containerResource", {{"name", "cpu"}, {"container", "web"}}, utilization),
          metric("Pods", "pods", {{"metric", {{"name", "rps"}}}}, average),
          metric("Object", "object", {{"metric", {{"name", "hits"}}}, {"describedObject", object}}, value),
          metric("External", "external", {{"metric", {{"name", "queue|depth"}}}}, value),
          {{"type", "Telepathy"}, {"telepathy", {{"target", utilization}}}}}}};
    const auto all = metricsOf({{"spec", spec}});
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[0].path, "/spec/metrics/[resource.name=cpu]/resource/target/averageUtilization");
    EXPECT_EQ(all[0].target, Target::Utilization);
    EXPECT_EQ(all[1].path, "/spec/metrics/[resource.name=memory]/resource/target/averageValue");
    EXPECT_EQ(all[2].name, "cpu of container web");
    EXPECT_EQ(all[2].element, "/spec/metrics/[containerResource.name=cpu]");
    EXPECT_EQ(all[3].path, "/spec/metrics/[pods.metric.name=rps]/pods/target/averageValue");
    EXPECT_EQ(all[4].name, "hits of Ingress main");
    EXPECT_EQ(all[4].target, Target::Value);
    EXPECT_EQ(all[5].element, "/spec/metrics/[external.metric.name=queue|depth]");
}

TEST(AutoscalerMetrics, WhoseNamesRepeatAreFoundByPosition)
{
    const Json target{{"averageUtilization", 70}};
    const Json spec{
        {"metrics",
         {metric("ContainerResource", "containerResource", {{"name", "cpu"}, {"container", "a"}}, target),
          metric("ContainerResource", "containerResource", {{"name", "cpu"}, {"container", "b"}}, target)}}};
    const auto all = metricsOf({{"spec", spec}});
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].path, "/spec/metrics/1/containerResource/target/averageUtilization");
    EXPECT_THAT(metricsOf({{"spec", Json::object()}}), IsEmpty());
}

TEST(AutoscalerMetrics, RemovedOnesTakeTheirChangedTargetsAlong)
{
    const Json base{{"spec", {{"metrics", {utilizationMetric("cpu", 70), utilizationMetric("memory", 80)}}}}};
    Json changed = base;
    changed["spec"]["metrics"].erase(1);
    const auto element = resourceMetricPath("memory");
    const auto edit = editsBetween(base, changed, {element, element + "/resource/target/averageUtilization"});
    ASSERT_TRUE(edit);
    ASSERT_EQ(edit->fields.size(), 1U);
    EXPECT_EQ(withEdits(*withEdits(base, *edit), reversed(*edit)), base);
}

TEST(ScalingPolicies, AreWrittenAndReadAsPeopleDo)
{
    const Json policies{{{"type", "Percent"}, {"value", 100}, {"periodSeconds", 15}},
                        {{"type", "Pods"}, {"value", 4}, {"periodSeconds", 60}}};
    EXPECT_EQ(policiesText(policies), "100 % / 15 s, 4 pods / 60 s");
    for (const char *text : {"100 % / 15 s, 4 pods / 60 s", "100%/15s,4 Pods/60", "100 percent / 15, 4 pod / 60s"}) {
        const auto read = policiesFrom(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(*read, policies) << text;
    }
    EXPECT_EQ(*policiesFrom("  "), Json());
    EXPECT_EQ(policiesText(Json()), "");
    for (const char *text : {"100", "100 %", "% / 15 s", "4 nodes / 15 s", "0 pods / 15 s", "4 pods / 15 min", ","})
        EXPECT_FALSE(policiesFrom(text)) << text;
}

TEST(ContainerFields, AreThoseOfTheKindsWhosePodsMayChange)
{
    EXPECT_EQ(podSpecPath({"apps", "Deployment"}), "/spec/template/spec");
    EXPECT_EQ(podSpecPath({"batch", "CronJob"}), "/spec/jobTemplate/spec/template/spec");
    EXPECT_EQ(podSpecPath({"batch", "Job"}), "");
    EXPECT_EQ(podSpecPath({"", "Pod"}), "");
    const Json workload{
        {"spec",
         {{"template",
           {{"spec",
             {{"containers", {{{"name", "web"}, {"resources", {{"limits", {{"nvidia.com/gpu", "1"}}}}}}}},
              {"initContainers", {{{"name", "first"}}}}}}}}}}};
    const auto all = containersOf({"apps", "Deployment"}, workload);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_FALSE(all[0].init);
    EXPECT_EQ(all[0].image, "/spec/template/spec/containers/[name=web]/image");
    ASSERT_EQ(all[0].resources.size(), 3U);
    EXPECT_EQ(all[0].resources[2].limit, "/spec/template/spec/containers/[name=web]/resources/limits/nvidia.com~1gpu");
    EXPECT_EQ(all[0].resources[2].amount, core::Amount::Count);
    EXPECT_EQ(all[0].resources[0].amount, core::Amount::Cores);
    EXPECT_EQ(all[0].resources[1].amount, core::Amount::Bytes);
    EXPECT_TRUE(all[1].init);
    EXPECT_THAT(all[1].image, HasSubstr("/initContainers/[name=first]/image"));
}

TEST(ClaimFacts, SayWhyAClaimCannotGrow)
{
    const auto claim = [](const char *phase, const char *name) {
        Json made{{"metadata", {{"name", "data-db-0"}, {"namespace", "shop"}}}, {"status", {{"phase", phase}}}};
        if (name != nullptr)
            made["spec"]["storageClassName"] = name;
        return made;
    };
    const Json grows{{"allowVolumeExpansion", true}};
    EXPECT_EQ(factsOf(claim("Bound", "fast"), grows, {}, {}).refusal, "");
    EXPECT_EQ(factsOf(claim("Bound", "fast"), Json(), {}, {}).refusal, "") << "nobody knows: the server will say";
    EXPECT_THAT(factsOf(claim("Bound", "fast"), Json::object(), {}, {}).refusal, HasSubstr("allowVolumeExpansion"));
    EXPECT_THAT(factsOf(claim("Bound", nullptr), Json(), {}, {}).refusal, HasSubstr("no storage class"));
    EXPECT_THAT(factsOf(claim("Pending", "fast"), grows, {}, {}).refusal, HasSubstr("Pending"));
}

TEST(ClaimFacts, NameThePodsAndTheSetOfAClaim)
{
    const Json claim{{"metadata", {{"name", "data-db-0"}, {"namespace", "shop"}}}, {"status", {{"phase", "Bound"}}}};
    const auto pod = [](const char *name, const char *phase) -> Json {
        return {{"metadata", {{"name", name}}},
                {"spec", {{"volumes", {{{"persistentVolumeClaim", {{"claimName", "data-db-0"}}}}}}}},
                {"status", {{"phase", phase}}}};
    };
    const Json sets{{"items",
                     {{{"metadata", {{"name", "db"}, {"namespace", "shop"}}},
                       {"spec", {{"volumeClaimTemplates", {{{"metadata", {{"name", "data"}}}}}}}}}}}};
    const auto facts = factsOf(claim, {}, {{"items", {pod("db-0", "Running"), pod("old", "Succeeded")}}}, sets);
    EXPECT_THAT(facts.pods, ElementsAre("db-0"));
    EXPECT_EQ(facts.statefulSet, "db");
    EXPECT_THAT(growthWarnings(facts), testing::SizeIs(2));
    EXPECT_THAT(growthWarnings({}), ElementsAre(HasSubstr("smaller"), HasSubstr("No running pod")));
}

} // namespace
} // namespace binnacle::operations
