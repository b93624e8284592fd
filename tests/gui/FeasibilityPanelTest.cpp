// SPDX-License-Identifier: GPL-3.0-or-later
#include "PassingTransport.h"
#include "WindowFixture.h"
#include "kube/Client.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPromise>
#include <QPushButton>

#include <algorithm>
#include <list>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

namespace {

/// The demo cluster for somebody who may not list nodes, or whom it keeps waiting for them.
class NodesTransport final : public tests::PassingTransport
{
public:
    enum class Answer { Forbidden, None };

    NodesTransport(tests::TransportPointer demo, Answer answer) : PassingTransport(std::move(demo)), m_answer(answer) {}

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        if (request.path != "/api/v1/nodes" || request.method != kube::HttpMethod::Get)
            return PassingTransport::send(std::move(request), std::move(token));
        if (m_answer == Answer::None) {
            m_waiting.emplace_back().start();
            return m_waiting.back().future();
        }
        return core::ready(
            core::Result<kube::HttpResponse>(core::fail(core::ErrorKind::Forbidden, "nodes is forbidden")));
    }

private:
    Answer m_answer;
    std::list<QPromise<core::Result<kube::HttpResponse>>> m_waiting;
};

const kube::ObjectKey redis{{"apps", "Deployment"}, core::Namespace("app-backend"), "redis"};
const kube::ObjectKey quota{{"", "ResourceQuota"}, core::Namespace("app-backend"), "app-backend-quota"};

} // namespace

/// Under the forms of the real window: what an edit would break, while it is typed.
class FeasibilityPanelTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void saysWhatBreaksFirstWhileItIsTyped();
    void judgesTheAutoscalersMaximum();
    void looksAgainWhenTheFormIsApplied();
    void judgesAContainersLimits();
    void judgesALoweredQuota();
    void saysWhatItCouldNotJudge();
    void waitsWithoutStandingInTheWay();
    void asksOnceMoreBeforeWhatCannotFit();
    void saysWhatIsBrokenAlready();

private:
    void open(NodesTransport::Answer answer)
    {
        m_fixture = std::make_unique<tests::WindowFixture>([answer](tests::TransportPointer demo) {
            return std::make_shared<NodesTransport>(std::move(demo), answer);
        });
        QVERIFY(m_fixture->openHealthy());
        m_fixture->window().activateWindow();
    }
    [[nodiscard]] QDialog *openForm(const char *component, Qt::Key key = Qt::Key_S,
                                    Qt::KeyboardModifiers modifiers = Qt::ControlModifier)
    {
        auto &picture = m_fixture->window().topologyPage().view();
        picture.select(component);
        picture.setFocus();
        QTest::keyClick(&picture, key, modifiers);
        const bool there = QTest::qWaitFor([&] { return m_fixture->find<QDialog>("formDialog") != nullptr; }, patience);
        return there ? m_fixture->find<QDialog>("formDialog") : nullptr;
    }
    [[nodiscard]] static QString said(const QDialog &form)
    {
        return form.findChild<QLabel *>(u"feasibility"_s)->text();
    }
    static void type(QLineEdit &editor, const QString &text)
    {
        QTest::mouseClick(&editor, Qt::LeftButton);
        editor.selectAll();
        QTest::keyClicks(&editor, text);
    }
    [[nodiscard]] static QLineEdit *field(const QDialog &form, const QString &ending)
    {
        const auto editors = form.findChildren<QLineEdit *>();
        const auto found = std::find_if(editors.begin(), editors.end(), [&](const QLineEdit *editor) {
            return editor->objectName().endsWith(ending) && !editor->text().isEmpty();
        });
        return found == editors.end() ? nullptr : *found;
    }
    void limit(const core::Json &hard) const
    {
        auto future =
            m_fixture->window().session()->client()->patch(quota, kube::PatchKind::Merge, {{"spec", {{"hard", hard}}}});
        QTRY_VERIFY_WITH_TIMEOUT(future.isFinished(), patience);
        QVERIFY2(bool(future.result()), future.result() ? "" : future.result().error().describe().c_str());
    }
    [[nodiscard]] int replicas() const { return m_fixture->live(redis)["spec"].value("replicas", -1); }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void FeasibilityPanelTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void FeasibilityPanelTest::saysWhatBreaksFirstWhileItIsTyped()
{
    QDialog *form = openForm("redis");
    QVERIFY(form);
    auto *replicas = form->findChild<QLineEdit *>(u"/spec/replicas"_s);
    QTRY_COMPARE_WITH_TIMEOUT(replicas->text(), u"1"_s, patience);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).contains(u"Fits "_s), qPrintable(said(*form)), patience);
    type(*replicas, u"4000"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).contains(u"redis fits "_s), qPrintable(said(*form)), patience);
    QVERIFY2(said(*form).contains(u"its spec asks for 4000: "_s), qPrintable(said(*form)));
    QVERIFY2(said(*form).contains(u" of the quota "_s), qPrintable(said(*form)));
    tests::picture(*form, u"broken"_s);
    QVERIFY2(replicas->isEnabled(), "it says so, and leaves the field alone");
    type(*replicas, u"2"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ It fits."_s), qPrintable(said(*form)), patience);
    tests::picture(*form, u"fits"_s);
    // As fast as anybody types, and the last word counts.
    for (const char *text : {"9", "90", "900", "9000", "3"})
        type(*replicas, QLatin1String(text));
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ It fits."_s), qPrintable(said(*form)), patience);
}

