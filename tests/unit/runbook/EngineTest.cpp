// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace binnacle;
using namespace binnacle::runbook;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

constexpr EffectKind prepare = EffectKind::Prepare;
constexpr EffectKind execute = EffectKind::Execute;

Task configMap(const std::string &name, int wave = 0)
{
    return {{{"", "ConfigMap"}, core::Namespace("shop"), name}, "v1", wave, ApplyTask{}, {}};
}

Step step(const std::string &id, std::vector<Task> tasks, GateKind gate = GateKind::None,
          std::vector<std::size_t> after = {})
{
    return {id, id, std::move(tasks), gate, 60s, true, std::move(after)};
}

core::Error error(core::ErrorKind kind, const std::string &message = "no luck")
{
    return core::makeError(kind, message, "try something else");
}

/// A runbook whose world is told by the test, line by line.
class Story
{
public:
    explicit Story(std::vector<Step> steps)
    {
        auto plan = std::make_shared<Plan>();
        plan->id = "shop-1";
        plan->steps = std::move(steps);
        EXPECT_TRUE(plan->validate());
        m_state = initialState(plan, m_now);
    }

    void tell(EventBody body) { m_state = reduce(std::move(m_state), {m_now, std::move(body)}); }
    void wait(std::chrono::milliseconds time)
    {
        m_now += time;
        tell(TimePassed{});
    }
    /// Starts what the engine asks for, and says what that was.
    std::vector<Effect> begin()
    {
        const auto effects = next(m_state).effects;
        for (const Effect &effect : effects)
            tell(EffectStarted{effect.at});
        return effects;
    }
    void finish(TaskIndex at)
    {
        begin();
        tell(TaskPrepared{at});
        begin();
        tell(TaskExecuted{at, {.action = Action::Created}});
    }
    void notReady(std::size_t step, const std::string &text, HoldReason reason = HoldReason::NotReady)
    {
        tell(GateJudged{step, {false, {{m_state.plan->steps[step].tasks[0].object, reason, text}}}});
    }
    void ready(std::size_t step) { tell(GateJudged{step, {true, {}}}); }

    [[nodiscard]] std::vector<StepState> steps() const
    {
        std::vector<StepState> states;
        for (const StepStatus &status : m_state.steps)
            states.push_back(status.state);
        return states;
    }
    [[nodiscard]] std::vector<std::string> holdsOf(std::size_t step) const
    {
        std::vector<std::string> texts;
        for (const Hold &hold : next(m_state).holds) {
            if (hold.step == step)
                texts.push_back(std::string(toString(hold.reason)) + ": " + hold.text);
        }
        return texts;
    }
    [[nodiscard]] const RunState &state() const { return m_state; }
    [[nodiscard]] TimePoint now() const { return m_now; }

private:
    TimePoint m_now{1h};
    RunState m_state;
};

} // namespace

TEST(EngineTest, RunsStepsInOrderAndReadsEachObjectBeforeItChangesIt)
{
    Story run({step("namespaces", {configMap("a")}), step("data", {configMap("b")}, GateKind::None, {0})});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Running, StepState::Pending));
    EXPECT_THAT(run.holdsOf(1), ElementsAre("earlier-step: waits for step \"namespaces\""));
    EXPECT_THAT(run.begin(), ElementsAre(Effect{prepare, {0, 0}}));
    EXPECT_THAT(run.begin(), IsEmpty()) << "an effect under way must not start twice";
    run.tell(TaskPrepared{{0, 0}});
    EXPECT_THAT(run.begin(), ElementsAre(Effect{execute, {0, 0}}));
    run.tell(TaskExecuted{{0, 0}, {.action = Action::Created}});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Done, StepState::Running));
    run.finish({1, 0});
    EXPECT_EQ(run.state().outcome, Outcome::Done);
    EXPECT_FALSE(run.state().error);
    EXPECT_EQ(run.state().doneSteps(), 2U);
}

TEST(EngineTest, StepsThatDoNotWaitForEachOtherRunTogether)
{
    Story run({step("a", {configMap("a")}), step("b", {configMap("b")}), step("c", {configMap("c")}, {}, {0, 1})});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Running, StepState::Running, StepState::Pending));
    run.finish({0, 0});
    EXPECT_EQ(run.steps()[2], StepState::Pending);
    run.tell(TaskPrepared{{1, 0}});
    run.begin();
    run.tell(TaskExecuted{{1, 0}, {}});
    EXPECT_EQ(run.steps()[2], StepState::Running);
}

