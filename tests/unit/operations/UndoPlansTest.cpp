// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/UndoPlans.h"
#include "operations/ObjectPlans.h"

#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle;
using runbook::Action;

namespace {

const runbook::Target target{core::ContextName("prod"), "https://127.0.0.1:6443", "alice"};

runbook::Task apply(const char *group, const char *kind, const char *nameSpace, const char *name, core::Json spec = {})
{
    core::Json manifest{{"kind", kind}, {"metadata", {{"name", name}}}};
    if (!spec.is_null())
        manifest["spec"] = std::move(spec);
    return {{{group, kind}, core::Namespace(nameSpace), name},
            "v1",
            0,
            runbook::ApplyTask{std::make_shared<const core::Json>(std::move(manifest))}};
}

runbook::Plan deploy(const std::string &id)
{
    runbook::Plan plan;
    plan.id = id;
    plan.title = "Deploy shop";
    plan.target = target;
    plan.stack = "shop";
    runbook::Step first;
    first.id = "namespaces";
    first.tasks = {apply("", "Namespace", "", "data"), apply("", "Namespace", "", "web")};
    runbook::Step second;
    second.id = "data";
    second.after = {0};
    second.tasks = {
        apply("apps", "StatefulSet", "data", "db", {{"volumeClaimTemplates", {{{"metadata", {{"name", "files"}}}}}}}),
        apply("", "ConfigMap", "web", "settings")};
    plan.steps = {first, second};
    return plan;
}

class UndoPlansTest : public testing::Test
{
protected:
    QTemporaryDir m_folder;
    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    core::SeededRandom m_random{1};
    std::unique_ptr<runbook::Journal> m_journal = std::move(
        *runbook::Journal::open((m_folder.path() + QStringLiteral("/journal.sqlite")).toStdString(), m_clock));

    void record(const runbook::Plan &plan, runbook::TaskIndex at, bool existed, Action action, const char *uid)
    {
        runbook::Previous previous;
        previous.existed = existed;
        if (existed)
            previous.object = std::make_shared<const core::Json>(core::Json{{"data", {{"old", "yes"}}}});
        ASSERT_TRUE(m_journal->intent(plan, at, previous, "kubectl apply"));
        runbook::Applied applied;
        applied.action = action;
        applied.uid = core::Uid(uid);
        ASSERT_TRUE(m_journal->outcome(plan, at, applied));
    }

