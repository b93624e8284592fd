// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "gui/forward/ForwardService.h"
#include "widgets/tables/TableScreen.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTcpServer>
#include <QTcpSocket>
#include <QToolButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

/// Forwards from the window: begun for a selected object, shown, stopped, kept.
class ForwardsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aSelectedServiceIsForwardedByKeyboard();
    void aSuggestedOneIsStartedSavedAndStoppedByMouse();
    void whatIsKeptStartsOnConnect();
    void aTakenPortIsSaidAndAnotherCanBeChosen();

private:
    [[nodiscard]] QTableView &table() const { return *m_fixture->find<QTableView>("forwardTable"); }
    [[nodiscard]] QPushButton &button(const char *name) const { return *m_fixture->find<QPushButton>(name); }
    /// Window managers do so when a dialog closes.
    void activate() const
    {
        QVERIFY(QTest::qWaitFor([this] { return !m_fixture->find<QDialog>("forwardDialog"); }, patience));
        m_fixture->window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_fixture->window()));
    }
    /// Empty: no row is.
    [[nodiscard]] QString selected() const
    {
        return table().selectionModel()->selectedRows().value(0).data().toString();
    }
    /// -1: none.
    [[nodiscard]] int rowOf(const QString &target) const
    {
        for (int row = 0; row < table().model()->rowCount(); ++row)
            if (cell(row, 0) == target)
                return row;
        return -1;
    }
    [[nodiscard]] QString cell(int row, int column) const
    {
        return table().model()->index(row, column).data().toString();
    }
    [[nodiscard]] bool becomes(const QString &target, const QString &state) const
    {
        return QTest::qWaitFor([&] { return rowOf(target) >= 0 && cell(rowOf(target), 3) == state; }, patience);
    }
    [[nodiscard]] quint16 localPort(const QString &target) const
    {
        return cell(rowOf(target), 2).section(u':', 1).toUShort();
    }
    void clickRow(const QString &target) const
    {
        const QRect area = table().visualRect(table().model()->index(rowOf(target), 0));
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, area.center());
    }
    [[nodiscard]] static QByteArray say(quint16 port, const QByteArray &words)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        socket.write(words);
        (void)QTest::qWaitFor([&] { return socket.bytesAvailable() > 0; }, patience);
        return socket.readAll();
    }
    [[nodiscard]] QDialog *dialog() const
    {
        QDialog *found = nullptr;
        (void)QTest::qWaitFor(
            [&] {
                found = m_fixture->find<QDialog>("forwardDialog");
                return found && found->findChild<QPushButton *>(u"forwardButton"_s)->isEnabled();
            },
            patience);
        return found;
    }
    /// The dialog for a service, opened by its key.
    [[nodiscard]] QDialog *askFor(const kube::ObjectKey &service) const
    {
        activate();
        m_fixture->window().showPage(u"Service"_s);
        auto *services = m_fixture->find<widgets::TableScreen>("objectTableView");
        if (!services || !QTest::qWaitFor([&] { return services->select(service); }, patience))
            return nullptr;
        QTest::keyClick(&services->table(), Qt::Key_F);
        return dialog();
    }
    /// For the eyes: into the folder that BINNACLE_SCREENSHOTS names.
    void picture(const QString &name) const
    {
        const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS");
        if (folder.isEmpty())
            return;
        for (const auto mode : {widgets::ThemeMode::Dark, widgets::ThemeMode::Light}) {
            widgets::Theme::apply(*qApp, mode);
            QTest::qWait(200);
            m_fixture->window().grab().save(u"%1/%2-%3.png"_s.arg(folder, name, widgets::Theme::name(mode)));
        }
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

namespace {

const kube::ObjectKey backend{{"", "Service"}, core::Namespace("app-backend"), "backend-service"};
const QByteArray request = "GET / HTTP/1.1\r\nHost: backend\r\n\r\n";

} // namespace

void ForwardsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void ForwardsTest::cleanup()
{
    m_fixture.reset();
}

void ForwardsTest::aSelectedServiceIsForwardedByKeyboard()
{
    auto *indicator = m_fixture->find<QToolButton>("forwardIndicator");
    QVERIFY(!indicator->isVisible());
    QDialog *asked = askFor(backend);
    QVERIFY(asked);
    QTest::keyClick(asked, Qt::Key_Return);
    // The screen shows it, with the row selected and the keys on it.
    QTRY_VERIFY_WITH_TIMEOUT(selected().startsWith(u"svc/backend-service:"_s), patience);
    const QString target = selected();
    QVERIFY(becomes(target, u"Active"_s));
    QVERIFY(say(localPort(target), request).startsWith("HTTP/1.1 200"));
    QTRY_VERIFY_WITH_TIMEOUT(indicator->isVisible(), patience);
    QVERIFY2(indicator->text().startsWith(u'1'), qPrintable(indicator->text()));
    picture(u"forwards"_s);
    activate();
    table().setFocus();
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), cell(rowOf(target), 2));
    QTest::keyClick(&table(), Qt::Key_Backspace);
    QVERIFY(becomes(target, u"Stopped"_s));
    QTRY_VERIFY_WITH_TIMEOUT(!indicator->isVisible(), patience);
    QTest::keyClick(&table(), Qt::Key_Return);
    QVERIFY(becomes(target, u"Active"_s));
    QTest::keyClick(&table(), Qt::Key_Delete);
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(target) < 0, patience);
}

