// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rotation.h"
#include "WindowFixture.h"
#include "gui/ObjectActions.h"
#include "kube/Client.h"
#include "operations/RunbookSession.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/tables/TableScreen.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>
#include <QTreeView>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

namespace {

constexpr int rotation = 90'000;
const kube::ObjectKey secret{{"", "Secret"}, core::Namespace("app-backend"), "backend-secrets"};

} // namespace

/// Passwords and keys rotated in the real window, on the demo cluster's own PostgreSQL.
class RotationTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void rotatesAPasswordByKeyboard();
    void rotatesAGivenKeyByMouseAndStops();
    void offersWhatACrashLeft();

private:
    [[nodiscard]] QDialog *opened()
    {
        const bool there =
            QTest::qWaitFor([&] { return m_fixture->find<QDialog>("rotationDialog") != nullptr; }, patience);
        return there ? m_fixture->find<QDialog>("rotationDialog") : nullptr;
    }
    [[nodiscard]] core::Json read(const kube::ObjectKey &key) const
    {
        auto future = m_fixture->window().session()->client()->get(key);
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience) || !future.result())
            return {};
        return *future.result();
    }
    [[nodiscard]] std::string value(const char *key) const
    {
        return QByteArray::fromBase64(QByteArray::fromStdString(read(secret)["data"].value(key, ""))).toStdString();
    }
    [[nodiscard]] runbook::RunbookSummary newest() const
    {
        return runbook::Journal::open(m_fixture->journal(), m_fixture->clock()).value()->runbooks().value().front();
    }
    static QString status(const QDialog &dialog) { return dialog.findChild<QLabel *>(u"rotationStatus"_s)->text(); }
    static QPushButton &button(const QDialog &dialog, const char *name)
    {
        return *dialog.findChild<QPushButton *>(QLatin1String(name));
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void RotationTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
}

void RotationTest::rotatesAPasswordByKeyboard()
{
    const auto before = value("POSTGRES_PASSWORD");
    const auto other = value("JWT_SECRET_KEY");
    auto &picture = m_fixture->window().topologyPage().view();
    picture.select("postgres");
    picture.setFocus();
    QTest::keyClick(&picture, Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QDialog *dialog = opened();
    QVERIFY(dialog);
    QTRY_VERIFY2_WITH_TIMEOUT(button(*dialog, "rotateButton").isEnabled(), qPrintable(status(*dialog)), patience);
    const auto said = dialog->findChild<QLabel *>(u"rotationConsumers"_s)->text();
    QVERIFY2(said.contains(u"StatefulSet app-backend/postgres"_s) && said.contains(u"Deployment app-backend/backend"_s),
             qPrintable(said));
    const auto commands = dialog->findChild<QPlainTextEdit *>()->toPlainText();
    QVERIFY2(commands.contains(u"ALTER ROLE"_s) && !commands.contains(QString::fromStdString(before)),
             qPrintable(commands));
    QCOMPARE(dialog->findChild<QTreeView *>(u"rotationSteps"_s)->model()->rowCount(), 8);
    button(*dialog, "rotateButton").setFocus();
    QTest::keyClick(&button(*dialog, "rotateButton"), Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(u"waiting for"_s), qPrintable(status(*dialog)), patience);
    QVERIFY2(!button(*dialog, "closeRotation").isEnabled(), "it runs");
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(u"was rotated"_s), qPrintable(status(*dialog)), rotation);
    QVERIFY(value("POSTGRES_PASSWORD") != before);
    QCOMPARE(value("JWT_SECRET_KEY"), other);
    QCOMPARE(newest().kind, runbook::PlanKind::Rotate);
    QCOMPARE(newest().outcome, runbook::Outcome::Done);
    QCOMPARE(dialog->focusWidget(), &button(*dialog, "closeRotation"));
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Space);
    QTRY_VERIFY(m_fixture->find<QDialog>("rotationDialog") == nullptr);

    m_fixture->action("goJournal").trigger();
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find("takeBackButton")->toolTip().contains(u"has forgotten"_s), patience);
}

