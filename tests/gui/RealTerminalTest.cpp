// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ActionRegistry.h"
#include "gui/BottomDock.h"
#include "gui/ClusterSession.h"
#include "gui/MainWindow.h"
#include "kube/Client.h"
#include "terminal/TerminalText.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/terminal/TerminalPage.h"
#include "widgets/terminal/TerminalView.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QCryptographicHash>
#include <QDialog>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using terminal::TerminalSession;

namespace {

constexpr int answer = 30'000;
constexpr int start = 90'000; ///< of pods
const core::Namespace nameSpace("term-gui");
const core::GroupKind podKind{"", "Pod"};

core::Json container(const std::string &name, const std::string &image, const core::Json &command)
{
    core::Json all = {{"name", name}, {"image", image}, {"imagePullPolicy", "IfNotPresent"}};
    if (!command.empty())
        all["command"] = command;
    return all;
}

core::Json pod(const std::string &name, core::Json only)
{
    return {{"apiVersion", "v1"},
            {"kind", "Pod"},
            {"metadata", {{"name", name}, {"namespace", nameSpace.value()}}},
            {"spec", {{"terminationGracePeriodSeconds", 0}, {"containers", core::Json::array({std::move(only)})}}}};
}

} // namespace

/// Full-screen programs, large pastes and exit statuses in the window's terminal, on the cluster of
/// BINNACLE_TEST_KUBECONFIG. Makes the namespace term-gui there and removes it.
class RealTerminalTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup() { m_window.reset(); }
    void vi();
    void top();
    void psql();
    void largePaste();
    void largeOutput();
    void copyFiles();
    void exitStatus();

private:
    template <typename T>
    [[nodiscard]] core::Result<T> await(const QFuture<core::Result<T>> &future) const
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, answer) || future.resultCount() == 0)
            return core::fail(core::ErrorKind::Timeout, "no answer");
        return future.result();
    }
    [[nodiscard]] bool isReady(const std::string &name) const;
    /// A shell in the pod, opened by keyboard from the table of pods; null: there is none.
    [[nodiscard]] widgets::TerminalPage *open(const QString &pod);
    [[nodiscard]] static QString textOf(widgets::TerminalPage &page)
    {
        const auto &screen = page.view().screen();
        return terminal::textBetween(screen, {screen.screenTop(), 0}, {screen.end(), 0});
    }
    [[nodiscard]] static bool shows(widgets::TerminalPage &page, const QString &text, int patience = answer);
    static void run(widgets::TerminalPage &page, const QString &command)
    {
        QTest::keyClicks(&page.view(), command);
        QTest::keyClick(&page.view(), Qt::Key_Return);
    }
    void pictures(const QString &name) const;

    QString m_kubeconfig;
    std::shared_ptr<kube::Client> m_client;
    core::SystemClock m_clock;
    core::SystemRandom m_random;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<gui::MainWindow> m_window;
};