void ForwardsTest::aSuggestedOneIsStartedSavedAndStoppedByMouse()
{
    m_fixture->window().showPage(u"forwards"_s);
    const QString redis = u"svc/redis-service:6379"_s;
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(redis) >= 0, patience);
    QCOMPARE(cell(rowOf(redis), 3), u"Suggested"_s);
    clickRow(redis);
    QVERIFY(!button("forwardStop").isEnabled());
    QTest::mouseClick(&button("forwardStart"), Qt::LeftButton);
    QVERIFY(becomes(redis, u"Active"_s));
    QCOMPARE(say(localPort(redis), "PING\r\n"), QByteArray("-NOAUTH Authentication required.\r\n"));
    QTest::mouseClick(&button("forwardSave"), Qt::LeftButton);
    QCOMPARE(cell(rowOf(redis), 9), u"saved"_s);
    QTest::mouseClick(&button("forwardStop"), Qt::LeftButton);
    QVERIFY(becomes(redis, u"Stopped"_s));
    QTest::mouseClick(&button("forwardDelete"), Qt::LeftButton);
    QVERIFY(becomes(redis, u"Suggested"_s));
}

void ForwardsTest::whatIsKeptStartsOnConnect()
{
    m_fixture->window().showPage(u"forwards"_s);
    const QString redis = u"svc/redis-service:6379"_s;
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(redis) >= 0, patience);
    clickRow(redis);
    QTest::mouseClick(&button("forwardOnConnect"), Qt::LeftButton);
    QCOMPARE(cell(rowOf(redis), 9), u"starts on connect"_s);
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().showPage(u"forwards"_s);
    QVERIFY(becomes(redis, u"Active"_s));
    QCOMPARE(say(localPort(redis), "PING\r\n"), QByteArray("-NOAUTH Authentication required.\r\n"));
}

void ForwardsTest::aTakenPortIsSaidAndAnotherCanBeChosen()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    QDialog *asked = askFor(backend);
    QVERIFY(asked);
    QLineEdit *local = nullptr;
    for (QLineEdit *each : asked->findChildren<QLineEdit *>())
        local = each->objectName().startsWith(u"forwardLocal"_s) ? each : local;
    QVERIFY(local);
    tests::type(*local, u"99999"_s);
    QVERIFY(!asked->findChild<QPushButton *>(u"forwardButton"_s)->isEnabled());
    tests::type(*local, QString::number(other.serverPort()));
    QTest::mouseClick(asked->findChild<QPushButton *>(u"forwardButton"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(selected().startsWith(u"svc/backend-service:"_s), patience);
    const QString target = selected();
    QVERIFY(becomes(target, u"Failed"_s));
    QVERIFY2(cell(rowOf(target), 4).contains(u"cannot be used"_s), qPrintable(cell(rowOf(target), 4)));
    asked = askFor(backend);
    QVERIFY(asked);
    QTest::mouseClick(asked->findChild<QPushButton *>(u"forwardButton"_s), Qt::LeftButton);
    QVERIFY(becomes(target, u"Active"_s));
}

QTEST_MAIN(ForwardsTest)
#include "ForwardsTest.moc"