TEST(EngineTest, NeverMoreThanEightObjectsAtOnce)
{
    std::vector<Task> tasks;
    for (int i = 0; i < 20; ++i)
        tasks.push_back(configMap("c" + std::to_string(i)));
    Story run({step("many", tasks)});
    EXPECT_EQ(run.begin().size(), maxParallelTasks);
    EXPECT_THAT(run.begin(), IsEmpty());
    run.tell(TaskPrepared{{0, 3}});
    EXPECT_THAT(run.begin(), ElementsAre(Effect{execute, {0, 3}}));
    run.tell(TaskExecuted{{0, 3}, {}});
    EXPECT_THAT(run.begin(), ElementsAre(Effect{prepare, {0, 8}}));
}

TEST(EngineTest, WavesRunOneAfterAnother)
{
    Story run({step("all", {configMap("namespace", 0), configMap("crd", 1), configMap("x", 5), configMap("y", 5)})});
    for (const std::size_t first : {0U, 1U}) {
        EXPECT_THAT(run.begin(), ElementsAre(Effect{prepare, {0, first}}));
        run.finish({0, first});
    }
    EXPECT_THAT(run.begin(), ElementsAre(Effect{prepare, {0, 2}}, Effect{prepare, {0, 3}}));
}

TEST(EngineTest, GateSaysWhatItWaitsForAndSinceWhen)
{
    Story run({step("db", {configMap("db")}, GateKind::Ready), step("app", {configMap("app")}, {}, {0})});
    run.finish({0, 0});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Waiting, StepState::Pending));
    EXPECT_THAT(next(run.state()).gates, ElementsAre(0U));
    EXPECT_EQ(next(run.state()).wakeAt, run.now() + 60s);
    run.notReady(0, "0 of 1 ready");
    const TimePoint since = run.now();
    run.wait(5s);
    run.notReady(0, "ContainerCreating");
    EXPECT_THAT(run.holdsOf(0), ElementsAre("not-ready: ContainerCreating"));
    EXPECT_EQ(next(run.state()).holds.front().since, since) << "the same object has been waited for all the time";
    run.ready(0);
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Done, StepState::Running));
}

TEST(EngineTest, GateThatDoesNotPassInTimeHoldsWhatComesLater)
{
    Story run({step("db", {configMap("db")}, GateKind::Ready), step("app", {configMap("app")}, {}, {0}),
               step("edge", {configMap("edge")}, {}, {1})});
    run.finish({0, 0});
    run.notReady(0, "ImagePullBackOff");
    run.wait(59999ms);
    EXPECT_EQ(run.steps()[0], StepState::Waiting);
    run.wait(1ms);
    EXPECT_THAT(run.steps(), ElementsAre(StepState::TimedOut, StepState::Held, StepState::Held));
    EXPECT_EQ(run.state().outcome, Outcome::TimedOut);
    EXPECT_THAT(run.holdsOf(2), ElementsAre("step-failed: held by step \"db\", which was not ready in time"));
    ASSERT_TRUE(run.state().error);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::GateTimeout);
    EXPECT_EQ(run.state().error->object, "ConfigMap shop/db");
    EXPECT_THAT(run.state().error->message, HasSubstr("ImagePullBackOff"));
    EXPECT_THAT(run.state().error->message, HasSubstr("it holds step \"app\", step \"edge\""));
    EXPECT_FALSE(run.state().error->next.empty());
}

TEST(EngineTest, GateThatCannotSeeTheClusterFailsAsUnreachable)
{
    Story run({step("db", {configMap("db")}, GateKind::Ready)});
    run.finish({0, 0});
    run.notReady(0, "the connection is lost", HoldReason::Unreachable);
    run.wait(60s);
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::Unreachable);
}

TEST(EngineTest, LostConnectionIsNotWaitedForAsLongAsTheStepMayTake)
{
    auto slow = step("db", {configMap("db"), configMap("cache")}, GateKind::Ready);
    slow.timeout = 300s;
    Story run({slow});
    run.finish({0, 0});
    run.finish({0, 1});
    run.notReady(0, "0 of 1 ready");
    run.wait(100s);
    run.notReady(0, "the connection is lost: refused", HoldReason::Unreachable);
    run.wait(80s);
    run.notReady(0, "0 of 1 ready");
    run.wait(5s);
    run.notReady(0, "the connection is lost: refused", HoldReason::Unreachable);
    run.wait(89s);
    EXPECT_FALSE(run.state().isFinished()) << "it had come back in between";
    run.wait(1s);
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::Unreachable);
    EXPECT_EQ(run.state().error->message, "step \"db\" lost the cluster: the connection is lost: refused");
}