    void deployed(const std::string &id, bool configExisted, Action config)
    {
        const auto plan = deploy(id);
        ASSERT_TRUE(m_journal->started(plan));
        record(plan, {0, 0}, false, Action::Created, "u-data");
        record(plan, {0, 1}, true, Action::Unchanged, "u-web");
        record(plan, {1, 0}, false, Action::Created, "u-db");
        record(plan, {1, 1}, configExisted, config, "u-settings");
        ASSERT_TRUE(m_journal->finished(plan, runbook::Outcome::Done, {}));
    }
};

std::string textOf(const runbook::Plan &plan)
{
    std::string text;
    for (const auto &step : plan.steps) {
        text += step.id + ":";
        for (const auto &task : step.tasks)
            text += " " + task.object.name;
        text += "\n";
    }
    return text;
}

TEST_F(UndoPlansTest, RollbackRestoresWhatWasAndRemovesWhatWasNotLastStepFirst)
{
    deployed("shop-1", true, Action::Changed);
    const auto plan = operations::rollbackPlan(*m_journal, target, "shop", {}, m_clock, m_random);
    ASSERT_TRUE(plan) << plan.error().describe();
    // The namespace that holds the database's volume stays, and what was unchanged is left alone.
    EXPECT_EQ(textOf(*plan), "restore-data: settings\nremove-data: db\n");
    EXPECT_TRUE(plan->validate());
    EXPECT_EQ(std::get<runbook::DeleteTask>(plan->steps[1].tasks[0].work).uid, core::Uid("u-db"));
}

TEST_F(UndoPlansTest, UninstallLeavesWhatWasThereBeforeUs)
{
    deployed("shop-1", false, Action::Created);
    deployed("shop-2", true, Action::Unchanged);
    const auto plan = operations::uninstallPlan(*m_journal, target, "shop", {}, m_clock, m_random);
    ASSERT_TRUE(plan) << plan.error().describe();
    EXPECT_EQ(textOf(*plan), "remove-data: settings db\n");
    const auto all = operations::uninstallPlan(*m_journal, target, "shop", {true}, m_clock, m_random);
    ASSERT_TRUE(all);
    EXPECT_EQ(textOf(*all), "remove-data: settings db\nremove-namespaces: data\n");
}

TEST_F(UndoPlansTest, VolumesOfStatefulSetsGoWithTheOthersAlsoWhereTheNamespaceStays)
{
    auto plan = deploy("shop-1");
    ASSERT_TRUE(m_journal->started(plan));
    record(plan, {0, 0}, true, Action::Unchanged, "u-data"); // somebody else's
    record(plan, {1, 0}, false, Action::Created, "u-db");
    ASSERT_TRUE(m_journal->finished(plan, runbook::Outcome::Done, {}));
    const auto nameSpaces = operations::namespacesOfClaims(*m_journal, target, "shop");
    ASSERT_TRUE(nameSpaces);
    EXPECT_EQ(*nameSpaces, std::vector{core::Namespace("data")});

    const auto claim = [](const char *name) {
        return operations::LiveClaim{{{"", "PersistentVolumeClaim"}, core::Namespace("data"), name},
                                     core::Uid(std::string("u-") + name)};
    };
    operations::UninstallOptions options{
        true, {claim("files-db-0"), claim("files-db-11"), claim("files-db-x"), claim("files-dbs-0"), claim("other")}};
    auto removal = operations::uninstallPlan(*m_journal, target, "shop", options, m_clock, m_random);
    ASSERT_TRUE(removal) << removal.error().describe();
    EXPECT_EQ(textOf(*removal), "remove-data: db\nremove-volumes: files-db-0 files-db-11\n");
    EXPECT_EQ(std::get<runbook::DeleteTask>(removal->steps[1].tasks[0].work).uid, core::Uid("u-files-db-0"));

    // Kept by an uninstall without volumes, they can still be removed by one with them.
    const auto first = operations::uninstallPlan(*m_journal, target, "shop", {}, m_clock, m_random);
    ASSERT_TRUE(first && m_journal->started(*first));
    record(*first, {0, 0}, true, Action::Deleted, "u-db");
    ASSERT_TRUE(m_journal->finished(*first, runbook::Outcome::Done, {}));
    removal = operations::uninstallPlan(*m_journal, target, "shop", options, m_clock, m_random);
    ASSERT_TRUE(removal) << removal.error().describe();
    EXPECT_EQ(textOf(*removal), "remove-volumes: files-db-0 files-db-11\n");
}

TEST_F(UndoPlansTest, WhatWasDeletedComesBackButForSecretsAndWhatItsControllerMakesAnew)
{
    const core::Json plain{{"metadata", {{"name", "web"}}}};
    const core::Json owned{
        {"metadata", {{"name", "web"}, {"ownerReferences", {{{"kind", "ReplicaSet"}, {"controller", true}}}}}}};
    struct Case
    {
        core::GroupKind kind;
        core::Json recorded;
        bool back;
    };
    const std::vector<Case> cases{
        {{"apps", "Deployment"}, plain, true}, {{"", "Pod"}, owned, false}, {{"", "Secret"}, plain, false}};
    for (const Case &row : cases) {
        SCOPED_TRACE(row.kind.kind);
        const kube::ObjectKey object{row.kind, core::Namespace("shop"), "web"};
        const auto plan = operations::deletePlan({{object, core::Uid("u-web")}}, runbook::Dependents::Background,
                                                 target, m_clock, m_random);
        ASSERT_TRUE(plan);
        ASSERT_TRUE(m_journal->started(*plan));
        runbook::Previous previous;
        previous.existed = true;
        previous.object = std::make_shared<const core::Json>(row.recorded);
        ASSERT_TRUE(m_journal->intent(*plan, {0, 0}, previous, "kubectl delete"));
        runbook::Applied applied;
        applied.action = Action::Deleted;
        ASSERT_TRUE(m_journal->outcome(*plan, {0, 0}, applied));
        ASSERT_TRUE(m_journal->finished(*plan, runbook::Outcome::Done, {}));
        const auto undo = operations::rollbackPlan(*m_journal, target, plan->stack, plan->id, m_clock, m_random);
        EXPECT_EQ(undo.has_value(), row.back);
        if (undo) {
            EXPECT_EQ(textOf(*undo), "restore-delete: web\n");
        }
    }
}

TEST_F(UndoPlansTest, ARestartIsNotTakenBack)
{
    const kube::ObjectKey object{{"apps", "Deployment"}, core::Namespace("shop"), "web"};
    const auto plan = operations::restartPlan({object}, target, m_clock, m_random);
    ASSERT_TRUE(plan);
    ASSERT_TRUE(m_journal->started(*plan));
    const auto undo = operations::rollbackPlan(*m_journal, target, plan->stack, plan->id, m_clock, m_random);
    ASSERT_FALSE(undo);
    EXPECT_EQ(undo.error().kind, core::ErrorKind::Unsupported);
}

TEST_F(UndoPlansTest, SayWhenThereIsNothingToUndo)
{
    const auto plan = operations::rollbackPlan(*m_journal, target, "shop", {}, m_clock, m_random);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, core::ErrorKind::NotFound);
    EXPECT_FALSE(operations::uninstallPlan(*m_journal, target, "other", {}, m_clock, m_random));
}

} // namespace
