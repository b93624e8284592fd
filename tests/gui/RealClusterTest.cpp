// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ActionRegistry.h"
#include "gui/MainWindow.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QAbstractItemView>
#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using cluster::HealthState;

namespace {

constexpr int answer = 20'000;      ///< for what the program does by itself
constexpr int deployment = 170'000; ///< for what pods, images and volumes take
const std::string nameSpaces[] = {"app-backend", "app-frontend", "shared"};
const core::GroupKind podKind{"", "Pod"};
const core::GroupKind namespaceKind{"", "Namespace"};

} // namespace

/// Deploys the AI SaaS stack on the cluster of BINNACLE_TEST_KUBECONFIG through the window alone, by mouse and then by
/// keyboard: every click and key goes where an operator's would. Takes the stack's namespaces for itself, leaves
/// nothing behind, and is skipped where they are in use. With BINNACLE_SCREENSHOTS it saves the README's pictures.
class RealClusterTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void byMouse();
    void byKeyboard();

private:
    template <typename T>
    [[nodiscard]] core::Result<T> await(const QFuture<core::Result<T>> &future) const
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, answer) || future.resultCount() == 0)
            return core::fail(core::ErrorKind::Timeout, "no answer");
        return future.result();
    }
    [[nodiscard]] bool namespacesExist() const;
    void endPods() const;
    void waitUntilEmpty() const;
    void runControl(const QStringList &arguments, int expected);

    template <typename T>
    [[nodiscard]] T *child(const char *name) const
    {
        return m_window->findChild<T *>(QLatin1String(name));
    }
    void click(const char *button) const;
    void clickRow(QAbstractItemView &view, const QModelIndex &index) const;
    void clickScreen(const QString &title) const;
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const;
    void type(const QString &text) const;
    void command(const QString &words) const;
    void tabTo(const char *widget) const;

    [[nodiscard]] bool isLive() const;
    [[nodiscard]] cluster::Health health(const std::string &component) const;
    [[nodiscard]] bool isDeployed() const;
    [[nodiscard]] QString deployMessage() const { return child<QLabel>("deployMessage")->text(); }
    [[nodiscard]] bool isDone() const { return deployMessage().startsWith(u"Done"_s); }
    /// The window in light and in dark.
    void pictures(const QString &name) const;

    QString m_kubeconfig;
    std::shared_ptr<kube::Client> m_client;
    core::SystemClock m_clock;
    core::SystemRandom m_random;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<gui::MainWindow> m_window;
};

void RealClusterTest::initTestCase()
{
    m_kubeconfig = qEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
    if (m_kubeconfig.isEmpty())
        QSKIP("NO REAL CLUSTER: BINNACLE_TEST_KUBECONFIG is not set");
    const auto config = kube::Kubeconfig::load(kube::KubeconfigSources::fromEnvironment(m_kubeconfig.toStdString()));
    auto transport = config.open(config.currentContext());
    QVERIFY2(transport.has_value(), transport ? "" : transport.error().describe().c_str());
    m_client = std::make_shared<kube::Client>(*transport);
    if (namespacesExist())
        QSKIP("THE CLUSTER IS IN USE: one of the namespaces app-backend, app-frontend and shared exists already");
}

bool RealClusterTest::namespacesExist() const
{
    for (const std::string &name : nameSpaces) {
        if (await(m_client->get({namespaceKind, {}, name})))
            return true;
    }
    return false;
}

void RealClusterTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    gui::Environment environment;
    environment.clock = &m_clock;
    environment.random = &m_random;
    environment.kubeconfig = kube::KubeconfigSources::fromEnvironment(m_kubeconfig.toStdString());
    environment.stack = "ai-saas";
    environment.journal = m_folder->filePath(u"journal.sqlite"_s).toStdString();
    m_window = std::make_unique<gui::MainWindow>(std::move(environment));
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void RealClusterTest::cleanup()
{
    m_window.reset();
    if (m_client && namespacesExist()) {
        runControl({u"uninstall"_s, u"ai-saas"_s, u"--volumes"_s, u"--yes"_s}, 0);
        waitUntilEmpty();
    }
    m_folder.reset();
}

/// Pods that are ending need not use up their grace period: nobody will ever look at what they held.
void RealClusterTest::endPods() const
{
    kube::DeleteOptions now;
    now.gracePeriodSeconds = 0;
    for (const std::string &name : nameSpaces) {
        const auto pods = await(m_client->list(podKind, core::Namespace(name)));
        for (const core::Json &pod : pods ? pods->value("items", core::Json::array()) : core::Json::array()) {
            const core::Json &meta = pod["metadata"];
            if (meta.contains("deletionTimestamp"))
                (void)await(m_client->remove({podKind, core::Namespace(name), meta["name"].get<std::string>()}, now));
        }
    }
}

