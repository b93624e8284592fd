// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <QApplication>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using cluster::HealthState;

namespace {

stack::ComponentState component(const char *id, const char *kind, const char *nameSpace, const char *tier,
                                HealthState state)
{
    stack::ComponentState result;
    result.component.id = id;
    result.component.title = id;
    result.component.workload = {{"apps", kind}, core::Namespace(nameSpace), id};
    result.component.tier = tier;
    result.health = {state, "because"};
    result.ready = state == HealthState::Healthy ? 1 : 0;
    result.desired = 1;
    result.pods.push_back({{{"", "Pod"}, core::Namespace(nameSpace), std::string(id) + "-0"}, "u", {state, ""}});
    return result;
}

stack::Topology sample(HealthState backend = HealthState::Healthy)
{
    stack::Topology topology;
    topology.nameSpaces = {{core::Namespace("front"), {HealthState::Healthy, ""}, {}},
                           {core::Namespace("back"), {backend, ""}, {{"cpu", "900m", "1", 0.9}}}};
    topology.components = {component("web", "Deployment", "front", "frontend", HealthState::Healthy),
                           component("api", "Deployment", "back", "backend", backend),
                           component("db", "StatefulSet", "back", "data", HealthState::Healthy),
                           component("metrics", "StatefulSet", "back", "monitoring", HealthState::Healthy)};
    topology.flows = {{{"web", "api", "TCP", 5000}, false, ""},
                      {{"api", "db", "TCP", 5432}, backend == HealthState::Degraded, "db has no ready endpoints"},
                      {{"metrics", "db", "TCP", 9187, stack::FlowKind::Scrape}, false, ""}};
    return topology;
}

} // namespace

class TopologyViewTest : public QObject
{
    Q_OBJECT

private slots:
    void arrowsFollowTheFlows();
    void clickingSelectsAndEnterOpens();
    void selectionKnowsWhatItNeedsAndServes();
    void searchSelectsTheMatch();
    void hiddenStatesCannotBeClicked();
    void healthAloneMovesNothing();
    void exportsSvgAndPng();
    void everyThemeDrawsEveryState();
    void staleLosesTheColoursOfStates();
    void namespaceIsShownAlone();
};

void TopologyViewTest::arrowsFollowTheFlows()
{
    widgets::TopologyView view;
    view.resize(900, 600);
    view.setTopology(sample());
    view.select("web");
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.selected(), std::string("api"));
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.selected(), std::string("db"));
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(view.selected(), std::string("api"));
    QVERIFY(view.accessibleDescription().contains(u"api"_s));
    QTest::keyClick(&view, Qt::Key_Escape);
    QVERIFY(view.selected().empty());
}

void TopologyViewTest::clickingSelectsAndEnterOpens()
{
    widgets::TopologyView view;
    view.resize(900, 600);
    view.setTopology(sample());
    const QSignalSpy opened(&view, &widgets::TopologyView::opened);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.cardRect("db").center());
    QCOMPARE(view.selected(), std::string("db"));
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().toString(), u"db"_s);
}

void TopologyViewTest::selectionKnowsWhatItNeedsAndServes()
{
    const widgets::Scene scene = widgets::makeScene(sample());
    QCOMPARE(scene.related("api"), (std::set<std::string>{"web", "api", "db"}));
    QCOMPARE(scene.related("metrics"), (std::set<std::string>{"metrics", "db"}));
}

void TopologyViewTest::searchSelectsTheMatch()
{
    widgets::TopologyPage page;
    page.resize(1000, 700);
    page.setTopology(u"Sample"_s, sample(), {});
    page.show();
    auto *search = page.findChild<QLineEdit *>(u"topologySearch"_s);
    QVERIFY(search);
    QTest::keyClicks(search, u"metr"_s);
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(page.view().selected(), std::string("metrics"));
}

