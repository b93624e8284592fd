// SPDX-License-Identifier: GPL-3.0-or-later
#include "WindowFixture.h"
#include "kube/Client.h"
#include "operations/ConfigData.h"
#include "widgets/tables/TableScreen.h"
#include "widgets/theme/Theme.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTreeWidget>

using namespace binnacle;
using namespace Qt::Literals::StringLiterals;
using tests::patience;

namespace {

constexpr int rollout = 40'000;
const core::Namespace nameSpace("app-backend");
const kube::ObjectKey secret{{"", "Secret"}, nameSpace, "form-test"};
const kube::ObjectKey settings{{"", "ConfigMap"}, nameSpace, "form-settings"};
constexpr const char *oldValue = "hush-before";
constexpr const char *newValue = "hush-after";

/// Only the operator knows the token; the config map is somebody else's.
constexpr const char *stackOfOneShop = R"(
apiVersion: binnacle/v1
kind: Stack
name: one-shop
namespaces: [shop]
base: base
components:
- {id: web, title: Web, tier: frontend, workload: {kind: Deployment, namespace: shop, name: web}}
secrets:
- {namespace: shop, name: web, keys: [{name: TOKEN, from: prompt}]}
steps:
- {id: all, title: All, gate: exists, objects: [{kind: Namespace}, {kind: Secret}, {kind: Deployment}]}
)";
constexpr const char *deploymentOfTheShop = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: nginx:alpine
        env:
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: web, key: TOKEN}}}
        envFrom:
        - {configMapRef: {name: settings}}
)";

} // namespace

/// Keys of Secrets and config maps in the real window.
class SecretFormsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void changesAKeyByKeyboardAndTakesItBack();
    void hidesValuesAgainAndLeavesTheClipboardClean();
    void generatesAddsAndRemovesByMouse();
    void mergesWithoutShowingValues();
    void saysThatAnImmutableOneCannotChange();
    void makesNewOnes();
    void generatesAKeyPairInANewOne();
    void showsMissingKeysBeforeAnythingIsDeployed();

private:
    template <typename T>
    T done(const QFuture<core::Result<T>> &future) const
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience) || !future.result())
            return {};
        return *future.result();
    }
    [[nodiscard]] kube::Client &client() const { return *m_fixture->window().session()->client(); }
    [[nodiscard]] core::Json live(const kube::ObjectKey &key) const { return done(client().get(key)); }
    [[nodiscard]] std::string value(const char *key) const
    {
        const auto data = live(secret).value("data", core::Json::object());
        return data.contains(key) ? std::string(operations::fromBase64(data[key].get<std::string>()).reveal())
                                  : std::string("(absent)");
    }
    /// Selects the object in its table and opens the form with the keyboard.
    [[nodiscard]] QDialog *openForm(const kube::ObjectKey &key) const;
    template <typename Widget>
    [[nodiscard]] static Widget *in(const QDialog *form, const char *name)
    {
        return form->findChild<Widget *>(QLatin1String(name));
    }
    static void select(const QDialog *form, const QString &key)
    {
        auto *keys = in<QTreeWidget>(form, "configKeys");
        const auto found = keys->findItems(key, Qt::MatchExactly);
        QVERIFY(!found.isEmpty());
        QTest::mouseClick(keys->viewport(), Qt::LeftButton, {}, keys->visualItemRect(found.front()).center());
    }
    [[nodiscard]] static QString status(const QDialog *form) { return in<QLabel>(form, "formStatus")->text(); }
    /// Everything that the dialog says or shows, and the journal.
    [[nodiscard]] QString everything(const QDialog *form) const;

    std::unique_ptr<tests::WindowFixture> m_fixture;
};

void SecretFormsTest::init()
{
    m_fixture = std::make_unique<tests::WindowFixture>();
    QVERIFY(m_fixture->openHealthy());
    m_fixture->window().activateWindow();
    const auto named = [](const kube::ObjectKey &key) {
        return core::Json{{"name", key.name}, {"namespace", key.nameSpace.value()}};
    };
    (void)done(client().create({{"apiVersion", "v1"},
                                {"kind", "Secret"},
                                {"metadata", named(secret)},
                                {"data",
                                 {{"PASSWORD", operations::toBase64(oldValue)},
                                  {"OTHER", operations::toBase64("other")},
                                  {"BYTES", operations::toBase64("\xff\x01")}}}}));
    (void)done(client().create({{"apiVersion", "v1"},
                                {"kind", "ConfigMap"},
                                {"metadata", named(settings)},
                                {"immutable", true},
                                {"data", {{"LEVEL", "info"}}}}));
}

