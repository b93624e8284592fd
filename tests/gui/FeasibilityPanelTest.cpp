// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "kube/Client.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

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
    /// For the eyes: into the folder that BINNACLE_SCREENSHOTS names.
    static void picture(QDialog &form, const QString &name)
    {
        if (const QString folder = qEnvironmentVariable("BINNACLE_SCREENSHOTS"); !folder.isEmpty())
            form.grab().save(folder + u'/' + name + u".png"_s);
    }

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
    picture(*form, u"broken"_s);
    QVERIFY2(replicas->isEnabled(), "it says so, and leaves the field alone");
    type(*replicas, u"2"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(said(*form).startsWith(u"✓ It fits."_s), qPrintable(said(*form)), patience);
    picture(*form, u"fits"_s);
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
    picture(*form, u"autoscaler"_s);
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

QTEST_MAIN(FeasibilityPanelTest)
#include "FeasibilityPanelTest.moc"