void RotationTest::rotatesAGivenKeyByMouseAndStops()
{
    const auto before = value("JWT_SECRET_KEY");
    m_fixture->window().showPage(u"Secret"_s);
    auto &table = m_fixture->find<widgets::TableScreen>("objectTableView")->table();
    const auto row = [&table] {
        const auto found = table.model()->match(table.model()->index(0, 0), Qt::DisplayRole, u"backend-secrets"_s);
        return found.isEmpty() ? QModelIndex() : found.front();
    };
    QTRY_VERIFY_WITH_TIMEOUT(row().isValid(), patience);
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(row()).center());
    QVERIFY(m_fixture->action("rotate").isEnabled());
    m_fixture->action("rotate").trigger();
    QDialog *dialog = opened();
    QVERIFY(dialog);
    auto *keys = dialog->findChild<QComboBox *>(u"rotationKey"_s);
    keys->setCurrentIndex(keys->findText(u"JWT_SECRET_KEY"_s));
    auto *given = dialog->findChild<QRadioButton *>(u"rotationGiven"_s);
    QTest::mouseClick(given, Qt::LeftButton, {}, QPoint(8, given->height() / 2));
    QTRY_VERIFY_WITH_TIMEOUT(!button(*dialog, "rotateButton").isEnabled(), patience);
    QTest::keyClicks(dialog->findChild<QLineEdit *>(u"rotationValue"_s), u"issued-by-somebody-else"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(button(*dialog, "rotateButton").isEnabled(), qPrintable(status(*dialog)), patience);
    QTest::mouseClick(&button(*dialog, "rotateButton"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(value("JWT_SECRET_KEY"), std::string("issued-by-somebody-else"), patience);
    QTest::mouseClick(&button(*dialog, "cancelRotation"), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(u"has its old value again"_s), qPrintable(status(*dialog)),
                              rotation);
    QCOMPARE(value("JWT_SECRET_KEY"), before);
    QVERIFY(read(operations::stagingSecret(secret)).is_null());
}

void RotationTest::offersWhatACrashLeft()
{
    runbook::RotationSubject subject;
    subject.secret = secret;
    subject.key = "SECRET_KEY";
    const auto before = value("SECRET_KEY");
    const auto &session = *m_fixture->window().session();
    const runbook::Target target{session.context(), session.client()->transport().server(), {}};
    core::SystemRandom random;
    const kube::ObjectKey backend{{"apps", "Deployment"}, secret.nameSpace, "backend"};
    const auto plan = operations::rotationPlan(subject, {backend}, target, m_fixture->clock(), random);
    QVERIFY(plan);
    {
        operations::RunbookSession crashing(session.client(), m_fixture->clock(), random, m_fixture->journal());
        crashing.start(std::make_shared<const runbook::Plan>(*plan));
        QTRY_VERIFY_WITH_TIMEOUT(value("SECRET_KEY") != before, patience);
    } // and its process is gone
    QVERIFY(!read(operations::stagingSecret(secret)).is_null());

    // As after a start of the program: the connection is made, and the window finds what was left.
    m_fixture->window().findChild<gui::ObjectActions *>()->attach(m_fixture->window().session());
    QDialog *dialog = opened();
    QVERIFY(dialog);
    QVERIFY2(status(*dialog).contains(u"put the old value back"_s), qPrintable(status(*dialog)));
    QVERIFY(button(*dialog, "resumeRotation").isEnabled());
    button(*dialog, "takeBackRotation").setFocus();
    QTest::keyClick(&button(*dialog, "takeBackRotation"), Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(u"has its old value again"_s), qPrintable(status(*dialog)),
                              rotation);
    QCOMPARE(value("SECRET_KEY"), before);
    QVERIFY(read(operations::stagingSecret(secret)).is_null());
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::ThemeMode::Light);
    RotationTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "RotationTest.moc"
