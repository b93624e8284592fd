// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/MainWindow.h"
#include "binnacle/DemoCluster.h"
#include "gui/ActionRegistry.h"
#include "gui/ClusterSession.h"
#include "gui/CommandPalette.h"
#include "kube/Client.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <nlohmann/json.hpp>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patience = 15'000;

bool allHealthy(const gui::MainWindow &window)
{
    if (!window.session() || window.session()->topology().components.empty())
        return false;
    for (const auto &state : window.session()->topology().components) {
        if (state.health.state != cluster::HealthState::Healthy &&
            state.health.state != cluster::HealthState::Suspended)
            return false;
    }
    return true;
}

} // namespace

/// Drives the window that the program shows against the demo cluster that the program starts.
class MainWindowTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void healthyStackAppears();
    void keyboardReachesTheDetails();
    void paletteFindsComponents();
    void everyActionHasANameAndNoKeyTwice();
    void themeButtonComesBackToTheSystem();
    void brokenStackShowsIt();
    void deploysByMouse();
    void deploysByKeyboard();
    void takesOverOnlyWhenAsked();
    void unreachableClusterSaysSo();

private:
    [[nodiscard]] QPushButton *deployButton(const QString &name) const;
    [[nodiscard]] QString message() const { return m_window->findChild<QLabel *>(u"deployMessage"_s)->text(); }
    void planOnEmptyCluster();
    /// Into the folder of BINNACLE_SCREENSHOTS, where that is set: the README's pictures.
    void picture(const QString &name) const;

    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_folder;
    core::SystemClock m_clock;
    core::SystemRandom m_random;
    std::unique_ptr<gui::DemoCluster> m_demo;
    std::unique_ptr<gui::MainWindow> m_window;
};

void MainWindowTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"binnacle-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
}

void MainWindowTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_demo = std::make_unique<gui::DemoCluster>();
    gui::Environment environment;
    environment.clock = &m_clock;
    environment.random = &m_random;
    environment.journal = m_folder->filePath(u"journal.sqlite"_s).toStdString();
    environment.settings = m_folder->filePath(u"settings.ini"_s);
    environment.scenarios = gui::DemoCluster::scenarios();
    environment.startDemo = [this](const QString &scenario) { return m_demo->start(scenario); };
    m_window = std::make_unique<gui::MainWindow>(std::move(environment));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void MainWindowTest::cleanup()
{
    m_window.reset();
    m_demo.reset();
    m_folder.reset();
}

void MainWindowTest::healthyStackAppears()
{
    m_window->openDemo(u"healthy"_s);
    QTRY_VERIFY_WITH_TIMEOUT(allHealthy(*m_window), patience);
    QVERIFY(m_window->topologyPage().view().scene().cards.size() >= 5);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->session()->connection(), gui::Connection::Live, patience);
}

void MainWindowTest::keyboardReachesTheDetails()
{
    m_window->openDemo(u"healthy"_s);
    QTRY_VERIFY_WITH_TIMEOUT(allHealthy(*m_window), patience);
    widgets::TopologyView &view = m_window->topologyPage().view();
    view.setFocus();
    view.select("backend");
    QTest::keyClick(&view, Qt::Key_Left);
    QVERIFY(!view.selected().empty() && view.selected() != "backend");
    QTest::keyClick(&view, Qt::Key_Return);
    auto *drawer = m_window->findChild<QWidget *>(u"drawer"_s);
    QVERIFY(drawer->isVisible());
    m_window->actions().find(u"yaml"_s)->trigger();
    auto *yaml = m_window->findChild<QPlainTextEdit *>(u"drawerYaml"_s);
    QTRY_VERIFY_WITH_TIMEOUT(yaml->toPlainText().contains(u"kind:"_s), patience);
    m_window->actions().find(u"back"_s)->trigger();
    QVERIFY(!drawer->isVisible());
}

