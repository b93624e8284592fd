// SPDX-License-Identifier: GPL-3.0-or-later
#include "PassingTransport.h"
#include "WindowFixture.h"
#include "gui/PictureChoice.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QMenu>
#include <QPromise>
#include <QToolButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using gui::Evidence;
using gui::PictureDecision;
using gui::PictureKind;

namespace {

/// A demo cluster in which the stack's namespaces seem not to exist when single objects are asked for, or in which the
/// user may look into one namespace only.
class OtherClusterTransport final : public tests::PassingTransport
{
public:
    enum class Cluster { WithoutTheStack, OneNamespaceOnly };

    OtherClusterTransport(tests::TransportPointer demo, Cluster cluster)
        : PassingTransport(std::move(demo)), m_cluster(cluster)
    {
    }

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        const bool isNamespace =
            request.path.starts_with("/api/v1/namespaces/") &&
            request.path.find('/', std::string_view("/api/v1/namespaces/").size()) == std::string::npos;
        const bool isDeployments = request.path.ends_with("/deployments") && !request.query.empty() &&
                                   request.query.front() == std::pair<std::string, std::string>("limit", "1");
        if (m_cluster == Cluster::WithoutTheStack) {
            if (isNamespace)
                return refuse(core::ErrorKind::NotFound);
            if (isDeployments && request.path.find("/namespaces/") != std::string::npos)
                return empty();
        } else if (isNamespace || isDeployments) {
            return refuse(core::ErrorKind::Forbidden);
        }
        return m_behind->send(std::move(request), std::move(token));
    }

private:
    static QFuture<core::Result<kube::HttpResponse>> answer(core::Result<kube::HttpResponse> with)
    {
        QPromise<core::Result<kube::HttpResponse>> promise;
        promise.start();
        promise.addResult(std::move(with));
        promise.finish();
        return promise.future();
    }
    static QFuture<core::Result<kube::HttpResponse>> refuse(core::ErrorKind kind)
    {
        return answer(core::fail(kind, "not for you"));
    }
    static QFuture<core::Result<kube::HttpResponse>> empty()
    {
        kube::HttpResponse response;
        response.status = 200;
        response.body = R"({"kind":"DeploymentList","items":[]})";
        return answer(std::move(response));
    }

    Cluster m_cluster;
};

QString shownIn(const tests::WindowFixture &fixture)
{
    return fixture.find<QToolButton>("pictureButton")->text();
}

