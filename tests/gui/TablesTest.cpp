// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "widgets/tables/TableScreen.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QToolButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

/// The tables of components, events and kinds.
class TablesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void componentsSayHowTheStackIs();
    void enterOnAnEventOpensItsObject();
    void eventsComeOnceAndNewestFirst();
    void slashFiltersByText();
    void labelsFilterAsInKubectl();
    void columnsAreChosenAndRemembered();
    void severalRowsAreCopiedAsTable();
    void actionsMeanAllSelectedRows();
    void keysGoToTheScreenThatOpens();

private:
    [[nodiscard]] widgets::TableScreen &show(const char *page, const char *screen) const
    {
        m_fixture->window().showPage(QLatin1String(page));
        auto *found = m_fixture->find<widgets::TableScreen>(screen);
        Q_ASSERT(found != nullptr);
        found->table().setFocus();
        return *found;
    }
    static QString cell(const QTableView &table, int row, const QString &heading)
    {
        for (int column = 0; column < table.model()->columnCount(); ++column) {
            if (table.model()->headerData(column, Qt::Horizontal).toString() == heading)
                return table.model()->index(row, column).data().toString();
        }
        return {};
    }
    static QStringList names(const QTableView &table)
    {
        QStringList all;
        for (int row = 0; row < table.model()->rowCount(); ++row)
            all << table.model()->index(row, 0).data().toString();
        return all;
    }

    QTemporaryDir m_settings;
    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void TablesTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"binnacle-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
}

