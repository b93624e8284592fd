// SPDX-License-Identifier: GPL-3.0-or-later
#include "ScriptedServer.h"
#include "core/Logging.h"
#include "gui/ActionRegistry.h"
#include "gui/MainWindow.h"
#include "simulator/Simulator.h"
#include "stack/DemoManifests.h"
#include "widgets/connection/ConnectionChooser.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QUrl>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patience = 20'000;

kube::ContextSummary summary(const char *name, const char *cluster = "", const char *server = "")
{
    kube::ContextSummary result;
    result.name = core::ContextName(name);
    result.cluster = cluster;
    result.server = server;
    return result;
}

} // namespace

/// What stands between a kubeconfig and a living picture: consent, read-only marks, recent contexts, lost connections.
class ConnectionTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void productionIsRecognisedByWords_data();
    void productionIsRecognisedByWords();
    void productionStartsReadOnly();
    void changesAreAllowedAfterAQuestion();
    void pluginIsAskedForOnce();
    void refusedPluginSaysSo();
    void recentContextsComeFirst();
    void insecureContextIsMarked();
    void lostConnectionGreysThePicture();
    void feedsMakeTheConnection_data();
    void feedsMakeTheConnection();
    void refusedFirstConnectionSaysSo_data();
    void refusedFirstConnectionSaysSo();
    void serverThatComesLaterIsConnectedTo();
    void logIsReadInTheProgram();

private:
    void start(unsigned short port = 0);
    /// Of the simulator, with the user and cluster as given.
    void writeKubeconfig(const QByteArray &context, const QByteArray &user = "{}", const QByteArray &cluster = {});
    void writeKubeconfigOf(const QByteArray &server, const QByteArray &context, const QByteArray &user,
                           const QByteArray &cluster);
    void startLog();
    void openWindow();
    /// The banner, the top bar and the log say that context work is not connected and why.
    void expectNotConnected(const QString &why);
    [[nodiscard]] bool live() const
    {
        return m_window->session() && m_window->session()->connection() == gui::Connection::Live;
    }
    template <typename T>
    [[nodiscard]] T *child(const QString &name) const
    {
        return m_window->findChild<T *>(name);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    core::SystemClock m_clock;
    core::SystemRandom m_random;
    std::unique_ptr<core::Log> m_log;
    std::unique_ptr<simulator::Simulator> m_simulator;
    std::unique_ptr<gui::MainWindow> m_window;
    QString m_kubeconfig;
};

void ConnectionTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_kubeconfig = m_folder->filePath(u"kubeconfig"_s);
    start();
}

void ConnectionTest::start(unsigned short port)
{
    simulator::SimulatorOptions options;
    options.manifests = *stack::demoManifests();
    options.port = port;
    m_simulator = std::make_unique<simulator::Simulator>(options);
    QVERIFY(m_simulator->start().has_value());
}

void ConnectionTest::cleanup()
{
    m_window.reset();
    m_simulator.reset();
    m_log.reset();
    m_folder.reset();
}

void ConnectionTest::writeKubeconfig(const QByteArray &context, const QByteArray &user, const QByteArray &cluster)
{
    writeKubeconfigOf(QByteArray::fromStdString(m_simulator->url()), context, user, cluster);
}

void ConnectionTest::writeKubeconfigOf(const QByteArray &server, const QByteArray &context, const QByteArray &user,
                                       const QByteArray &cluster)
{
    QFile file(m_kubeconfig);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: \"" + server + "\"" + cluster +
               "}\nusers:\n- name: u\n  user: " + user +
               "\ncontexts:\n- name: other\n  context: {cluster: c, user: u}\n- name: " + context +
               "\n  context: {cluster: c, user: u}\ncurrent-context: other\n");
}