void MainWindowTest::paletteFindsComponents()
{
    m_window->openDemo(u"healthy"_s);
    QTRY_VERIFY_WITH_TIMEOUT(allHealthy(*m_window), patience);
    m_window->actions().find(u"palette"_s)->trigger();
    auto *palette = m_window->findChild<gui::CommandPalette *>();
    QVERIFY(palette);
    auto *text = palette->findChild<QLineEdit *>(u"paletteText"_s);
    QTest::keyClicks(text, u"redis"_s);
    QTest::keyClick(text, Qt::Key_Return);
    QCOMPARE(m_window->topologyPage().view().selected(), std::string("redis"));
}

void MainWindowTest::everyActionHasANameAndNoKeyTwice()
{
    std::set<QString> keys;
    for (const QAction *action : m_window->actions().actions()) {
        QVERIFY(!action->text().isEmpty());
        for (const QKeySequence &key : action->shortcuts())
            QVERIFY2(keys.insert(key.toString()).second, qPrintable(key.toString()));
    }
    for (const QToolButton *button : m_window->findChildren<QToolButton *>()) {
        if (button->objectName().isEmpty() || button->objectName().startsWith(u"qt_"_s)) // Qt's own
            continue;
        QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(), qPrintable(button->objectName()));
    }
}

void MainWindowTest::themeButtonComesBackToTheSystem()
{
    using widgets::Theme;
    using widgets::ThemeMode;
    const ThemeMode before = Theme::chosen();
    Theme::apply(*qApp, ThemeMode::System);
    const ThemeMode first = Theme::mode();
    std::set<ThemeMode> chosen;
    do {
        m_window->actions().find(u"theme"_s)->trigger();
        QVERIFY2(chosen.insert(Theme::chosen()).second, "no choice comes twice");
        if (chosen.size() == 1)
            QVERIFY2(Theme::mode() != first, "the first press can be seen");
    } while (Theme::chosen() != ThemeMode::System);
    QCOMPARE(chosen.size(), std::size_t{4});
    QCOMPARE(Theme::mode(), first);
    Theme::apply(*qApp, before);
}

void MainWindowTest::brokenStackShowsIt()
{
    QString broken;
    for (const auto &[id, title] : gui::DemoCluster::scenarios()) {
        if (id != u"healthy"_s && id != u"empty"_s)
            broken = id;
    }
    QVERIFY(!broken.isEmpty());
    m_window->openDemo(broken);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session() &&
                                 std::any_of(m_window->session()->topology().components.begin(),
                                             m_window->session()->topology().components.end(),
                                             [](const auto &each) {
                                                 return each.health.state == cluster::HealthState::Degraded ||
                                                        each.health.state == cluster::HealthState::Missing;
                                             }),
                             patience);
}

QPushButton *MainWindowTest::deployButton(const QString &name) const
{
    auto *view = m_window->findChild<QWidget *>(u"deployView"_s);
    return view ? view->findChild<QPushButton *>(name) : nullptr;
}

void MainWindowTest::picture(const QString &name) const
{
    const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    QTest::qWait(300);
    const QString theme = widgets::Theme::name(widgets::Theme::mode());
    QVERIFY(m_window->grab().save(u"%1/%2-%3.png"_s.arg(folder, name, theme)));
}

void MainWindowTest::planOnEmptyCluster()
{
    m_window->openDemo(u"empty"_s);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session() && m_window->session()->connection() == gui::Connection::Live,
                             patience);
    picture(u"before"_s);
    m_window->showPage(u"runbooks"_s);
    QVERIFY(deployButton(u"planButton"_s));
    QVERIFY(!deployButton(u"deployButton"_s)->isEnabled());
}

