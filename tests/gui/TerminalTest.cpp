// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "gui/BottomDock.h"
#include "terminal/TerminalText.h"
#include "widgets/terminal/TerminalPage.h"
#include "widgets/terminal/TerminalView.h"
#include "widgets/topology/TopologyPage.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using terminal::TerminalSession;
using tests::patience;

/// Shells in the real window, on the demo cluster: opened, typed into, copied from, pasted into, ended, opened again.
class TerminalTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void opensByKeyboardRunsCommandsAndTellsTheExitStatus();
    void copiesAndPastes();
    void keepsKeysFromTheWindowAndLetsGo();
    void opensSeveralTabsByMouse();
    void isRefusedWhereTheContextIsReadOnly();

private:
    /// A terminal in the backend, once it is connected; null: it was not.
    [[nodiscard]] widgets::TerminalPage *openBackend();
    [[nodiscard]] static QString textOf(widgets::TerminalPage &page)
    {
        const auto &screen = page.view().screen();
        return terminal::textBetween(screen, {screen.first(), 0}, {screen.end(), 0});
    }
    [[nodiscard]] static bool shows(widgets::TerminalPage &page, const QString &text)
    {
        if (QTest::qWaitFor([&] { return textOf(page).contains(text); }, patience))
            return true;
        qWarning().noquote() << "what it shows instead:\n" << textOf(page);
        return false;
    }
    [[nodiscard]] static bool isIn(const widgets::TerminalPage &page, TerminalSession::State state)
    {
        return QTest::qWaitFor([&] { return page.session().state() == state; }, patience);
    }
    static void run(widgets::TerminalPage &page, const QString &command)
    {
        QTest::keyClicks(&page.view(), command);
        QTest::keyClick(&page.view(), Qt::Key_Return);
    }
    [[nodiscard]] gui::BottomDock &dock() const { return *m_fixture->find<gui::BottomDock>("bottomDock"); }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void TerminalTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

widgets::TerminalPage *TerminalTest::openBackend()
{
    auto &picture = m_fixture->window().topologyPage().view();
    picture.select("backend");
    picture.setFocus();
    QTest::keyClick(&picture, Qt::Key_S);
    auto *page = qobject_cast<widgets::TerminalPage *>(dock().currentWidget());
    return page && isIn(*page, TerminalSession::State::Connected) && shows(*page, u"/ #"_s) ? page : nullptr;
}

void TerminalTest::opensByKeyboardRunsCommandsAndTellsTheExitStatus()
{
    widgets::TerminalPage *page = openBackend();
    QVERIFY(page);
    QVERIFY(page->view().hasFocus());
    QVERIFY(page->target().pod.starts_with("backend-"));
    run(*page, u"printf '\\033[31;1mred\\033[0m \\033[7mreverse\\033[0m\\n'"_s);
    QVERIFY(shows(*page, u"red reverse"_s));
    tests::picture(m_fixture->window(), u"terminal"_s);

    run(*page, u"sleep 1000"_s);
    QTest::keyClick(&page->view(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(shows(*page, u"^C"_s));
    run(*page, u"exit 3"_s);
    QVERIFY(isIn(*page, TerminalSession::State::Ended));
    QVERIFY(shows(*page, u"The shell ended with 3."_s));
    QVERIFY(page->findChild<QLabel *>(u"terminalStatus"_s)->text().contains(u"ended with 3"_s));
    QVERIFY(dock().tabText(0).contains(u"(ended)"_s));
    auto *again = page->findChild<QPushButton *>(u"terminalReconnect"_s);
    QVERIFY(again->isVisible());
    tests::picture(m_fixture->window(), u"terminal-ended"_s);

    QTest::keyClick(&page->view(), Qt::Key_Return);
    QVERIFY(isIn(*page, TerminalSession::State::Connected));
    QVERIFY(!again->isVisible());
    run(*page, u"exit"_s);
    QVERIFY(isIn(*page, TerminalSession::State::Ended));
    QTRY_VERIFY_WITH_TIMEOUT(again->isVisible(), patience);
    QTest::mouseClick(again, Qt::LeftButton);
    QVERIFY(isIn(*page, TerminalSession::State::Connected));
}

void TerminalTest::copiesAndPastes()
{
    widgets::TerminalPage *page = openBackend();
    QVERIFY(page);
    widgets::TerminalView &view = page->view();
    run(*page, u"echo /var/lib/thing-1 end"_s);
    QVERIFY(shows(*page, u"\n/var/lib/thing-1 end\n"_s));
    // The line of the answer, by what stands there.
    const auto &screen = view.screen();
    std::uint64_t line = screen.first();
    while (!terminal::textBetween(screen, {line, 0}, {line, 80}).startsWith(u"/var/lib"_s))
        QVERIFY(++line < screen.end());
    QTest::qWait(50);
    const int row = static_cast<int>(line - screen.screenTop());
    const QPoint at(60, (2 * row + 1) * view.viewport()->height() / (2 * screen.rows()));
    QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(view.selectedText(), u"/var/lib/thing-1"_s);
    tests::picture(m_fixture->window(), u"terminal-selection"_s);
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QApplication::clipboard()->text(), u"/var/lib/thing-1"_s);

    QApplication::clipboard()->setText(u"echo first\necho second\n"_s);
    QTest::keyClick(&view, Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(shows(*page, u"\nfirst\n"_s));
    QVERIFY(shows(*page, u"# second\n"_s));
    QVERIFY(!view.hasSelection() || view.selectedText() == u"/var/lib/thing-1"_s);
}

void TerminalTest::keepsKeysFromTheWindowAndLetsGo()
{
    widgets::TerminalPage *page = openBackend();
    QVERIFY(page);
    run(*page, u"echo sly? /L"_s); // S, L, ? and / mean something to the window
    QVERIFY(shows(*page, u"\nsly? /L\n"_s));
    QCOMPARE(dock().count(), 1);
    QTest::keyClick(&page->view(), Qt::Key_Tab);
    QVERIFY(page->view().hasFocus());
    QTest::keyClick(&page->view(), Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m_fixture->window().topologyPage().view().hasFocus());
    page->view().setFocus();
    QTest::keyClick(&page->view(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(dock().count(), 0, patience);
}

void TerminalTest::opensSeveralTabsByMouse()
{
    QVERIFY(openBackend());
    auto *second = openBackend();
    QVERIFY(second);
    QCOMPARE(dock().count(), 2);
    QTest::keyClick(&second->view(), Qt::Key_Tab, Qt::ControlModifier);
    QCOMPARE(dock().currentIndex(), 0);
    QTest::mouseClick(dock().tabBar(), Qt::LeftButton, {}, dock().tabBar()->tabRect(1).center());
    QCOMPARE(dock().currentWidget(), second);
    run(*second, u"echo here"_s);
    QVERIFY(shows(*second, u"\nhere\n"_s));
    QTest::mouseClick(m_fixture->find<QToolButton>("closeDock"), Qt::LeftButton);
    QCOMPARE(dock().count(), 0);
}

void TerminalTest::isRefusedWhereTheContextIsReadOnly()
{
    auto &picture = m_fixture->window().topologyPage().view();
    picture.select("backend");
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->action("shell").isEnabled(), patience);
    m_fixture->window().session()->setReadOnly(true);
    QVERIFY(!m_fixture->action("shell").isEnabled());
    QVERIFY(m_fixture->action("shell").toolTip().contains(u"read-only"_s));
}

QTEST_MAIN(TerminalTest)
#include "TerminalTest.moc"