QAction *entryOf(const QMenu &menu, const QString &text)
{
    for (QAction *action : menu.actions()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

} // namespace

class PictureTest : public QObject
{
    Q_OBJECT

private slots:
    void saysMost_data();
    void saysMost();
    void showsTheStackThatIsThere();
    void showsWhateverRunsWhereTheStackIsNot();
    void showsOneNamespaceToWhoMaySeeNoMore_data();
    void showsOneNamespaceToWhoMaySeeNoMore();
    void isChosenByMouse();
    void isChosenByKeyboardAndRemembered();
};

void PictureTest::saysMost_data()
{
    using enum Evidence;
    QTest::addColumn<QList<int>>("nameSpaces");
    QTest::addColumn<QList<int>>("deployments");
    QTest::addColumn<int>("others");
    QTest::addColumn<int>("picture");
    const auto row = [](const char *name, std::initializer_list<Evidence> nameSpaces,
                        std::initializer_list<Evidence> deployments, Evidence others, PictureKind picture) {
        const auto list = [](std::initializer_list<Evidence> all) {
            QList<int> numbers;
            for (const Evidence each : all)
                numbers.append(static_cast<int>(each));
            return numbers;
        };
        QTest::newRow(name) << list(nameSpaces) << list(deployments) << static_cast<int>(others)
                            << static_cast<int>(picture);
    };
    row("deployed", {Present, Present}, {Present, Absent}, Present, PictureKind::Stack);
    row("one namespace is there, nothing in it yet", {Present, Absent}, {Absent, Absent}, Present, PictureKind::Stack);
    row("a cluster in which nothing runs: to be deployed", {Absent, Absent}, {Absent, Absent}, Absent,
        PictureKind::Stack);
    row("another application's cluster", {Absent, Absent}, {Absent, Absent}, Present, PictureKind::Everything);
    row("user of one namespace of the stack, something runs", {Hidden, Hidden}, {Present, Hidden}, Hidden,
        PictureKind::Stack);
    row("user of one namespace of the stack, nothing runs", {Hidden, Hidden}, {Absent, Hidden}, Hidden,
        PictureKind::Stack);
    row("user of another application's namespace", {Hidden, Hidden}, {Hidden, Hidden}, Hidden,
        PictureKind::OneNamespace);
    row("namespaces are hidden, deployments are not, others run", {Hidden, Hidden}, {Absent, Absent}, Present,
        PictureKind::Everything);
    row("no connection", {Unknown, Unknown}, {Unknown, Unknown}, Unknown, PictureKind::Stack);
}

void PictureTest::saysMost()
{
    QFETCH(QList<int>, nameSpaces);
    QFETCH(QList<int>, deployments);
    QFETCH(int, others);
    QFETCH(int, picture);
    gui::StackEvidence evidence;
    for (const int each : nameSpaces)
        evidence.nameSpaces.push_back(static_cast<Evidence>(each));
    for (const int each : deployments)
        evidence.deployments.push_back(static_cast<Evidence>(each));
    const PictureDecision decision = gui::decidePicture({evidence}, static_cast<Evidence>(others));
    QCOMPARE(static_cast<int>(decision.kind), picture);
}

void PictureTest::showsTheStackThatIsThere()
{
    const tests::WindowFixture fixture;
    QVERIFY(fixture.openHealthy());
    QCOMPARE(shownIn(fixture), u"AI SaaS dashboard"_s);
}

void PictureTest::showsWhateverRunsWhereTheStackIsNot()
{
    const tests::WindowFixture fixture([](tests::TransportPointer demo) {
        return std::make_shared<OtherClusterTransport>(std::move(demo),
                                                       OtherClusterTransport::Cluster::WithoutTheStack);
    });
    QVERIFY(fixture.openHealthy());
    QCOMPARE(shownIn(fixture), u"Whatever runs here"_s);
    QVERIFY(!fixture.window().session()->stack());
    for (const auto &area : fixture.window().session()->topology().nameSpaces)
        QVERIFY2(area.name.value() != "default", "nothing runs in it");
}

void PictureTest::showsOneNamespaceToWhoMaySeeNoMore_data()
{
    QTest::addColumn<bool>("everything");
    QTest::newRow("as the cluster suggests") << false;
    QTest::newRow("who wishes to see everything") << true;
}

void PictureTest::showsOneNamespaceToWhoMaySeeNoMore()
{
    QFETCH(const bool, everything);
    const tests::WindowFixture fixture(
        [](tests::TransportPointer demo) {
            return std::make_shared<OtherClusterTransport>(std::move(demo),
                                                           OtherClusterTransport::Cluster::OneNamespaceOnly);
        },
        everything ? std::optional(std::string()) : std::nullopt);
    fixture.window().openDemo(u"healthy"_s);
    QVERIFY(QTest::qWaitFor([&fixture] { return fixture.window().session() != nullptr; }, tests::patience));
    QVERIFY2(shownIn(fixture).startsWith(u"Namespace"_s), qPrintable(shownIn(fixture)));
}

void PictureTest::isChosenByMouse()
{
    const tests::WindowFixture fixture;
    QVERIFY(fixture.openHealthy());
    QTest::mouseClick(fixture.find<QToolButton>("pictureButton"), Qt::LeftButton);
    const auto *menu = fixture.find<QMenu>("pictureMenu");
    QVERIFY(menu);
    QAction *everything = entryOf(*menu, u"Whatever runs here"_s);
    QVERIFY(everything && !everything->isChecked());
    QVERIFY(entryOf(*menu, u"Stack ai-saas"_s)->isChecked());
    QTest::mouseClick(const_cast<QMenu *>(menu), Qt::LeftButton, {}, menu->actionGeometry(everything).center());
    QTRY_COMPARE_WITH_TIMEOUT(shownIn(fixture), u"Whatever runs here"_s, tests::patience);
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.window().session()->topology().components.empty(), tests::patience);
}

void PictureTest::isChosenByKeyboardAndRemembered()
{
    const tests::WindowFixture fixture;
    QVERIFY(fixture.openHealthy());
    fixture.window().activateWindow();
    QTest::keyClick(&fixture.window(), Qt::Key_P, Qt::ControlModifier);
    auto *menu = fixture.find<QMenu>("pictureMenu");
    QVERIFY(menu);
    QTest::keyClick(menu, Qt::Key_Down);
    while (menu->activeAction() != entryOf(*menu, u"Whatever runs here"_s))
        QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(shownIn(fixture), u"Whatever runs here"_s, tests::patience);
    QVERIFY(fixture.openHealthy());
    QCOMPARE(shownIn(fixture), u"Whatever runs here"_s);
}

QTEST_MAIN(PictureTest)
#include "PictureTest.moc"