void TablesTest::init()
{
    QSettings().clear();
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void TablesTest::cleanup()
{
    m_fixture.reset();
}

void TablesTest::keysGoToTheScreenThatOpens()
{
    const auto focus = [this] { return m_fixture->window().focusWidget(); };
    m_fixture->action("goPods").trigger();
    QCOMPARE(focus(), &m_fixture->find<widgets::TableScreen>("objectTableView")->table());
    m_fixture->action("goJournal").trigger();
    QCOMPARE(focus(), m_fixture->find("runbookTable"));
    m_fixture->action("goOverview").trigger();
    QCOMPARE(focus(), &m_fixture->window().topologyPage().view());
    auto *screens = m_fixture->find<QListWidget>("navigation");
    screens->setFocus();
    QTest::keyClick(screens, Qt::Key_Down);
    QCOMPARE(focus(), screens);
    QTest::keyClick(screens, Qt::Key_Return);
    QCOMPARE(focus(), &m_fixture->find<widgets::TableScreen>("componentTableView")->table());
}

void TablesTest::componentsSayHowTheStackIs()
{
    QTableView &table = show("components", "componentTableView").table();
    const QAbstractItemModelTester tester(table.model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    QCOMPARE(table.model()->rowCount(), static_cast<int>(m_fixture->window().session()->topology().components.size()));
    int seen = 0;
    for (int row = 0; row < table.model()->rowCount(); ++row) {
        if (cell(table, row, u"Kind"_s) != u"StatefulSet"_s || cell(table, row, u"Namespace"_s) != u"app-backend"_s)
            continue;
        ++seen;
        QCOMPARE(cell(table, row, u"State"_s), u"Healthy"_s);
        QVERIFY(cell(table, row, u"Image"_s).contains(u"postgres"_s));
        QCOMPARE(cell(table, row, u"Ready"_s), u"1/1"_s);
        QVERIFY(!cell(table, row, u"Age"_s).isEmpty());
        table.selectRow(row);
    }
    QCOMPARE(seen, 1);
    QTest::keyClick(&table, Qt::Key_Return);
    QVERIFY(m_fixture->find("drawer")->isVisible());
    QCOMPARE(m_fixture->find<QLabel>("drawerTitle")->text(), u"postgres"_s);
}

void TablesTest::enterOnAnEventOpensItsObject()
{
    QTableView &table = show("events", "eventTableView").table();
    QTRY_VERIFY_WITH_TIMEOUT(table.model()->rowCount() > 0, patience);
    const QString object = cell(table, 0, u"Object"_s);
    table.selectRow(0);
    QTest::keyClick(&table, Qt::Key_Return);
    QVERIFY(m_fixture->find("drawer")->isVisible());
    QVERIFY2(object.endsWith(u' ' + m_fixture->find<QLabel>("drawerTitle")->text().remove(u" (gone)"_s)),
             qPrintable(object));
}

void TablesTest::eventsComeOnceAndNewestFirst()
{
    QTableView &table = show("events", "eventTableView").table();
    const QAbstractItemModelTester tester(table.model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    QTRY_VERIFY_WITH_TIMEOUT(table.model()->rowCount() > 1, patience);
    QStringList rows;
    qlonglong last = std::numeric_limits<qlonglong>::max();
    for (int row = 0; row < table.model()->rowCount(); ++row) {
        const QModelIndex index = table.model()->index(row, 0);
        const auto at = index.data(static_cast<QSortFilterProxyModel *>(table.model())->sortRole()).toLongLong();
        QVERIFY(at <= last);
        last = at;
        rows << QStringList{cell(table, row, u"Object"_s), cell(table, row, u"Namespace"_s),
                            cell(table, row, u"Reason"_s), cell(table, row, u"Message"_s),
                            cell(table, row, u"Source"_s), cell(table, row, u"Type"_s)}
                    .join(u'|');
    }
    QCOMPARE(rows.removeDuplicates(), 0);
}

void TablesTest::slashFiltersByText()
{
    widgets::TableScreen &screen = show("Deployment", "objectTableView");
    const int all = screen.table().model()->rowCount();
    QTest::keyClick(&screen.table(), Qt::Key_Slash);
    auto *line = screen.findChild<QLineEdit *>(u"objectFilter"_s);
    QVERIFY(line->hasFocus());
    QTest::keyClicks(line, u"redis"_s);
    QCOMPARE(names(screen.table()), QStringList{u"redis"_s});
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(screen.table().hasFocus());
    QCOMPARE(screen.selected().size(), std::size_t(1));
    line->setFocus();
    QTest::keyClick(line, Qt::Key_Escape);
    QCOMPARE(screen.table().model()->rowCount(), all);
    QVERIFY2(screen.isVisible(), "Esc cleared the filter, and nothing else");
}

void TablesTest::labelsFilterAsInKubectl()
{
    widgets::TableScreen &screen = show("Pod", "objectTableView");
    const int all = screen.table().model()->rowCount();
    auto *line = screen.findChild<QLineEdit *>(u"labelFilter"_s);
    line->setFocus();
    QTest::keyClicks(line, u"app in (redis, postgres)"_s);
    const QStringList some = names(screen.table());
    QVERIFY(!some.isEmpty() && some.size() < all);
    for (const QString &name : some)
        QVERIFY2(name.startsWith(u"redis"_s) || name.startsWith(u"postgres"_s), qPrintable(name));
    QTest::keyClicks(line, u" app"_s);
    QVERIFY2(line->toolTip().contains(u"a comma"_s), qPrintable(line->toolTip()));
    QCOMPARE(names(screen.table()), some);
    line->clear();
    QCOMPARE(screen.table().model()->rowCount(), all);
}

void TablesTest::columnsAreChosenAndRemembered()
{
    widgets::TableScreen &screen = show("Pod", "objectTableView");
    const auto hidden = [&screen](const QString &heading) {
        for (int column = 0; column < screen.table().model()->columnCount(); ++column) {
            if (screen.table().model()->headerData(column, Qt::Horizontal).toString() == heading)
                return screen.table().isColumnHidden(column);
        }
        return true;
    };
    QVERIFY(hidden(u"Labels"_s) && !hidden(u"Node"_s));
    QTest::mouseClick(screen.findChild<QToolButton *>(u"columnButton"_s), Qt::LeftButton);
    auto *menu = screen.findChild<QMenu *>(u"columnMenu"_s);
    QTRY_VERIFY(menu->isVisible());
    for (const QString &id : {u"column_labels"_s, u"column_node"_s})
        menu->findChild<QAction *>(id)->trigger();
    menu->close();
    QVERIFY(!hidden(u"Labels"_s) && hidden(u"Node"_s));
    m_fixture->window().showPage(u"Service"_s);
    QVERIFY2(hidden(u"Labels"_s), "each kind has its own");
    m_fixture->window().showPage(u"Pod"_s);
    QVERIFY(!hidden(u"Labels"_s) && hidden(u"Node"_s));
}

void TablesTest::severalRowsAreCopiedAsTable()
{
    widgets::TableScreen &screen = show("Deployment", "objectTableView");
    screen.table().selectRow(0);
    QTest::keyClick(&screen.table(), Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(&screen.table(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[0], u"Name\tNamespace\tState\tReady\tReason\tAge"_s);
    QVERIFY(lines[1].startsWith(names(screen.table())[0] + u'\t'));
    QCOMPARE(lines[2].count(u'\t'), 5);
}

void TablesTest::actionsMeanAllSelectedRows()
{
    widgets::TableScreen &screen = show("Deployment", "objectTableView");
    screen.table().selectAll();
    const QStringList all = names(screen.table());
    QTest::keyClick(&screen.table(), Qt::Key_N);
    QCOMPARE(QGuiApplication::clipboard()->text(), all.join(u'\n'));
    QVERIFY(!m_fixture->action("openInTable").isEnabled());
    QTest::keyClick(&screen.table(), Qt::Key_Delete);
    QTRY_VERIFY(m_fixture->find<QDialog>("typedNameDialog"));
    QString words;
    for (const auto *label : m_fixture->find<QDialog>("typedNameDialog")->findChildren<QLabel *>())
        words += label->text() + u'\n';
    for (const QString &name : all)
        QVERIFY2(words.contains(u'/' + name), qPrintable(words));
    QTest::keyClick(m_fixture->find<QDialog>("typedNameDialog"), Qt::Key_Escape);
    QTest::qWait(200);
    QCOMPARE(names(screen.table()), all);
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::ThemeMode::Light);
    TablesTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "TablesTest.moc"
