// SPDX-License-Identifier: GPL-3.0-or-later
#include "PassingTransport.h"
#include "WindowFixture.h"
#include "gui/CommandPalette.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPromise>
#include <QPushButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The demo cluster has no users: this says for it what one may do. Everything else goes through.
class ReviewingTransport final : public tests::PassingTransport
{
public:
    enum class Answer { MayOnlyLook, MayScale, Fails };

    ReviewingTransport(tests::TransportPointer demo, Answer answer)
        : PassingTransport(std::move(demo)), m_answer(answer)
    {
    }

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        if (!request.path.starts_with("/apis/authorization.k8s.io/v1/selfsubject"))
            return m_behind->send(std::move(request), std::move(token));
        QPromise<core::Result<kube::HttpResponse>> promise;
        promise.start();
        promise.addResult(m_answer == Answer::Fails ? refused() : review(request, m_answer == Answer::MayScale));
        promise.finish();
        return promise.future();
    }

private:
    static core::Result<kube::HttpResponse> refused()
    {
        return core::fail(core::ErrorKind::Server, "the authorizer is down");
    }
    static core::Result<kube::HttpResponse> review(const kube::HttpRequest &request, bool mayScale)
    {
        core::Json body = core::Json::parse(request.body);
        const core::Json rule{{"verbs", {"get", "list", "watch"}}, {"apiGroups", {"*"}}, {"resources", {"*"}}};
        if (request.path.ends_with("rulesreviews")) {
            core::Json rules = core::Json::array({rule});
            if (mayScale)
                rules.push_back({{"verbs", {"patch"}}, {"apiGroups", {"apps"}}, {"resources", {"deployments/scale"}}});
            body["status"] = {
                {"resourceRules", rules}, {"nonResourceRules", core::Json::array()}, {"incomplete", false}};
        } else {
            const std::string verb = body["spec"]["resourceAttributes"].value("verb", "");
            body["status"] = {{"allowed", verb == "get" || verb == "list" || verb == "watch"}};
        }
        return kube::HttpResponse{.status = 201, .headers = {}, .body = body.dump()};
    }

    Answer m_answer;
};

} // namespace

/// Actions that change the cluster, for users who may not.
class PermissionsTest : public QObject
{
    Q_OBJECT

private slots:
    void whoMayOnlyLookIsToldWhyNot();
    void whoMayScaleMayNotDoMore();
    void thePaletteShowsTheReason();
    void aFailedReviewDisablesNothingAndSaysSo();

private:
    static std::unique_ptr<tests::WindowFixture> as(ReviewingTransport::Answer answer)
    {
        return std::make_unique<tests::WindowFixture>([answer](tests::TransportPointer demo) {
            return std::make_shared<ReviewingTransport>(std::move(demo), answer);
        });
    }
};

void PermissionsTest::whoMayOnlyLookIsToldWhyNot()
{
    const auto fixture = as(ReviewingTransport::Answer::MayOnlyLook);
    QVERIFY(fixture->openHealthy());
    fixture->window().showPage(u"runbooks"_s);
    for (const auto &[id, button, verb] :
         {std::tuple("deploy", "deployButton", u"patch"_s), std::tuple("rollback", "rollbackButton", u"update"_s),
          std::tuple("uninstall", "uninstallButton", u"delete"_s)}) {
        const QAction &action = fixture->action(id);
        const QString reason = u"you may not %1 "_s.arg(verb);
        QTRY_VERIFY2_WITH_TIMEOUT(action.statusTip().contains(reason), qPrintable(action.statusTip()), tests::patience);
        QVERIFY(!action.isEnabled());
        QVERIFY2(action.toolTip().contains(reason), qPrintable(action.toolTip()));
        const auto *pressed = fixture->find<QPushButton>(button);
        QVERIFY(!pressed->isEnabled());
        QVERIFY(pressed->toolTip().contains(reason));
        QVERIFY(pressed->statusTip().contains(reason));
        QVERIFY(pressed->accessibleDescription().contains(reason));
    }
    QVERIFY2(fixture->action("plan").isEnabled(), "looking is allowed");
    fixture->window().showPage(u"overview"_s);
    fixture->window().topologyPage().view().select("backend");
    for (const auto &[id, verb] : {std::pair("restart", u"patch"_s), std::pair("delete", u"delete"_s)}) {
        const QAction &action = fixture->action(id);
        const QString reason = u"you may not %1 deployments.apps backend in app-backend"_s.arg(verb);
        QTRY_VERIFY2_WITH_TIMEOUT(action.statusTip() == reason, qPrintable(action.statusTip()), tests::patience);
        QVERIFY(!action.isEnabled());
        QCOMPARE(fixture->find<QLabel>(qPrintable(u"why_"_s + action.objectName()))->text(), reason);
    }
    QVERIFY2(fixture->action("copyKubectl").isEnabled(), "copying changes nothing");
}