void RealTerminalTest::initTestCase()
{
    m_kubeconfig = qEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
    if (m_kubeconfig.isEmpty())
        QSKIP("NO REAL CLUSTER: BINNACLE_TEST_KUBECONFIG is not set");
    const auto config = kube::Kubeconfig::load(kube::KubeconfigSources::fromEnvironment(m_kubeconfig.toStdString()));
    auto transport = config.open(config.currentContext());
    QVERIFY2(transport.has_value(), transport ? "" : transport.error().describe().c_str());
    m_client = std::make_shared<kube::Client>(*transport);
    if (await(m_client->get({{"", "Namespace"}, {}, nameSpace.value()})))
        QSKIP("THE CLUSTER IS IN USE: the namespace term-gui exists already");
    QVERIFY(await(
        m_client->create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", nameSpace.value()}}}})));
    core::Json postgres = container("postgres", "postgres:15-alpine", {});
    postgres["env"] = {{{"name", "POSTGRES_PASSWORD"}, {"value", "secret"}}};
    const auto tools = container("tools", "alpine", {"sleep", "100000"});
    for (const core::Json &each : {pod("tools", tools), pod("database", postgres)}) {
        // A new namespace has its service account only after a moment.
        QVERIFY(QTest::qWaitFor([&] { return await(m_client->create(each)).has_value(); }, answer));
    }
    QTRY_VERIFY_WITH_TIMEOUT(isReady("tools") && isReady("database"), start);
}

void RealTerminalTest::cleanupTestCase()
{
    if (m_client)
        (void)await(m_client->remove({{"", "Namespace"}, {}, nameSpace.value()}));
}

bool RealTerminalTest::isReady(const std::string &name) const
{
    const auto found = await(m_client->get({podKind, nameSpace, name}));
    const auto ready = core::Json::json_pointer("/status/containerStatuses/0/ready");
    return found && found->contains(ready) && found->at(ready).get<bool>();
}

void RealTerminalTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    widgets::Theme::apply(*qApp, widgets::ThemeMode::Light);
    gui::Environment environment;
    environment.clock = &m_clock;
    environment.random = &m_random;
    environment.kubeconfig = kube::KubeconfigSources::fromEnvironment(m_kubeconfig.toStdString());
    environment.stack = std::string();
    environment.journal = m_folder->filePath(u"journal.sqlite"_s).toStdString();
    environment.settings = m_folder->filePath(u"settings.ini"_s);
    m_window = std::make_unique<gui::MainWindow>(std::move(environment));
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_window->openContext({});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session() != nullptr, answer);
    const auto *session = m_window->session();
    const bool isLive = QTest::qWaitFor([&] { return session->connection() == gui::Connection::Live; }, answer);
    QVERIFY2(isLive, qPrintable(session->problem()));
}

bool RealTerminalTest::shows(widgets::TerminalPage &page, const QString &text, int patience)
{
    if (QTest::qWaitFor([&] { return textOf(page).contains(text); }, patience))
        return true;
    qWarning().noquote() << "what it shows instead:\n" << textOf(page);
    return false;
}

widgets::TerminalPage *RealTerminalTest::open(const QString &pod)
{
    QTest::keyClick(m_window.get(), Qt::Key_4, Qt::AltModifier);
    auto *screen = m_window->findChild<widgets::ObjectTableView *>(u"objectTableView"_s);
    if (!screen)
        return nullptr;
    const kube::ObjectKey key{podKind, nameSpace, pod.toStdString()};
    if (!QTest::qWaitFor([&] { return screen->select(key); }, answer))
        return nullptr;
    screen->table().setFocus();
    auto *shell = m_window->actions().find(u"shell"_s);
    if (!QTest::qWaitFor([&] { return shell->isEnabled(); }, answer))
        return nullptr;
    QTest::keyClick(&screen->table(), Qt::Key_S);
    auto *dock = m_window->findChild<gui::BottomDock *>();
    auto *page = qobject_cast<widgets::TerminalPage *>(dock->currentWidget());
    const bool isOpen = page && QTest::qWaitFor(
                                    [&] {
                                        return page->session().state() == TerminalSession::State::Connected &&
                                               textOf(*page).contains(u'#');
                                    },
                                    answer);
    return isOpen ? page : nullptr;
}

void RealTerminalTest::pictures(const QString &name) const
{
    const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    for (const auto mode : {widgets::ThemeMode::Light, widgets::ThemeMode::Dark}) {
        widgets::Theme::apply(*qApp, mode);
        QTest::qWait(200);
        QVERIFY(m_window->grab().save(folder + u'/' + name + u'-' + widgets::Theme::name(mode) + u".png"_s));
    }
    widgets::Theme::apply(*qApp, widgets::ThemeMode::Light);
}