QDialog *SecretFormsTest::openForm(const kube::ObjectKey &key) const
{
    m_fixture->window().showPage(QString::fromStdString(key.kind.kind));
    auto *screen = m_fixture->find<widgets::TableScreen>("objectTableView");
    auto *table = screen->findChild<QTableView *>(u"objectTable"_s);
    const auto row = [&] {
        for (int at = 0; at < table->model()->rowCount(); ++at) {
            if (table->model()->index(at, 0).data().toString().toStdString() == key.name)
                return at;
        }
        return -1;
    };
    if (!QTest::qWaitFor([&] { return row() >= 0; }, patience))
        return nullptr;
    table->scrollTo(table->model()->index(row(), 0));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualRect(table->model()->index(row(), 0)).center());
    QTest::keyClick(table, Qt::Key_V);
    (void)QTest::qWaitFor([&] { return m_fixture->find<QDialog>("formDialog") != nullptr; }, patience);
    auto *form = m_fixture->find<QDialog>("formDialog");
    const auto filled = [&] { return in<QTreeWidget>(form, "configKeys")->topLevelItemCount() > 0; };
    return form != nullptr && QTest::qWaitFor(filled, patience) ? form : nullptr;
}

QString SecretFormsTest::everything(const QDialog *form) const
{
    QString all;
    for (const auto *label : form->findChildren<QLabel *>())
        all += label->text() + label->toolTip();
    for (const auto *text : form->findChildren<QPlainTextEdit *>())
        all += text->toPlainText();
    for (const auto *table : form->findChildren<QTableWidget *>()) {
        for (int row = 0; row < table->rowCount(); ++row) {
            for (int column = 0; column < table->columnCount(); ++column)
                all += table->item(row, column) != nullptr ? table->item(row, column)->text() : QString();
        }
    }
    for (const char *suffix : {"", "-wal"}) {
        QFile journal(QString::fromStdString(m_fixture->journal().string()) + QLatin1String(suffix));
        if (journal.open(QIODevice::ReadOnly))
            all += QString::fromLatin1(journal.readAll());
    }
    return all;
}

void SecretFormsTest::changesAKeyByKeyboardAndTakesItBack()
{
    QDialog *form = openForm(secret);
    QVERIFY(form);
    auto *keys = in<QTreeWidget>(form, "configKeys");
    keys->setFocus();
    while (keys->currentItem()->text(0) != u"PASSWORD"_s)
        QTest::keyClick(keys, Qt::Key_Down);
    auto *text = in<QPlainTextEdit>(form, "valueText");
    QVERIFY(text->toPlainText().isEmpty());
    QTest::keyClick(in<QPushButton>(form, "valueReveal"), Qt::Key_Space);
    QCOMPARE(text->toPlainText(), QLatin1String(oldValue));
    text->selectAll();
    QTest::keyClicks(text, QLatin1String(newValue));
    QCOMPARE(text->toPlainText(), QLatin1String(newValue));
    auto *apply = in<QPushButton>(form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(status(form)), patience);
    tests::picture(*form, u"secret-form"_s);
    QTest::keyClick(in<QPushButton>(form, "valueReveal"), Qt::Key_Space);
    const QString shown = everything(form);
    QVERIFY2(shown.contains(u"changed, 10 bytes"_s), qPrintable(shown.left(3000)));
    QVERIFY(shown.contains(u"\"PASSWORD\": \"***\""_s));
    QVERIFY(!shown.contains(u"hush"_s) && !shown.contains(QString::fromStdString(operations::toBase64(newValue))));
    const auto before = live(secret);
    QTest::keyClick(apply, Qt::Key_Space);
    auto *undo = in<QPushButton>(form, "formUndo");
    QTRY_VERIFY2_WITH_TIMEOUT(undo->isVisible(), qPrintable(status(form)), rollout);
    auto expected = before;
    expected["data"]["PASSWORD"] = operations::toBase64(newValue);
    auto after = live(secret);
    for (auto *object : {&expected, &after})
        (*object)["metadata"].erase("resourceVersion");
    QVERIFY(after == expected);
    QVERIFY(!everything(form).contains(u"hush"_s));

    QTest::keyClick(undo, Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(value("PASSWORD") == oldValue, rollout);
}

void SecretFormsTest::hidesValuesAgainAndLeavesTheClipboardClean()
{
    QDialog *form = openForm(secret);
    QVERIFY(form);
    select(form, u"PASSWORD"_s);
    auto *text = in<QPlainTextEdit>(form, "valueText");
    auto *reveal = in<QPushButton>(form, "valueReveal");
    QTest::mouseClick(reveal, Qt::LeftButton);
    QCOMPARE(text->toPlainText(), QLatin1String(oldValue));
    select(form, u"OTHER"_s);
    QVERIFY(text->toPlainText().isEmpty());
    QTest::mouseClick(reveal, Qt::LeftButton);
    QCOMPARE(text->toPlainText(), u"other"_s);
    QEvent away(QEvent::WindowDeactivate);
    QApplication::sendEvent(text->parentWidget(), &away);
    QVERIFY(text->toPlainText().isEmpty());
    select(form, u"BYTES"_s);
    QVERIFY(!reveal->isEnabled());
    QVERIFY(text->placeholderText().contains(u"2 byte"_s));
    select(form, u"PASSWORD"_s);
    QTest::mouseClick(in<QPushButton>(form, "valueCopy"), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), QLatin1String(oldValue));
    form->close();
    QTRY_VERIFY(QApplication::clipboard()->text().isEmpty());
}

