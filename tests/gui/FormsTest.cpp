// SPDX-License-Identifier: GPL-3.0-or-later
#include "PassingTransport.h"
#include "WindowFixture.h"
#include "core/Futures.h"
#include "kube/Client.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>

#include <atomic>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;
using tests::type;

namespace {

constexpr int rollout = 40'000;
const kube::ObjectKey redis{{"apps", "Deployment"}, core::Namespace("app-backend"), "redis"};
const kube::ObjectKey autoscaler{
    {"autoscaling", "HorizontalPodAutoscaler"}, core::Namespace("app-backend"), "backend-hpa"};

/// The demo cluster, where somebody else may be faster by one request.
class OvertakenTransport final : public tests::PassingTransport
{
public:
    using PassingTransport::PassingTransport;

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        if (!isOvertaken.exchange(false))
            return m_behind->send(std::move(request), std::move(token));
        kube::HttpRequest theirs;
        theirs.method = kube::HttpMethod::Patch;
        theirs.path = "/apis/autoscaling/v2/namespaces/app-backend/horizontalpodautoscalers/backend-hpa";
        theirs.headers = {{"Content-Type", "application/merge-patch+json"}};
        theirs.body = R"({"spec":{"maxReplicas":6}})";
        return core::chain<kube::HttpResponse>(
            m_behind->send(std::move(theirs), {}),
            [demo = m_behind, request = std::move(request), token](const core::Result<kube::HttpResponse> &) {
                return demo->send(request, token);
            });
    }

    std::atomic<bool> isOvertaken = false; ///< by a change of the autoscaler's limit to 6, before the next request
};

} // namespace

/// Forms in the real window: typed into, checked by the server, merged, applied, taken back.
class FormsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void scalesByKeyboardAndTakesItBack();
    void editsTheAutoscalerThatOwnsTheNumber();
    void neverWritesOverAnothersChange();
    void mergesWhatAnotherWasFasterWith();