TEST(EngineTest, StepThatHoldsNothingDoesNotPassForDoneWhenTheClusterIsOutOfSight)
{
    auto edge = step("edge", {configMap("ingress")}, GateKind::Ready);
    edge.holds = false;
    Story run({edge});
    run.finish({0, 0});
    run.notReady(0, "the connection is lost", HoldReason::Unreachable);
    run.wait(60s);
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::Unreachable);
}

TEST(EngineTest, RequestIsNotTriedForAsLongAsTheStepMayTake)
{
    auto slow = step("a", {configMap("a")});
    slow.timeout = 300s;
    Story run({slow});
    for (const auto wait : {1s, 2s, 4s, 8s, 15s, 15s, 15s, 15s, 15s}) {
        run.begin();
        run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Unreachable, "connection refused")});
        run.wait(wait);
    }
    run.begin();
    run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Unreachable, "connection refused")});
    EXPECT_EQ(run.state().outcome, Outcome::Failed) << "after 90 s";
}

TEST(EngineTest, WriteWhoseAnswerIsLostStaysUncertainToTheEnd)
{
    Story run({step("a", {configMap("a")})});
    run.begin();
    run.tell(TaskPrepared{{0, 0}});
    run.begin();
    run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Unreachable, "the connection broke")});
    for (int tries = 0; tries < 9; ++tries) {
        run.wait(15s);
        if (run.begin().empty())
            break;
        run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Unreachable, "connection refused")});
    }
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
    EXPECT_THAT(run.state().error->message,
                HasSubstr("connection refused; whether the write before was carried out is not known"));
}

TEST(EngineTest, StepThatHoldsNothingLetsLaterOnesGoAndFailsNothing)
{
    auto monitoring = step("monitoring", {configMap("grafana")}, GateKind::Ready);
    monitoring.holds = false;
    Story run({monitoring, step("edge", {configMap("edge")}, {}, {0})});
    run.finish({0, 0});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Waiting, StepState::Running));
    run.notReady(0, "0 of 1 ready");
    run.finish({1, 0});
    EXPECT_FALSE(run.state().isFinished()) << "the gate still has time";
    run.wait(60s);
    EXPECT_EQ(run.state().outcome, Outcome::Done);
    EXPECT_THAT(run.holdsOf(0), ElementsAre("gate-not-passed: 0 of 1 ready"));
}

TEST(EngineTest, StepThatHoldsNothingDoesNotWaitLongForWhatNobodyWillBringAbout)
{
    auto edge = step("edge", {configMap("ingress")}, GateKind::Ready);
    edge.holds = false;
    Story run({edge});
    run.finish({0, 0});
    run.notReady(0, "no IngressClass nginx", HoldReason::Unattended);
    EXPECT_EQ(next(run.state()).wakeAt, run.now() + 5s);
    run.wait(4s);
    EXPECT_FALSE(run.state().isFinished()) << "a controller may take it all the same, within moments";
    run.notReady(0, "the class has come", HoldReason::NotReady);
    run.wait(4s);
    EXPECT_FALSE(run.state().isFinished()) << "now there is somebody to wait for";
    run.notReady(0, "no IngressClass nginx", HoldReason::Unattended);
    EXPECT_EQ(run.state().outcome, Outcome::Done);
    EXPECT_THAT(run.holdsOf(0), ElementsAre("gate-not-passed: no IngressClass nginx"));
}

TEST(EngineTest, WhatHasFailedForGoodIsNotWaitedFor)
{
    Story run({step("migrate", {configMap("job")}, GateKind::Complete)});
    run.finish({0, 0});
    run.notReady(0, "0 of 1 done, 1 running");
    run.wait(5s);
    EXPECT_FALSE(run.state().isFinished());
    run.notReady(0, "failed: BackoffLimitExceeded", HoldReason::Ended);
    EXPECT_EQ(run.state().outcome, Outcome::TimedOut);
    ASSERT_TRUE(run.state().error);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::GateTimeout);
    EXPECT_THAT(run.state().error->message, HasSubstr("cannot get ready: "));
    EXPECT_THAT(run.state().error->message, HasSubstr("failed: BackoffLimitExceeded"));
}

