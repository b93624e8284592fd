// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "items/ObjectRoles.h"
#include "kube/Records.h"
#include "runbook/Journal.h"
#include "widgets/tables/TableScreen.h"
#include "widgets/theme/Theme.h"
#include "widgets/topology/TopologyPage.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

namespace {

constexpr int rollout = 40'000;
const kube::ObjectKey backend{{"apps", "Deployment"}, core::Namespace("app-backend"), "backend"};

} // namespace

/// What can be done with a selected object, by mouse and by keyboard, and what the drawer makes of it.
class ObjectActionsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void restartsByKeyboard();
    void deletesByMouseAndSaysSinceWhenItIsGone();
    void deletionCanLeaveWhatBelongsToTheObject();
    void journalTakesADeletionBack();
    void copiesNameAndCommand();
    void relationsLeadToWhatBelongsToIt();
    void eventsAreThoseOfTheObject();
    void theDrawerFollowsToItsTableAndClosesElsewhere();
    void escGoesBackStepByStep();

private:
    [[nodiscard]] widgets::TopologyView &picture() const { return m_fixture->window().topologyPage().view(); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &m_fixture->window(), key,
                        modifiers);
    }
    [[nodiscard]] QTableView *table() const
    {
        return m_fixture->find("objectTableView")->findChild<QTableView *>(u"objectTable"_s);
    }
    /// Clicks the row whose name is this.
    [[nodiscard]] bool click(const QString &name) const;
    [[nodiscard]] QString title() const { return m_fixture->find<QLabel>("drawerTitle")->text(); }
    [[nodiscard]] const QDialog *dialog(const char *name) const
    {
        const bool there = QTest::qWaitFor([&] { return m_fixture->find<QDialog>(name) != nullptr; }, patience);
        return there ? m_fixture->find<QDialog>(name) : nullptr;
    }
    [[nodiscard]] std::vector<runbook::RunbookSummary> journal() const
    {
        const auto opened = runbook::Journal::open(m_fixture->journal(), m_fixture->clock());
        return opened ? (*opened)->runbooks().value() : std::vector<runbook::RunbookSummary>();
    }
    [[nodiscard]] bool ended(runbook::PlanKind kind) const
    {
        const auto runbooks = journal();
        return !runbooks.empty() && runbooks.front().kind == kind && runbooks.front().outcome == runbook::Outcome::Done;
    }

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void ObjectActionsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
    picture().setFocus();
}

bool ObjectActionsTest::click(const QString &name) const
{
    const QAbstractItemModel &rows = *table()->model();
    for (int row = 0; row < rows.rowCount(); ++row) {
        if (rows.index(row, 0).data().toString() == name) {
            table()->scrollTo(rows.index(row, 0));
            QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                              table()->visualRect(rows.index(row, 0)).center());
            return true;
        }
    }
    return false;
}

void ObjectActionsTest::restartsByKeyboard()
{
    picture().select("backend");
    QVERIFY(m_fixture->action("restart").isEnabled());
    key(Qt::Key_R, Qt::ControlModifier);
    const QDialog *confirm = dialog("confirmDialog");
    QVERIFY(confirm);
    auto *go = confirm->findChild<QPushButton *>(u"confirmButton"_s);
    QVERIFY2(!go->hasFocus(), "the focus starts on Cancel");
    QCOMPARE(confirm->findChild<QPlainTextEdit *>(u"kubectlCommands"_s)->toPlainText(),
             u"kubectl --context=demo --namespace=app-backend rollout restart deployment.apps backend"_s);
    QVERIFY(confirm->findChild<QPlainTextEdit *>(u"confirmDiff"_s)
                ->toPlainText()
                .contains(u"+        kubectl.kubernetes.io/restartedAt"_s));
    QTest::keyClick(go, Qt::Key_Space);
    const auto *banner = m_fixture->find<QLabel>("banner");
    QTRY_VERIFY2_WITH_TIMEOUT(banner->text().contains(u"done"_s),
                              qPrintable(banner->text() + m_fixture->find<QLabel>("activity")->text()), rollout);
    QVERIFY(ended(runbook::PlanKind::Restart));
    const auto record = m_fixture->window().session()->store().find(backend);
    QVERIFY(record && record->json());
    QVERIFY(record->json()->contains(
        "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt"_json_pointer));
}