void RealTerminalTest::vi()
{
    auto *page = open(u"tools"_s);
    QVERIFY(page);
    run(*page, u"vi '/tmp/a file.txt'"_s);
    QVERIFY(shows(*page, u"~\n"_s));
    QVERIFY(page->view().screen().isAlternate() || textOf(*page).contains(u"a file.txt"_s));
    QTest::keyClicks(&page->view(), u"ione"_s);
    QTest::keyClick(&page->view(), Qt::Key_Return);
    QTest::keyClicks(&page->view(), u"two"_s);
    QTest::keyClick(&page->view(), Qt::Key_Up);
    QTest::keyClick(&page->view(), Qt::Key_Home);
    QTest::keyClicks(&page->view(), u"# "_s);
    QTest::keyClick(&page->view(), Qt::Key_Escape);
    QVERIFY(shows(*page, u"# one"_s));
    const int columns = page->view().screen().columns();
    m_window->resize(m_window->width() - 200, m_window->height());
    QTRY_VERIFY(page->view().screen().columns() < columns);
    QVERIFY(shows(*page, u"two"_s));
    QTest::qWait(1000); // busybox' vi loses keys that come while it takes up a new size
    pictures(u"terminal-vi"_s);
    run(*page, u":wq"_s);
    QVERIFY(shows(*page, u"\n~ #"_s));
    run(*page, u"clear; cat '/tmp/a file.txt'; stty size"_s);
    QVERIFY(
        shows(*page, u"# one\ntwo\n%1 %2"_s.arg(page->view().screen().rows()).arg(page->view().screen().columns())));
}

void RealTerminalTest::top()
{
    auto *page = open(u"tools"_s);
    QVERIFY(page);
    run(*page, u"top -d 1"_s);
    QVERIFY(shows(*page, u"COMMAND"_s));
    QVERIFY(shows(*page, u"sleep 100000"_s));
    pictures(u"terminal-top"_s);
    QTest::keyClick(&page->view(), Qt::Key_C, Qt::ControlModifier);
    run(*page, u"echo back-$?"_s);
    QVERIFY(shows(*page, u"back-"_s));
}

void RealTerminalTest::psql()
{
    auto *page = open(u"database"_s);
    QVERIFY(page);
    run(*page, u"psql -U postgres"_s);
    QVERIFY(shows(*page, u"postgres=#"_s));
    run(*page, u"select n, repeat('x', n) as bar from generate_series(1, 5) n;"_s);
    QVERIFY(shows(*page, u"(5 rows)"_s));
    // Completion, and the history by arrow key.
    QTest::keyClicks(&page->view(), u"selec"_s);
    QTest::keyClick(&page->view(), Qt::Key_Tab);
    QTest::keyClicks(&page->view(), u"40 + 2 as sum;"_s);
    QTest::keyClick(&page->view(), Qt::Key_Return);
    QVERIFY(shows(*page, u"(1 row)"_s));
    pictures(u"terminal-psql"_s);
    run(*page, u"\\q"_s);
    run(*page, u"echo status-$?"_s);
    QVERIFY(shows(*page, u"status-0"_s));
}

