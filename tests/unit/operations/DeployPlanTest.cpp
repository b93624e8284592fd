// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/DeployPlan.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

using namespace binnacle;
using namespace binnacle::operations;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

namespace {

core::Json object(const char *apiVersion, const char *kind, const char *name, const char *nameSpace = "")
{
    core::Json made{{"apiVersion", apiVersion}, {"kind", kind}, {"metadata", {{"name", name}}}};
    if (*nameSpace != '\0')
        made["metadata"]["namespace"] = nameSpace;
    return made;
}

stack::DeployStep step(const std::string &id, std::vector<stack::DeployStep::Match> objects,
                       std::vector<std::string> after = {})
{
    stack::DeployStep made;
    made.id = id;
    made.title = id;
    made.objects = std::move(objects);
    made.after = std::move(after);
    return made;
}

stack::Stack shop()
{
    stack::Stack shop;
    shop.name = "shop";
    shop.directory = "/stacks/shop";
    shop.defaultOverlay = "local";
    shop.steps = {step("data", {{"", "db*", "", {}}, {"Secret", "", "", {}}}),
                  step("apps", {{"Deployment", "", "shop", {}}, {"Service", "", "", stack::GateKind::Exists}}),
                  step("rest", {{"*", "", "", {}}}, {"data"})};
    return shop;
}

class DeployPlanTest : public testing::Test
{
protected:
    core::ManualClock m_clock{*core::parseTime("2026-01-31T12:00:00Z")};
    core::SeededRandom m_random{1};

    core::Result<runbook::Plan> plan(const stack::Stack &stack, const std::vector<core::Json> &objects,
                                     DeployOptions options = {})
    {
        return deployPlan(stack, objects, options, m_clock, m_random);
    }
    static std::vector<std::string> objectsOf(const runbook::Step &step)
    {
        std::vector<std::string> names;
        for (const auto &task : step.tasks)
            names.push_back(task.object.describe());
        return names;
    }
};

} // namespace

TEST_F(DeployPlanTest, EveryObjectIsInTheFirstStepThatSelectsIt)
{
    const auto made =
        plan(shop(), {object("v1", "Service", "db", "shop"), object("apps/v1", "Deployment", "web", "shop"),
                      object("apps/v1", "Deployment", "web", "other"), object("v1", "Service", "web", "shop"),
                      object("apps/v1", "Deployment", "db-reader", "shop")});
    ASSERT_TRUE(made) << made.error().describe();
    ASSERT_EQ(made->steps.size(), 3U);
    EXPECT_THAT(objectsOf(made->steps[0]), ElementsAre("Service shop/db", "Deployment shop/db-reader"));
    EXPECT_THAT(objectsOf(made->steps[1]), ElementsAre("Service shop/web", "Deployment shop/web"));
    EXPECT_THAT(objectsOf(made->steps[2]), ElementsAre("Deployment other/web"));
    EXPECT_EQ(made->steps[1].tasks[0].gate, runbook::GateKind::Exists) << "the selector's own gate";
    EXPECT_FALSE(made->steps[1].tasks[1].gate);
    EXPECT_THAT(made->steps[1].after, ElementsAre(0U)) << "no word about order means: after the step before";
    EXPECT_THAT(made->steps[2].after, ElementsAre(0U));
    EXPECT_EQ(made->taskCount(), 5U);
}

TEST_F(DeployPlanTest, ObjectThatNoStepSelectsIsAnError)
{
    auto stack = shop();
    stack.steps.pop_back();
    const auto made =
        plan(stack, {object("v1", "ConfigMap", "lost", "shop"), object("v1", "ConfigMap", "too", "shop")});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, core::ErrorKind::Configuration);
    EXPECT_THAT(made.error().message, HasSubstr("ConfigMap shop/lost, ConfigMap shop/too"));
    EXPECT_THAT(made.error().next, HasSubstr("/stacks/shop/stack.yaml"));
}

TEST_F(DeployPlanTest, WhatOthersNeedComesFirst)
{
    const auto made =
        plan(shop(), {object("example.org/v1", "Widget", "w", "shop"), object("v1", "ConfigMap", "c", "shop"),
                      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.org"),
                      object("v1", "ServiceAccount", "s", "shop"), object("v1", "Namespace", "shop")});
    ASSERT_TRUE(made) << made.error().describe();
    EXPECT_THAT(objectsOf(made->steps[2]), ElementsAre("Namespace shop", "CustomResourceDefinition widgets.example.org",
                                                       "ServiceAccount shop/s", "ConfigMap shop/c", "Widget shop/w"));
    const auto &tasks = made->steps[2].tasks;
    EXPECT_LT(tasks[0].wave, tasks[1].wave) << "a namespace must be there before anything is written into it";
    EXPECT_LT(tasks[1].wave, tasks[4].wave);
}

TEST_F(DeployPlanTest, SecretsBecomeTasksWithoutValues)
{
    auto stack = shop();
    using Source = stack::SecretRequirement::Key::Source;
    stack.secrets = {{core::Namespace("shop"),
                      "passwords",
                      "Opaque",
                      {{"PASSWORD", Source::Generate, 48, {}, {}, false}, {"KEY", Source::Prompt, 32, {}, {}, true}}}};
    const auto made = plan(stack, {});
    ASSERT_TRUE(made) << made.error().describe();
    ASSERT_THAT(objectsOf(made->steps[0]), ElementsAre("Secret shop/passwords"));
    const auto &work = std::get<runbook::SecretTask>(made->steps[0].tasks[0].work);
    EXPECT_EQ(work.keys.at(0).length, 48);
    EXPECT_EQ(work.keys.at(1).source, runbook::SecretTask::Key::Source::Prompt);
    EXPECT_TRUE(work.keys.at(1).optional);
}

TEST_F(DeployPlanTest, LaterStepsOnly)
{
    const std::vector<core::Json> objects{object("apps/v1", "Deployment", "web", "shop")};
    const auto made = plan(shop(), objects, {.fromStep = "apps"});
    ASSERT_TRUE(made);
    ASSERT_EQ(made->steps.size(), 2U);
    EXPECT_EQ(made->steps[0].id, "apps");
    EXPECT_THAT(made->steps[0].after, ElementsAre()) << "what is left out is not waited for";
    const auto unknown = plan(shop(), objects, {.fromStep = "nothing"});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, core::ErrorKind::Usage);
    EXPECT_THAT(unknown.error().next, HasSubstr("data, apps, rest"));
}

TEST_F(DeployPlanTest, ObjectsThatAreNoneAreRefused)
{
    for (const core::Json &bad : {core::Json(7), core::Json::object(), core::Json{{"kind", "ConfigMap"}},
                                  core::Json{{"kind", 7}, {"apiVersion", "v1"}, {"metadata", {{"name", "x"}}}},
                                  core::Json{{"kind", "ConfigMap"}, {"apiVersion", "v1"}, {"metadata", 3}}}) {
        const auto made = plan(shop(), {bad});
        ASSERT_FALSE(made) << bad.dump();
        EXPECT_EQ(made.error().kind, core::ErrorKind::Configuration) << bad.dump();
    }
    const auto twice = object("v1", "ConfigMap", "c", "shop");
    const auto made = plan(shop(), {twice, twice});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("ConfigMap shop/c is in the plan twice"));
}

TEST_F(DeployPlanTest, RunbooksAreNamedByTimeAndDiffer)
{
    const auto first = newRunbookId("shop", m_clock, m_random);
    EXPECT_THAT(first, MatchesRegex("shop-20260131-120000-[a-z0-9]{4}"));
    EXPECT_NE(first, newRunbookId("shop", m_clock, m_random));
}
