// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rotation.h"

#include "operations/DeployPlan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>

namespace binnacle::operations {
namespace {

using runbook::Outcome;
using runbook::Plan;
using testing::ElementsAre;

const core::Namespace space("app");
const kube::ObjectKey database{{"apps", "StatefulSet"}, space, "postgres"};
const kube::ObjectKey web{{"apps", "Deployment"}, space, "web"};

class Rotations : public testing::Test
{
protected:
    static runbook::RotationSubject subject(bool withDatabase)
    {
        runbook::RotationSubject result;
        result.secret = {{"", "Secret"}, space, "keys"};
        result.key = "PASSWORD";
        if (withDatabase) {
            result.workload = database;
            result.role = result.database = "postgres";
        }
        return result;
    }
    Plan rotation(bool withDatabase)
    {
        const auto consumers = withDatabase ? std::vector{database, web} : std::vector{web};
        auto made = rotationPlan(subject(withDatabase), consumers, target, clock, random);
        EXPECT_TRUE(made);
        return *made;
    }
    static std::vector<std::string> ids(const Plan &plan)
    {
        std::vector<std::string> result;
        for (const auto &step : plan.steps)
            result.push_back(step.id);
        return result;
    }
    /// What is done to take back a rotation that was interrupted after its first `begun` steps had begun.
    std::vector<std::string> takenBack(const Plan &plan, std::size_t begun)
    {
        const auto path = folder.filePath(QString::number(++m_journals)).toStdString();
        const auto journal = runbook::Journal::open(path, clock);
        EXPECT_TRUE((*journal)->started(plan));
        for (std::size_t step = 0; step < begun; ++step)
            EXPECT_TRUE((*journal)->intent(plan, {step, 0}, {}, "kubectl"));
        const auto back = rotationRevertPlan(**journal, plan, target, clock, random);
        return back ? ids(*back) : std::vector<std::string>{back.error().message};
    }