void ObjectActionsTest::deletesByMouseAndSaysSinceWhenItIsGone()
{
    m_fixture->window().showPage(u"ConfigMap"_s);
    QVERIFY(table()->model()->rowCount() > 0);
    const QString name = table()->model()->index(0, 0).data().toString();
    QVERIFY(click(name));
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY(m_fixture->find("drawer")->isVisible());
    QCOMPARE(title(), name);
    key(Qt::Key_A);
    auto *restart = m_fixture->find<QPushButton>("do_restart");
    QVERIFY2(!restart->isVisible(), "a config map has no rollout");
    auto *button = m_fixture->find<QPushButton>("do_delete");
    QTRY_VERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    const QDialog *typed = dialog("typedNameDialog");
    QVERIFY(typed);
    auto *destroy = typed->findChild<QPushButton *>(u"destroyButton"_s);
    auto *line = typed->findChild<QLineEdit *>(u"typedName"_s);
    QVERIFY(typed->findChild<QPushButton *>(u"cancelButton"_s)->isDefault());
    QString words;
    for (const auto *label : typed->findChildren<QLabel *>())
        words += label->text() + u'\n';
    QVERIFY2(words.contains(u"context demo"_s) && words.contains(u"namespace "_s), qPrintable(words));
    QVERIFY(!destroy->isEnabled());
    QTest::keyClicks(line, u"something-else"_s);
    QVERIFY(!destroy->isEnabled());
    line->clear();
    QTest::keyClicks(line, name);
    QTest::mouseClick(destroy, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QLabel>("banner")->text().contains(u"done"_s), patience);
    QVERIFY(ended(runbook::PlanKind::Delete));
    QTRY_VERIFY_WITH_TIMEOUT(title() == name + u" (gone)"_s, patience);
    const QString state = m_fixture->find<QLabel>("drawerState")->text();
    QVERIFY2(state.contains(u"Gone since"_s), qPrintable(state));
    QVERIFY(!m_fixture->action("delete").isEnabled());
    QVERIFY2(m_fixture->action("delete").statusTip().contains(u"does not exist"_s),
             qPrintable(m_fixture->action("delete").statusTip()));
}

void ObjectActionsTest::deletionCanLeaveWhatBelongsToTheObject()
{
    picture().select("redis");
    key(Qt::Key_Delete);
    const QDialog *typed = dialog("typedNameDialog");
    QVERIFY(typed);
    auto *order = typed->findChild<QComboBox *>(u"deletionOrder"_s);
    const auto *commands = typed->findChild<QPlainTextEdit *>(u"kubectlCommands"_s);
    QVERIFY(commands->toPlainText().endsWith(u"delete deployment.apps redis --cascade=foreground"_s));
    order->setCurrentIndex(2);
    QVERIFY(commands->toPlainText().endsWith(u"delete deployment.apps redis --cascade=orphan"_s));
    QTest::keyClicks(typed->findChild<QLineEdit *>(u"typedName"_s), u"redis"_s);
    QTest::keyClick(typed->findChild<QPushButton *>(u"destroyButton"_s), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QLabel>("banner")->text().contains(u"done"_s), patience);
    QVERIFY(ended(runbook::PlanKind::Delete));
    const auto pods = m_fixture->window().session()->store().list({"", "Pod"}, core::Namespace("app-backend"));
    QVERIFY2(
        std::any_of(pods.begin(), pods.end(),
                    [](const auto &pod) { return pod->meta.name.starts_with("redis-") && pod->meta.deleted == 0; }),
        "its pods run on");
}

void ObjectActionsTest::journalTakesADeletionBack()
{
    m_fixture->window().showPage(u"ConfigMap"_s);
    QTRY_VERIFY_WITH_TIMEOUT(table()->model()->rowCount() > 0, patience);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                      table()->visualRect(table()->model()->index(0, 0)).center());
    const QString name = table()->model()->index(0, 0).data().toString();
    const auto selected = m_fixture->find<widgets::TableScreen>("objectTableView")->selected();
    QCOMPARE(selected.size(), std::size_t{1});
    const kube::ObjectKey config = selected.front();
    const auto live = [&] { return m_fixture->window().session()->store().find(config); };
    const auto read = [&] {
        const auto answer = m_fixture->window().session()->client()->get(config);
        return QTest::qWaitFor([&] { return answer.isFinished(); }, patience) && answer.result()
                   ? answer.result()->value("data", core::Json())
                   : core::Json();
    };
    const core::Json before = read();
    QVERIFY(!before.empty());
    key(Qt::Key_Delete);
    const QDialog *typed = dialog("typedNameDialog");
    QVERIFY(typed);
    QTest::keyClicks(typed->findChild<QLineEdit *>(u"typedName"_s), name);
    QTest::keyClick(typed->findChild<QPushButton *>(u"destroyButton"_s), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(!live() && ended(runbook::PlanKind::Delete), patience);

    QVERIFY2(!m_fixture->action("takeBack").isEnabled(), "nothing is selected in the journal");
    m_fixture->action("goJournal").trigger();
    auto *button = m_fixture->find<QPushButton>("takeBackButton");
    QTRY_VERIFY2_WITH_TIMEOUT(button->isEnabled(), qPrintable(button->toolTip()), patience);
    QTest::mouseClick(button, Qt::LeftButton);
    const QDialog *confirm = dialog("confirmDialog");
    QVERIFY(confirm);
    const QString diff = confirm->findChild<QPlainTextEdit *>(u"confirmDiff"_s)->toPlainText();
    QVERIFY2(diff.contains(u"+  name: \"%1\""_s.arg(name)), qPrintable(diff));
    QVERIFY2(!live(), "nothing is done before the answer");
    QTest::mouseClick(confirm->findChild<QPushButton *>(u"confirmButton"_s), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(live() && ended(runbook::PlanKind::Rollback),
                              qPrintable(m_fixture->find<QLabel>("banner")->text()), patience);
    QVERIFY(read() == before);
    QCOMPARE(journal().front().title, "Take back: Delete " + config.describe());
}

void ObjectActionsTest::copiesNameAndCommand()
{
    picture().select("postgres");
    key(Qt::Key_N);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"postgres"_s);
    key(Qt::Key_K);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             u"kubectl --context=demo --namespace=app-backend get statefulset.apps postgres -o yaml"_s);
    picture().select({});
    QVERIFY(!m_fixture->action("copyName").isEnabled());
    QCOMPARE(m_fixture->action("copyName").statusTip(), u"Select something first."_s);
}

