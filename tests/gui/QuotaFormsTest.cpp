// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "kube/Client.h"
#include "widgets/common/UsageBar.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;
using tests::type;

namespace {

constexpr int longPatience = 40'000;
const core::Namespace backEnd("app-backend");
const kube::ObjectKey quota{{"", "ResourceQuota"}, backEnd, "app-backend-quota"};
const kube::ObjectKey limits{{"", "LimitRange"}, backEnd, "app-backend-limits"};

} // namespace

/// Quotas and limit ranges in the real window, by keyboard and by mouse, checked against what the cluster then has.
class QuotaFormsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void raisesAQuotaByKeyboardAndTakesItBack();
    void addsAndRemovesResourcesByMouse();
    void saysWhatStopsBelowUse();
    void makesAQuotaWhereThereIsNone();
    void checksALimitRangeAsItIsTyped();
    void changesALimitRange();

private:
    [[nodiscard]] QDialog *openForm(Qt::KeyboardModifiers modifiers = {})
    {
        auto &picture = m_fixture->window().topologyPage().view();
        picture.select("redis");
        picture.setFocus();
        QTest::keyClick(&picture, Qt::Key_Q, modifiers);
        const bool there = QTest::qWaitFor([&] { return m_fixture->find<QDialog>("formDialog") != nullptr; }, patience);
        return there ? m_fixture->find<QDialog>("formDialog") : nullptr;
    }
    [[nodiscard]] core::Json live(const kube::ObjectKey &key) const { return m_fixture->live(key); }
    [[nodiscard]] QString spec(const kube::ObjectKey &key) const
    {
        const core::Json object = live(key);
        return object.is_object() ? dumped(object.value("spec", core::Json())) : QString();
    }
    [[nodiscard]] static QString dumped(const core::Json &value) { return QString::fromStdString(value.dump()); }
    template <typename Widget>
    [[nodiscard]] static Widget *part(const QDialog &form, const char *name)
    {
        return form.findChild<Widget *>(QLatin1String(name));
    }
    [[nodiscard]] static QString text(const QDialog &form, const char *label)
    {
        return part<QLabel>(form, label)->text();
    }
    /// What stands under a field.
    [[nodiscard]] static QString problemAt(const QLineEdit &editor) { return editor.accessibleDescription(); }
    /// The form with its values, ready to be typed into.
    [[nodiscard]] QDialog *ready(const char *field, Qt::KeyboardModifiers modifiers = {})
    {
        QDialog *form = openForm(modifiers);
        const auto filled = [&] {
            const auto *editor = form->findChild<QLineEdit *>(QLatin1String(field));
            return editor != nullptr && !editor->text().isEmpty();
        };
        return form != nullptr && QTest::qWaitFor(filled, patience) ? form : nullptr;
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void QuotaFormsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void QuotaFormsTest::raisesAQuotaByKeyboardAndTakesItBack()
{
    QDialog *form = ready("/spec/hard/requests.cpu");
    QVERIFY(form);
    auto *cpu = part<QLineEdit>(*form, "/spec/hard/requests.cpu");
    auto *apply = part<QPushButton>(*form, "formApply");
    const core::Json before = live(quota);
    QVERIFY(part<widgets::UsageBar>(*form, "used requests.cpu")->text().contains(u"%"_s));

    type(*cpu, u"many"_s);
    QVERIFY2(problemAt(*cpu).contains(u"no number"_s), qPrintable(problemAt(*cpu)));
    QVERIFY(!apply->isEnabled());
    type(*cpu, u"12.5 cores"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QCOMPARE(spec(quota), dumped(before["spec"]));
    QVERIFY(
        part<QPlainTextEdit>(*form, "kubectlCommands")
            ->toPlainText()
            .contains(
                uR"(patch resourcequota app-backend-quota --type=merge -p '{"spec":{"hard":{"requests.cpu":"12500m"}}}')"_s));
    QTest::keyClick(cpu, Qt::Key_Return);
    auto *undo = part<QPushButton>(*form, "formUndo");
    QTRY_VERIFY2_WITH_TIMEOUT(undo->isVisible(), qPrintable(text(*form, "formStatus")), longPatience);
    core::Json expected = before["spec"];
    expected["hard"]["requests.cpu"] = "12500m";
    QCOMPARE(spec(quota), dumped(expected));
    QTest::keyClick(undo, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(spec(quota), dumped(before["spec"]), longPatience);
}

void QuotaFormsTest::addsAndRemovesResourcesByMouse()
{
    QDialog *form = ready("/spec/hard/requests.cpu");
    QVERIFY(form);
    core::Json expected = live(quota)["spec"];
    auto *resource = part<QComboBox>(*form, "quotaResource");
    QTRY_VERIFY_WITH_TIMEOUT(resource->findText(u"count/jobs.batch"_s) >= 0, patience); // by discovery
    QVERIFY(resource->findText(u"requests.cpu"_s) < 0);                                 // is there already
    auto *amount = part<QLineEdit>(*form, "quotaAmount");
    auto *add = part<QPushButton>(*form, "quotaAdd");
    resource->setCurrentText(u"count/jobs.batch"_s);
    type(*amount, u"2.5"_s);
    QTest::mouseClick(add, Qt::LeftButton);
    QVERIFY(text(*form, "quotaAddProblem").contains(u"not a whole number"_s));
    type(*amount, u"25"_s);
    QTest::mouseClick(add, Qt::LeftButton);
    QVERIFY(part<QLineEdit>(*form, "/spec/hard/count~1jobs.batch"));
    QTest::mouseClick(part<QPushButton>(*form, "remove limits.memory"), Qt::LeftButton);
    QCOMPARE(part<QLineEdit>(*form, "/spec/hard/limits.memory")->text(), QString());

    auto *apply = part<QPushButton>(*form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    tests::picture(*form, u"quota-new"_s);
    QTest::mouseClick(apply, Qt::LeftButton);
    expected["hard"]["count/jobs.batch"] = "25";
    expected["hard"].erase("limits.memory");
    QTRY_COMPARE_WITH_TIMEOUT(spec(quota), dumped(expected), longPatience);
    // The row of what is no longer limited goes when the object has been read anew.
    QTRY_VERIFY_WITH_TIMEOUT(part<QLineEdit>(*form, "/spec/hard/limits.memory") == nullptr, patience);
}

void QuotaFormsTest::saysWhatStopsBelowUse()
{
    QDialog *form = ready("/spec/hard/requests.cpu");
    QVERIFY(form);
    type(*part<QLineEdit>(*form, "/spec/hard/requests.cpu"), u"400m"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(text(*form, "formWarnings").contains(u"400m allowed"_s),
                              qPrintable(text(*form, "formWarnings")), patience);
    QVERIFY(text(*form, "formWarnings").contains(u"400m allowed. Running pods stay"_s));
    // Said once the namespace's workloads have been read.
    QTRY_VERIFY_WITH_TIMEOUT(text(*form, "formWarnings").contains(u"Hit first: the autoscaler of backend"_s), patience);
    // It is allowed.
    QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*form, "formApply")->isEnabled(), patience);
}

void QuotaFormsTest::makesAQuotaWhereThereIsNone()
{
    auto removed = m_fixture->window().session()->client()->remove(quota);
    QTRY_VERIFY_WITH_TIMEOUT(removed.isFinished(), patience);
    QDialog *form = ready("/metadata/name");
    QVERIFY(form);
    type(*part<QLineEdit>(*form, "/metadata/name"), u"team"_s);
    part<QComboBox>(*form, "quotaResource")->setCurrentText(u"pods"_s);
    type(*part<QLineEdit>(*form, "quotaAmount"), u"40"_s);
    QTest::keyClick(part<QPushButton>(*form, "quotaAdd"), Qt::Key_Space);
    auto *apply = part<QPushButton>(*form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QTest::mouseClick(apply, Qt::LeftButton);
    const kube::ObjectKey team{quota.kind, backEnd, "team"};
    QTRY_COMPARE_WITH_TIMEOUT(spec(team), uR"({"hard":{"pods":"40"}})"_s, longPatience);
    auto *undo = part<QPushButton>(*form, "formUndo");
    QTRY_VERIFY_WITH_TIMEOUT(undo->isVisible(), patience);
    QTest::mouseClick(undo, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(live(team).is_null(), longPatience);
}

void QuotaFormsTest::checksALimitRangeAsItIsTyped()
{
    const core::Json before = live(limits);
    QDialog *form = ready("/spec/limits/[type=Container]/max/cpu", Qt::ShiftModifier);
    QVERIFY(form);
    auto *standard = part<QLineEdit>(*form, "/spec/limits/[type=Container]/default/cpu");
    type(*standard, u"100"_s);
    QVERIFY2(problemAt(*standard).contains(u"default 100 is greater than max"_s), qPrintable(problemAt(*standard)));
    QTRY_VERIFY_WITH_TIMEOUT(text(*form, "formStatus").contains(u"refuse"_s), patience);
    QVERIFY(!part<QPushButton>(*form, "formApply")->isEnabled());
    type(*standard, u"1 core"_s);
    QCOMPARE(problemAt(*standard), QString());
    tests::picture(*form, u"limit-range"_s);
    QCOMPARE(spec(limits), dumped(before["spec"]));
}

void QuotaFormsTest::changesALimitRange()
{
    QDialog *form = ready("/spec/limits/[type=Container]/max/cpu", Qt::ShiftModifier);
    QVERIFY(form);
    const core::Json before = live(limits)["spec"];
    type(*part<QLineEdit>(*form, "/spec/limits/[type=PersistentVolumeClaim]/max/storage"), u"50 GiB"_s);
    auto *apply = part<QPushButton>(*form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QTest::keyClick(part<QLineEdit>(*form, "/spec/limits/[type=PersistentVolumeClaim]/max/storage"), Qt::Key_Return);
    const auto claimMax = [](const core::Json &spec) {
        for (const auto &item : spec.value("limits", core::Json::array())) {
            if (item["type"] == "PersistentVolumeClaim")
                return item["max"]["storage"];
        }
        return core::Json();
    };
    QTRY_VERIFY_WITH_TIMEOUT(claimMax(live(limits)["spec"]) == "50Gi", longPatience);
    auto *undo = part<QPushButton>(*form, "formUndo");
    QTRY_VERIFY_WITH_TIMEOUT(undo->isVisible(), patience);
    QTest::keyClick(undo, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(spec(limits), dumped(before), longPatience);
}

QTEST_MAIN(QuotaFormsTest)
#include "QuotaFormsTest.moc"
