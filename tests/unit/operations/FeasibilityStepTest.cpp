// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/FeasibilityStep.h"
#include "operations/EditImpact.h"

#include "operations/DeployPlan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::operations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

runbook::Plan twoSteps()
{
    runbook::Plan plan;
    plan.id = "shop-1";
    plan.stack = "shop";
    plan.steps.resize(2);
    plan.steps[0].id = "data";
    plan.steps[1].id = "apps";
    plan.steps[1].after = {0};
    return plan;
}

TEST(FeasibilityStep, comesBeforeAllOthers)
{
    const auto plan = withFitCheck(twoSteps(), FitCheck::Run);
    ASSERT_TRUE(plan.validate());
    ASSERT_EQ(plan.steps.size(), 3U);
    EXPECT_EQ(plan.steps[0].title, "Check that it fits");
    EXPECT_THAT(plan.steps[0].after, IsEmpty());
    EXPECT_THAT(plan.steps[1].after, ElementsAre(0U));
    EXPECT_THAT(plan.steps[2].after, ElementsAre(1U));
    EXPECT_TRUE(planToJson(plan)["steps"][0]["objects"].empty()) << "it is about no object of its own";
}

TEST(FeasibilityStep, leavesAStepOfTheSameNameAlone)
{
    auto own = twoSteps();
    own.steps[0].id = "check";
    EXPECT_TRUE(withFitCheck(own, FitCheck::Run).validate());
}

TEST(FeasibilityStep, theJournalRemembersThatItWasSkipped)
{
    const auto read = runbook::planFromRecord(runbook::planToRecord(withFitCheck(twoSteps(), FitCheck::Skip)));
    ASSERT_TRUE(read) << read.error().describe();
    EXPECT_EQ(read->steps[0].title, "Check that it fits (skipped)");
    EXPECT_TRUE(std::get<runbook::CheckTask>(read->steps[0].tasks.at(0).work).skipped);
}

core::Json object(const char *apiVersion, const char *kind, const char *name, core::Json spec)
{
    return {{"apiVersion", apiVersion},
            {"kind", kind},
            {"metadata", {{"name", name}, {"namespace", "a"}}},
            {"spec", std::move(spec)}};
}

class EditImpactTest : public testing::Test
{
protected:
    EditImpactTest()
    {
        const core::Json container = {{"name", "c"}, {"resources", {{"limits", {{"cpu", "1"}}}}}};
        m_web = object("apps/v1", "Deployment", "web",
                       {{"replicas", 2},
                        {"strategy", {{"type", "Recreate"}}},
                        {"template", {{"spec", {{"containers", {container}}}}}}});
        m_quota = object("v1", "ResourceQuota", "q", {{"hard", {{"limits.cpu", "4"}}}});
        m_facts.objects = {m_web, m_quota};
    }

    core::Json m_web, m_quota;
    stack::ClusterFacts m_facts;
    kube::ObjectKey m_webKey{{"apps", "Deployment"}, core::Namespace("a"), "web"};
    kube::ObjectKey m_quotaKey{{"", "ResourceQuota"}, core::Namespace("a"), "q"};
};

TEST_F(EditImpactTest, aScaleIsTheWorkloadsNumber)
{
    const auto scale = [](int replicas) {
        return core::Json{{"kind", "Scale"}, {"apiVersion", "autoscaling/v1"}, {"spec", {{"replicas", replicas}}}};
    };
    const auto fine = impactOf(m_webKey, scale(2), scale(4), m_facts);
    EXPECT_THAT(fine.broken, IsEmpty());
    EXPECT_EQ(fine.fits, 4);
    const auto much = impactOf(m_webKey, scale(2), scale(5), m_facts);
    ASSERT_EQ(much.broken.size(), 1U);
    EXPECT_EQ(much.broken[0].message, "web fits 4 replicas, its spec asks for 5: limits.cpu 5 > 4 of the quota q");
    const auto back = impactOf(m_webKey, scale(5), scale(4), m_facts);
    EXPECT_THAT(back.broken, IsEmpty());
    EXPECT_EQ(back.mended.size(), 1U);
}