void RealClusterTest::waitUntilEmpty() const
{
    QTRY_VERIFY_WITH_TIMEOUT((endPods(), !namespacesExist()), 60'000);
}

/// Another operator at a terminal, with the same journal.
void RealClusterTest::runControl(const QStringList &arguments, int expected)
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"BINNACLE_JOURNAL"_s, m_folder->filePath(u"journal.sqlite"_s));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral(BINNACLECTL), arguments + QStringList{u"--kubeconfig"_s, m_kubeconfig});
    const bool uninstalls = arguments.first() == u"uninstall"_s;
    const bool ended = QTest::qWaitFor(
        [&] {
            if (uninstalls)
                endPods();
            return process.state() == QProcess::NotRunning;
        },
        120'000);
    QVERIFY2(ended, "binnaclectl does not end");
    QVERIFY2(process.exitCode() == expected, process.readAll().constData());
}

void RealClusterTest::click(const char *button) const
{
    auto *found = child<QAbstractButton>(button);
    QVERIFY2(found && found->isVisible(), button);
    QTRY_VERIFY2_WITH_TIMEOUT(found->isEnabled(), qPrintable(found->toolTip()), answer);
    QTest::mouseClick(found, Qt::LeftButton);
}

void RealClusterTest::clickRow(QAbstractItemView &view, const QModelIndex &index) const
{
    view.scrollTo(index);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(index).center());
}

void RealClusterTest::clickScreen(const QString &title) const
{
    auto *navigation = child<QListWidget>("navigation");
    const auto items = navigation->findItems(title, Qt::MatchExactly);
    QVERIFY2(!items.isEmpty(), qPrintable(title));
    clickRow(*navigation, navigation->indexFromItem(items.first()));
}

void RealClusterTest::press(Qt::Key key, Qt::KeyboardModifiers modifiers) const
{
    // Where tests run there is no window manager to make the window active again when a dialog has closed.
    if (QApplication::activeModalWidget() == nullptr && !m_window->isActiveWindow()) {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    QWidget *focus = QApplication::focusWidget();
    QTest::keyClick(focus ? focus : m_window.get(), key, modifiers);
}

void RealClusterTest::type(const QString &text) const
{
    QVERIFY(QApplication::focusWidget());
    QTest::keyClicks(QApplication::focusWidget(), text);
}

/// Ctrl+K, a few words, Enter.
void RealClusterTest::command(const QString &words) const
{
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::activeModalWidget() == nullptr, answer);
    press(Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY2_WITH_TIMEOUT(QApplication::focusWidget() &&
                                  QApplication::focusWidget()->objectName() == u"paletteText"_s,
                              qPrintable(QApplication::focusWidget() ? QApplication::focusWidget()->objectName()
                                                                     : u"nothing has the focus"_s),
                              answer);
    type(words);
    press(Qt::Key_Return);
}

void RealClusterTest::tabTo(const char *widget) const
{
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::focusWidget() &&
                                 QApplication::focusWidget()->window() == QApplication::activeModalWidget(),
                             answer);
    for (int i = 0; i < 20; ++i) {
        if (QApplication::focusWidget() && QApplication::focusWidget()->objectName() == QLatin1String(widget))
            return;
        press(Qt::Key_Tab);
    }
    QFAIL(widget);
}

bool RealClusterTest::isLive() const
{
    return m_window->session() && m_window->session()->connection() == gui::Connection::Live;
}

cluster::Health RealClusterTest::health(const std::string &component) const
{
    const auto *state = m_window->session() ? m_window->session()->component(component) : nullptr;
    return state ? state->health : cluster::Health{};
}

/// Ingresses need a controller, which not every cluster has: theirs says so, and holds nothing.
bool RealClusterTest::isDeployed() const
{
    const auto &components = m_window->session()->topology().components;
    return !components.empty() && std::all_of(components.begin(), components.end(), [](const auto &each) {
        return each.health.state == HealthState::Healthy ||
               (each.component.workload.kind.kind == "Ingress" && each.health.state == HealthState::Progressing &&
                each.health.reason.find("no ingress controller") != std::string::npos);
    });
}

void RealClusterTest::pictures(const QString &name) const
{
    const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    for (const auto mode : {widgets::ThemeMode::Dark, widgets::ThemeMode::Light}) {
        widgets::Theme::apply(*qApp, mode);
        QTest::qWait(400);
        const QString file = u"%1/real-%2-%3.png"_s.arg(folder, name, widgets::Theme::name(mode));
        QVERIFY2(m_window->grab().save(file), qPrintable(file));
    }
}

