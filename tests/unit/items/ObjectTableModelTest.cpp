// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/ObjectTableModel.h"

#include "kube/RecordDecoder.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle;

namespace {

kube::RecordPointer pod(const std::string &name, const std::string &nameSpace, bool ready)
{
    static core::StringPool pool;
    const std::string flag = ready ? "true" : "false";
    return kube::recordFromJson(
        core::Json::parse(
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name + R"(","namespace":")" + nameSpace +
            R"(","uid":"u-)" + name + R"(","labels":{"app":"backend"}},"status":{"phase":"Running",
                          "conditions":[{"type":"Ready","status":")" +
            (ready ? "True" : "False") + R"("}],"containerStatuses":[{"name":"c","ready":)" + flag +
            R"(,"restartCount":2,"state":{"running":{}}}]},"spec":{"nodeName":"node1","containers":[{"name":"c"}]}})"),
        pool);
}

class ObjectTableModelTest : public testing::Test
{
protected:
    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
    cluster::Store m_store{m_clock};
    items::ObjectTableModel m_model{m_store};
    // Fatal: a model that breaks Qt's rules ends the test program.
    QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::Fatal};

    QString cell(int row, items::ObjectTableModel::Column column) const
    {
        const auto &columns = m_model.columns();
        const auto at = std::find(columns.begin(), columns.end(), column) - columns.begin();
        return m_model.index(row, static_cast<int>(at)).data().toString();
    }
};

using Column = items::ObjectTableModel::Column;

TEST_F(ObjectTableModelTest, FollowsTheStoreRowByRow)
{
    m_model.show({"", "Pod"});
    const QSignalSpy resets(&m_model, &QAbstractItemModel::modelReset);
    m_store.upsert(pod("b", "x", true));
    m_store.upsert(pod("a", "x", false));
    m_store.flush();
    ASSERT_EQ(m_model.rowCount(), 2);
    EXPECT_EQ(cell(0, Column::Name), QStringLiteral("a"));
    EXPECT_EQ(cell(0, Column::Ready), QStringLiteral("0/1"));
    EXPECT_EQ(cell(1, Column::State), QStringLiteral("Healthy"));
    EXPECT_EQ(cell(1, Column::Restarts), QStringLiteral("2"));
    m_store.upsert(pod("a", "x", true));
    m_store.flush();
    EXPECT_EQ(cell(0, Column::State), QStringLiteral("Healthy"));
    m_store.remove({{"", "Pod"}, core::Namespace("x"), "a"});
    m_store.flush();
    ASSERT_EQ(m_model.rowCount(), 1);
    EXPECT_EQ(cell(0, Column::Name), QStringLiteral("b"));
    m_model.show({"", "Pod"});
    EXPECT_EQ(resets.count(), 0) << "showing what is shown would take the selection away";
}

TEST_F(ObjectTableModelTest, KeepsToItsNamespaces)
{
    m_model.show({"", "Pod"}, {core::Namespace("x")});
    m_store.upsert(pod("a", "x", true));
    m_store.upsert(pod("a", "y", true));
    m_store.flush();
    EXPECT_EQ(m_model.rowCount(), 1);
    m_model.show({"", "Pod"});
    EXPECT_EQ(m_model.rowCount(), 2);
    EXPECT_EQ(m_model.find({{"", "Pod"}, core::Namespace("y"), "a"}), 1);
    EXPECT_EQ(m_model.row(0).labelText(), QStringLiteral("app=backend"));
}

} // namespace
