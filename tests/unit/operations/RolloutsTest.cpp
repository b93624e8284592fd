// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rollouts.h"

#include "operations/Kubectl.h"
#include "operations/ObjectText.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::operations {
namespace {

using core::ErrorKind;
using core::Json;
using testing::HasSubstr;
using testing::Not;

const kube::ObjectKey web{{"apps", "Deployment"}, core::Namespace("shop"), "web"};

Json templateOf(const std::string &image, const std::string &password = "one")
{
    return {{"metadata", {{"creationTimestamp", nullptr}, {"labels", {{"app", "web"}}}}},
            {"spec",
             {{"containers",
               {{{"name", "web"}, {"image", image}, {"env", {{{"name", "DB_PASSWORD"}, {"value", password}}}}}}}}}};
}

Json workload(const std::string &image)
{
    return {{"apiVersion", "apps/v1"},
            {"kind", "Deployment"},
            {"metadata",
             {{"name", "web"},
              {"namespace", "shop"},
              {"uid", "u1"},
              {"annotations", {{"kubernetes.io/change-cause", "release"}}}}},
            {"spec", {{"replicas", 2}, {"template", templateOf(image)}}}};
}

Json replicaSet(int revision, const std::string &image, const std::string &cause, const std::string &owner = "u1")
{
    Json podTemplate = templateOf(image);
    podTemplate["metadata"]["labels"]["pod-template-hash"] = "h" + std::to_string(revision);
    Json set{{"metadata",
              {{"name", "web-h" + std::to_string(revision)},
               {"creationTimestamp", "2026-01-01T00:00:00Z"},
               {"annotations", {{"deployment.kubernetes.io/revision", std::to_string(revision)}}},
               {"ownerReferences", {{{"uid", owner}, {"controller", true}}}}}},
             {"spec", {{"template", podTemplate}}}};
    if (!cause.empty())
        set["metadata"]["annotations"]["kubernetes.io/change-cause"] = cause;
    return set;
}

RolloutHistory history(const Json &live = workload("web:3"))
{
    return historyOf(web, live,
                     {{"items",
                       {replicaSet(2, "web:2", ""), replicaSet(10, "web:3", "release"), replicaSet(1, "web:1", "first"),
                        replicaSet(11, "api:1", "", "another")}}});
}

class Rollouts : public testing::Test
{
protected:
    [[nodiscard]] core::Result<runbook::Plan> rollBack(const RolloutHistory &from, long long number)
    {
        const auto revision = from.find(number);
        if (!revision)
            return core::fail(revision.error());
        return rollBackPlan(from, *revision, m_target, m_clock, m_random);
    }

    runbook::Target m_target{core::ContextName("demo"), "https://127.0.0.1:6443", "eve"};
    core::SystemClock m_clock;
    core::SeededRandom m_random{1};
};

TEST_F(Rollouts, AreListedByNumberAndOfTheWorkloadAlone)
{
    const auto all = history().revisions;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].number, 10);
    EXPECT_TRUE(all[0].current);
    EXPECT_EQ(all[0].changeCause, "release");
    EXPECT_EQ(all[1].number, 2);
    EXPECT_FALSE(all[1].current);
    EXPECT_EQ(all[1].images, std::vector<std::string>{"web:2"});
    EXPECT_FALSE(all[2].podTemplate->dump().find("pod-template-hash") != std::string::npos);
}

TEST_F(Rollouts, OfSetsAreReadFromControllerRevisions)
{
    Json kept = templateOf("web:1");
    kept["$patch"] = "replace";
    const Json revision{{"metadata", {{"name", "web-1"}, {"ownerReferences", {{{"uid", "u1"}, {"controller", true}}}}}},
                        {"data", {{"spec", {{"template", kept}}}}},
                        {"revision", 7}};
    const auto all = historyOf(web, workload("web:1"), {{"items", {revision}}}).revisions;
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].number, 7);
    EXPECT_TRUE(all[0].current);
}

