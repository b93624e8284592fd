// SPDX-License-Identifier: GPL-3.0-or-later
// A million log lines from three pods in the log view: how fast they are taken in, how long the GUI thread is held up
// while they come, while one scrolls, and while one searches, and what memory they take. One line of JSON.
#include "logs/LogLevels.h"
#include "widgets/logs/LogPage.h"
#include "widgets/logs/LogView.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int allLines = 1'000'000;
constexpr int batch = 4'000; ///< what a transport hands over at a time

/// Notes how late a timer of one millisecond comes: so long was the GUI thread busy with something else.
class Watchdog : public QObject
{
public:
    Watchdog()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        connect(&m_timer, &QTimer::timeout, this, [this] { m_stalls.push_back(m_since.restart()); });
    }
    void start()
    {
        m_stalls.clear();
        m_since.start();
        m_timer.start();
    }
    /// Milliseconds.
    core::Json stop()
    {
        m_timer.stop();
        m_stalls.push_back(m_since.elapsed());
        std::sort(m_stalls.begin(), m_stalls.end());
        return {
            {"longest", m_stalls.back()}, {"p99", m_stalls[m_stalls.size() * 99 / 100]}, {"turns", m_stalls.size()}};
    }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<qint64> m_stalls;
};

logs::LogLines linesFrom(int first)
{
    logs::LogLines lines;
    for (int line = first; line < first + batch; ++line) {
        const std::string text =
            line % 3 == 0
                ? R"({"level":"info","logger":"backend","msg":"request handled","path":"/api/users","status":200,"id":)" +
                      std::to_string(line) + "}"
                : "ts=2026-11-21T18:00:00Z level=" + std::string(line % 997 == 0 ? "error" : "info") +
                      " component=frontend msg=\"request handled in 12 ms\" id=" + std::to_string(line);
        logs::LogEntry entry;
        entry.stamp = 1'700'000'000'000'000'000LL + line * 1'000LL;
        entry.source = static_cast<std::uint16_t>(line % 3);
        entry.level = logs::levelOf(text);
        lines.add(entry, text);
    }
    return lines;
}

double residentMiB()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toDouble() / 1024;
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::ThemeMode::Light);
    widgets::LogPage page({}, {});
    page.view().setSourceLabels({u"backend-1/backend"_s, u"backend-2/backend"_s, u"frontend-1/frontend"_s});
    page.resize(1400, 500);
    page.show();
    (void)QTest::qWaitForWindowExposed(&page);
    Watchdog watchdog;
    core::Json result;
    const double before = residentMiB();

    // Made beforehand a few batches at a time, as taking lines apart is another thread's work.
    double seconds = 0;
    watchdog.start();
    for (int first = 0; first < allLines; first += batch) {
        const auto lines = linesFrom(first);
        QApplication::processEvents();
        watchdog.start();
        QElapsedTimer timer;
        timer.start();
        page.append(lines);
        QApplication::processEvents();
        seconds += static_cast<double>(timer.nsecsElapsed()) / 1e9;
        const auto stall = watchdog.stop();
        auto &longest = result["appending"]["longestStallMs"];
        longest = std::max<qint64>(longest.is_null() ? 0 : longest.get<qint64>(), stall["longest"].get<qint64>());
    }
    result["appending"]["linesPerSecond"] = static_cast<double>(allLines) / seconds;
    result["lines"] = page.rows().count();

    const auto during = [&](const char *what, const auto &step, int times) {
        watchdog.start();
        for (int turn = 0; turn < times; ++turn) {
            step();
            QTest::qWait(5);
        }
        result[what] = watchdog.stop();
    };
    QScrollBar &bar = *page.view().verticalScrollBar();
    during(
        "scrolling", [&] { bar.setValue(static_cast<int>(QRandomGenerator::global()->bounded(bar.maximum()))); }, 300);
    page.view().setWrapped(true);
    during(
        "scrollingWrapped", [&] { bar.setValue(static_cast<int>(QRandomGenerator::global()->bounded(bar.maximum()))); },
        300);
    page.view().setWrapped(false);

    QElapsedTimer searching;
    searching.start();
    watchdog.start();
    auto *search = page.findChild<QLineEdit *>(u"logSearch"_s);
    search->setText(u"level=error.*id=\\d+7$"_s);
    QTest::qWait(300);
    while (page.rows().isBusy())
        QTest::qWait(5);
    result["searching"] = watchdog.stop();
    result["searching"]["seconds"] = static_cast<double>(searching.elapsed()) / 1000;
    result["searching"]["found"] = page.rows().matchCount();
    during(
        "steppingThroughMatches", [&] { QTest::keyClick(search, Qt::Key_Return); }, 100);
    result["residentMiB"] = residentMiB();
    result["residentBeforeMiB"] = before;
    std::printf("%s\n", result.dump().c_str());
    return 0;
}
