// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "gui/BottomDock.h"
#include "widgets/logs/LogPage.h"
#include "widgets/logs/LogView.h"
#include "widgets/topology/TopologyPage.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QTabBar>
#include <QToolButton>
#include <QTreeWidget>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

/// Logs in the real window: opened, followed, filtered, searched, copied and saved, by mouse and by keyboard.
class LogsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void opensByKeyboardFollowsAndPauses();
    void filtersAndSearches();
    void showsFieldsCopiesAndSaves();
    void mergesTheWholePictureAndClosesByMouse();

private:
    /// The page of the backend's logs, once it has lines; null: none came.
    [[nodiscard]] widgets::LogPage *openBackend();
    [[nodiscard]] static bool hasLines(widgets::LogPage &page, std::uint64_t count)
    {
        return QTest::qWaitFor([&] { return page.rows().count() >= count; }, patience);
    }
    template <typename Widget>
    [[nodiscard]] static Widget *in(widgets::LogPage &page, const char *name)
    {
        return page.findChild<Widget *>(QLatin1String(name));
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void LogsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

widgets::LogPage *LogsTest::openBackend()
{
    auto &picture = m_fixture->window().topologyPage().view();
    picture.select("backend");
    picture.setFocus();
    QTest::keyClick(&picture, Qt::Key_L);
    auto *page = m_fixture->find<widgets::LogPage>("logPage");
    return page && hasLines(*page, 4) ? page : nullptr;
}

void LogsTest::opensByKeyboardFollowsAndPauses()
{
    widgets::LogPage *page = openBackend();
    QVERIFY(page);
    widgets::LogView &view = page->view();
    QVERIFY(view.hasFocus());
    QVERIFY(view.isFollowing());
    QVERIFY(in<QToolButton>(*page, "logSources")->menu()->actions().size() >= 2);
    QTRY_VERIFY_WITH_TIMEOUT(in<QLabel>(*page, "logStatus")->text().contains(u"containers read"_s), patience);
    const auto before = page->rows().count();
    QVERIFY2(hasLines(*page, before + 2), "nothing new comes");

    // Paused, the place stays and the lines come all the same.
    QVERIFY(hasLines(*page, 30));
    QTest::keyClick(&view, Qt::Key_Home);
    QVERIFY(!view.isFollowing());
    QVERIFY(!in<QToolButton>(*page, "logFollow")->isChecked());
    const auto paused = page->rows().count();
    QVERIFY(hasLines(*page, paused + 2));
    QCOMPARE(view.verticalScrollBar()->value(), 0);
    QTest::mouseClick(in<QToolButton>(*page, "logFollow"), Qt::LeftButton);
    QVERIFY(view.isFollowing());
    QCOMPARE(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
    QTest::keyClick(in<QToolButton>(*page, "logWrap"), Qt::Key_Space);
    QTest::keyClick(in<QToolButton>(*page, "logTimes"), Qt::Key_Space);
    tests::picture(m_fixture->window(), u"logs-follow"_s);
}

void LogsTest::filtersAndSearches()
{
    widgets::LogPage *page = openBackend();
    QVERIFY(page);
    auto *search = in<QLineEdit>(*page, "logSearch");
    QTest::keyClick(&page->view(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(search->hasFocus());
    QTest::keyClicks(search, u"STARTED, lis(t"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!search->toolTip().isEmpty(), patience); // says what is wrong with it, and where
    tests::type(*search, u"STARTED, lis(t)ening"_s);
    QTRY_VERIFY_WITH_TIMEOUT(page->rows().matchCount() >= 2, patience);
    QVERIFY(in<QLabel>(*page, "logFound")->text().contains(u"found"_s));
    QTest::keyClick(search, Qt::Key_Return);
    const auto first = page->view().currentLine();
    QVERIFY(first && page->view().textOf(*first).contains(u"started, listening"_s));
    QTest::keyClick(&page->view(), Qt::Key_F3);
    QVERIFY(page->view().currentLine() != first);
    QTest::keyClick(&page->view(), Qt::Key_F3, Qt::ShiftModifier);
    QCOMPARE(page->view().currentLine(), first);
    QTest::mouseClick(in<QCheckBox>(*page, "logOnlyMatches"), Qt::LeftButton, {}, QPoint(8, 8));
    QTRY_COMPARE_WITH_TIMEOUT(page->rows().count(), static_cast<std::uint64_t>(page->rows().matchCount()), patience);

    tests::type(*search, {});
    auto *level = in<QComboBox>(*page, "logLevel");
    level->setFocus();
    QTest::keyClick(level, Qt::Key_End);
    emit level->activated(level->currentIndex());
    QTRY_VERIFY_WITH_TIMEOUT(!page->rows().isBusy(), patience);
    for (std::uint64_t row = 0; row < page->rows().count(); ++row)
        QVERIFY(page->lines().line(page->rows().lineAt(row)).entry->level >= logs::LogLevel::Error);
}

void LogsTest::showsFieldsCopiesAndSaves()
{
    widgets::LogPage *page = openBackend();
    QVERIFY(page);
    widgets::LogView &view = page->view();
    auto *fields = in<QTreeWidget>(*page, "logFields");
    QVERIFY(!fields->isVisible());
    QTest::keyClick(&view, Qt::Key_Home);
    QTest::keyClick(&view, Qt::Key_Return);
    QVERIFY(fields->isVisible());
    QVERIFY(!fields->findItems(u"msg"_s, Qt::MatchExactly).isEmpty());
    QCOMPARE(fields->findItems(u"namespace"_s, Qt::MatchExactly).value(0)->text(1), u"app-backend"_s);

    QTest::keyClick(&view, Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(view.selectedCount(), 2U);
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text().count(u'\n'), 2);
    QVERIFY(QApplication::clipboard()->text().contains(view.textOf(*view.currentLine())));

    QTemporaryDir folder;
    const QString name = folder.filePath(u"back end.log"_s);
    page->saveTo(name);
    QTRY_VERIFY_WITH_TIMEOUT(in<QLabel>(*page, "logStatus")->text().contains(u"saved to"_s), patience);
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("started, listening"));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void LogsTest::mergesTheWholePictureAndClosesByMouse()
{
    QVERIFY(openBackend());
    m_fixture->action("stackLogs").trigger();
    auto *dock = m_fixture->find<gui::BottomDock>("bottomDock");
    QCOMPARE(dock->count(), 2);
    auto *page = qobject_cast<widgets::LogPage *>(dock->currentWidget());
    QVERIFY(page);
    QVERIFY(hasLines(*page, 20));
    QVERIFY(in<QToolButton>(*page, "logSources")->menu()->actions().size() >= 6);
    logs::Stamp last = 0;
    for (std::uint64_t line = page->lines().first(); line < 20; ++line) {
        const logs::Stamp stamp = page->lines().line(line).entry->stamp;
        QVERIFY2(stamp >= last, "what has been written is merged exactly");
        last = stamp;
    }
    tests::picture(m_fixture->window(), u"logs-stack"_s);
    QTest::mouseClick(m_fixture->find<QToolButton>("closeDock"), Qt::LeftButton);
    QCOMPARE(dock->count(), 0);
    QVERIFY(!dock->isVisible());
}

QTEST_MAIN(LogsTest)
#include "LogsTest.moc"