void TopologyViewTest::hiddenStatesCannotBeClicked()
{
    widgets::TopologyPage page;
    page.resize(1000, 700);
    page.setTopology(u"Sample"_s, sample(HealthState::Degraded), {});
    page.show();
    auto *chip = page.findChild<QToolButton *>(u"filterDegraded"_s);
    QVERIFY(chip && chip->isVisible());
    QTest::mouseClick(chip, Qt::LeftButton);
    QTest::mouseClick(&page.view(), Qt::LeftButton, {}, page.view().cardRect("api").center());
    QVERIFY(page.view().selected().empty());
    QTest::mouseClick(chip, Qt::LeftButton);
    QTest::mouseClick(&page.view(), Qt::LeftButton, {}, page.view().cardRect("api").center());
    QCOMPARE(page.view().selected(), std::string("api"));
}

void TopologyViewTest::healthAloneMovesNothing()
{
    const widgets::Scene before = widgets::makeScene(sample());
    const widgets::Scene after = widgets::makeScene(sample(HealthState::Degraded));
    for (const widgets::Scene::Card &card : before.cards)
        QCOMPARE(after.card(card.id())->area, card.area);
}

void TopologyViewTest::exportsSvgAndPng()
{
    const QTemporaryDir folder;
    widgets::TopologyView view;
    view.setTopology(sample());
    const QString svg = folder.filePath(u"picture.svg"_s);
    QVERIFY(view.exportSvg(svg));
    QFile file(svg);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("</svg>"));
    const QString png = folder.filePath(u"picture.png"_s);
    QVERIFY(view.exportPng(png, 1));
    QVERIFY(QImage(png).width() > 400);
    QVERIFY(!view.exportPng(folder.filePath(u"missing/picture.png"_s)));
}

void TopologyViewTest::everyThemeDrawsEveryState()
{
    for (const auto mode : {widgets::ThemeMode::Light, widgets::ThemeMode::Dark, widgets::ThemeMode::HighContrast}) {
        widgets::Theme::apply(*qApp, mode);
        std::set<QRgb> colors;
        std::set<QString> words;
        for (const auto state : {HealthState::Healthy, HealthState::Progressing, HealthState::Degraded,
                                 HealthState::Suspended, HealthState::Missing, HealthState::Unknown}) {
            colors.insert(widgets::Theme::colors().state(state).rgb());
            words.insert(widgets::stateWord(state));
            widgets::TopologyView view;
            view.resize(900, 600);
            view.setTopology(sample(state));
            QVERIFY(!view.grab().isNull());
        }
        QCOMPARE(colors.size(), std::size_t{6});
        QCOMPARE(words.size(), std::size_t{6});
    }
}

void TopologyViewTest::staleLosesTheColoursOfStates()
{
    widgets::Theme::apply(*qApp, widgets::ThemeMode::Light);
    const auto shows = [](const QImage &image, const QColor &color) {
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (image.pixelColor(x, y) == color)
                    return true;
            }
        }
        return false;
    };
    widgets::TopologyPage page;
    page.resize(1200, 700);
    page.setTopology(u"Sample"_s, sample(HealthState::Suspended), {});
    const widgets::Colors &colors = widgets::Theme::colors();
    QVERIFY(shows(page.view().grab().toImage(), colors.good));
    QVERIFY(shows(page.view().grab().toImage(), colors.paused));
    page.setStale(u"Connection lost"_s);
    QVERIFY(!shows(page.view().grab().toImage(), colors.good));
    QVERIFY(!shows(page.view().grab().toImage(), colors.paused));
    QVERIFY(page.findChild<QToolButton *>(u"filterHealthy"_s)->text().contains(u"was Healthy"_s));
    page.setStale({});
    QVERIFY(shows(page.view().grab().toImage(), colors.good));
}

void TopologyViewTest::namespaceIsShownAlone()
{
    widgets::TopologyView view;
    view.resize(900, 600);
    view.setTopology(sample());
    const double all = view.scale();
    view.setNameSpace(u"front"_s);
    QVERIFY2(view.scale() > all, "its panel fills the window");
    QVERIFY(view.rect().contains(view.cardRect("web")));
    view.setNameSpace({});
    QCOMPARE(view.scale(), all);
}

QTEST_MAIN(TopologyViewTest)
#include "TopologyViewTest.moc"