/// Ten megabytes into a file, without the window standing still, and nothing lost.
void RealTerminalTest::largePaste()
{
    auto *page = open(u"tools"_s);
    QVERIFY(page);
    QString text;
    for (int line = 0; text.size() < 10 * 1024 * 1024; ++line)
        text += u"%1 the quick brown fox jumps over the lazy dog\n"_s.arg(line, 8);
    const QString hash =
        QString::fromLatin1(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex());
    run(*page, u"stty -echo; cat > /tmp/paste; stty echo; sha256sum < /tmp/paste"_s);
    QTest::qWait(1000);
    QApplication::clipboard()->setText(text);
    QElapsedTimer between;
    qint64 longest = 0;
    QTimer beat;
    connect(&beat, &QTimer::timeout, this, [&] { longest = std::max(longest, between.restart()); });
    QElapsedTimer all;
    all.start();
    between.start();
    beat.start(1);
    QTest::keyClick(&page->view(), Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!page->session().pasting().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(page->session().pasting().isEmpty(), 120'000);
    QTest::keyClick(&page->view(), Qt::Key_D, Qt::ControlModifier);
    QVERIFY(shows(*page, hash, 120'000));
    beat.stop();
    qInfo() << "10 MB pasted in" << all.elapsed() << "ms; the window stood still for at most" << longest << "ms";
    pictures(u"terminal-paste"_s);
}

void RealTerminalTest::largeOutput()
{
    auto *page = open(u"tools"_s);
    QVERIFY(page);
    QElapsedTimer between;
    qint64 longest = 0;
    QTimer beat;
    connect(&beat, &QTimer::timeout, this, [&] { longest = std::max(longest, between.restart()); });
    QElapsedTimer all;
    all.start();
    between.start();
    beat.start(1);
    run(*page, u"yes 'the quick brown fox jumps over the lazy dog' | head -c 10485760; echo; echo all-$((1+1))"_s);
    QVERIFY(shows(*page, u"all-2"_s, 120'000));
    beat.stop();
    qInfo() << "10 MB shown in" << all.elapsed() << "ms; the window stood still for at most" << longest << "ms";
    QCOMPARE(page->view().screen().screenTop() - page->view().screen().first(),
             std::uint64_t{terminal::TerminalScreen::mostHistory});
}

/// From the terminal's tab, up and down again, with a blank and a quote in the name.
void RealTerminalTest::copyFiles()
{
    auto *page = open(u"tools"_s);
    QVERIFY(page);
    const QString source = m_folder->filePath(u"it's a file"_s);
    const QString target = m_folder->filePath(u"back again"_s);
    QFile file(source);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(3'000'000, 'x') + "end");
    file.close();
    QTest::mouseClick(page->findChild<QPushButton *>(u"terminalCopyFiles"_s), Qt::LeftButton);
    auto *dialog = m_window->findChild<QDialog *>(u"copyDialog"_s);
    QVERIFY(dialog);
    const auto line = [dialog](const char *name) { return dialog->findChild<QLineEdit *>(QLatin1String(name)); };
    auto *start = dialog->findChild<QPushButton *>(u"copyStart"_s);
    auto *said = dialog->findChild<QLabel *>(u"copySaid"_s);
    QVERIFY(!start->isEnabled());
    QTest::keyClicks(line("copyLocal"), source);
    QTest::keyClicks(line("copyRemote"), u"/tmp"_s);
    QTest::mouseClick(start, Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(said->text().contains(u"SHA-256 equal on both sides"_s), qPrintable(said->text()),
                              answer);
    pictures(u"terminal-copy"_s);
    QTest::keyClick(dialog->findChild<QRadioButton *>(u"copyDown"_s), Qt::Key_Space);
    line("copyLocal")->setText(target);
    line("copyRemote")->setText(u"/tmp/it's a file"_s);
    QTest::keyClick(line("copyRemote"), Qt::Key_Return);
    // The final name is given last; "Copied 1 file" is what the way up has said already.
    QTRY_VERIFY2_WITH_TIMEOUT(QFile::exists(target), qPrintable(said->text()), answer);
    QFile back(target);
    QVERIFY(back.open(QIODevice::ReadOnly));
    QVERIFY(back.readAll().endsWith("xend"));
    line("copyRemote")->setText(u"/tmp/missing"_s);
    QTest::mouseClick(start, Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(said->text().contains(u"no such file"_s), qPrintable(said->text()), answer);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
}

void RealTerminalTest::exitStatus()
{
    auto *page = open(u"tools"_s);
    QVERIFY(page);
    run(*page, u"exit 42"_s);
    QVERIFY(shows(*page, u"The shell ended with 42."_s));
    QCOMPARE(page->session().state(), TerminalSession::State::Ended);
    QTest::keyClick(&page->view(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(page->session().state(), TerminalSession::State::Connected, answer);
    // The pod goes while one is in it.
    kube::DeleteOptions now;
    now.gracePeriodSeconds = 0;
    QVERIFY(await(m_client->remove({podKind, nameSpace, "tools"}, now)));
    QTRY_COMPARE_WITH_TIMEOUT(page->session().state(), TerminalSession::State::Ended, answer);
    QTest::qWait(100);
    qInfo().noquote() << "a deleted pod's shell:" << textOf(*page).trimmed().section(u'\n', -1);
}

QTEST_MAIN(RealTerminalTest)
#include "RealTerminalTest.moc"