void ObjectActionsTest::relationsLeadToWhatBelongsToIt()
{
    picture().select("backend");
    key(Qt::Key_R);
    auto *list = m_fixture->find<QListWidget>("drawerRelations");
    QTRY_VERIFY(list->isVisible());
    const auto row = [list](const QString &text) {
        for (int i = 0; i < list->count(); ++i) {
            if (list->item(i)->text().contains(text))
                return i;
        }
        return -1;
    };
    for (const QString &text : {u"ReplicaSet"_s, u"Scales it"_s, u"Protects it"_s, u"Sends traffic to it"_s,
                                u"backend-secrets"_s, u"Used by it · ConfigMap"_s})
        QVERIFY2(row(text) >= 0, qPrintable(text));
    list->setCurrentRow(row(u"Sends traffic to it"_s));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE(m_fixture->find<QLabel>("actionsSubject")->text(), u"Service app-backend/"_s + title());
    QTRY_VERIFY2(row(u"Gets its traffic · Deployment"_s) >= 0, "and back");
}

void ObjectActionsTest::eventsAreThoseOfTheObject()
{
    m_fixture->window().showPage(u"Pod"_s);
    table()->setFocus();
    table()->selectRow(0);
    key(Qt::Key_E);
    const auto *list = m_fixture->find<QListWidget>("drawerEvents");
    QTRY_VERIFY(list->isVisible() && list->count() > 0);
    const auto &store = m_fixture->window().session()->store();
    const auto key =
        table()->model()->index(0, 0).data(static_cast<int>(items::ObjectRole::Key)).value<kube::ObjectKey>();
    QCOMPARE(title(), QString::fromStdString(key.name));
    QVERIFY(list->count() <= static_cast<int>(std::max<std::size_t>(1, store.eventsOf(key).size())));
}

void ObjectActionsTest::theDrawerFollowsToItsTableAndClosesElsewhere()
{
    auto *drawer = m_fixture->find("drawer");
    picture().select("redis");
    key(Qt::Key_Return);
    QTRY_VERIFY(drawer->isVisible());
    key(Qt::Key_T);
    QTRY_VERIFY(table()->isVisible());
    QVERIFY(drawer->isVisible());
    QCOMPARE(table()->currentIndex().siblingAtColumn(0).data().toString(), u"redis"_s);
    m_fixture->window().showPage(u"overview"_s);
    QVERIFY(drawer->isVisible());
    QCOMPARE(picture().selected(), std::string("redis"));
    m_fixture->window().showPage(u"ConfigMap"_s);
    QVERIFY2(!drawer->isVisible(), "what is not on this screen is not talked about");
}

void ObjectActionsTest::escGoesBackStepByStep()
{
    m_fixture->window().showPage(u"Deployment"_s);
    QVERIFY(click(u"backend"_s));
    key(Qt::Key_Y);
    const auto *yaml = m_fixture->find<QPlainTextEdit>("drawerYaml");
    QTRY_VERIFY_WITH_TIMEOUT(yaml->toPlainText().contains(u"kind: Deployment"_s), patience);
    key(Qt::Key_Escape);
    QVERIFY(!m_fixture->find("drawer")->isVisible());
    QVERIFY(table()->isVisible());
    key(Qt::Key_Escape);
    QTRY_VERIFY(picture().isVisible());
}

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    widgets::Theme::apply(application, widgets::ThemeMode::Light);
    ObjectActionsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "ObjectActionsTest.moc"
