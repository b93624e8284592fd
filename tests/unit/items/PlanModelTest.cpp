// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/PlanModel.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

using namespace binnacle;

namespace {

kube::ObjectKey postgres()
{
    return {{"apps", "StatefulSet"}, core::Namespace("app-backend"), "postgres"};
}

runbook::PlanPointer twoSteps()
{
    auto plan = std::make_shared<runbook::Plan>();
    runbook::Step data;
    data.id = "data";
    data.title = "Data layer";
    data.gate = runbook::GateKind::Ready;
    data.tasks.push_back({postgres(), "apps/v1", 0, runbook::ApplyTask{}});
    runbook::Step last;
    last.id = "ingress";
    last.title = "Ingress";
    plan->steps = {data, last};
    return plan;
}

TEST(PlanModel, ShowsThePlanThenWhatBecomesOfIt)
{
    items::PlanModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setPlan(twoSteps());
    const auto step = model.index(0, 0);
    ASSERT_EQ(model.rowCount(step), 1);
    EXPECT_EQ(step.data().toString(), QStringLiteral("1. Data layer"));
    EXPECT_EQ(model.index(0, 0, step).data().toString(), QStringLiteral("StatefulSet app-backend/postgres"));

    operations::ObjectDiff diff;
    diff.object = postgres();
    diff.action = "create";
    model.setDiffs({diff});
    EXPECT_EQ(model.index(0, 1, step).data().toString(), QStringLiteral("Will be created"));

    runbook::RunState state;
    state.plan = model.plan();
    state.steps.resize(2);
    state.steps[0].state = runbook::StepState::Waiting;
    state.steps[0].tasks.resize(1);
    state.steps[0].tasks[0].state = runbook::TaskState::Done;
    state.steps[0].tasks[0].applied.action = runbook::Action::Created;
    runbook::Hold hold;
    hold.text = "waiting for postgres-0 to be ready";
    hold.since = runbook::TimePoint(std::chrono::seconds(60));
    model.setState(state, {hold}, runbook::TimePoint(std::chrono::seconds(101)));
    EXPECT_EQ(model.index(0, 1).data().toString(), QStringLiteral("Waiting"));
    EXPECT_EQ(model.index(0, 2).data().toString(), QStringLiteral("waiting for postgres-0 to be ready, 41 s"));
    hold.since = runbook::TimePoint();
    model.setState(state, {hold}, runbook::TimePoint(std::chrono::seconds(101)));
    EXPECT_EQ(model.index(0, 2).data().toString(), QStringLiteral("waiting for postgres-0 to be ready"))
        << "what has not begun has no age";
    EXPECT_EQ(model.index(0, 1, model.index(0, 0)).data().toString(), QStringLiteral("Created"));
}

} // namespace