TEST(EngineTest, StepThatHoldsWaitsItsWholeTimeEvenForWhatNobodyIsSeenToBringAbout)
{
    Story run({step("edge", {configMap("ingress")}, GateKind::Ready)});
    run.finish({0, 0});
    run.notReady(0, "no IngressClass nginx", HoldReason::Unattended);
    run.wait(59s);
    EXPECT_FALSE(run.state().isFinished());
    run.wait(1s);
    EXPECT_EQ(run.state().outcome, Outcome::TimedOut);
}

TEST(EngineTest, FailedObjectFailsItsStepOnceTheOthersUnderWayHaveEnded)
{
    Story run({step("a", {configMap("bad"), configMap("good")}), step("b", {configMap("b")}, {}, {0})});
    run.begin();
    run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Invalid, "spec.replicas: must not be negative")});
    EXPECT_EQ(run.steps()[0], StepState::Running);
    EXPECT_THAT(next(run.state()).effects, IsEmpty());
    run.tell(TaskPrepared{{0, 1}});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Failed, StepState::Held));
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::Invalid);
    EXPECT_THAT(run.state().error->message, HasSubstr("spec.replicas: must not be negative"));
    EXPECT_THAT(run.holdsOf(1), ElementsAre("step-failed: held by step \"a\", which failed"));
}

TEST(EngineTest, TransientErrorIsTriedAgainLaterAndLater)
{
    Story run({step("a", {configMap("a")})});
    for (const auto wait : {1s, 2s, 4s, 8s, 15s, 15s}) {
        EXPECT_THAT(run.begin(), ElementsAre(Effect{prepare, {0, 0}}));
        run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Unreachable, "connection refused")});
        EXPECT_EQ(next(run.state()).wakeAt, run.now() + wait);
        EXPECT_THAT(next(run.state()).effects, IsEmpty());
        EXPECT_THAT(run.holdsOf(0).at(0), HasSubstr("connection refused"));
        run.wait(wait);
    }
    // 45 s of the step's minute are gone; one more wait of 15 s would pass its end.
    run.begin();
    run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Unreachable, "connection refused")});
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
}

TEST(EngineTest, ServerSaysHowLongToWait)
{
    Story run({step("a", {configMap("a")})});
    run.begin();
    auto busy = error(core::ErrorKind::TooManyRequests);
    busy.retryAfter = 30s;
    run.tell(TaskFailed{{0, 0}, busy});
    EXPECT_EQ(next(run.state()).wakeAt, run.now() + 30s);
}

TEST(EngineTest, ErrorsThatMayPassByThemselves)
{
    using core::ErrorKind;
    struct Case
    {
        ErrorKind kind;
        std::string message;
        std::string cause;
        bool transient;
    };
    const std::vector<Case> cases{
        {ErrorKind::Unreachable, "refused", "", true},
        {ErrorKind::Timeout, "", "", true},
        {ErrorKind::Server, "etcd leader changed", "", true},
        {ErrorKind::TooManyRequests, "", "", true},
        {ErrorKind::Conflict, "the object has been modified", "", true},
        {ErrorKind::Conflict, "conflict with \"kubectl\"", "FieldManagerConflict", false},
        {ErrorKind::AlreadyExists, "object is being deleted: configmaps \"a\" already exists", "", true},
        {ErrorKind::AlreadyExists, "configmaps \"a\" already exists", "", false},
        {ErrorKind::Forbidden, "unable to create new content in namespace a because it is being terminated",
         "NamespaceTerminating", true},
        {ErrorKind::Forbidden, "status unknown for quota: compute", "", true},
        {ErrorKind::Forbidden, "User \"bob\" cannot create configmaps", "", false},
        {ErrorKind::Forbidden, "exceeded quota: compute", "", false},
        {ErrorKind::NotFound, "namespaces \"a\" not found", "", true},
        {ErrorKind::NotFound, "the server does not know this kind", "", false},
        {ErrorKind::Invalid, "spec: required", "", false},
        {ErrorKind::Unauthorized, "", "", false},
    };
    for (const Case &row : cases) {
        auto failure = error(row.kind, row.message);
        if (!row.cause.empty())
            failure.causes.push_back({row.cause, "", ""});
        EXPECT_EQ(isTransient(failure), row.transient) << toString(row.kind) << ": " << row.message;
    }
}

