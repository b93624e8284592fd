// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/EventTableModel.h"

#include "core/Clock.h"
#include "kube/RecordDecoder.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

using namespace binnacle;

namespace {

struct Happening
{
    const char *name;
    const char *pod;
    const char *type;
    const char *reason;
    const char *message;
    int count;
    const char *last;
};

kube::RecordPointer event(const Happening &what)
{
    static core::StringPool pool;
    return kube::recordFromJson({{"apiVersion", "v1"},
                                 {"kind", "Event"},
                                 {"metadata", {{"name", what.name}, {"namespace", "shop"}, {"uid", what.name}}},
                                 {"involvedObject", {{"kind", "Pod"}, {"namespace", "shop"}, {"name", what.pod}}},
                                 {"type", what.type},
                                 {"reason", what.reason},
                                 {"message", what.message},
                                 {"count", what.count},
                                 {"firstTimestamp", "2026-01-31T11:00:00Z"},
                                 {"lastTimestamp", what.last}},
                                pool);
}

class EventTableModelTest : public testing::Test
{
protected:
    core::ManualClock m_clock{*core::parseTime("2026-01-31T12:00:00Z")};
    cluster::Store m_store{m_clock};
    items::EventTableModel m_model{m_store};
    QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::Fatal};

    void happen(const std::vector<Happening> &events)
    {
        for (const auto &each : events)
            m_store.upsert(event(each));
        settle();
    }
    void settle()
    {
        m_store.flush();
        m_model.setNameSpaces({}); // reads at once instead of after the burst
    }
    QString cell(int row, items::EventTableModel::Column column) const
    {
        return m_model.index(row, static_cast<int>(column)).data().toString();
    }
};

using Column = items::EventTableModel::Column;

TEST_F(EventTableModelTest, TheSameThingIsOneRowWithItsCount)
{
    happen({{"web-1.a", "web-1", "Warning", "BackOff", "restarting", 3, "2026-01-31T11:30:00Z"},
            {"web-1.b", "web-1", "Warning", "BackOff", "restarting", 4, "2026-01-31T11:59:00Z"},
            {"web-2.a", "web-2", "Warning", "BackOff", "restarting", 1, "2026-01-31T11:58:00Z"},
            {"web-1.c", "web-1", "Normal", "Pulled", "image there", 0, "2026-01-31T11:57:00Z"}});
    ASSERT_EQ(m_model.rowCount(), 3);
    int seven = 0;
    for (int row = 0; row < 3; ++row) {
        if (cell(row, Column::Count) != QStringLiteral("7"))
            continue;
        ++seven;
        EXPECT_EQ(cell(row, Column::Object), QStringLiteral("Pod web-1"));
        EXPECT_EQ(cell(row, Column::Last), QStringLiteral("1 min ago"));
        EXPECT_EQ(cell(row, Column::Type), QStringLiteral("Warning"));
    }
    EXPECT_EQ(seven, 1);
}

TEST_F(EventTableModelTest, RowsChangeSinglyAndGoWhenTheirEventsDo)
{
    happen({{"a", "web-1", "Normal", "Pulled", "image there", 1, "2026-01-31T11:57:00Z"},
            {"b", "web-2", "Normal", "Pulled", "image there", 1, "2026-01-31T11:57:00Z"}});
    const QSignalSpy resets(&m_model, &QAbstractItemModel::modelReset);
    const QSignalSpy removed(&m_model, &QAbstractItemModel::rowsRemoved);
    happen({{"c", "web-1", "Normal", "Pulled", "image there", 1, "2026-01-31T11:59:00Z"}});
    EXPECT_EQ(m_model.rowCount(), 2);
    m_store.remove({{"", "Event"}, core::Namespace("shop"), "b"});
    settle();
    EXPECT_EQ(m_model.rowCount(), 1);
    EXPECT_EQ(cell(0, Column::Count), QStringLiteral("2"));
    EXPECT_EQ(removed.count(), 1);
    EXPECT_EQ(resets.count(), 0);
    m_model.setNameSpaces({core::Namespace("elsewhere")});
    EXPECT_EQ(m_model.rowCount(), 0);
}

} // namespace
