// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "kube/Kubeconfig.h"
#include "widgets/metrics/ChartPanel.h"
#include "widgets/metrics/MetricsScreen.h"
#include "widgets/topology/TopologyPage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QTableWidget>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;
using tests::type;

namespace {

/// As kubectl sees it, so that a Prometheus which the program does not find is a failure and no reason to skip.
bool runsPrometheus(const QString &kubeconfig)
{
    QProcess kubectl;
    kubectl.start(u"kubectl"_s, {u"--kubeconfig"_s, kubeconfig, u"get"_s, u"pods"_s, u"--all-namespaces"_s,
                                 u"--output=jsonpath={.items[*].spec.containers[*].image}"_s});
    return kubectl.waitForFinished(patience) && kubectl.readAllStandardOutput().contains("prom/prometheus");
}

} // namespace

/// The metrics screen in the real window, over the demo cluster's Prometheus.
class MetricsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void showsChartsOfTheChosenComponent();
    void sharesTheCursorAndZoomsByDragging();
    void worksByKeyboard();
    void answersExpressionsAndMarksMistakes();
    void listsAlerts();
    void exportsWhatItShows();
    void saysWhereThereIsNoPrometheus();
    void drawsWhatCurlGetsOfARealCluster();

private:
    [[nodiscard]] widgets::MetricsScreen *screen() const { return m_fixture->find<widgets::MetricsScreen>("metrics"); }
    [[nodiscard]] widgets::TimeChart *chart(const char *id) const
    {
        return m_fixture->find<widgets::TimeChart>(("chart:" + std::string(id)).c_str());
    }
    [[nodiscard]] bool hasLines(const char *id) const
    {
        return QTest::qWaitFor([&] { return chart(id) != nullptr && !chart(id)->lines().empty(); }, patience);
    }
    void open(const char *component)
    {
        QTest::keyClick(&m_fixture->window(), Qt::Key_7, Qt::AltModifier);
        QVERIFY(screen()->isVisible());
        screen()->showComponent(QLatin1String(component));
    }
    void picture(const char *name) const
    {
        if (const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS"); !folder.isEmpty())
            m_fixture->window().grab().save(u"%1/metrics-%2.png"_s.arg(folder, QLatin1String(name)));
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void MetricsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void MetricsTest::showsChartsOfTheChosenComponent()
{
    open("backend");
    for (const char *const id : {"requests", "latency", "errors", "cpu", "memory", "network"})
        QVERIFY2(hasLines(id), id);
    QCOMPARE(m_fixture->find<QLineEdit>("metricsSource")->text(), u"shared/prometheus-service:9090"_s);
    QCOMPARE(chart("latency")->lines().size(), 3U);
    QCOMPARE(chart("requests")->lines().size(), 4U);
    // Two pods, and what they may use.
    QCOMPARE(chart("cpu")->lines().size(), 4U);
    QTRY_VERIFY_WITH_TIMEOUT(!chart("volumes")->message().isEmpty(), patience);
    QVERIFY2(chart("volumes")->message().contains(u"kubelet_volume_stats_used_bytes"_s),
             qPrintable(chart("volumes")->message()));
    picture("backend");
    QVERIFY(!chart("databaseConnections"));

    auto *choice = m_fixture->find<QComboBox>("metricsComponent");
    choice->setFocus();
    QTest::keyClicks(choice, u"PostgreSQL"_s);
    QTRY_COMPARE_WITH_TIMEOUT(choice->currentText(), u"PostgreSQL"_s, patience);
    QVERIFY(hasLines("memory"));
    QTRY_VERIFY_WITH_TIMEOUT(chart("databaseConnections")->message().contains(u"postgres_exporter"_s), patience);
    picture("postgres");
}

void MetricsTest::sharesTheCursorAndZoomsByDragging()
{
    open("backend");
    QVERIFY(hasLines("cpu"));
    QVERIFY(hasLines("memory"));
    widgets::TimeChart *const cpu = chart("cpu");
    const auto whole = screen()->range();
    const int from = cpu->width() / 3;
    const int to = cpu->width() * 2 / 3;
    QTest::mouseMove(cpu, QPoint(from, 60));
    QTRY_VERIFY_WITH_TIMEOUT(cpu->cursorTime().has_value(), patience);
    QCOMPARE(chart("memory")->cursorTime(), cpu->cursorTime());
    QCOMPARE(chart("requests")->cursorTime(), cpu->cursorTime());
    picture("cursor");

    QTest::mousePress(cpu, Qt::LeftButton, {}, QPoint(from, 60));
    QTest::mouseMove(cpu, QPoint(to, 60));
    QTest::mouseRelease(cpu, Qt::LeftButton, {}, QPoint(to, 60));
    QTRY_VERIFY_WITH_TIMEOUT(screen()->range().end - screen()->range().start < (whole.end - whole.start) / 2, patience);
    QVERIFY(screen()->range().start >= whole.start);
    QTest::mouseClick(m_fixture->find<QPushButton>("metricsWholeRange"), Qt::LeftButton);
    QCOMPARE(screen()->range().end - screen()->range().start, whole.end - whole.start);
}

void MetricsTest::worksByKeyboard()
{
    open("backend");
    QVERIFY(hasLines("memory"));
    widgets::TimeChart *const memory = chart("memory");
    memory->setFocus();
    const auto whole = screen()->range();
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(memory, Qt::Key_Left);
    QVERIFY(memory->cursorTime().has_value());
    QCOMPARE(chart("cpu")->cursorTime(), memory->cursorTime());
    QTest::keyClick(memory, Qt::Key_Plus);
    QVERIFY(screen()->range().end - screen()->range().start < whole.end - whole.start);
    QTest::keyClick(memory, Qt::Key_Minus);
    QCOMPARE(screen()->range().end - screen()->range().start, whole.end - whole.start);
    auto *length = m_fixture->find<QComboBox>("metricsRange");
    length->setFocus();
    QTest::keyClick(length, Qt::Key_End);
    QCOMPARE(length->currentText(), u"15 days"_s);
    constexpr int slowly = 60'000; // a demo cluster that is not optimised computes this for a while
    QTRY_VERIFY_WITH_TIMEOUT(screen()->range().end - screen()->range().start > std::chrono::hours(14 * 24), patience);
    QTRY_VERIFY_WITH_TIMEOUT(!memory->lines().empty() && memory->lines().front().points.size() > 100, slowly);
    picture("15-days");
}

void MetricsTest::answersExpressionsAndMarksMistakes()
{
    open("backend");
    m_fixture->find<QTabWidget>("metricsTabs")->setCurrentIndex(1);
    auto *expression = m_fixture->find<QLineEdit>("promqlExpression");
    auto *table = m_fixture->find<QTableWidget>("promqlTable");
    type(*expression, u"sum by (job) (up)"_s);
    QTest::keyClick(expression, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 4, patience);
    QCOMPARE(m_fixture->find<widgets::TimeChart>("promqlChart")->lines().size(), 4U);
    picture("promql");

    type(*expression, u"rate(up)"_s);
    QTest::keyClick(expression, Qt::Key_Return);
    auto *message = m_fixture->find<QLabel>("promqlMessage");
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(u"expected type range vector"_s), qPrintable(message->text()),
                              patience);
    QCOMPARE(expression->selectedText(), u"up"_s);

    // Names come from Prometheus itself.
    type(*expression, u"sum(http_requests_t"_s);
    auto *completion = expression->findChild<QCompleter *>();
    completion = completion ? completion : m_fixture->find<QWidget>("metrics")->findChild<QCompleter *>();
    QVERIFY(completion);
    QTRY_COMPARE_WITH_TIMEOUT(completion->currentCompletion(), u"http_requests_total"_s, patience);
    emit completion->activated(completion->currentCompletion());
    QCOMPARE(expression->text(), u"sum(http_requests_total"_s);
}

void MetricsTest::listsAlerts()
{
    open("backend");
    m_fixture->find<QTabWidget>("metricsTabs")->setCurrentIndex(2);
    auto *message = m_fixture->find<QLabel>("alertsMessage");
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(u"No alert"_s), qPrintable(message->text()), patience);

    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->open("crashloop"));
    auto &topology = m_fixture->window().topologyPage().view();
    constexpr int untilAskedAgain = 45'000; // between two crashes the pods answer
    QTRY_VERIFY_WITH_TIMEOUT(topology.alerts().contains("backend"), untilAskedAgain);
    QCOMPARE(topology.alerts().size(), 1U);
    QVERIFY2(topology.alerts().at("backend").front().text.startsWith(u"TargetDown: "_s),
             qPrintable(topology.alerts().at("backend").front().text));
    topology.select("backend");
    QVERIFY2(topology.accessibleDescription().contains(u"TargetDown"_s), qPrintable(topology.accessibleDescription()));
    tests::picture(m_fixture->window(), u"metrics-alerts-topology"_s);
    open("backend");
    m_fixture->find<QTabWidget>("metricsTabs")->setCurrentIndex(2);
    auto *table = m_fixture->find<QTableWidget>("alertsTable");
    QTRY_VERIFY_WITH_TIMEOUT(table->rowCount() > 0, untilAskedAgain);
    QCOMPARE(table->item(0, 1)->text(), u"TargetDown"_s);
    QVERIFY(table->item(0, 5)->text().contains(u"backend"_s));
    picture("alerts");
}

