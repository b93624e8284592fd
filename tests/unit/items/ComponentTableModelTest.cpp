// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ComponentTableModel.h"

#include "core/Clock.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

using namespace binnacle;

namespace {

stack::ComponentState component(const char *id, const char *nameSpace, cluster::HealthState state, int ready)
{
    stack::ComponentState made;
    made.component.id = id;
    made.component.title = id;
    made.component.workload = {{"apps", "Deployment"}, core::Namespace(nameSpace), id};
    made.health = {state, "because"};
    made.ready = ready;
    made.desired = 2;
    return made;
}

} // namespace

TEST(ComponentTableModel, FollowsThePictureRowByRow)
{
    core::ManualClock clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    const cluster::Store store(clock);
    items::ComponentTableModel model(store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    using Column = items::ComponentTableModel::Column;
    const auto cell = [&model](int row, Column column) {
        return model.index(row, static_cast<int>(column)).data().toString();
    };
    stack::Topology topology;
    topology.components = {component("web", "front", cluster::HealthState::Healthy, 2),
                           component("db", "data", cluster::HealthState::Degraded, 0)};
    model.setTopology(topology, {{"web", {QStringLiteral("web:1")}}}, {});
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(cell(0, Column::Name), QStringLiteral("db"));
    EXPECT_EQ(cell(0, Column::Ready), QStringLiteral("0/2"));
    EXPECT_EQ(cell(0, Column::Reason), QStringLiteral("because"));
    EXPECT_EQ(cell(1, Column::Image), QStringLiteral("web:1"));
    EXPECT_EQ(cell(1, Column::State), QStringLiteral("Healthy"));

    topology.components[1].health.state = cluster::HealthState::Healthy;
    topology.components.push_back(component("cache", "data", cluster::HealthState::Missing, 0));
    model.setTopology(topology, {}, {core::Namespace("data")});
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(cell(0, Column::Name), QStringLiteral("cache"));
    EXPECT_EQ(cell(1, Column::State), QStringLiteral("Healthy"));
    EXPECT_EQ(resets.count(), 0);
}