TEST_F(Rollouts, GoBackToTheOneBeforeUnlessTold)
{
    EXPECT_EQ(history().find(0)->number, 2);
    EXPECT_EQ(history().find(1)->number, 1);
    const auto missing = history().find(5);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    EXPECT_THAT(missing.error().next, HasSubstr("10, 2, 1"));
}

TEST_F(Rollouts, GoingBackChangesTemplateAndCauseOnly)
{
    const auto plan = rollBack(history(), 1);
    ASSERT_TRUE(plan) << plan.error().describe();
    const auto &task = plan->steps.front().tasks.front();
    const auto &edit = std::get<runbook::EditTask>(task.work);
    ASSERT_EQ(edit.fields.size(), 2U);
    EXPECT_EQ(edit.fields[0].path, "/spec/template");
    EXPECT_EQ(*edit.fields[0].after, templateOf("web:1"));
    EXPECT_EQ(*edit.fields[1].after, "first");
    EXPECT_THAT(kubectlFor(*plan, task), HasSubstr("rollout undo --to-revision=1 deployment.apps web"));
}

TEST_F(Rollouts, WithoutACauseItIsRemoved)
{
    const auto plan = rollBack(history(), 2);
    ASSERT_TRUE(plan);
    EXPECT_EQ(std::get<runbook::EditTask>(plan->steps.front().tasks.front().work).fields[1].after, nullptr);
}

TEST_F(Rollouts, DoNotGoWhereTheyAreOrWhilePaused)
{
    const auto same = rollBack(history(), 10);
    ASSERT_FALSE(same);
    EXPECT_THAT(same.error().message, HasSubstr("revision 10 already"));
    Json live = workload("web:3");
    live["spec"]["paused"] = true;
    const auto paused = rollBack(history(live), 1);
    ASSERT_FALSE(paused);
    EXPECT_THAT(paused.error().next, HasSubstr("resume"));
}

TEST_F(Rollouts, ArePausedAndResumedOnce)
{
    const auto pause = pausePlan(history(), true, m_target, m_clock, m_random);
    ASSERT_TRUE(pause);
    EXPECT_THAT(kubectlFor(*pause, pause->steps.front().tasks.front()), HasSubstr("rollout pause deployment.apps web"));
    EXPECT_FALSE(pausePlan(history(), false, m_target, m_clock, m_random));
    RolloutHistory set = history();
    set.object.kind.kind = "StatefulSet";
    EXPECT_FALSE(pausePlan(set, true, m_target, m_clock, m_random));
}

TEST_F(Rollouts, ShowThatASecretChangesAndNotToWhat)
{
    const auto diff = templateDiff(templateOf("web:1", "hunter2"), templateOf("web:2", "swordfish"), "revision 1");
    EXPECT_THAT(diff, Not(HasSubstr("hunter2")));
    EXPECT_THAT(diff, Not(HasSubstr("swordfish")));
    EXPECT_THAT(diff, HasSubstr("+      value: \"*** (another value)\""));
    EXPECT_THAT(diff, HasSubstr("-    image: \"web:1\""));
}

TEST(LooksSecret, ByNameOrByValue)
{
    EXPECT_TRUE(looksSecret("DB_PASSWORD", "x"));
    EXPECT_TRUE(looksSecret("awsSecretAccessKey", "x"));
    EXPECT_TRUE(looksSecret("API-KEY", "x"));
    EXPECT_TRUE(looksSecret("DATABASE_URL", "postgres://u:p@db/x"));
    EXPECT_FALSE(looksSecret("DATABASE_URL", "postgres://db:5432/x"));
    EXPECT_FALSE(looksSecret("DB_PASSWORD", ""));
    EXPECT_FALSE(looksSecret("KEYBOARD", "us"));
}

} // namespace
} // namespace binnacle::operations