    QTemporaryDir folder;
    core::ManualClock clock{*core::parseTime("2026-01-31T12:00:00Z")};
    core::SeededRandom random{1};
    runbook::Target target{core::ContextName("c"), "https://server", {}};

private:
    int m_journals = 0;
};

TEST_F(Rotations, HaveTheirStepsInOrder)
{
    EXPECT_THAT(ids(rotation(true)),
                ElementsAre("stage", "check", "alter", "write", "restart-database", "restart", "prove", "clean"));
    EXPECT_THAT(ids(rotation(false)), ElementsAre("stage", "write", "restart", "prove", "clean"));
}

TEST_F(Rotations, ProveTheSecretAndWhatWasRestarted)
{
    const auto plan = rotation(false);
    ASSERT_EQ(plan.steps[3].tasks.size(), 2U);
    EXPECT_EQ(plan.steps[3].tasks[0].object, subject(false).secret);
    EXPECT_EQ(plan.steps[3].tasks[1].object, web);
}

TEST_F(Rotations, TakeBackWhatTheyHaveBegunAndNoMore)
{
    const auto plan = rotation(true);
    EXPECT_THAT(takenBack(plan, 0), ElementsAre("clean"));
    EXPECT_THAT(takenBack(plan, 1), ElementsAre("clean")) << "only staged";
    EXPECT_THAT(takenBack(plan, 2), ElementsAre("clean")) << "only checked: nobody is restarted";
    EXPECT_THAT(takenBack(plan, 3), ElementsAre("alter-back", "prove-back", "clean"));
    for (std::size_t begun = 4; begun <= 7; ++begun)
        EXPECT_THAT(takenBack(plan, begun),
                    ElementsAre("alter-back", "write-back", "restart-database", "restart", "prove-back", "clean"));
    EXPECT_THAT(takenBack(plan, 8), ElementsAre(testing::HasSubstr("which may be gone already")));
    EXPECT_THAT(takenBack(rotation(false), 2), ElementsAre("write-back", "restart", "prove-back", "clean"));
}

TEST_F(Rotations, TakingBackIsTakenBackByDoingItAgain)
{
    const auto plan = rotation(true);
    const auto journal = runbook::Journal::open(folder.filePath(QStringLiteral("j")).toStdString(), clock);
    ASSERT_TRUE((*journal)->started(plan));
    ASSERT_TRUE((*journal)->intent(plan, {3, 0}, {}, "kubectl"));
    const auto back = rotationRevertPlan(**journal, plan, target, clock, random);
    ASSERT_TRUE(back);
    EXPECT_TRUE(isTakingBack(*back));
    ASSERT_TRUE((*journal)->started(*back));
    const auto again = rotationRevertPlan(**journal, *back, target, clock, random);
    ASSERT_TRUE(again);
    EXPECT_EQ(ids(*again), ids(*back));
}

TEST_F(Rotations, OfAnotherComputerAreTakenBackAltogether)
{
    const std::vector consumers{database, web};
    const auto back = rotationRevertPlan({"rotate-keys-1", subject(true)}, consumers, target, clock, random);
    ASSERT_TRUE(back);
    EXPECT_TRUE(isTakingBack(*back));
    EXPECT_FALSE(changesNothing(*back));
    EXPECT_THAT(ids(*back),
                ElementsAre("alter-back", "write-back", "restart-database", "restart", "prove-back", "clean"));
    const auto plain = rotationRevertPlan({"rotate-keys-1", subject(false)}, {web}, target, clock, random);
    EXPECT_THAT(ids(*plain), ElementsAre("write-back", "restart", "prove-back", "clean"));
    for (const auto &task : plain->steps[0].tasks)
        EXPECT_EQ(std::get<runbook::RotationTask>(task.work).rotation, "rotate-keys-1") << "whose values are meant";
}

TEST_F(Rotations, AreTakenBackAtOnceButWithoutAConnection)
{
    const std::pair<core::ErrorKind, bool> cases[] = {
        {core::ErrorKind::Server, true},       {core::ErrorKind::Forbidden, true},
        {core::ErrorKind::Conflict, true},     {core::ErrorKind::GateTimeout, true},
        {core::ErrorKind::Cancelled, true},    {core::ErrorKind::Invalid, true},
        {core::ErrorKind::Unreachable, false}, {core::ErrorKind::Unauthorized, false},
        {core::ErrorKind::Tls, false},
    };
    for (const auto &[kind, expected] : cases)
        EXPECT_EQ(isTakenBackAfter(core::makeError(kind, "why", "next")), expected) << static_cast<int>(kind);
}

TEST_F(Rotations, AreOfferedUntilTheyHaveEndedWell)
{
    const auto plan = rotation(false);
    const auto journal = runbook::Journal::open(folder.filePath(QStringLiteral("j")).toStdString(), clock);
    const auto offered = [&] { return unfinishedRotations(**journal, target)->size(); };
    EXPECT_EQ(offered(), 0U);
    ASSERT_TRUE((*journal)->started(plan));
    EXPECT_EQ(offered(), 1U) << "interrupted";
    ASSERT_TRUE((*journal)->finished(plan, Outcome::Failed, "why"));
    EXPECT_EQ(offered(), 1U);
    EXPECT_EQ(unfinishedRotations(**journal, {core::ContextName("c"), "https://other", {}})->size(), 0U);
    const auto back = rotationRevertPlan(**journal, plan, target, clock, random);
    ASSERT_TRUE((*journal)->started(*back));
    ASSERT_TRUE((*journal)->finished(*back, Outcome::Done, {}));
    EXPECT_EQ(offered(), 0U) << "taken back";
}

TEST_F(Rotations, SayNoValueInTheirCommands)
{
    const auto plan = rotation(true);
    for (const auto &[step, commands] : kubectlEquivalents(plan)) {
        for (const auto &command : commands)
            EXPECT_THAT(command, testing::StartsWith("kubectl --context=c --namespace=app "));
    }
}

} // namespace
} // namespace binnacle::operations
