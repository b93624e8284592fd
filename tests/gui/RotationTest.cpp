// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rotation.h"
#include "PassingTransport.h"
#include "WindowFixture.h"
#include "gui/ObjectActions.h"
#include "kube/Client.h"
#include "kube/StreamTransport.h"
#include "operations/RunbookSession.h"
#include "widgets/tables/ObjectTableView.h"
#include "widgets/tables/TableScreen.h"
#include "widgets/theme/Text.h"
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

constexpr int rotation = 60'000;
const kube::ObjectKey secret{{"", "Secret"}, core::Namespace("app-backend"), "backend-secrets"};

/// The demo cluster, where a restart of the back end is refused as often as one wants.
class RefusingTransport final : public tests::PassingTransport
{
public:
    using PassingTransport::PassingTransport;

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        const bool isRestart =
            request.method == kube::HttpMethod::Patch && request.path.ends_with("/deployments/backend");
        if (!isRestart || refusals == 0)
            return m_behind->send(std::move(request), std::move(token));
        --refusals;
        QPromise<core::Result<kube::HttpResponse>> promise;
        promise.start();
        promise.addResult(core::fail(core::ErrorKind::Invalid, "a webhook denies restarts today", "ask who runs it"));
        promise.finish();
        return promise.future();
    }

    std::atomic<int> refusals = 0;
};

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
    void putsBackWhatFails();
    void offersWhatACrashLeft_data();
    void offersWhatACrashLeft();
    void takesBackWhatAnotherComputerBegan();

private:
    [[nodiscard]] QDialog *opened()
    {
        const bool there =
            QTest::qWaitFor([&] { return m_fixture->find<QDialog>("rotationDialog") != nullptr; }, patience);
        return there ? m_fixture->find<QDialog>("rotationDialog") : nullptr;
    }
    [[nodiscard]] core::Json read(const kube::ObjectKey &key) const { return m_fixture->live(key); }
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

    /// What is left of a rotation of SECRET_KEY whose process went away in the middle; its runbook.
    std::string leaveBehind(const std::filesystem::path &journal);

    std::unique_ptr<tests::WindowFixture> m_fixture;
    std::shared_ptr<RefusingTransport> m_transport;
};

void RotationTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>([this](tests::TransportPointer demo) {
        m_transport = std::make_shared<RefusingTransport>(std::move(demo));
        return m_transport;
    });
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
    QVERIFY2(commands.contains(u"PASSWORD '***'"_s), qPrintable(commands));
    QCOMPARE(dialog->findChild<QTreeView *>(u"rotationSteps"_s)->model()->rowCount(), 8);
    tests::picture(*dialog, u"rotation"_s);
    for (int key = 0; key < 12 && dialog->focusWidget() != &button(*dialog, "rotateButton"); ++key)
        QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
    QCOMPARE(dialog->focusWidget(), &button(*dialog, "rotateButton"));
    QTest::keyClick(&button(*dialog, "rotateButton"), Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(u"waiting for"_s), qPrintable(status(*dialog)), patience);
    QVERIFY2(!button(*dialog, "closeRotation").isEnabled(), "it runs");
    tests::picture(*dialog, u"rotation-runs"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(u"was rotated"_s), qPrintable(status(*dialog)), rotation);
    const auto after = QString::fromStdString(value("POSTGRES_PASSWORD"));
    QVERIFY(after.toStdString() != before);
    QCOMPARE(value("JWT_SECRET_KEY"), other);
    QVERIFY(!dialog->findChild<QPlainTextEdit *>()->toPlainText().contains(after));
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