void PermissionsTest::whoMayScaleMayNotDoMore()
{
    const auto fixture = as(ReviewingTransport::Answer::MayScale);
    QVERIFY(fixture->openHealthy());
    fixture->window().topologyPage().view().select("redis");
    const QAction &containers = fixture->action("containers");
    const QString reason = u"you may not patch deployments.apps redis in app-backend"_s;
    QTRY_VERIFY2_WITH_TIMEOUT(containers.statusTip() == reason, qPrintable(containers.statusTip()), tests::patience);
    QVERIFY2(fixture->action("scale").isEnabled(), qPrintable(fixture->action("scale").statusTip()));
    fixture->action("scale").trigger();
    QTRY_VERIFY_WITH_TIMEOUT(fixture->find<QLineEdit>("/spec/replicas") != nullptr, tests::patience);
    QTRY_VERIFY_WITH_TIMEOUT(fixture->find<QLineEdit>("/spec/replicas")->isEnabled(), tests::patience);
}

void PermissionsTest::thePaletteShowsTheReason()
{
    const auto fixture = as(ReviewingTransport::Answer::MayOnlyLook);
    QVERIFY(fixture->openHealthy());
    QTRY_VERIFY_WITH_TIMEOUT(fixture->action("uninstall").statusTip().contains(u"you may not"_s), tests::patience);
    QTest::keyClick(&fixture->window(), Qt::Key_K, Qt::ControlModifier);
    auto *palette = fixture->window().findChild<gui::CommandPalette *>();
    QVERIFY(palette);
    auto *text = palette->findChild<QLineEdit *>(u"paletteText"_s);
    const auto *list = palette->findChild<QListWidget *>(u"paletteList"_s);
    QTest::keyClicks(text, u"uninstall the"_s);
    QCOMPARE(list->count(), 1);
    QVERIFY2(list->item(0)->text().contains(u"you may not delete"_s), qPrintable(list->item(0)->text()));
    QCOMPARE(list->item(0)->foreground().color(), palette->palette().color(QPalette::Disabled, QPalette::Text));
    QTest::keyClick(text, Qt::Key_Return);
    QVERIFY2(palette->isVisible(), "nothing was done, and the reason stays in sight");
    QTest::keyClick(text, Qt::Key_Escape);
    QTRY_VERIFY(!fixture->window().findChild<gui::CommandPalette *>());
}

void PermissionsTest::aFailedReviewDisablesNothingAndSaysSo()
{
    const auto fixture = as(ReviewingTransport::Answer::Fails);
    QVERIFY(fixture->openHealthy());
    fixture->window().showPage(u"runbooks"_s);
    // The same review is part of a plan, which cannot be made then: what needs no plan of this run stays possible.
    QTRY_VERIFY2_WITH_TIMEOUT(!fixture->action("deploy").statusTip().contains(u"you may not"_s),
                              qPrintable(fixture->action("deploy").statusTip()), tests::patience);
    QVERIFY(fixture->window().session());
    const auto permission = [&fixture] {
        return fixture->window().session()->may("patch", {{"apps", "Deployment"}, core::Namespace("app-backend"), {}});
    };
    QTRY_VERIFY_WITH_TIMEOUT(permission().why.find("it is not known whether you may patch") != std::string::npos,
                             tests::patience);
    QCOMPARE(permission().verdict, cluster::Verdict::Unknown);
    fixture->window().showPage(u"overview"_s);
    fixture->window().topologyPage().view().select("backend");
    const QAction &restart = fixture->action("restart");
    QTRY_VERIFY2_WITH_TIMEOUT(restart.statusTip().contains(u"it is not known whether you may patch"_s),
                              qPrintable(restart.statusTip()), tests::patience);
    QVERIFY2(restart.isEnabled(), "the server decides");
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::ThemeMode::Light);
    PermissionsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "PermissionsTest.moc"
