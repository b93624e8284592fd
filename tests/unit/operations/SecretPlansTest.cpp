// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/SecretPlans.h"
#include "FakeTransport.h"
#include "operations/ConfigData.h"
#include "operations/KubeExecutor.h"
#include "operations/Kubectl.h"
#include "operations/ObjectText.h"
#include "operations/UndoPlans.h"

#include <QTemporaryDir>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace binnacle;
using namespace binnacle::operations;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

const kube::ObjectKey passwords{{"", "Secret"}, core::Namespace("shop"), "passwords"};
const runbook::Target target{core::ContextName("prod"), "https://127.0.0.1:6443", "alice"};
constexpr const char *path = "/api/v1/namespaces/shop/secrets/passwords";

core::Json secret(core::Json data)
{
    return {{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", "passwords"}, {"namespace", "shop"}, {"uid", "u-s"}, {"resourceVersion", "41"}}},
            {"data", std::move(data)}};
}

class SecretPlansTest : public testing::Test
{
protected:
    std::shared_ptr<FakeTransport> m_server = std::make_shared<FakeTransport>();
    std::shared_ptr<kube::Client> m_client = std::make_shared<kube::Client>(m_server);
    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    core::SeededRandom m_random{1};
    SecretEdit m_edit{passwords, {"DB"}, {"OLD"}, true, {}, {}};
    SecretValues m_values;

    SecretPlansTest()
    {
        m_values.set(passwords, "DB", core::SecretString("hush-new"));
        m_values.setSeen(passwords, "DB", core::SecretString("hush-before"));
        m_values.setSeen(passwords, "OLD", core::SecretString("hush-old"));
    }
    [[nodiscard]] runbook::Plan plan()
    {
        auto made = secretEditPlan("Change DB", m_edit, target, m_clock, m_random);
        EXPECT_TRUE(made);
        return *std::move(made);
    }
    [[nodiscard]] core::Result<runbook::Applied> run(const runbook::Plan &plan, const runbook::Task &task)
    {
        KubeExecutor executor(m_client, m_random, m_values.clone());
        auto applied = executor.execute(plan, task, {.existed = true}, {});
        applied.waitForFinished();
        return applied.result();
    }
};

std::vector<std::string> stepsOf(const runbook::Plan &plan)
{
    std::vector<std::string> ids;
    for (const auto &step : plan.steps)
        ids.push_back(step.id);
    return ids;
}

} // namespace

TEST_F(SecretPlansTest, KeepsWritesRestartsAndForgets)
{
    m_edit.restarts = {{{"apps", "Deployment"}, core::Namespace("shop"), "web"}};
    m_edit.outdated = {{{{"", "Secret"}, core::Namespace("shop"), "binnacle-undo-long-ago"}, core::Uid("u1")}};
    EXPECT_THAT(stepsOf(plan()), ElementsAre("keep", "edit", "restart", "forget"));
    m_edit.keepsFormer = false;
    m_edit.outdated.clear();
    EXPECT_THAT(stepsOf(plan()), ElementsAre("edit", "restart"));
    EXPECT_TRUE(std::get<runbook::SecretEditTask>(plan().steps[0].tasks[0].work).kept.empty());
}

TEST_F(SecretPlansTest, HoldsNoValueAnywhere)
{
    const auto made = plan();
    std::string all = runbook::planToRecord(made).dump();
    for (const auto &step : made.steps)
        all += kubectlFor(made, step.tasks[0]);
    EXPECT_THAT(all, Not(HasSubstr("hush")));
    EXPECT_THAT(all, Not(HasSubstr(toBase64("hush-new"))));
    const auto again = runbook::planFromRecord(runbook::planToRecord(made));
    ASSERT_TRUE(again);
    EXPECT_EQ(runbook::planToRecord(*again), runbook::planToRecord(made));
}