void RealClusterTest::byMouse()
{
    click("contextButton");
    QTRY_VERIFY_WITH_TIMEOUT(child<QAbstractItemView>("contextList"), answer);
    auto *contexts = child<QAbstractItemView>("contextList");
    QTRY_VERIFY_WITH_TIMEOUT(contexts->model()->rowCount() > 0, answer);
    clickRow(*contexts, contexts->currentIndex());
    click("connectButton");
    QTRY_VERIFY_WITH_TIMEOUT(isLive(), answer);
    QTRY_COMPARE_WITH_TIMEOUT(health("backend").state, HealthState::Missing, answer);
    pictures(u"before"_s);

    clickScreen(u"Runbooks"_s);
    click("planButton");
    QTRY_VERIFY2_WITH_TIMEOUT(child<QPushButton>("deployButton")->isEnabled(), qPrintable(deployMessage()), answer);
    click("deployButton");
    click("secretsContinue"); // what only the operator knows is optional in this stack
    click("confirmButton");
    QTRY_VERIFY_WITH_TIMEOUT(health("redis").state == HealthState::Progressing, answer);
    clickScreen(u"Overview"_s);
    QTRY_COMPARE_WITH_TIMEOUT(health("backend").state, HealthState::Progressing, deployment);
    pictures(u"during"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isDeployed(), deployment);
    QTRY_VERIFY2_WITH_TIMEOUT(isDone(), qPrintable(deployMessage()), answer);
    pictures(u"after"_s);

    runControl({u"deploy"_s, u"ai-saas"_s, u"--overlay"_s, u"local"_s, u"--set"_s, u"backend.tag=does-not-exist"_s,
                u"--timeout"_s, u"12s"_s, u"--yes"_s},
               6);
    QTRY_COMPARE_WITH_TIMEOUT(health("backend").state, HealthState::Degraded, answer);
    const QString reason = QString::fromStdString(health("backend").reason);
    QVERIFY2(reason.contains(u"backend:does-not-exist"_s), qPrintable(reason));
    auto &view = m_window->topologyPage().view();
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.cardRect("backend").center());
    QCOMPARE(view.selected(), std::string("backend"));
    QTest::mouseDClick(&view, Qt::LeftButton, {}, view.cardRect("backend").center());
    QTRY_VERIFY_WITH_TIMEOUT(child<QWidget>("drawer")->isVisible(), answer);
    QTRY_VERIFY2_WITH_TIMEOUT(child<QLabel>("drawerState")->text().contains(u"ImagePull"_s) ||
                                  child<QLabel>("drawerState")->text().contains(u"does-not-exist"_s),
                              qPrintable(child<QLabel>("drawerState")->text()), answer);
    pictures(u"broken"_s);

    clickScreen(u"Runbooks"_s);
    click("rollbackButton");
    QTRY_VERIFY_WITH_TIMEOUT(child<QLineEdit>("typedName"), answer);
    QTest::mouseClick(child<QLineEdit>("typedName"), Qt::LeftButton);
    type(u"ai-saas"_s);
    click("destroyButton");
    QTRY_VERIFY2_WITH_TIMEOUT(isDone(), qPrintable(deployMessage()), answer);
    QTRY_VERIFY_WITH_TIMEOUT(isDeployed(), deployment);
}

void RealClusterTest::byKeyboard()
{
    press(Qt::Key_O, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(child<QPushButton>("connectButton") && child<QPushButton>("connectButton")->isEnabled(),
                             answer);
    press(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(isLive(), answer);
    QTRY_COMPARE_WITH_TIMEOUT(health("backend").state, HealthState::Missing, answer);

    command(u"plan a deployment"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(m_window->actions().find(u"deploy"_s)->isEnabled(), qPrintable(deployMessage()), answer);
    command(u"deploy the stack"_s);
    QTRY_VERIFY_WITH_TIMEOUT(child<QDialog>("secretsDialog"), answer);
    tabTo("secretsContinue");
    press(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(child<QDialog>("confirmDialog"), answer);
    QVERIFY2(!child<QPushButton>("confirmButton")->hasFocus(), "the focus starts on Cancel");
    tabTo("confirmButton");
    press(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(health("redis").state, HealthState::Progressing, answer);

    command(u"stop the running"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(m_window->actions().find(u"resume"_s)->isEnabled(), qPrintable(deployMessage()), answer);
    QVERIFY2(deployMessage().contains(u"cancelled"_s), qPrintable(deployMessage()));
    command(u"resume the interrupted"_s);
    press(Qt::Key_1, Qt::AltModifier);
    QTRY_VERIFY_WITH_TIMEOUT(isDeployed(), deployment);
    QTRY_VERIFY2_WITH_TIMEOUT(isDone(), qPrintable(deployMessage()), answer);

    command(u"PostgreSQL"_s);
    QCOMPARE(m_window->topologyPage().view().selected(), std::string("postgres"));
    QVERIFY(child<QWidget>("drawer")->isVisible());
    press(Qt::Key_Escape);
    QVERIFY(!child<QWidget>("drawer")->isVisible());

    command(u"uninstall the stack"_s);
    QTRY_VERIFY_WITH_TIMEOUT(child<QLineEdit>("typedName"), answer);
    QVERIFY2(!child<QLineEdit>("typedName")->hasFocus(), "the focus starts on Cancel");
    tabTo("typedName");
    type(u"ai-saas"_s);
    press(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT((endPods(), health("backend").state == HealthState::Missing), deployment);
    QTRY_VERIFY2_WITH_TIMEOUT((endPods(), isDone()), qPrintable(deployMessage()), deployment);
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::ThemeMode::Light);
    RealClusterTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "RealClusterTest.moc"