void MetricsTest::exportsWhatItShows()
{
    open("backend");
    QVERIFY(hasLines("cpu"));
    QVERIFY(hasLines("memory"));
    QTemporaryDir folder;
    for (const char *const suffix : {"csv", "svg", "png"}) {
        QTest::mouseClick(m_fixture->find<QPushButton>("metricsExport"), Qt::LeftButton);
        auto *dialog = m_fixture->find<QFileDialog>("metricsExportDialog");
        QVERIFY(dialog);
        const QString path = folder.filePath(u"charts."_s + QLatin1String(suffix));
        emit dialog->fileSelected(path);
        delete dialog;
        QFile file(path);
        QVERIFY2(file.open(QIODevice::ReadOnly), suffix);
        const QByteArray content = file.readAll();
        if (suffix == std::string("csv"))
            QVERIFY(content.startsWith("time,") && content.contains("CPU") && content.contains("Memory"));
        else
            QVERIFY(content.size() > 2000);
    }
}

void MetricsTest::saysWhereThereIsNoPrometheus()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->open("empty"));
    QTest::keyClick(&m_fixture->window(), Qt::Key_7, Qt::AltModifier);
    auto *message = m_fixture->find<QLabel>("metricsMessage");
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(u"no service looks like a Prometheus"_s),
                              qPrintable(message->text()), patience);
    auto *source = m_fixture->find<QLineEdit>("metricsSource");
    type(*source, u"prometheus"_s);
    QTest::keyClick(source, Qt::Key_Return);
    QVERIFY2(message->text().contains(u"the namespace is missing"_s), qPrintable(message->text()));
}

