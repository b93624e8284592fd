// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ReplicaFacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::operations {
namespace {

using core::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Case
{
    const char *what;
    DisruptionBudget budget;
    long long replicas;
    const char *warning; ///< nullptr: none
};

TEST(ReplicaWarnings, FollowTheArithmeticOfBudgets)
{
    const Case cases[] = {
        {"more than the minimum", {"b", "2", "", 0}, 3, nullptr},
        {"exactly the minimum", {"b", "2", "", 0}, 2, "of 2 pods none may be evicted"},
        {"fewer than the minimum", {"b", "2", "", 0}, 1, "wants 2 available: with 1 pod that is never so"},
        {"others count too", {"b", "2", "", 3}, 1, nullptr},
        {"half of three is two", {"b", "50%", "", 0}, 3, nullptr},
        {"half of one is one", {"b", "50%", "", 0}, 1, "wants 50% available: of 1 pod none may be evicted"},
        {"all of them", {"b", "100%", "", 0}, 7, "none may be evicted"},
        {"one may go of three", {"b", "", "1", 0}, 3, nullptr},
        {"one may go of one", {"b", "", "1", 0}, 1, "all may be evicted at once"},
        {"none may go", {"b", "", "0", 0}, 3, "lets none be unavailable"},
        {"a quarter of three is one", {"b", "", "25%", 0}, 3, nullptr},
        {"none by percentage", {"b", "", "0%", 0}, 3, "lets none be unavailable"},
        {"neither given", {"b", "", "", 0}, 1, nullptr},
    };
    for (const auto &each : cases) {
        SCOPED_TRACE(each.what);
        const auto warnings = replicaWarnings({each.budget}, each.replicas);
        if (each.warning == nullptr)
            EXPECT_THAT(warnings, IsEmpty());
        else
            EXPECT_THAT(warnings, ElementsAre(HasSubstr(each.warning)));
    }
}

TEST(ReplicaWarnings, OfZeroSayOnlyThat)
{
    EXPECT_THAT(replicaWarnings({{"b", "2", "", 0}}, 0), ElementsAre(HasSubstr("nothing of it runs")));
}

TEST(ReplicaWarnings, SayWhatTheAutoscalerWillDo)
{
    const kube::ObjectKey scaler{{"autoscaling", "HorizontalPodAutoscaler"}, core::Namespace("a"), "web"};
    const auto facts = [&](long long replicas) { return ReplicaFacts{.replicas = replicas, .autoscaler = scaler}; };
    EXPECT_TRUE(facts(2).isAutoscaled());
    EXPECT_FALSE(facts(0).isAutoscaled()) << "the horizontal controller leaves what is at zero alone";
    EXPECT_THAT(replicaWarnings(facts(2), 0),
                ElementsAre(HasSubstr("nothing of it runs"), HasSubstr("brings none back")));
    EXPECT_THAT(replicaWarnings(facts(0), 2), ElementsAre(HasSubstr("sets the number from then on")));
    EXPECT_THAT(replicaWarnings(facts(2), 3), IsEmpty());
    EXPECT_THAT(idleWarning(facts(0)), HasSubstr("does nothing until"));
    EXPECT_THAT(idleWarning(facts(1)), IsEmpty());
    EXPECT_THAT(idleWarning(ReplicaFacts{.replicas = 0}), IsEmpty());
}

Json budgetList(const char *version, const Json &selector)
{
    return {{"apiVersion", version},
            {"items",
             {{{"metadata", {{"name", "b"}}},
               {"spec", {{"selector", selector}, {"minAvailable", 2}}},
               {"status", {{"expectedPods", 5}}}}}}};
}

TEST(BudgetsOf, AreThoseThatSelectThePods)
{
    const auto count = [](const char *version, const Json &selector) {
        return budgetsOf(budgetList(version, selector), {{"app", "web"}}, 3).size();
    };
    EXPECT_EQ(count("policy/v1", {{"matchLabels", {{"app", "web"}}}}), 1U);
    EXPECT_EQ(count("policy/v1", {{"matchLabels", {{"app", "db"}}}}), 0U);
    EXPECT_EQ(count("policy/v1", {{"matchExpressions", {{{"key", "app"}, {"operator", "Exists"}}}}}), 1U);
    EXPECT_EQ(count("policy/v1", Json::object()), 1U);
    EXPECT_EQ(count("policy/v1beta1", Json::object()), 0U);
    EXPECT_EQ(count("policy/v1", nullptr), 0U);
    const auto budgets = budgetsOf(budgetList("policy/v1", Json::object()), {}, 3);
    ASSERT_EQ(budgets.size(), 1U);
    EXPECT_EQ(budgets[0].minAvailable, "2");
    EXPECT_EQ(budgets[0].others, 2);
}

TEST(AutoscalerOf, IsTheOneWhoseTargetIsTheWorkload)
{
    const kube::ObjectKey web{{"apps", "Deployment"}, core::Namespace("shop"), "web"};
    const auto owner = [&](const Json &target) {
        const Json list{{"items", {{{"metadata", {{"name", "h"}}}, {"spec", {{"scaleTargetRef", target}}}}}}};
        return autoscalerOf(web, list).has_value();
    };
    EXPECT_TRUE(owner({{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "web"}}));
    EXPECT_TRUE(owner({{"kind", "Deployment"}, {"name", "web"}}));
    EXPECT_TRUE(owner({{"apiVersion", "extensions/v1beta1"}, {"kind", "Deployment"}, {"name", "web"}}));
    EXPECT_FALSE(owner({{"apiVersion", "example.com/v1"}, {"kind", "Deployment"}, {"name", "web"}}));
    EXPECT_FALSE(owner({{"apiVersion", "apps/v1"}, {"kind", "StatefulSet"}, {"name", "web"}}));
    EXPECT_FALSE(owner({{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "api"}}));
}

} // namespace
} // namespace binnacle::operations