void FeasibilityPanelTest::judgesTheAutoscalersMaximum()
{
    QDialog *form = openForm("backend");
    QVERIFY(form);
    auto *most = form->findChild<QLineEdit *>(u"/spec/maxReplicas"_s);
    QTRY_VERIFY_WITH_TIMEOUT(most && !most->text().isEmpty(), patience);
    most->setFocus();
    most->selectAll();
    QTest::keyClicks(most, u"500"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).contains(u"HorizontalPodAutoscaler backend-hpa allows 500: "_s),
                              qPrintable(said(*form)), patience);
    tests::picture(*form, u"autoscaler"_s);
}

void FeasibilityPanelTest::looksAgainWhenTheFormIsApplied()
{
    QDialog *form = openForm("redis");
    QVERIFY(form);
    auto *replicas = form->findChild<QLineEdit *>(u"/spec/replicas"_s);
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    QTRY_COMPARE_WITH_TIMEOUT(replicas->text(), u"1"_s, patience);
    type(*replicas, u"2"_s);
    QTRY_VERIFY_WITH_TIMEOUT(apply->isEnabled(), patience);
    QTest::keyClick(replicas, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(form->findChild<QPushButton *>(u"formUndo"_s)->isVisible(), 40'000);
    type(*replicas, u"1"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ It fits."_s), qPrintable(said(*form)), patience);
}

void FeasibilityPanelTest::judgesAContainersLimits()
{
    QDialog *form = openForm("redis", Qt::Key_I);
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(field(*form, u"/resources/limits/cpu"_s) != nullptr, patience);
    auto *limit = field(*form, u"/resources/limits/cpu"_s);
    type(*limit, u"64"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✕ Would not fit: "_s), qPrintable(said(*form)), patience);
    widgets::Theme::apply(*qApp, widgets::ThemeMode::Dark);
    widgets::Theme::apply(*qApp, widgets::ThemeMode::Light);
    QVERIFY2(!form->findChild<QPushButton *>(u"formUndo"_s)->isVisible(), "another theme offers nothing to undo");
    QVERIFY2(said(*form).contains(u"redis fits 0 replicas"_s) && said(*form).contains(u": limits.cpu "_s),
             qPrintable(said(*form)));
    tests::picture(*form, u"resources"_s);
    limit->undo();
    type(*limit, u"1"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ It fits."_s), qPrintable(said(*form)), patience);
}

void FeasibilityPanelTest::judgesALoweredQuota()
{
    QDialog *form = openForm("redis", Qt::Key_Q, Qt::NoModifier);
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(field(*form, u"/spec/hard/limits.cpu"_s) != nullptr, patience);
    auto *hard = field(*form, u"/spec/hard/limits.cpu"_s);
    type(*hard, u"1"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).contains(u"> 1 of the quota app-backend-quota"_s), qPrintable(said(*form)),
                              patience);
    tests::picture(*form, u"quota"_s);
    type(*hard, u"40"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ "_s), qPrintable(said(*form)), patience);
}

void FeasibilityPanelTest::saysWhatItCouldNotJudge()
{
    open(NodesTransport::Answer::Forbidden);
    QDialog *form = openForm("redis");
    QVERIFY(form);
    const auto *unread = form->findChild<QLabel *>(u"feasibilityUnread"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(unread->isVisible(), qPrintable(said(*form)), patience);
    QVERIFY2(unread->text().contains(u"may not list"_s) && unread->text().contains(u"Node"_s),
             qPrintable(unread->text()));
    auto *replicas = form->findChild<QLineEdit *>(u"/spec/replicas"_s);
    type(*replicas, u"900"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).contains(u" of the quota "_s), qPrintable(said(*form)), patience);
    tests::picture(*form, u"unread"_s);
}

void FeasibilityPanelTest::waitsWithoutStandingInTheWay()
{
    open(NodesTransport::Answer::None);
    QDialog *form = openForm("redis");
    QVERIFY(form);
    auto *replicas = form->findChild<QLineEdit *>(u"/spec/replicas"_s);
    QTRY_COMPARE_WITH_TIMEOUT(replicas->text(), u"1"_s, patience);
    QVERIFY2(said(*form).startsWith(u"Looking whether it fits"_s), qPrintable(said(*form)));
    type(*replicas, u"2"_s);
    const auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), "the server has said yes, and nobody waits for the verdict",
                              patience);
    QVERIFY2(said(*form).startsWith(u"Looking whether it fits"_s), qPrintable(said(*form)));
    QTest::keyClick(form, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QDialog>("formDialog") == nullptr, patience);
}

void FeasibilityPanelTest::asksOnceMoreBeforeWhatCannotFit()
{
    QDialog *form = openForm("redis");
    QVERIFY(form);
    auto *field = form->findChild<QLineEdit *>(u"/spec/replicas"_s);
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    QTRY_COMPARE_WITH_TIMEOUT(field->text(), u"1"_s, patience);
    const auto question = [form] { return form->findChild<QMessageBox *>(u"formUnfit"_s); };
    const auto ask = [&] {
        type(*field, u"40"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✕ Would not fit: "_s), qPrintable(said(*form)), patience);
        QTRY_VERIFY_WITH_TIMEOUT(apply->isEnabled(), patience);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(question() != nullptr && question()->isVisible(), patience);
    };
    ask();
    QVERIFY2(question()->informativeText().contains(u" of the quota "_s), qPrintable(question()->informativeText()));
    tests::picture(*question(), u"unfit"_s);
    QTest::keyClick(question(), Qt::Key_Return); // what is pressed without reading changes nothing
    QTRY_VERIFY_WITH_TIMEOUT(question() == nullptr, patience);
    QCOMPARE(field->text(), u"40"_s);
    QCOMPARE(replicas(), 1);
    ask();
    const auto buttons = question()->buttons();
    const auto anyway = std::find_if(buttons.begin(), buttons.end(), [&](QAbstractButton *button) {
        return question()->buttonRole(button) == QMessageBox::AcceptRole;
    });
    QVERIFY(anyway != buttons.end());
    QTest::mouseClick(*anyway, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(replicas(), 40, patience);
}

void FeasibilityPanelTest::saysWhatIsBrokenAlready()
{
    limit({{"limits.cpu", "1"}, {"limits.memory", "1Gi"}});
    QDialog *form = openForm("redis", Qt::Key_Q, Qt::NoModifier);
    QVERIFY(form);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✕ Broken already: "_s), qPrintable(said(*form)), patience);
    QVERIFY2(said(*form).contains(u"app-backend-quota"_s), qPrintable(said(*form)));
    tests::picture(*form, u"broken-already"_s);
    QTRY_VERIFY_WITH_TIMEOUT(field(*form, u"/spec/hard/persistentvolumeclaims"_s) != nullptr, patience);
    type(*field(*form, u"/spec/hard/persistentvolumeclaims"_s), u"9"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✕ Broken already, and this change does not mend it: "_s),
                              qPrintable(said(*form)), patience);
    type(*field(*form, u"/spec/hard/limits.cpu"_s), u"20"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✕ Mends only part of it. Still so: "_s), qPrintable(said(*form)),
                              patience);
    QVERIFY2(said(*form).contains(u"limits.memory"_s), qPrintable(said(*form)));
    tests::picture(*form, u"mends-part"_s);
    type(*field(*form, u"/spec/hard/limits.memory"_s), u"40Gi"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ Mends: "_s), qPrintable(said(*form)), patience);
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    QTRY_VERIFY_WITH_TIMEOUT(apply->isEnabled(), patience);
    QTest::mouseClick(apply, Qt::LeftButton); // what mends is not asked about
    QTRY_VERIFY_WITH_TIMEOUT(form->findChild<QPushButton *>(u"formUndo"_s)->isVisible(), 40'000);
    QCOMPARE(m_fixture->live(quota)["spec"]["hard"].value("limits.memory", ""), "40Gi");
}

QTEST_MAIN(FeasibilityPanelTest)
#include "FeasibilityPanelTest.moc"