TEST_F(EditImpactTest, aQuotaIsJudgedByWhatItNoLongerLetsIn)
{
    core::Json lower = m_quota;
    lower["spec"]["hard"]["limits.cpu"] = "1";
    const auto impact = impactOf(m_quotaKey, m_quota, lower, m_facts);
    ASSERT_EQ(impact.broken.size(), 1U);
    EXPECT_THAT(impact.broken[0].message, HasSubstr("web fits 1 replica"));
    EXPECT_EQ(impact.fits, std::nullopt) << "a quota has no replicas";
}

/// A quota that makes figures mandatory which the workload does not state.
TEST_F(EditImpactTest, whatIsBrokenAlreadyIsSaid)
{
    m_quota["spec"]["hard"] = {{"limits.cpu", "4"}, {"requests.memory", "4Gi"}, {"limits.memory", "4Gi"}};
    core::Json bare = m_web;
    bare["spec"]["template"]["spec"]["containers"][0].erase("resources");
    m_facts.objects = {bare, m_quota};
    const auto scale = [](int replicas) {
        return core::Json{{"kind", "Scale"}, {"apiVersion", "autoscaling/v1"}, {"spec", {{"replicas", replicas}}}};
    };
    const auto more = impactOf(m_webKey, scale(2), scale(3), m_facts);
    EXPECT_EQ(fitOf(more), Fit::StaysBroken);
    EXPECT_EQ(more.standing.size(), 3U);
    EXPECT_EQ(more.fits, 0) << "no new pod is let in";
    EXPECT_FALSE(certainOf(more).empty());
    const auto with = [&](core::Json resources) {
        core::Json object = bare;
        object["spec"]["template"]["spec"]["containers"][0]["resources"] = std::move(resources);
        return impactOf(m_webKey, bare, object, m_facts);
    };
    EXPECT_EQ(fitOf(with({{"limits", {{"cpu", "1"}}}})), Fit::MendsPart);
    EXPECT_EQ(with({{"limits", {{"cpu", "1"}}}}).standing.size(), 2U);
    const auto all = with({{"limits", {{"cpu", "1"}, {"memory", "1Gi"}}}});
    EXPECT_EQ(fitOf(all), Fit::Mends);
    EXPECT_EQ(all.fits, 4);
    EXPECT_EQ(fitOf(with({{"limits", {{"cpu", "9"}, {"memory", "1Gi"}}}})), Fit::Breaks);
    // Fewer pods that were let in before is no deed to stop.
    m_facts.objects = {bare, m_quota};
    for (const char *const name : {"web-1-a", "web-1-b"}) {
        core::Json pod = object("v1", "Pod", name, {});
        pod["metadata"]["ownerReferences"] = {
            {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "web"}, {"controller", true}}};
        m_facts.objects.push_back(pod);
    }
    const auto fewer = impactOf(m_webKey, scale(2), scale(1), m_facts);
    EXPECT_EQ(fitOf(fewer), Fit::StaysBroken);
    EXPECT_TRUE(certainOf(fewer).empty());
}

TEST_F(EditImpactTest, aClaimThatGrowsIsHeldAgainstTheQuota)
{
    const auto claim = [](const char *size) {
        return object("v1", "PersistentVolumeClaim", "data",
                      {{"resources", {{"requests", {{"storage", size}}}}}, {"storageClassName", "standard"}});
    };
    m_facts.objects = {claim("1536Mi"), object("v1", "ResourceQuota", "q", {{"hard", {{"requests.storage", "2Gi"}}}})};
    const kube::ObjectKey key{{"", "PersistentVolumeClaim"}, core::Namespace("a"), "data"};
    const auto much = impactOf(key, claim("1536Mi"), claim("3Gi"), m_facts);
    EXPECT_EQ(fitOf(much), Fit::Breaks);
    ASSERT_FALSE(much.broken.empty());
    EXPECT_EQ(much.broken[0].message, "too much storage is claimed in a: requests.storage 3Gi > 2Gi of the quota q");
    EXPECT_FALSE(certainOf(much).empty());
    EXPECT_EQ(fitOf(impactOf(key, claim("1536Mi"), claim("2Gi"), m_facts)), Fit::Fits);
}

TEST_F(EditImpactTest, whatIsBrokenAnywayIsNotBlamedOnTheEdit)
{
    m_facts.objects[0]["spec"]["replicas"] = 9;
    core::Json more = m_quota;
    more["spec"]["hard"]["pods"] = "20";
    EXPECT_THAT(impactOf(m_quotaKey, m_quota, more, m_facts).broken, IsEmpty());
}

} // namespace
} // namespace binnacle::operations