void ConnectionTest::openWindow()
{
    gui::Environment environment;
    environment.clock = &m_clock;
    environment.random = &m_random;
    environment.log = m_log.get();
    environment.kubeconfig = kube::KubeconfigSources::fromEnvironment(m_kubeconfig.toStdString());
    environment.stack = "ai-saas";
    environment.journal = m_folder->filePath(u"journal.sqlite"_s).toStdString();
    environment.settings = m_folder->filePath(u"settings.ini"_s);
    m_window = std::make_unique<gui::MainWindow>(std::move(environment));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void ConnectionTest::productionIsRecognisedByWords_data()
{
    QTest::addColumn<QString>("context");
    QTest::addColumn<QString>("cluster");
    QTest::addColumn<QString>("server");
    QTest::addColumn<bool>("production");
    QTest::newRow("word") << u"prod"_s << u"c"_s << u""_s << true;
    QTest::newRow("part of a name") << u"eu-prod-1"_s << u"c"_s << u""_s << true;
    QTest::newRow("number behind") << u"prod2"_s << u"c"_s << u""_s << true;
    QTest::newRow("capitals") << u"PRODUCTION"_s << u"c"_s << u""_s << true;
    QTest::newRow("by the cluster") << u"work"_s << u"shop_prd"_s << u""_s << true;
    QTest::newRow("by the server") << u"work"_s << u"c"_s << u"https://api.live.example.com:6443"_s << true;
    QTest::newRow("demo") << u"demo"_s << u"binnacle"_s << u"http://127.0.0.1:1"_s << false;
    QTest::newRow("product") << u"product-team"_s << u"reproduce"_s << u""_s << false;
    QTest::newRow("nonprod") << u"nonprod"_s << u"non-prod"_s << u""_s << false;
    QTest::newRow("preprod") << u"preprod"_s << u"pre-prod"_s << u""_s << false;
    QTest::newRow("delivery") << u"delivery"_s << u"olive"_s << u""_s << false;
}

void ConnectionTest::productionIsRecognisedByWords()
{
    QFETCH(QString, context);
    QFETCH(QString, cluster);
    QFETCH(QString, server);
    QTEST(gui::looksLikeProduction(summary(qPrintable(context), qPrintable(cluster), qPrintable(server))),
          "production");
}

void ConnectionTest::productionStartsReadOnly()
{
    writeKubeconfig("eu-prod");
    openWindow();
    m_window->openContext(core::ContextName("eu-prod"));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    QVERIFY(m_window->session()->isReadOnly());
    QVERIFY(m_window->windowTitle().contains(u"read-only"_s));
    QCOMPARE(child<QToolButton>(u"readOnlyButton"_s)->text(), u"Read-only"_s);
    for (const QString &id : {u"deploy"_s, u"rollback"_s, u"uninstall"_s, u"resume"_s}) {
        const QAction *action = m_window->actions().find(id);
        QVERIFY2(action && !action->isEnabled(), qPrintable(id));
        QVERIFY2(action->toolTip().contains(u"read-only"_s), qPrintable(action->toolTip()));
    }
    QVERIFY2(m_window->actions().find(u"plan"_s)->isEnabled(), "planning changes nothing");
    const auto refused = m_window->session()->client()->remove({{"", "Pod"}, core::Namespace("app-backend"), "x"});
    QTRY_VERIFY_WITH_TIMEOUT(refused.isFinished(), patience);
    QVERIFY(!refused.result());
    QVERIFY(refused.result().error().message.find("read-only") != std::string::npos);
}

void ConnectionTest::changesAreAllowedAfterAQuestion()
{
    writeKubeconfig("eu-prod");
    openWindow();
    m_window->openContext(core::ContextName("eu-prod"));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    auto *button = child<QToolButton>(u"readOnlyButton"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    auto *question = child<QMessageBox>(u"allowChangesDialog"_s);
    QVERIFY(question);
    QVERIFY2(question->text().contains(u"eu-prod"_s), "the context is named");
    QVERIFY(question->defaultButton() && question->defaultButton()->objectName() != u"allowChanges"_s);
    question->reject();
    QVERIFY(m_window->session()->isReadOnly());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QTest::mouseClick(button, Qt::LeftButton);
    QTest::mouseClick(child<QPushButton>(u"allowChanges"_s), Qt::LeftButton);
    QVERIFY(!m_window->session()->isReadOnly());
    QVERIFY(!m_window->windowTitle().contains(u"read-only"_s));
    m_window.reset();
    openWindow();
    m_window->openContext(core::ContextName("eu-prod"));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    QVERIFY2(!m_window->session()->isReadOnly(), "the decision is remembered");
}

void ConnectionTest::pluginIsAskedForOnce()
{
    const QByteArray token =
        R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}})";
    QFile plugin(m_folder->filePath(u"login"_s));
    QVERIFY(plugin.open(QIODevice::WriteOnly));
    plugin.write("#!/bin/sh\necho run >> " + m_folder->filePath(u"runs"_s).toUtf8() + "\necho '" + token + "'\n");
    plugin.close();
    QVERIFY(plugin.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
    const auto user = [&plugin](const char *region) {
        return "{exec: {apiVersion: client.authentication.k8s.io/v1, command: \"" + plugin.fileName().toUtf8() +
               "\", args: [get-token, --region, " + region + "], interactiveMode: Never}}";
    };
    writeKubeconfig("work", user("eu"));
    openWindow();
    m_window->openContext(core::ContextName("work"));
    QTRY_VERIFY_WITH_TIMEOUT(child<QDialog>(u"pluginConsent"_s), patience);
    const QString shown = child<QPlainTextEdit>(u"pluginCommand"_s)->toPlainText();
    for (const QString &part : {plugin.fileName(), u"get-token"_s, u"--region"_s, u"eu"_s})
        QVERIFY2(shown.contains(part), qPrintable(shown));
    QVERIFY2(!child<QPushButton>(u"allowPlugin"_s)->hasFocus(), "the focus starts on Cancel");
    QVERIFY2(!QFile::exists(m_folder->filePath(u"runs"_s)), "nothing ran before the consent");
    QTest::mouseClick(child<QPushButton>(u"allowPlugin"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    QVERIFY(QFile::exists(m_folder->filePath(u"runs"_s)));

    m_window.reset();
    openWindow();
    m_window->openContext(core::ContextName("work"));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    QVERIFY2(!child<QDialog>(u"pluginConsent"_s), "remembered");

    m_window.reset();
    writeKubeconfig("work", user("us"));
    openWindow();
    m_window->openContext(core::ContextName("work"));
    QTRY_VERIFY2_WITH_TIMEOUT(child<QDialog>(u"pluginConsent"_s), "another argument is another command", patience);
}

void ConnectionTest::refusedPluginSaysSo()
{
    writeKubeconfig("work", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/false, "
                            "interactiveMode: Never}}");
    openWindow();
    m_window->openContext(core::ContextName("work"));
    QTRY_VERIFY_WITH_TIMEOUT(child<QDialog>(u"pluginConsent"_s), patience);
    QTest::mouseClick(child<QPushButton>(u"refusePlugin"_s), Qt::LeftButton);
    const auto *banner = child<QLabel>(u"banner"_s);
    QTRY_VERIFY(banner->isVisible());
    QVERIFY2(banner->text().contains(u"work"_s) && banner->text().contains(u"/bin/false"_s),
             qPrintable(banner->text()));
    QVERIFY(!m_window->session());
}

void ConnectionTest::recentContextsComeFirst()
{
    writeKubeconfig("work");
    openWindow();
    m_window->openContext(core::ContextName("work"));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    m_window->chooseConnection();
    auto *list = child<QAbstractItemView>(u"contextList"_s);
    QVERIFY(list);
    QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, patience);
    QCOMPARE(list->model()->index(0, 0).data().toString(), u"work"_s);
    QCOMPARE(list->currentIndex().row(), 0);
    QTest::keyClicks(child<QLineEdit>(u"contextSearch"_s), u"oth"_s);
    QCOMPARE(list->model()->rowCount(), 1);
    QCOMPARE(list->currentIndex().data().toString(), u"other"_s);
}

void ConnectionTest::insecureContextIsMarked()
{
    writeKubeconfig("work", "{}", ", insecure-skip-tls-verify: true");
    openWindow();
    m_window->openContext(core::ContextName("work"));
    const auto *button = child<QToolButton>(u"contextButton"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(button->text().contains(u"TLS not verified"_s), qPrintable(button->text()), patience);
    QVERIFY2(button->property("insecure").toBool(), "what the style sheet paints red");
}

void ConnectionTest::lostConnectionGreysThePicture()
{
    writeKubeconfig("work");
    openWindow();
    m_window->openContext(core::ContextName("work"));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    const auto &view = m_window->topologyPage().view();
    QTRY_VERIFY_WITH_TIMEOUT(!view.scene().cards.empty(), patience);
    QVERIFY(!view.isStale());
    QTest::qWait(300);
    const auto states = [&view] {
        std::map<std::string, cluster::HealthState> result;
        for (const auto &card : view.scene().cards)
            result[card.id()] = card.state.health.state;
        return result;
    };
    const auto before = states();
    m_simulator.reset();
    QTRY_VERIFY_WITH_TIMEOUT(view.isStale(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>(u"banner"_s)->isVisible(), patience);
    QVERIFY2(child<QLabel>(u"dataAge"_s)->text().contains(u"old"_s), "says how old");
    QTest::qWait(1500);
    QVERIFY2(states() == before, "nothing that was broken turns healthy because nobody answers");
}

void ConnectionTest::feedsMakeTheConnection_data()
{
    using State = cluster::FeedState;
    const core::Error error = core::makeError(core::ErrorKind::Unreachable, "refused", "wait");
    const cluster::FeedStatus asking{State::Loading, {}, {}};
    const cluster::FeedStatus retrying{State::Loading, error, {}};
    const cluster::FeedStatus live{State::Live, {}, {}};
    const cluster::FeedStatus stale{State::Stale, error, {}};
    const cluster::FeedStatus denied{State::Denied, error, {}};
    const cluster::FeedStatus unserved{State::Failed, error, {}};
    using Statuses = QList<cluster::FeedStatus>;
    QTest::addColumn<Statuses>("statuses");
    QTest::addColumn<bool>("silent");
    QTest::addColumn<gui::Connection>("connection");
    QTest::newRow("nothing asked for yet") << Statuses{} << false << gui::Connection::Connecting;
    QTest::newRow("first answers are due") << Statuses{asking, asking} << false << gui::Connection::Connecting;
    QTest::newRow("every first try failed") << Statuses{retrying, retrying} << false << gui::Connection::Failed;
    QTest::newRow("some of the first tries failed")
        << Statuses{retrying, asking} << false << gui::Connection::Connecting;
    QTest::newRow("denied before the rest came") << Statuses{denied, asking} << false << gui::Connection::Connecting;
    QTest::newRow("all denied") << Statuses{denied, denied} << false << gui::Connection::Refused;
    QTest::newRow("denied or failing") << Statuses{denied, retrying} << false << gui::Connection::Failed;
    QTest::newRow("one still fails") << Statuses{live, retrying} << false << gui::Connection::Connecting;
    QTest::newRow("half is there") << Statuses{live, asking} << false << gui::Connection::Connecting;
    QTest::newRow("all is there") << Statuses{live, live} << false << gui::Connection::Live;
    QTest::newRow("all that one may see") << Statuses{live, denied, unserved} << false << gui::Connection::Live;
    QTest::newRow("one was lost") << Statuses{live, stale} << false << gui::Connection::Stale;
    QTest::newRow("the server is silent") << Statuses{live, live} << true << gui::Connection::Stale;
}

void ConnectionTest::feedsMakeTheConnection()
{
    QFETCH(QList<cluster::FeedStatus>, statuses);
    QFETCH(bool, silent);
    std::map<cluster::Feed, cluster::FeedStatus> feeds;
    for (const cluster::FeedStatus &status : statuses)
        feeds[{{"", "Kind" + std::to_string(feeds.size())}, {}}] = status;
    QTEST(gui::connectionOf(feeds, silent), "connection");
}

void ConnectionTest::startLog()
{
    core::LogOptions options;
    options.directory = m_folder->filePath(u"log"_s).toStdString();
    m_log = core::Log::start(options).value();
}

void ConnectionTest::expectNotConnected(const QString &why)
{
    const auto *banner = child<QLabel>(u"banner"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(banner->isVisible() && banner->text().contains(why, Qt::CaseInsensitive),
                              qPrintable(banner->text()), patience);
    QVERIFY2(banner->text().contains(u"Next:"_s), qPrintable(banner->text()));
    QCOMPARE(m_window->session()->connection(), gui::Connection::Failed);
    const auto *button = child<QToolButton>(u"connectionState"_s);
    QCOMPARE(button->text(), u"Not connected"_s);
    QVERIFY2(button->toolTip().contains(why, Qt::CaseInsensitive), qPrintable(button->toolTip()));
    m_window->actions().find(u"log"_s)->trigger();
    const auto *log = child<QPlainTextEdit>(u"programLog"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(log->toPlainText().contains(u"work: not connected: "_s), qPrintable(log->toPlainText()),
                              patience);
}

void ConnectionTest::refusedFirstConnectionSaysSo_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QString>("why");
    QTest::newRow("certificate of another authority") << true << u"certificate"_s;
    QTest::newRow("bad token") << false << u"401"_s;
}

void ConnectionTest::refusedFirstConnectionSaysSo()
{
    QFETCH(bool, tls);
    QFETCH(QString, why);
    const kube::TestAuthority own("own");
    const kube::TestAuthority other("other");
    kube::ScriptedServer server(
        [](int, const std::string &) {
            return kube::ScriptedServer::answer(401, R"({"kind":"Status","apiVersion":"v1","status":"Failure",)"
                                                     R"("message":"Unauthorized","reason":"Unauthorized","code":401})");
        },
        tls ? std::optional(kube::ScriptedServer::Tls{own.issue(), {}}) : std::nullopt);
    const QByteArray authority = QByteArray::fromStdString(other.certificatePem()).toBase64();
    startLog();
    writeKubeconfigOf(QByteArray::fromStdString(server.url()), "work", "{token: wrong}",
                      tls ? ", certificate-authority-data: " + authority : QByteArray());
    openWindow();
    m_window->openContext(core::ContextName("work"));
    expectNotConnected(why);
}

void ConnectionTest::serverThatComesLaterIsConnectedTo()
{
    writeKubeconfig("work");
    const int port = QUrl(QString::fromStdString(m_simulator->url())).port();
    m_simulator.reset();
    startLog();
    openWindow();
    m_window->openContext(core::ContextName("work"));
    expectNotConnected(u"connection refused"_s);
    start(static_cast<unsigned short>(port));
    QTRY_VERIFY_WITH_TIMEOUT(live(), patience);
    QVERIFY(!child<QLabel>(u"banner"_s)->isVisible());
    QCOMPARE(child<QToolButton>(u"connectionState"_s)->text(), u"Live"_s);
}

void ConnectionTest::logIsReadInTheProgram()
{
    startLog();
    writeKubeconfig("work");
    openWindow();
    auto *text = child<QPlainTextEdit>(u"programLog"_s);
    QVERIFY(!text->isVisible());
    m_window->actions().find(u"log"_s)->trigger();
    QVERIFY(text->isVisible());
    spdlog::warn("a line to be read");
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains(u"a line to be read"_s), patience);
    QVERIFY(child<QLabel>(u"logFile"_s)->text().contains(u"binnacle.log"_s));
    child<QLineEdit>(u"logFilter"_s)->setText(u"no such line"_s);
    QTRY_VERIFY(text->toPlainText().isEmpty());
    m_window->actions().find(u"log"_s)->trigger();
    QVERIFY(!text->isVisible());
}

QTEST_MAIN(ConnectionTest)
#include "ConnectionTest.moc"
