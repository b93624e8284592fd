// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "kube/Client.h"
#include "widgets/tables/TableScreen.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTreeView>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;
using tests::type;

namespace {

constexpr int rollout = 60'000;
const core::Namespace backend("app-backend");
const kube::ObjectKey redis{{"apps", "Deployment"}, backend, "redis"};
const kube::ObjectKey postgres{{"apps", "StatefulSet"}, backend, "postgres"};
const kube::ObjectKey scaler{{"autoscaling", "HorizontalPodAutoscaler"}, backend, "backend-hpa"};

} // namespace

/// Images, resources, autoscalers, rollouts and volumes in the real window, by mouse and by keyboard.
class WorkloadFormsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void changesImageAndLimitsByKeyboard();
    void changesLimitsByMouse();
    void refusesARequestAboveItsLimit();
    void warnsOfBudgets();
    void addsAndRemovesAMetric();
    void goesBackToARevisionByKeyboard();
    void pausesResumesAndUndoesByMouse();
    void growsAVolume();
    void growsAVolumeNoFurtherThanTheQuota();
    void saysWhyAVolumeCannotGrow();
    void looksRight();

private:
    /// The row of this object in the table of its kind, selected and with the focus.
    [[nodiscard]] QTableView *select(const kube::ObjectKey &key)
    {
        m_fixture->window().showPage(QString::fromStdString(key.kind.kind));
        auto &table = m_fixture->find<widgets::TableScreen>("objectTableView")->table();
        table.setFocus();
        const auto row = [&] {
            for (int each = 0; each < table.model()->rowCount(); ++each) {
                if (table.model()->index(each, 0).data().toString() == QString::fromStdString(key.name))
                    return each;
            }
            return -1;
        };
        if (!QTest::qWaitFor([&] { return row() >= 0; }, patience))
            return nullptr;
        // Shortcuts are the active window's, which after a dialog it is not at once.
        m_fixture->window().activateWindow();
        (void)QTest::qWaitForWindowActive(&m_fixture->window());
        // Not selectRow(), which asks for the keyboard's modifiers: those of the last shortcut may still count as held.
        table.selectionModel()->setCurrentIndex(table.model()->index(row(), 0),
                                                QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        return &table;
    }
    template <typename Dialog = QDialog>
    [[nodiscard]] Dialog *open(const kube::ObjectKey &key, Qt::Key shortcut, Qt::KeyboardModifiers modifiers,
                               const char *name)
    {
        auto *table = select(key);
        if (table == nullptr)
            return nullptr;
        QTest::keyClick(table, shortcut, modifiers);
        (void)QTest::qWaitFor([&] { return m_fixture->find<QDialog>(name) != nullptr; }, patience);
        return m_fixture->find<QDialog>(name);
    }
    [[nodiscard]] QDialog *openContainers(const kube::ObjectKey &key)
    {
        return open(key, Qt::Key_I, Qt::ControlModifier, "formDialog");
    }
    [[nodiscard]] QDialog *openRollouts(const kube::ObjectKey &key)
    {
        return open(key, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier, "rolloutDialog");
    }
    [[nodiscard]] core::Json live(const kube::ObjectKey &key) const { return m_fixture->live(key); }
    [[nodiscard]] kube::ObjectKey claimOfPostgres() const
    {
        return {{"", "PersistentVolumeClaim"},
                backend,
                live(postgres).value("/spec/volumeClaimTemplates/0/metadata/name"_json_pointer, "") + "-postgres-0"};
    }
    void patch(const kube::ObjectKey &key, const core::Json &merge) const
    {
        auto future = m_fixture->window().session()->client()->patch(key, kube::PatchKind::Merge, merge);
        QTRY_VERIFY_WITH_TIMEOUT(future.isFinished(), patience);
        QVERIFY2(bool(future.result()), future.result() ? "" : future.result().error().describe().c_str());
    }
    [[nodiscard]] static core::Json containerOf(const core::Json &workload)
    {
        return workload.value("/spec/template/spec/containers/0"_json_pointer, core::Json::object());
    }
    [[nodiscard]] static QString text(const QDialog &dialog, const char *label)
    {
        return dialog.findChild<QLabel *>(QLatin1String(label))->text();
    }
    [[nodiscard]] static QLineEdit *field(const QDialog &dialog, const QString &ending)
    {
        for (auto *editor : dialog.findChildren<QLineEdit *>()) {
            if (editor->objectName().endsWith(ending))
                return editor;
        }
        return nullptr;
    }
    [[nodiscard]] static QPushButton *button(const QDialog &dialog, const char *name)
    {
        return dialog.findChild<QPushButton *>(QLatin1String(name));
    }
    /// The question that a runbook asks before it runs.
    [[nodiscard]] QPushButton *confirmation() const
    {
        QPushButton *found = nullptr;
        (void)QTest::qWaitFor(
            [&] {
                found = m_fixture->find<QPushButton>("confirmButton");
                return found != nullptr && found->isVisible();
            },
            patience);
        return found;
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void WorkloadFormsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void WorkloadFormsTest::changesImageAndLimitsByKeyboard()
{
    QDialog *form = openContainers(redis);
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(field(*form, u"/image"_s) != nullptr, patience);
    const core::Json before = live(redis)["spec"];
    QTRY_COMPARE_WITH_TIMEOUT(form->focusWidget(), field(*form, u"/image"_s), patience);
    type(*field(*form, u"/image"_s), u"redis:7.2-alpine"_s);
    type(*field(*form, u"/resources/limits/memory"_s), u"1 GiB"_s);
    auto *apply = button(*form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QVERIFY(live(redis)["spec"] == before);
    QTest::keyClick(field(*form, u"/resources/limits/memory"_s), Qt::Key_Return);
    auto *undo = button(*form, "formUndo");
    QTRY_VERIFY2_WITH_TIMEOUT(undo->isVisible(), qPrintable(text(*form, "formStatus")), rollout);
    core::Json expected = before;
    expected["template"]["spec"]["containers"][0]["image"] = "redis:7.2-alpine";
    expected["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] = "1Gi";
    QVERIFY2(live(redis)["spec"] == expected, live(redis)["spec"].dump().c_str());
    QTest::keyClick(undo, Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(live(redis)["spec"] == before, rollout);
}

void WorkloadFormsTest::changesLimitsByMouse()
{
    QDialog *form = openContainers(redis);
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(field(*form, u"/resources/limits/cpu"_s) != nullptr, patience);
    auto *limit = field(*form, u"/resources/limits/cpu"_s);
    QTest::mouseDClick(limit, Qt::LeftButton);
    QVERIFY(limit->hasFocus());
    type(*limit, u"2 cores"_s);
    auto *apply = button(*form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(button(*form, "formUndo")->isVisible(), rollout);
    QVERIFY(containerOf(live(redis))["resources"]["limits"]["cpu"] == "2");
}

void WorkloadFormsTest::refusesARequestAboveItsLimit()
{
    QDialog *form = openContainers(redis);
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(field(*form, u"/resources/requests/memory"_s) != nullptr, patience);
    auto *request = field(*form, u"/resources/requests/memory"_s);
    type(*request, u"900 GiB"_s);
    QTRY_VERIFY_WITH_TIMEOUT(request->accessibleDescription().contains(u"more than the limit"_s), patience);
    QVERIFY(!button(*form, "formApply")->isEnabled());
    type(*request, u"12 parsecs"_s);
    QVERIFY(!request->accessibleDescription().isEmpty());
    QVERIFY(!button(*form, "formApply")->isEnabled());
}

void WorkloadFormsTest::warnsOfBudgets()
{
    QDialog *form = open(scaler, Qt::Key_S, Qt::ControlModifier, "formDialog");
    QVERIFY(form);
    auto *fewest = field(*form, u"/spec/minReplicas"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!fewest->text().isEmpty(), patience);
    type(*fewest, u"1"_s);
    QTRY_VERIFY_WITH_TIMEOUT(text(*form, "formWarnings").contains(u"PodDisruptionBudget backend-pdb"_s), patience);
}

void WorkloadFormsTest::addsAndRemovesAMetric()
{
    const core::Json before = live(scaler)["spec"];
    QDialog *form = open(scaler, Qt::Key_S, Qt::ControlModifier, "formDialog");
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(button(*form, "removeMetric_memory") != nullptr, patience);
    QVERIFY(!button(*form, "addMetric_memory")->isVisible());
    QTest::mouseClick(button(*form, "removeMetric_memory"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(button(*form, "addMetric_memory")->isVisible(), patience);
    type(*field(*form, u"[resource.name=cpu]/resource/target/averageUtilization"_s), u"55"_s);
    type(*field(*form, u"/scaleDown/policies"_s), u"50 % / 60 s, 2 pods / 60 s"_s);
    auto *apply = button(*form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QTest::mouseClick(apply, Qt::LeftButton);
    auto *undo = button(*form, "formUndo");
    QTRY_VERIFY2_WITH_TIMEOUT(undo->isVisible(), qPrintable(text(*form, "formStatus")), rollout);
    const core::Json after = live(scaler)["spec"];
    QCOMPARE(after["metrics"].size(), 1U);
    QVERIFY(after["metrics"][0]["resource"]["target"]["averageUtilization"] == 55);
    QCOMPARE(after["behavior"]["scaleDown"]["policies"].size(), 2U);
    QVERIFY(after["maxReplicas"] == before["maxReplicas"]);
    QTest::keyClick(undo, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(live(scaler)["spec"]["metrics"].size(), 2U, rollout);
}

void WorkloadFormsTest::goesBackToARevisionByKeyboard()
{
    patch(redis, {{"spec", {{"template", {{"metadata", {{"annotations", {{"release", "two"}}}}}}}}}});
    QDialog *dialog = openRollouts(redis);
    QVERIFY(dialog);
    auto *table = dialog->findChild<QTreeView *>(u"revisionTable"_s);
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, rollout);
    QVERIFY(table->hasFocus());
    QVERIFY(!button(*dialog, "rollBackButton")->isEnabled());
    QTest::keyClick(table, Qt::Key_Down);
    QTRY_VERIFY(button(*dialog, "rollBackButton")->isEnabled());
    QVERIFY(dialog->findChild<QPlainTextEdit *>(u"revisionDiff"_s)->toPlainText().contains(u"release"_s));
    QTest::keyClick(table, Qt::Key_Return);
    auto *confirm = confirmation();
    QVERIFY2(confirm, qPrintable(text(*dialog, "rolloutStatus")));
    confirm->setFocus();
    QTest::keyClick(confirm, Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(text(*dialog, "rolloutStatus").startsWith(u"✓"_s),
                              qPrintable(text(*dialog, "rolloutStatus")), rollout);
    QVERIFY(!live(redis)["spec"]["template"]["metadata"].contains("annotations"));
    QTRY_VERIFY_WITH_TIMEOUT(table->model()->index(0, 0).data().toString().contains(u"3 (current)"_s), rollout);
}

void WorkloadFormsTest::pausesResumesAndUndoesByMouse()
{
    QDialog *dialog = openRollouts(redis);
    QVERIFY(dialog);
    auto *pause = button(*dialog, "pauseButton");
    QTRY_VERIFY_WITH_TIMEOUT(pause->isEnabled(), patience);
    QTest::mouseClick(pause, Qt::LeftButton);
    auto *confirm = confirmation();
    QVERIFY(confirm);
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(live(redis)["spec"].value("paused", false), rollout);
    QTRY_VERIFY_WITH_TIMEOUT(pause->text().contains(u"Resu"_s) && pause->isEnabled(), rollout);
    QVERIFY(!button(*dialog, "restartButton")->isEnabled());
    auto *undo = button(*dialog, "rolloutUndo");
    QTRY_VERIFY_WITH_TIMEOUT(undo->isVisible() && undo->isEnabled(), rollout);
    QTest::mouseClick(undo, Qt::LeftButton);
    confirm = confirmation();
    QVERIFY(confirm);
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!live(redis)["spec"].value("paused", false), rollout);
}

void WorkloadFormsTest::growsAVolume()
{
    const kube::ObjectKey claim = claimOfPostgres();
    QDialog *form = open(claim, Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier, "formDialog");
    QVERIFY(form);
    auto *size = field(*form, u"/requests/storage"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!size->text().isEmpty(), patience);
    auto *apply = button(*form, "formApply");
    type(*size, u"1 MiB"_s);
    QVERIFY(size->accessibleDescription().contains(u"only grow"_s));
    QVERIFY(!apply->isEnabled());
    type(*size, u"200 GiB"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(text(*form, "formStatus")), patience);
    QVERIFY(text(*form, "formWarnings").contains(u"StatefulSet postgres"_s));
    QTest::keyClick(size, Qt::Key_Return);
    QStringList said;
    QTRY_VERIFY2_WITH_TIMEOUT((said << text(*form, "formStatus"), said.last().startsWith(u"✓ Grow"_s)),
                              qPrintable(text(*form, "formStatus")), rollout);
    QVERIFY2(said.join(u'\n').contains(u"resizing"_s), qPrintable(said.join(u'\n')));
    QVERIFY(live(claim)["status"]["capacity"]["storage"] == "200Gi");
}

void WorkloadFormsTest::growsAVolumeNoFurtherThanTheQuota()
{
    const kube::ObjectKey claim = claimOfPostgres();
    const core::Json before = live(claim)["spec"];
    patch({{"", "ResourceQuota"}, backend, "app-backend-quota"},
          {{"spec", {{"hard", {{"requests.storage", "500Gi"}}}}}});
    QDialog *form = open(claim, Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier, "formDialog");
    QVERIFY(form);
    auto *size = field(*form, u"/requests/storage"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!size->text().isEmpty(), patience);
    type(*size, u"2 TiB"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(text(*form, "formStatus").contains(u"The server would refuse this"_s),
                              qPrintable(text(*form, "formStatus")), patience);
    const QString said = text(*form, "formStatus") + text(*form, "feasibility") + size->accessibleDescription();
    QVERIFY2(said.contains(u"quota"_s) && said.contains(u"requests.storage"_s), qPrintable(said));
    QVERIFY(!button(*form, "formApply")->isEnabled());
    tests::picture(*form, u"claim-beyond-quota"_s);
    QCOMPARE(QString::fromStdString(live(claim)["spec"].dump()), QString::fromStdString(before.dump()));
}

void WorkloadFormsTest::saysWhyAVolumeCannotGrow()
{
    const kube::ObjectKey claim = claimOfPostgres();
    const auto storageClass = live(claim)["spec"]["storageClassName"].get<std::string>();
    patch({{"storage.k8s.io", "StorageClass"}, {}, storageClass}, {{"allowVolumeExpansion", false}});
    QDialog *form = open(claim, Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier, "formDialog");
    QVERIFY(form);
    QTRY_VERIFY2_WITH_TIMEOUT(text(*form, "formStatus").contains(u"does not allow volumes to grow"_s),
                              qPrintable(text(*form, "formStatus")), patience);
    QVERIFY(!field(*form, u"/requests/storage"_s)->isEnabled());
}

void WorkloadFormsTest::looksRight()
{
    const auto keep = [&](QDialog *dialog, const QString &name) {
        QVERIFY2(dialog, qPrintable(name));
        QTest::qWait(800); // until the server has said what it thinks
        QVERIFY2(dialog->width() <= 1000, qPrintable(name));
        tests::picture(*dialog, name);
        dialog->close();
        QTRY_VERIFY(m_fixture->find<QDialog>("formDialog") == nullptr);
    };
    keep(openContainers(postgres), u"containers-set"_s);
    keep(openContainers({{"apps", "Deployment"}, backend, "backend"}), u"containers"_s);
    QDialog *form = open(scaler, Qt::Key_S, Qt::ControlModifier, "formDialog");
    QVERIFY(form);
    QTRY_VERIFY_WITH_TIMEOUT(button(*form, "removeMetric_memory") != nullptr, patience);
    type(*field(*form, u"/spec/minReplicas"_s), u"1"_s);
    // What another change makes wrong is marked where it is, not only where somebody typed.
    type(*field(*form, u"/spec/minReplicas"_s), u"500"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!field(*form, u"/spec/maxReplicas"_s)->accessibleDescription().isEmpty(), patience);
    type(*field(*form, u"/spec/minReplicas"_s), u"1"_s);
    keep(form, u"autoscaler"_s);
    patch(redis, {{"spec", {{"template", {{"metadata", {{"annotations", {{"release", "two"}}}}}}}}}});
    QDialog *dialog = openRollouts(redis);
    QVERIFY(dialog);
    auto *table = dialog->findChild<QTreeView *>(u"revisionTable"_s);
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, rollout);
    QTest::keyClick(table, Qt::Key_Down);
    keep(dialog, u"rollouts"_s);
}

QTEST_MAIN(WorkloadFormsTest)
#include "WorkloadFormsTest.moc"