TEST_F(SecretPlansTest, WritesExactlyTheKeys)
{
    const auto made = plan();
    m_server->answers[std::string("GET ") + path] =
        secret({{"DB", toBase64("hush-before")}, {"OLD", toBase64("hush-old")}, {"STAYS", "eA=="}});
    m_server->answers[std::string("PATCH ") + path] = secret({{"DB", toBase64("hush-new")}, {"STAYS", "eA=="}});
    m_server->answers["POST /api/v1/namespaces/shop/secrets"] = secret({});
    const auto kept = run(made, made.steps[0].tasks[0]);
    ASSERT_TRUE(kept) << kept.error().describe();
    const auto &copy = m_server->writes[0].body;
    EXPECT_EQ(copy["data"], core::Json({{"DB", toBase64("hush-before")}, {"OLD", toBase64("hush-old")}}));
    EXPECT_EQ(copy["metadata"]["ownerReferences"][0]["uid"], "u-s");
    EXPECT_THAT(copy["metadata"]["annotations"].dump(), Not(HasSubstr("hush")));

    const auto applied = run(made, made.steps[1].tasks[0]);
    ASSERT_TRUE(applied) << applied.error().describe();
    EXPECT_EQ(m_server->writes[1].body, core::Json::parse(R"([{"op":"replace","path":"/data/DB","value":"aHVzaC1uZXc="},
                                    {"op":"remove","path":"/data/OLD"},
                                    {"op":"replace","path":"/metadata/resourceVersion","value":"41"}])"));
    EXPECT_THAT(applied->diff, HasSubstr("*** (changed, 8 bytes)"));
    EXPECT_THAT(applied->diff, Not(HasSubstr("hush")));
}

TEST_F(SecretPlansTest, AnothersChangeIsAConflictThatNamesKeysOnly)
{
    const auto made = plan();
    m_server->answers[std::string("GET ") + path] = secret({{"DB", toBase64("theirs")}, {"OLD", toBase64("hush-old")}});
    for (const auto step : {0, 1}) {
        const auto refused = run(made, made.steps[static_cast<std::size_t>(step)].tasks[0]);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, core::ErrorKind::Conflict);
        EXPECT_THAT(refused.error().describe(), HasSubstr("DB"));
        for (const auto &value : {std::string("theirs"), std::string("hush"), toBase64("theirs"), toBase64("hush-new")})
            EXPECT_THAT(refused.error().describe(), Not(HasSubstr(value)));
    }
    EXPECT_TRUE(m_server->writes.empty());
}

TEST_F(SecretPlansTest, IsTakenBackInReverseAndRestartsLast)
{
    m_edit.restarts = {{{"apps", "Deployment"}, core::Namespace("shop"), "web"}};
    const auto made = plan();
    const QTemporaryDir folder;
    const auto journal =
        std::move(*runbook::Journal::open((folder.path() + QStringLiteral("/j.sqlite")).toStdString(), m_clock));
    ASSERT_TRUE(journal->started(made));
    for (std::size_t step = 0; step < made.steps.size(); ++step) {
        runbook::Previous previous{.existed = step > 0};
        previous.object = std::make_shared<const core::Json>(core::Json::object());
        ASSERT_TRUE(journal->intent(made, {step, 0}, previous, "kubectl"));
        runbook::Applied applied;
        applied.action = step == 0 ? runbook::Action::Created : runbook::Action::Changed;
        applied.uid = core::Uid("u-kept");
        ASSERT_TRUE(journal->outcome(made, {step, 0}, applied));
    }
    const auto back = rollbackPlan(*journal, target, made.stack, made.id, m_clock, m_random);
    ASSERT_TRUE(back) << back.error().describe();
    EXPECT_THAT(stepsOf(*back), ElementsAre("restore-edit", "remove-keep", "restart"));
    const auto &edit = std::get<runbook::SecretEditTask>(back->steps[0].tasks[0].work);
    EXPECT_TRUE(edit.takesBack);
    EXPECT_EQ(edit.kept, made.steps[0].tasks[0].object.name);
}

TEST(SecretDiffs, NameKeysAndSizes)
{
    auto before = secret({{"DB", toBase64("twelve bytes")}, {"X", toBase64("x")}});
    auto after = secret({{"DB", toBase64("another one!")}, {"X", toBase64("x")}, {"NEW", toBase64("1234")}});
    const auto diff = objectDiff(before, after);
    EXPECT_THAT(diff, HasSubstr("-  DB: \"*** (12 bytes)\""));
    EXPECT_THAT(diff, HasSubstr("+  DB: \"*** (changed, 12 bytes)\""));
    EXPECT_THAT(diff, HasSubstr("+  NEW: \"*** (4 bytes)\""));
    EXPECT_THAT(diff, HasSubstr("   X: \"*** (1 byte)\""));
}
