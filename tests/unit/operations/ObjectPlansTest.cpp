// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ObjectPlans.h"
#include "operations/DeployPlan.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle;
using namespace binnacle::operations;

namespace {

const runbook::Target target{core::ContextName("prod"), "https://127.0.0.1:6443", "alice"};

kube::ObjectKey key(const char *group, const char *kind, const char *name)
{
    return {{group, kind}, core::Namespace("shop"), name};
}

class ObjectPlansTest : public testing::Test
{
protected:
    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    core::SeededRandom m_random{1};
};

TEST_F(ObjectPlansTest, OnlyWhatHasARolloutIsRestarted)
{
    EXPECT_TRUE(restartPlan({key("apps", "Deployment", "web")}, target, m_clock, m_random));
    EXPECT_TRUE(
        restartPlan({key("apps", "StatefulSet", "db"), key("apps", "DaemonSet", "logs")}, target, m_clock, m_random));
    for (const auto &object : {key("", "Pod", "web-1"), key("batch", "CronJob", "nightly"),
                               key("example.com", "Deployment", "not-the-one-of-apps")}) {
        const auto plan = restartPlan({object}, target, m_clock, m_random);
        ASSERT_FALSE(plan) << object.describe();
        EXPECT_EQ(plan.error().kind, core::ErrorKind::Usage);
    }
    EXPECT_FALSE(restartPlan({}, target, m_clock, m_random));
}

TEST_F(ObjectPlansTest, ARestartWaitsForTheNewPodsAndSaysWhatKubectlWould)
{
    const auto plan = restartPlan({key("apps", "Deployment", "web")}, target, m_clock, m_random);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->title, "Restart Deployment shop/web");
    EXPECT_EQ(plan->steps[0].gate, runbook::GateKind::Ready);
    EXPECT_EQ(kubectlEquivalents(*plan)[0].second[0],
              "kubectl --context=prod --namespace=shop rollout restart deployment.apps web");
}

TEST_F(ObjectPlansTest, ADeleteKeepsToTheObjectThatWasSeen)
{
    const auto plan = deletePlan({{key("", "ConfigMap", "a"), core::Uid("u-a")}, {key("", "ConfigMap", "b"), {}}},
                                 runbook::Dependents::Orphan, target, m_clock, m_random);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->title, "Delete ConfigMap shop/a and 1 more");
    EXPECT_EQ(plan->steps[0].gate, runbook::GateKind::Gone);
    EXPECT_EQ(std::get<runbook::DeleteTask>(plan->steps[0].tasks[0].work).uid, core::Uid("u-a"));
    EXPECT_EQ(kubectlEquivalents(*plan)[0].second[0],
              "kubectl --context=prod --namespace=shop delete configmap a --cascade=orphan");
}

TEST_F(ObjectPlansTest, TheJournalGivesBackWhatWasPlanned)
{
    const auto restart = restartPlan({key("apps", "Deployment", "web")}, target, m_clock, m_random);
    const auto gone = deletePlan({{key("", "Pod", "web-1"), core::Uid("u")}}, runbook::Dependents::Foreground, target,
                                 m_clock, m_random);
    ASSERT_TRUE(restart && gone);
    for (const auto &plan : {*restart, *gone}) {
        const auto read = runbook::planFromRecord(runbook::planToRecord(plan));
        ASSERT_TRUE(read) << read.error().describe();
        EXPECT_EQ(runbook::planToRecord(*read), runbook::planToRecord(plan));
        EXPECT_EQ(read->kind, plan.kind);
    }
    // As it was written before the choice of propagation existed.
    auto record = runbook::planToRecord(*gone);
    record["steps"][0]["tasks"][0]["delete"].erase("dependents");
    const auto old = runbook::planFromRecord(record);
    ASSERT_TRUE(old);
    EXPECT_EQ(std::get<runbook::DeleteTask>(old->steps[0].tasks[0].work).dependents, runbook::Dependents::ByKind);
}

} // namespace
