// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/QuotaImpact.h"
#include "support/YamlObject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::stack {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char *const shop = R"(
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 2, template: {spec: {
    containers: [{name: main, resources: {requests: {cpu: 500m}, limits: {cpu: "1"}}}]}}}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: shop}, spec: {replicas: 2, template: {spec: {
    containers: [{name: main, resources: {requests: {cpu: 250m}}}]}}}}
- {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: api, namespace: shop}, spec: {
    minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: api}}}
- {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {replicas: 1,
    volumeClaimTemplates: [{metadata: {name: data}}], template: {spec: {
    containers: [{name: main, resources: {requests: {cpu: "1"}}}]}}}}
- {apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: shop, ownerReferences: [{kind: ReplicaSet,
    controller: true}]}, spec: {containers: [{name: main, resources: {requests: {cpu: 500m}}}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: old, namespace: shop}, status: {phase: Succeeded}, spec: {
    containers: [{name: main, resources: {requests: {cpu: "8"}}}]}}
)";

std::vector<std::string> impactOf(const core::Json &hardBefore, const core::Json &used, const core::Json &hardAfter,
                                  const core::Json &scopes = core::Json::array())
{
    core::Json before{
        {"kind", "ResourceQuota"}, {"spec", {{"hard", hardBefore}, {"scopes", scopes}}}, {"status", {{"used", used}}}};
    core::Json after = before;
    after["spec"]["hard"] = hardAfter;
    const core::Json list = tests::object(shop);
    return quotaImpact(before, after, {list.begin(), list.end()});
}

TEST(QuotaImpact, SaysNothingWhereNothingStops)
{
    EXPECT_THAT(impactOf({{"requests.cpu", "4"}}, {{"requests.cpu", "2"}}, {{"requests.cpu", "3"}}), IsEmpty());
    // Raised, and still too little: it was so before.
    EXPECT_THAT(impactOf({{"requests.cpu", "1"}}, {{"requests.cpu", "4"}}, {{"requests.cpu", "2"}}), IsEmpty());
    EXPECT_THAT(impactOf({{"requests.cpu", "1"}}, {{"requests.cpu", "4"}}, core::Json::object()), IsEmpty());
}

TEST(QuotaImpact, BelowUseNamesWhoIsHitFirst)
{
    EXPECT_THAT(
        impactOf({{"requests.cpu", "4"}}, {{"requests.cpu", "2500m"}}, {{"requests.cpu", "2"}}),
        ElementsAre("requests.cpu: 2500m used, 2 allowed. Running pods stay, but no new pod that asks for it is "
                    "admitted: no rollout, no scaling up, no replacement of a pod that is evicted or lost, until "
                    "500m is freed. Hit first: the autoscaler of api, which may want up to 9 pods; rollouts of "
                    "web; lost pods of db."));
    // Without another's figures there is nobody to name.
    EXPECT_THAT(
        impactOf({{"limits.cpu", "4"}}, {{"limits.cpu", "2"}}, {{"limits.cpu", "1"}}),
        ElementsAre(AllOf(HasSubstr("limits.cpu: 2 used, 1 allowed"), HasSubstr("Hit first: rollouts of web."))));
    EXPECT_THAT(impactOf({{"pods", "9"}}, {{"pods", "5"}}, {{"pods", "0"}}),
                ElementsAre(AllOf(HasSubstr("no new pod is admitted"), HasSubstr("until 5 is freed"))));
}

TEST(QuotaImpact, OfScopedQuotasNamesNobody)
{
    const auto said = impactOf({{"pods", "9"}}, {{"pods", "5"}}, {{"pods", "4"}}, core::Json::array({"BestEffort"}));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_THAT(said[0], testing::Not(HasSubstr("Hit first")));
}

TEST(QuotaImpact, OfOtherObjectsNamesWhatMakesThem)
{
    EXPECT_THAT(
        impactOf({{"services", "5"}}, {{"services", "3"}}, {{"services", "2"}}),
        ElementsAre("services: 3 used, 2 allowed. What exists stays, but none can be added, nor made anew after "
                    "it was deleted, until 1 is freed."));
    EXPECT_THAT(impactOf({{"persistentvolumeclaims", "5"}}, {{"persistentvolumeclaims", "3"}},
                         {{"persistentvolumeclaims", "1"}}),
                ElementsAre(HasSubstr("Hit first: StatefulSet db, which claims a volume for each new pod.")));
}

TEST(QuotaImpact, NoRoomForTheNextPod)
{
    EXPECT_THAT(
        impactOf({{"requests.cpu", "4"}}, {{"requests.cpu", "2"}}, {{"requests.cpu", "2200m"}}),
        ElementsAre(AllOf(HasSubstr("200m is left, and another pod of api needs 250m"), HasSubstr("Hit first"))));
    EXPECT_THAT(impactOf({{"requests.cpu", "4"}}, {{"requests.cpu", "2"}}, {{"requests.cpu", "2"}}),
                ElementsAre(HasSubstr("all 2 are used")));
}

TEST(QuotaImpact, WhatANewResourceDemands)
{
    // Counted from the pods that run, as the quota controller will; pods that are over do not count.
    EXPECT_THAT(impactOf(core::Json::object(), core::Json::object(), {{"requests.cpu", "400m"}}),
                ElementsAre(HasSubstr("requests.cpu: 500m used, 400m allowed")));
    EXPECT_THAT(impactOf(core::Json::object(), core::Json::object(), {{"limits.cpu", "40"}}),
                ElementsAre(AllOf(HasSubstr("must then state limits.cpu"), HasSubstr("those of api will be refused"),
                                  HasSubstr("no limits.cpu of container main"))));
}

TEST(QuotaImpact, OfLimitRangesNamesPodsThatAreRefused)
{
    const core::Json list = tests::object(shop);
    const auto range = [](const char *max) {
        return tests::object("{apiVersion: v1, kind: LimitRange, metadata: {name: limits, namespace: shop}, spec: {"
                             "limits: [{type: Container, max: {cpu: " +
                             std::string(max) + "}}]}}");
    };
    std::vector<core::Json> objects(list.begin(), list.end());
    EXPECT_THAT(limitRangeImpact(range("'1'"), objects), IsEmpty());
    EXPECT_THAT(
        limitRangeImpact(range("600m"), objects),
        testing::UnorderedElementsAre(AllOf(HasSubstr("container main of web: limits.cpu 1 is above the maximum"),
                                            HasSubstr("Running pods stay")),
                                      HasSubstr("container main of db: requests.cpu 1 is above"),
                                      HasSubstr("pods of db will be refused, container main: requests.cpu 1 is more "
                                                "than limits.cpu 600m")));
    objects.push_back(range("600m"));
    EXPECT_THAT(limitRangeImpact(range("600m"), objects), IsEmpty());
}

} // namespace
} // namespace binnacle::stack