TEST(EngineTest, CancelLetsTheRequestUnderWayEndAndStartsNothingNew)
{
    Story run({step("a", {configMap("a"), configMap("b", 1)}), step("c", {configMap("c")}, {}, {0})});
    run.begin();
    run.tell(TaskPrepared{{0, 0}});
    run.begin();
    run.tell(CancelRequested{});
    EXPECT_FALSE(run.state().isFinished());
    EXPECT_THAT(run.holdsOf(0), ElementsAre("cancelling: waiting for the server's answer"));
    run.tell(TaskExecuted{{0, 0}, {.action = Action::Created}});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Cancelled, StepState::Cancelled));
    EXPECT_EQ(run.state().outcome, Outcome::Cancelled);
    EXPECT_EQ(run.state().steps[0].tasks[0].applied.action, Action::Created) << "what was done is still told";
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::Cancelled);
}

TEST(EngineTest, CancelBetweenReadingAndChangingLeavesTheObjectAlone)
{
    Story run({step("a", {configMap("a")})});
    run.begin();
    run.tell(CancelRequested{});
    run.tell(TaskPrepared{{0, 0}});
    EXPECT_THAT(next(run.state()).effects, IsEmpty());
    EXPECT_EQ(run.state().outcome, Outcome::Cancelled);
}

TEST(EngineTest, CancelEndsTheWaitOfAGate)
{
    Story run({step("a", {configMap("a")}, GateKind::Ready)});
    run.finish({0, 0});
    run.tell(CancelRequested{});
    EXPECT_EQ(run.state().outcome, Outcome::Cancelled);
}

TEST(EngineTest, WithoutAJournalNothingMoreIsChanged)
{
    Story run({step("a", {configMap("a"), configMap("b")}), step("c", {configMap("c")}, {}, {0})});
    run.begin();
    run.tell(TaskPrepared{{0, 0}});
    run.tell(JournalFailed{error(core::ErrorKind::Io, "disk full")});
    EXPECT_THAT(next(run.state()).effects, IsEmpty());
    run.tell(TaskPrepared{{0, 1}});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Failed, StepState::Held));
    EXPECT_EQ(run.state().outcome, Outcome::Failed);
    EXPECT_EQ(run.state().error->kind, core::ErrorKind::Io);
    EXPECT_THAT(run.state().error->message, HasSubstr("disk full"));
}

TEST(EngineTest, TaskFromTheJournalIsNotDoneAgain)
{
    Story run({step("a", {configMap("a"), configMap("b")}), step("c", {configMap("c")}, {}, {0})});
    run.begin();
    run.tell(TaskRestored{{0, 0}, {.action = Action::Created, .uid = core::Uid("u-a")}});
    EXPECT_THAT(next(run.state()).effects, IsEmpty());
    EXPECT_EQ(run.state().steps[0].tasks[0].applied.uid, core::Uid("u-a"));
    run.tell(TaskRestored{{0, 1}, {.action = Action::Created}});
    EXPECT_THAT(run.steps(), ElementsAre(StepState::Done, StepState::Running));
}

TEST(EngineTest, FinishedRunbookIgnoresWhatComesLate)
{
    Story run({step("a", {configMap("a")})});
    run.finish({0, 0});
    run.tell(CancelRequested{});
    run.tell(TaskFailed{{0, 0}, error(core::ErrorKind::Server)});
    EXPECT_EQ(run.state().outcome, Outcome::Done);
}

TEST(EngineTest, PlansThatMakeNoSenseAreRefused)
{
    struct Case
    {
        const char *word;
        std::vector<Step> steps;
    };
    const std::vector<Case> cases{
        {"used twice", {step("a", {}), step("a", {})}},
        {"in the plan twice", {step("a", {configMap("x")}), step("b", {configMap("x")})}},
        {"in a circle", {step("a", {}, {}, {1}), step("b", {}, {}, {0})}},
        {"does not exist", {step("a", {}, {}, {7})}},
        {"waves", {step("a", {configMap("x", 5), configMap("y", 0)})}},
    };
    for (const Case &row : cases) {
        Plan plan;
        plan.steps = row.steps;
        const auto valid = plan.validate();
        ASSERT_FALSE(valid) << row.word;
        EXPECT_THAT(valid.error().message, HasSubstr(row.word));
    }
}