void SecretFormsTest::generatesAddsAndRemovesByMouse()
{
    QDialog *form = openForm(secret);
    QVERIFY(form);
    auto *name = in<QLineEdit>(form, "configNewKey");
    auto *add = in<QPushButton>(form, "configAdd");
    QTest::keyClicks(name, u"bad key"_s);
    QVERIFY(!add->isEnabled());
    name->clear();
    QTest::keyClicks(name, u"TOKEN"_s);
    QTest::mouseClick(add, Qt::LeftButton);
    QTest::mouseClick(in<QPushButton>(form, "valueGenerate"), Qt::LeftButton);
    QTRY_VERIFY(in<QDialog>(form, "generateDialog") != nullptr);
    auto *dialog = in<QDialog>(form, "generateDialog");
    QVERIFY(in<QLabel>(dialog, "generateStrength")->text().contains(u"191 bits"_s));
    tests::picture(*dialog, u"secret-generate"_s);
    QTest::mouseClick(in<QPushButton>(dialog, "generateAccept"), Qt::LeftButton);
    select(form, u"OTHER"_s);
    QTest::mouseClick(in<QPushButton>(form, "configRemove"), Qt::LeftButton);
    in<QCheckBox>(form, "configKeep")->setChecked(false);
    QVERIFY(in<QLabel>(form, "formWarnings")->text().contains(u"no way back"_s));
    auto *apply = in<QPushButton>(form, "formApply");
    QTRY_VERIFY2_WITH_TIMEOUT(apply->isEnabled(), qPrintable(status(form)), patience);
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(value("OTHER"), std::string("(absent)"), rollout);
    QCOMPARE(value("TOKEN").size(), std::size_t{32});
    QCOMPARE(value("PASSWORD"), std::string(oldValue));
}