void RotationTest::putsBackWhatFails()
{
    const auto before = value("POSTGRES_PASSWORD");
    m_transport->refusals = 1;
    auto &picture = m_fixture->window().topologyPage().view();
    picture.select("postgres");
    m_fixture->action("rotate").trigger();
    QDialog *dialog = opened();
    QVERIFY(dialog);
    QTRY_VERIFY2_WITH_TIMEOUT(button(*dialog, "rotateButton").isEnabled(), qPrintable(status(*dialog)), patience);
    QTest::mouseClick(&button(*dialog, "rotateButton"), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(button(*dialog, "closeRotation").isEnabled(), qPrintable(status(*dialog)), rotation);
    QVERIFY2(status(*dialog).contains(u"has its old value again"_s) && status(*dialog).contains(u"a webhook denies"_s),
             qPrintable(status(*dialog)));
    tests::picture(*dialog, u"rotation-put-back"_s);
    QCOMPARE(value("POSTGRES_PASSWORD"), before);
    QVERIFY(read(operations::stagingSecret(secret)).is_null());
}

std::string RotationTest::leaveBehind(const std::filesystem::path &journal)
{
    runbook::RotationSubject subject;
    subject.secret = secret;
    subject.key = "SECRET_KEY";
    subject.length = 32;
    const auto before = value("SECRET_KEY");
    const auto &session = *m_fixture->window().session();
    const runbook::Target target{session.context(), session.client()->transport().server(), {}};
    core::SystemRandom random;
    const kube::ObjectKey backend{{"apps", "Deployment"}, secret.nameSpace, "backend"};
    const auto plan = operations::rotationPlan(subject, {backend}, target, m_fixture->clock(), random);
    operations::RunbookSession crashing(session.client(), m_fixture->clock(), random, journal);
    crashing.start(std::make_shared<const runbook::Plan>(*plan));
    return QTest::qWaitFor([&] { return value("SECRET_KEY") != before; }, patience) ? plan->id : std::string();
} // and its process is gone

void RotationTest::offersWhatACrashLeft_data()
{
    QTest::addColumn<QString>("choice");
    QTest::addColumn<QString>("end");
    QTest::newRow("put back") << u"takeBackRotation"_s << u"has its old value again"_s;
    QTest::newRow("go on") << u"resumeRotation"_s << u"was rotated"_s;
}

void RotationTest::offersWhatACrashLeft()
{
    QFETCH(const QString, choice);
    QFETCH(const QString, end);
    const auto before = value("SECRET_KEY");
    QVERIFY(!leaveBehind(m_fixture->journal()).empty());
    QVERIFY(!read(operations::stagingSecret(secret)).is_null());

    // As after a start of the program: the connection is made, and the window finds what was left.
    m_fixture->window().findChild<gui::ObjectActions *>()->attach(m_fixture->window().session());
    QDialog *dialog = opened();
    QVERIFY(dialog);
    QVERIFY2(status(*dialog).contains(u"put the old value back"_s), qPrintable(status(*dialog)));
    tests::picture(*dialog, u"rotation-left"_s);
    auto &chosen = button(*dialog, qPrintable(choice));
    QVERIFY(button(*dialog, "resumeRotation").isEnabled() && button(*dialog, "takeBackRotation").isEnabled());
    chosen.setFocus();
    QTest::keyClick(&chosen, Qt::Key_Space);
    QTRY_VERIFY2_WITH_TIMEOUT(status(*dialog).contains(end), qPrintable(status(*dialog)), rotation);
    QCOMPARE(value("SECRET_KEY") == before, choice == u"takeBackRotation"_s);
    QVERIFY(read(operations::stagingSecret(secret)).is_null());
}

void RotationTest::takesBackWhatAnotherComputerBegan()
{
    const auto before = value("SECRET_KEY");
    const QTemporaryDir elsewhere;
    const auto runbook = leaveBehind(elsewhere.filePath(u"journal.sqlite"_s).toStdString());
    QVERIFY(!runbook.empty());
    m_fixture->window().topologyPage().view().select("postgres");
    m_fixture->action("rotate").trigger();
    QDialog *dialog = opened();
    QVERIFY(dialog);
    QTRY_VERIFY2_WITH_TIMEOUT(button(*dialog, "takeBackRotation").isEnabled(), qPrintable(status(*dialog)), patience);
    const auto said = dialog->findChild<QLabel *>(u"rotationConsumers"_s)->text();
    QVERIFY2(said.contains(u"SECRET_KEY was begun on another computer"_s) && said.contains(widgets::toQt(runbook)),
             qPrintable(said));
    QVERIFY(!button(*dialog, "resumeRotation").isEnabled());
    QTest::mouseClick(&button(*dialog, "takeBackRotation"), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(
        status(*dialog).contains(u"SECRET_KEY of Secret app-backend/backend-secrets has its old"_s),
        qPrintable(status(*dialog)), rotation);
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
