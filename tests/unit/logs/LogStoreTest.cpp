// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogStore.h"
#include "logs/LogRows.h"

#include <QEventLoop>
#include <QTimer>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::logs {
namespace {

using testing::ElementsAre;

void append(LogStore &store, int count, const std::function<std::string(int)> &text)
{
    LogLines lines;
    for (int line = 0; line < count; ++line) {
        LogEntry entry;
        entry.stamp = line;
        entry.source = static_cast<std::uint16_t>(line % 3);
        entry.level = line % 10 == 0 ? LogLevel::Error : LogLevel::Info;
        lines.add(entry, text(line));
    }
    store.append(lines);
}

std::string numbered(int line)
{
    return "line " + std::to_string(line);
}

TEST(LogStore, KeepsLinesUntilTheyTakeTooMuch)
{
    LogStore store(8 * 1024 * 1024);
    append(store, 1000, numbered);
    EXPECT_EQ(store.first(), 0U);
    EXPECT_EQ(store.line(999).text, "line 999");
    EXPECT_EQ(store.line(500).entry->stamp, 500);

    append(store, 100'000, [](int line) { return numbered(line) + std::string(200, ' '); });
    EXPECT_GT(store.first(), 1000U);
    EXPECT_EQ(store.end(), 101'000U);
    EXPECT_LE(store.memory(), 8U * 1024 * 1024);
    EXPECT_TRUE(store.line(store.first()).text.starts_with("line "));
    EXPECT_TRUE(store.line(100'999).text.starts_with("line 99999 "));

    append(store, 1, [](int) { return std::string(3'000'000, 'x'); });
    EXPECT_EQ(store.line(101'000).text.size(), 3'000'000U);
    store.clear();
    EXPECT_EQ(store.size(), 0U);
    append(store, 1, numbered);
    EXPECT_EQ(store.line(101'001).text, "line 0");
}

class Rows : public testing::Test
{
protected:
    void settle()
    {
        QEventLoop loop;
        QTimer poll;
        QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
            if (!rows.isBusy())
                loop.quit();
        });
        poll.start(1);
        loop.exec();
    }
    void filter(LogFilter wanted)
    {
        rows.setFilter(std::move(wanted));
        settle();
    }
    [[nodiscard]] std::vector<std::uint64_t> shown() const
    {
        std::vector<std::uint64_t> lines;
        for (std::uint64_t row = 0; row < rows.count(); ++row)
            lines.push_back(rows.lineAt(row));
        return lines;
    }

    LogStore store{16 * 1024 * 1024};
    LogRows rows{store};
};

TEST_F(Rows, ShowWhatPasses)
{
    append(store, 31, numbered);
    rows.extend();
    EXPECT_EQ(rows.count(), 31U);

    filter({.level = LogLevel::Warning});
    EXPECT_THAT(shown(), ElementsAre(0, 10, 20, 30));
    filter({.level = LogLevel::Warning, .hiddenSources = {0}});
    EXPECT_THAT(shown(), ElementsAre(10, 20));
    filter({.pattern = QRegularExpression(QStringLiteral("e 1.$")), .onlyMatches = true});
    EXPECT_EQ(rows.count(), 10U);
    filter({.pattern = QRegularExpression(QStringLiteral("e (5|7|20)$")), .onlyMatches = true, .context = 1});
    EXPECT_THAT(shown(), ElementsAre(4, 5, 6, 7, 8, 19, 20, 21));
    EXPECT_EQ(rows.rowOf(6), 2U);
    EXPECT_EQ(rows.rowOf(9), 5U);

    filter({.pattern = QRegularExpression(QStringLiteral("e (5|7|20)$"))});
    EXPECT_EQ(rows.count(), 31U);
    EXPECT_EQ(rows.matchCount(), 3U);
    EXPECT_EQ(rows.matchAfter(5), 7U);
    EXPECT_EQ(rows.matchAfter(20), 5U);
    EXPECT_EQ(rows.matchBefore(5), 20U);
    EXPECT_TRUE(rows.isMatch(7));
}

TEST_F(Rows, GrowAndShrinkWithTheStore)
{
    filter({.level = LogLevel::Error, .pattern = QRegularExpression(QStringLiteral("0 "))});
    for (int round = 0; round < 20; ++round) {
        append(store, 20'000, [](int line) { return numbered(line) + std::string(100, ' '); });
        rows.extend();
    }
    settle();
    EXPECT_GT(store.first(), 0U);
    EXPECT_EQ(rows.lineAt(rows.count() - 1), store.end() - 10);
    EXPECT_GE(rows.lineAt(0), store.first());
    EXPECT_EQ(rows.count(), (store.end() - rows.lineAt(0)) / 10);
    EXPECT_EQ(rows.matchCount(), rows.count());
}

} // namespace
} // namespace binnacle::logs