/// Point by point, of everything that the charts ask; needs the AI SaaS stack on the cluster of
/// BINNACLE_TEST_KUBECONFIG.
void MetricsTest::drawsWhatCurlGetsOfARealCluster()
{
    const QString kubeconfig = qEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
    if (kubeconfig.isEmpty())
        QSKIP("needs a cluster: set BINNACLE_TEST_KUBECONFIG");
    if (!runsPrometheus(kubeconfig))
        QSKIP("no pod of this cluster runs a Prometheus: binnaclectl deploy ai-saas --overlay local --yes");
    const auto transport =
        kube::Kubeconfig::load(kube::KubeconfigSources::fromEnvironment(kubeconfig.toStdString())).open();
    QVERIFY(transport);
    const core::SystemClock clock;
    widgets::MetricsScreen::Environment environment;
    environment.client = std::make_shared<kube::Client>(*transport);
    environment.clock = &clock;
    environment.journal = m_fixture->journal();
    widgets::MetricsScreen charts(environment);
    charts.resize(1400, 900);
    charts.setComponents({{u"backend"_s, u"API"_s, {"Deployment", "app-backend", "backend", {}}}});
    charts.show();
    const auto settled = [&charts] {
        return std::all_of(charts.panels().begin(), charts.panels().end(),
                           [](const auto *panel) { return !panel->answers().empty(); });
    };
    QVERIFY2(QTest::qWaitFor([&] { return !charts.panels().empty() && settled(); }, patience),
             qPrintable(charts.findChild<QLabel *>(u"metricsMessage"_s)->text()));
    charts.findChild<QCheckBox *>(u"metricsLive"_s)->setChecked(false);
    if (const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS"); !folder.isEmpty())
        charts.grab().save(folder + u"/metrics-real.png"_s);

    QProcess proxy;
    proxy.start(u"kubectl"_s, {u"--kubeconfig"_s, kubeconfig, u"proxy"_s, u"--port=0"_s});
    QVERIFY(proxy.waitForReadyRead(patience));
    const QString server = QString::fromUtf8(proxy.readLine()).trimmed().section(u' ', -1);
    int queries = 0;
    int samples = 0;
    for (const widgets::ChartPanel *const panel : charts.panels()) {
        for (const metrics::LineAnswer &answer : panel->answers()) {
            if (answer.expression.empty())
                continue;
            const auto range = charts.range();
            QProcess curl;
            curl.start(
                u"curl"_s,
                {u"-sS"_s, u"-G"_s,
                 u"http://%1/api/v1/namespaces/shared/services/prometheus-service:9090/proxy/api/v1/query_range"_s.arg(
                     server),
                 u"--data-urlencode"_s, u"query="_s + QString::fromStdString(answer.expression), u"-d"_s,
                 u"start="_s + QString::fromStdString(metrics::timeText(range.start)), u"-d"_s,
                 u"end="_s + QString::fromStdString(metrics::timeText(range.end)), u"-d"_s,
                 u"step=%1"_s.arg(static_cast<double>(range.step.count()) / 1000)});
            QVERIFY(curl.waitForFinished(patience));
            const auto expected = core::Json::parse(curl.readAllStandardOutput().toStdString());
            QVERIFY2(expected.value("status", "") == "success", expected.dump().c_str());
            QCOMPARE(answer.result.series.size(), expected["data"]["result"].size());
            for (const auto &series : expected["data"]["result"]) {
                const metrics::Labels labels = series["metric"];
                const QString name = QString::fromStdString(metrics::legendFor(answer.legend, labels));
                const auto line = std::find_if(panel->chart().lines().begin(), panel->chart().lines().end(),
                                               [&name](const widgets::ChartLine &each) { return each.name == name; });
                QVERIFY2(line != panel->chart().lines().end(), qPrintable(name));
                for (const auto &pair : series["values"]) {
                    const auto time = std::llround(pair[0].get<double>() * 1000);
                    const auto point =
                        std::find_if(line->points.begin(), line->points.end(),
                                     [time](const metrics::Point &each) { return each.milliseconds == time; });
                    QVERIFY(point != line->points.end());
                    const double value = std::stod(pair[1].get<std::string>());
                    QVERIFY2(std::isfinite(value) ? point->value == value : std::isnan(point->value), qPrintable(name));
                    ++samples;
                }
            }
            ++queries;
        }
    }
    proxy.terminate();
    proxy.waitForFinished(patience);
    qInfo("%d queries, %d samples: the charts draw what curl gets", queries, samples);
    QVERIFY(queries >= 10);
}

QTEST_MAIN(MetricsTest)
#include "MetricsTest.moc"