void SecretFormsTest::mergesWithoutShowingValues()
{
    QDialog *form = openForm(secret);
    QVERIFY(form);
    select(form, u"PASSWORD"_s);
    QTest::mouseClick(in<QPushButton>(form, "valueReplace"), Qt::LeftButton);
    (void)done(client().patch(secret, kube::PatchKind::Merge,
                              {{"data", {{"PASSWORD", operations::toBase64("hush-theirs")}}}}));
    QTest::keyClicks(in<QPlainTextEdit>(form, "valueText"), QLatin1String(newValue));
    auto *table = in<QTableWidget>(form, "mergeTable");
    QTRY_VERIFY2_WITH_TIMEOUT(table->isVisible(), qPrintable(status(form)), patience);
    QCOMPARE(table->item(0, 0)->text(), u"/data/PASSWORD"_s);
    QCOMPARE(table->item(0, 2)->text(), u"hidden"_s);
    tests::picture(*form, u"secret-merge"_s);
    QEvent away(QEvent::WindowDeactivate);
    QApplication::sendEvent(in<QPlainTextEdit>(form, "valueText")->parentWidget(), &away);
    QVERIFY(!everything(form).contains(u"hush"_s));
    QVERIFY(!in<QPushButton>(form, "formApply")->isEnabled());
    QTest::mouseClick(in<QPushButton>(form, "mergeButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!table->isVisible(), patience);
    QCOMPARE(value("PASSWORD"), std::string("hush-theirs"));
}

void SecretFormsTest::saysThatAnImmutableOneCannotChange()
{
    QDialog *form = openForm(settings);
    QVERIFY(form);
    QTRY_VERIFY(in<QLabel>(form, "configContent")->text().contains(u"immutable"_s));
    select(form, u"LEVEL"_s);
    QCOMPARE(in<QPlainTextEdit>(form, "valueText")->toPlainText(), u"info"_s); // not secret
    QVERIFY(in<QPlainTextEdit>(form, "valueText")->isReadOnly());
    for (const char *const changing :
         {"formApply", "configAdd", "configRemove", "configRename", "valueReplace", "valueGenerate", "valueImport"})
        QVERIFY2(!in<QPushButton>(form, changing)->isEnabled(), changing);
    QVERIFY(in<QPushButton>(form, "valueExport")->isEnabled());
}

void SecretFormsTest::makesNewOnes()
{
    QVERIFY(openForm(secret));
    m_fixture->find<QDialog>("formDialog")->close();
    m_fixture->action("newSecret").trigger();
    QTRY_VERIFY(m_fixture->find<QDialog>("secretCreateDialog") != nullptr);
    auto *dialog = m_fixture->find<QDialog>("secretCreateDialog");
    auto *create = in<QPushButton>(dialog, "createAccept");
    QVERIFY(!create->isEnabled());
    QTest::keyClicks(in<QLineEdit>(dialog, "createName"), u"pull"_s);
    auto *type = in<QComboBox>(dialog, "createType");
    type->setFocus();
    QTest::keyClick(type, Qt::Key_Down);
    QTest::keyClicks(in<QPlainTextEdit>(dialog, "createValue-tls.crt"), u"hello"_s);
    QVERIFY(in<QLabel>(dialog, "createStatus")->text().contains(u"no PEM certificate"_s));
    QVERIFY(!create->isEnabled());
    QTest::keyClick(type, Qt::Key_Down);
    QTest::keyClicks(in<QLineEdit>(dialog, "createValue-server"), u"r.example.com"_s);
    QTest::keyClicks(in<QLineEdit>(dialog, "createValue-user"), u"me"_s);
    QTest::keyClicks(in<QLineEdit>(dialog, "createValue-password"), QLatin1String(newValue));
    QTRY_VERIFY2(create->isEnabled(), qPrintable(in<QLabel>(dialog, "createStatus")->text()));
    tests::picture(*dialog, u"secret-create"_s);
    QVERIFY(!in<QPlainTextEdit>(dialog, "kubectlCommands")->toPlainText().contains(u"hush"_s));
    QTest::keyClick(create, Qt::Key_Space);
    const kube::ObjectKey made{{"", "Secret"}, nameSpace, "pull"};
    QTRY_VERIFY_WITH_TIMEOUT(!live(made).is_null(), rollout);
    QCOMPARE(live(made).value("type", std::string()), std::string("kubernetes.io/dockerconfigjson"));
}

void SecretFormsTest::generatesAKeyPairInANewOne()
{
    QVERIFY(openForm(secret));
    m_fixture->find<QDialog>("formDialog")->close();
    m_fixture->action("newSecret").trigger();
    QTRY_VERIFY(m_fixture->find<QDialog>("secretCreateDialog") != nullptr);
    auto *dialog = m_fixture->find<QDialog>("secretCreateDialog");
    auto *create = in<QPushButton>(dialog, "createAccept");
    QTest::keyClicks(in<QLineEdit>(dialog, "createName"), u"signing"_s);
    QTest::keyClicks(in<QLineEdit>(dialog, "createKey0"), u"sign"_s);
    QTest::mouseClick(in<QPushButton>(dialog, "createGenerate0"), Qt::LeftButton);
    QTRY_VERIFY(in<QDialog>(dialog, "generateDialog") != nullptr);
    auto *generate = in<QDialog>(dialog, "generateDialog");
    auto *kind = in<QComboBox>(generate, "generateKind");
    kind->setFocus();
    QTest::keyClick(kind, Qt::Key_End);
    QTest::keyClick(kind, Qt::Key_Up);
    QVERIFY(kind->currentText().contains(u"Ed25519"_s));
    QTest::keyClick(in<QPushButton>(generate, "generateAccept"), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(in<QLineEdit>(dialog, "createKey1") != nullptr, patience);
    QVERIFY2(create->isEnabled(), qPrintable(in<QLabel>(dialog, "createStatus")->text()));
    tests::picture(*dialog, u"secret-create-pair"_s);
    // A key that is there twice would lose one of its values.
    auto *second = in<QLineEdit>(dialog, "createKey1");
    QCOMPARE(second->text(), u"sign.pub"_s);
    second->setText(u"sign"_s);
    QVERIFY(!create->isEnabled());
    QVERIFY(in<QLabel>(dialog, "createStatus")->text().contains(u"twice"_s));
    second->setText(u"sign.pub"_s);
    QTest::mouseClick(create, Qt::LeftButton);
    const kube::ObjectKey made{{"", "Secret"}, nameSpace, "signing"};
    QTRY_VERIFY_WITH_TIMEOUT(!live(made).is_null(), rollout);
    const auto data = live(made)["data"];
    const auto text = [&data](const char *key) {
        return std::string(operations::fromBase64(data[key].get<std::string>()).reveal());
    };
    QVERIFY(QString::fromStdString(text("sign")).startsWith(u"-----BEGIN PRIVATE KEY-----\n"_s));
    QVERIFY(QString::fromStdString(text("sign.pub")).startsWith(u"-----BEGIN PUBLIC KEY-----\n"_s));
}

void SecretFormsTest::showsMissingKeysBeforeAnythingIsDeployed()
{
    m_fixture.reset();
    QTemporaryDir folder;
    const auto write = [&folder](const QString &name, const QByteArray &text) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    QVERIFY(QDir(folder.path()).mkdir(u"base"_s));
    QVERIFY(write(u"stack.yaml"_s, stackOfOneShop) && write(u"base/web.yaml"_s, deploymentOfTheShop) &&
            write(u"base/kustomization.yaml"_s, "resources: [web.yaml]\n"));
    m_fixture = std::make_unique<tests::WindowFixture>(
        std::function<tests::TransportPointer(tests::TransportPointer)>(), folder.path().toStdString());
    QVERIFY(m_fixture->open("healthy"));
    const auto web = [this] {
        const auto *component = m_fixture->window().session()->component("web");
        return component != nullptr ? component->health : cluster::Health();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(web().state == cluster::HealthState::Degraded, web().reason.c_str(), patience);
    QCOMPARE(web().reason,
             std::string("ConfigMap shop/settings, key TOKEN of Secret shop/web are missing: it could not "
                         "start when deployed"));
    tests::picture(m_fixture->window(), u"missing-key-picture"_s);

    m_fixture->action("plan").trigger();
    auto *message = m_fixture->find<QLabel>("deployMessage");
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(u"key TOKEN of Secret shop/web"_s), qPrintable(message->text()),
                              patience);
    QTRY_VERIFY_WITH_TIMEOUT(message->text().contains(u"ConfigMap shop/settings is missing"_s), patience);
    QCOMPARE(message->palette().color(QPalette::WindowText), widgets::Theme::colors().bad);
    tests::picture(m_fixture->window(), u"missing-key-plan"_s);

    for (const core::Json &object :
         {core::Json{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}},
          core::Json{{"apiVersion", "v1"},
                     {"kind", "Secret"},
                     {"metadata", {{"name", "web"}, {"namespace", "shop"}}},
                     {"data", {{"TOKEN", operations::toBase64("t")}}}},
          core::Json{{"apiVersion", "v1"},
                     {"kind", "ConfigMap"},
                     {"metadata", {{"name", "settings"}, {"namespace", "shop"}}},
                     {"data", {{"A", "b"}}}}})
        (void)done(client().create(object));
    QTRY_VERIFY_WITH_TIMEOUT(web().state == cluster::HealthState::Missing, patience);
}

QTEST_MAIN(SecretFormsTest)
#include "SecretFormsTest.moc"