private:
    [[nodiscard]] QDialog *openForm(const char *component)
    {
        auto &picture = m_fixture->window().topologyPage().view();
        picture.select(component);
        picture.setFocus();
        QTest::keyClick(&picture, Qt::Key_S, Qt::ControlModifier);
        const bool there = QTest::qWaitFor([&] { return m_fixture->find<QDialog>("formDialog") != nullptr; }, patience);
        return there ? m_fixture->find<QDialog>("formDialog") : nullptr;
    }
    [[nodiscard]] core::Json live(const kube::ObjectKey &key) const { return m_fixture->live(key); }
    [[nodiscard]] static QString status(const QDialog &form)
    {
        return form.findChild<QLabel *>(u"formStatus"_s)->text();
    }

    std::shared_ptr<OvertakenTransport> m_transport;
    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void FormsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>([this](tests::TransportPointer demo) {
        m_transport = std::make_shared<OvertakenTransport>(std::move(demo));
        return m_transport;
    });
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void FormsTest::scalesByKeyboardAndTakesItBack()
{
    QDialog *form = openForm("redis");
    QVERIFY(form);
    auto *replicas = form->findChild<QLineEdit *>(u"/spec/replicas"_s);
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    QTRY_COMPARE_WITH_TIMEOUT(replicas->text(), u"1"_s, patience);
    QVERIFY(!apply->isEnabled());
    QVERIFY(!form->findChild<QPushButton *>(u"formUndo"_s)->isVisible());

    type(*replicas, u"two"_s);
    QVERIFY(!apply->isEnabled());
    type(*replicas, u"2"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(status(*form)), patience);
    QVERIFY(live(redis)["spec"]["replicas"] == 1);
    QVERIFY(form->findChild<QPlainTextEdit *>(u"kubectlCommands"_s)
                ->toPlainText()
                .contains(u"scale deployment.apps redis --replicas=2"_s));
    QTest::keyClick(replicas, Qt::Key_Return);

    auto *undo = form->findChild<QPushButton *>(u"formUndo"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(undo->isVisible(), qPrintable(status(*form)), rollout);
    QVERIFY(live(redis)["spec"]["replicas"] == 2);
    QTest::keyClick(undo, Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(live(redis)["spec"]["replicas"] == 1, rollout);
}

void FormsTest::editsTheAutoscalerThatOwnsTheNumber()
{
    QDialog *form = openForm("backend");
    QVERIFY(form);
    auto *most = form->findChild<QLineEdit *>(u"/spec/maxReplicas"_s);
    QVERIFY(most);
    QTRY_VERIFY_WITH_TIMEOUT(!most->text().isEmpty(), patience);
    QVERIFY(form->findChild<QLabel *>(u"autoscalerNote"_s)->text().contains(u"Deployment backend"_s));
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    type(*most, u"1"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*form).contains(u"refuse"_s), qPrintable(status(*form)), patience);
    QVERIFY(!apply->isEnabled());
    type(*most, u"7"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(status(*form)), patience);
    const core::Json before = live(autoscaler);
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(live(autoscaler)["spec"]["maxReplicas"] == 7, rollout);
    core::Json expected = before["spec"];
    expected["maxReplicas"] = 7;
    QVERIFY(live(autoscaler)["spec"] == expected);
}

void FormsTest::neverWritesOverAnothersChange()
{
    QDialog *form = openForm("backend");
    QVERIFY(form);
    auto *most = form->findChild<QLineEdit *>(u"/spec/maxReplicas"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!most->text().isEmpty(), patience);
    auto patched = m_fixture->window().session()->client()->patch(autoscaler, kube::PatchKind::Merge,
                                                                  {{"spec", {{"maxReplicas", 6}}}});
    QTRY_VERIFY_WITH_TIMEOUT(patched.isFinished(), patience);
    type(*most, u"7"_s);
    auto *table = form->findChild<QTableWidget *>(u"mergeTable"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(table->isVisible(), qPrintable(status(*form)), patience);
    QCOMPARE(table->rowCount(), 1);
    QCOMPARE(table->item(0, 2)->text(), u"6"_s);
    QCOMPARE(table->item(0, 3)->text(), u"7"_s);
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    QVERIFY(!apply->isEnabled());
    auto *merge = form->findChild<QPushButton *>(u"mergeButton"_s);
    QTest::mouseClick(merge, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(most->text(), u"6"_s, patience);
    QVERIFY(live(autoscaler)["spec"]["maxReplicas"] == 6);
}

void FormsTest::mergesWhatAnotherWasFasterWith()
{
    QDialog *form = openForm("backend");
    QVERIFY(form);
    auto *most = form->findChild<QLineEdit *>(u"/spec/maxReplicas"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!most->text().isEmpty(), patience);
    auto *apply = form->findChild<QPushButton *>(u"formApply"_s);
    type(*most, u"7"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(status(*form)), patience);
    m_transport->isOvertaken = true; // after the server has said that it would accept this
    QTest::mouseClick(apply, Qt::LeftButton);
    auto *table = form->findChild<QTableWidget *>(u"mergeTable"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(table->isVisible(), qPrintable(status(*form)), rollout);
    QCOMPARE(most->text(), u"7"_s); // is still there
    QCOMPARE(table->item(0, 2)->text(), u"6"_s);
    QCOMPARE(table->item(0, 3)->text(), u"7"_s);
    QVERIFY2(status(*form).contains(u"choose above"_s), qPrintable(status(*form)));
    QVERIFY(live(autoscaler)["spec"]["maxReplicas"] == 6);
    auto *choice = qobject_cast<QComboBox *>(table->cellWidget(0, 4));
    QVERIFY(choice);
    QTRY_VERIFY(choice->width() >= choice->minimumSizeHint().width());
    tests::picture(*form, u"merge"_s);
    choice->setFocus();
    QTest::keyClick(choice, Qt::Key_Down); // mine
    QTest::mouseClick(form->findChild<QPushButton *>(u"mergeButton"_s), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(status(*form)), patience);
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(live(autoscaler)["spec"]["maxReplicas"] == 7, rollout);
}

QTEST_MAIN(FormsTest)
#include "FormsTest.moc"