void MainWindowTest::deploysByMouse()
{
    planOnEmptyCluster();
    QTest::mouseClick(deployButton(u"planButton"_s), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(deployButton(u"deployButton"_s)->isEnabled(), qPrintable(message()), patience);
    picture(u"plan"_s);
    QTest::mouseClick(deployButton(u"deployButton"_s), Qt::LeftButton);
    if (auto *secrets = m_window->findChild<QDialog *>(u"secretsDialog"_s)) {
        for (auto *field : secrets->findChildren<QLineEdit *>())
            QTest::keyClicks(field, u"demo-value"_s);
        QTest::mouseClick(secrets->findChild<QPushButton *>(u"secretsContinue"_s), Qt::LeftButton);
    }
    auto *confirm = m_window->findChild<QDialog *>(u"confirmDialog"_s);
    QVERIFY(confirm);
    QTest::mouseClick(confirm->findChild<QPushButton *>(u"confirmButton"_s), Qt::LeftButton);
    QTest::qWait(1500);
    picture(u"running"_s);
    m_window->showPage(u"overview"_s);
    picture(u"during"_s);
    QTRY_VERIFY_WITH_TIMEOUT(allHealthy(*m_window), 120'000);
    picture(u"after"_s);
    m_window->topologyPage().view().select("backend");
    QTest::keyClick(&m_window->topologyPage().view(), Qt::Key_Return);
    picture(u"details"_s);
    m_window->showPage(u"journal"_s);
    picture(u"journal"_s);
    m_window->showPage(u"Pod"_s);
    picture(u"pods"_s);
}

void MainWindowTest::deploysByKeyboard()
{
    planOnEmptyCluster();
    deployButton(u"planButton"_s)->setFocus();
    QTest::keyClick(deployButton(u"planButton"_s), Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(deployButton(u"deployButton"_s)->isEnabled(), qPrintable(message()), patience);
    deployButton(u"deployButton"_s)->setFocus();
    QTest::keyClick(deployButton(u"deployButton"_s), Qt::Key_Space);
    if (auto *secrets = m_window->findChild<QDialog *>(u"secretsDialog"_s)) {
        for (auto *field : secrets->findChildren<QLineEdit *>())
            QTest::keyClicks(field, u"demo-value"_s);
        QTest::keyClick(secrets->findChild<QPushButton *>(u"secretsContinue"_s), Qt::Key_Space);
    }
    auto *confirm = m_window->findChild<QDialog *>(u"confirmDialog"_s);
    QVERIFY(confirm);
    QVERIFY2(!confirm->findChild<QPushButton *>(u"confirmButton"_s)->hasFocus(), "the focus starts on Cancel");
    QTest::keyClick(confirm->findChild<QPushButton *>(u"confirmButton"_s), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(allHealthy(*m_window), 120'000);
}

void MainWindowTest::takesOverOnlyWhenAsked()
{
    m_window->openDemo(u"healthy"_s);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session() && m_window->session()->connection() == gui::Connection::Live,
                             patience);
    kube::WriteOptions somebody;
    somebody.fieldManager = "somebody";
    const auto changed = m_window->session()->client()->patch(
        {{"apps", "Deployment"}, core::Namespace("app-backend"), "backend"}, kube::PatchKind::Merge,
        core::Json::parse(R"({"spec":{"template":{"spec":{"terminationGracePeriodSeconds":7}}}})"), {}, somebody);
    QTRY_VERIFY_WITH_TIMEOUT(changed.isFinished(), patience);
    QVERIFY(changed.result());
    m_window->showPage(u"runbooks"_s);
    QTest::mouseClick(deployButton(u"planButton"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(message().contains(u"somebody"_s), patience);
    QVERIFY2(message().contains(u"under Options"_s), qPrintable(message()));
    QVERIFY(!deployButton(u"deployButton"_s)->isEnabled());
    auto *options = m_window->findChild<QToolButton *>(u"deployOptions"_s);
    QVERIFY(options);
    options->setFocus();
    QTimer::singleShot(0, options->menu(), [menu = options->menu()] {
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
    });
    QTest::keyClick(options, Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(deployButton(u"deployButton"_s)->isEnabled(), qPrintable(message()), patience);
    QVERIFY2(message().contains(u"1 to change"_s), qPrintable(message()));
    picture(u"takes-over"_s);
}

void MainWindowTest::unreachableClusterSaysSo()
{
    m_window->openDemo(u"healthy"_s);
    QTRY_VERIFY_WITH_TIMEOUT(allHealthy(*m_window), patience);
    m_demo.reset();
    auto *state = m_window->findChild<QToolButton *>(u"connectionState"_s);
    QTRY_VERIFY_WITH_TIMEOUT(state->text() != u"Live"_s, patience);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QWidget *>(u"banner"_s)->isVisible(), patience);
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::Theme::fromName(qEnvironmentVariable("BINNACLE_THEME", u"light"_s)));
    MainWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "MainWindowTest.moc"
