// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/SecretCreateDialog.h"

#include "operations/Certificates.h"
#include "operations/DeployPlan.h"
#include "widgets/common/CommandBox.h"
#include "widgets/secrets/GenerateDialog.h"
#include "widgets/secrets/SecretFiles.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

enum Type { Opaque, Tls, Registry, BasicAuth, SshAuth, ConfigMap };

} // namespace

SecretCreateDialog::SecretCreateDialog(DeployController::Environment environment, const QStringList &nameSpaces,
                                       QWidget *parent)
    : QDialog(parent),
      m_environment(std::move(environment)),
      m_nameSpace(new QComboBox(this)),
      m_name(new QLineEdit(this)),
      m_type(new QComboBox(this)),
      m_fieldArea(new QWidget(this)),
      m_fieldLayout(new QFormLayout(m_fieldArea)),
      m_more(new QPushButton(tr("&Another key"), this)),
      m_immutable(new QCheckBox(tr("&Immutable: no key of it can ever be changed"), this)),
      m_status(new QLabel(this)),
      m_kubectl(new CommandBox({}, this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    m_nameSpace->addItems(nameSpaces);
    m_nameSpace->setEditable(true);
    m_type->addItems({tr("Values of your own (Opaque)"), tr("TLS certificate and key"), tr("Registry login"),
                      tr("User and password (basic-auth)"), tr("SSH key"), tr("Config map (not secret)")});
    build();
    showType();
}

SecretCreateDialog::~SecretCreateDialog()
{
    for (const auto &field : m_fields) {
        if (field.line != nullptr)
            field.line->clear();
    }
}

void SecretCreateDialog::build()
{
    setObjectName(QStringLiteral("secretCreateDialog"));
    setWindowTitle(tr("New Secret or config map"));
    setMinimumSize(640, 560);
    m_nameSpace->setObjectName(QStringLiteral("createNamespace"));
    m_name->setObjectName(QStringLiteral("createName"));
    m_type->setObjectName(QStringLiteral("createType"));
    m_more->setObjectName(QStringLiteral("createMore"));
    m_status->setObjectName(QStringLiteral("createStatus"));
    m_status->setWordWrap(true);
    m_status->setTextFormat(Qt::PlainText);
    m_more->setAutoDefault(false);
    auto *head = new QFormLayout;
    head->setSpacing(12);
    head->addRow(tr("Na&mespace"), m_nameSpace);
    head->addRow(tr("&Name"), m_name);
    head->addRow(tr("&Type"), m_type);
    m_captionWidth = head->labelForField(m_nameSpace)->sizeHint().width();
    m_fieldLayout->setContentsMargins(0, 0, 0, 0);
    m_fieldLayout->setSpacing(12);
    m_fieldLayout->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(m_fieldArea);
    m_kubectl->setMaximumHeight(88);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_create = buttons->addButton(tr("C&reate"), QDialogButtonBox::ApplyRole);
    m_create->setObjectName(QStringLiteral("createAccept"));
    m_create->setDefault(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_more, 0, Qt::AlignLeft);
    layout->addWidget(m_immutable);
    layout->addWidget(m_status);
    layout->addWidget(m_kubectl);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_create, &QPushButton::clicked, this, &SecretCreateDialog::create);
    connect(m_type, &QComboBox::currentIndexChanged, this, &SecretCreateDialog::showType);
    connect(m_more, &QPushButton::clicked, this, &SecretCreateDialog::addOwnField);
    connect(m_name, &QLineEdit::textChanged, this, &SecretCreateDialog::validate);
    connect(m_nameSpace, &QComboBox::currentTextChanged, this, &SecretCreateDialog::validate);
    connect(m_immutable, &QCheckBox::toggled, this, &SecretCreateDialog::validate);
    m_name->setFocus();
}

void SecretCreateDialog::showType()
{
    m_fields.clear();
    while (m_fieldLayout->rowCount() > 0)
        m_fieldLayout->removeRow(0);
    const int type = m_type->currentIndex();
    m_more->setVisible(type == Opaque || type == ConfigMap);
    switch (type) {
    case Tls:
        addField(QStringLiteral("tls.crt"), tr("&Certificate, then those that issued it (PEM)"), true, false);
        addField(QStringLiteral("tls.key"), tr("&Key of the certificate (PEM)"), true, true);
        break;
    case Registry:
        addField(QStringLiteral("server"), tr("&Server"), false, false);
        addField(QStringLiteral("user"), tr("&User"), false, false);
        addField(QStringLiteral("password"), tr("&Password"), false, true);
        break;
    case BasicAuth:
        addField(QStringLiteral("username"), tr("&User"), false, false);
        addField(QStringLiteral("password"), tr("&Password"), false, true);
        break;
    case SshAuth:
        addField(QStringLiteral("ssh-privatekey"), tr("Private &key"), true, true);
        break;
    default:
        addOwnField();
    }
    validate();
}

void SecretCreateDialog::addField(const QString &key, const QString &label, bool several, bool hidden)
{
    Field field;
    field.key = key;
    auto *row = new QWidget(m_fieldArea);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    if (key.isEmpty()) {
        field.name = new QLineEdit(row);
        field.name->setPlaceholderText(tr("Key"));
        field.name->setAccessibleName(tr("Key %1").arg(m_fields.size() + 1));
        field.name->setObjectName(QStringLiteral("createKey%1").arg(m_fields.size()));
        layout->addWidget(field.name, 1);
        connect(field.name, &QLineEdit::textChanged, this, &SecretCreateDialog::validate);
    }
    const QString name = QStringLiteral("createValue-%1").arg(key.isEmpty() ? QString::number(m_fields.size()) : key);
    field.button = new QPushButton(several ? tr("Import…") : tr("Generate…"), row);
    field.button->setAutoDefault(false);
    if (several) {
        field.text = new QPlainTextEdit(row);
        field.text->setObjectName(name);
        field.text->setAccessibleName(QString(label).remove(QLatin1Char('&')));
        field.text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        field.text->setTabChangesFocus(true);
        field.text->setUndoRedoEnabled(false);
        field.text->setMinimumHeight(72);
        layout->addWidget(field.text, 2);
        connect(field.text, &QPlainTextEdit::textChanged, this, &SecretCreateDialog::validate);
        connect(field.button, &QPushButton::clicked, this, [this, text = field.text] {
            auto *dialog = new QFileDialog(this, tr("Import a value"));
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            connect(dialog, &QFileDialog::fileSelected, text, [this, text](const QString &path) {
                const auto bytes = readSecretFile(path);
                if (bytes)
                    text->setPlainText(toQt(bytes->reveal()));
                else
                    say(tr("✕ %1").arg(toQt(bytes.error().describe())), true);
            });
            dialog->open();
        });
    } else {
        field.line = new QLineEdit(row);
        field.line->setObjectName(name);
        field.line->setAccessibleName(key.isEmpty() ? tr("Value %1").arg(m_fields.size() + 1)
                                                    : QString(label).remove(QLatin1Char('&')));
        field.line->setEchoMode(hidden ? QLineEdit::Password : QLineEdit::Normal);
        layout->addWidget(field.line, 2);
        connect(field.line, &QLineEdit::textChanged, this, &SecretCreateDialog::validate);
        field.button->setVisible(hidden);
        field.button->setObjectName(QStringLiteral("createGenerate%1").arg(m_fields.size()));
        connect(field.button, &QPushButton::clicked, this, [this, line = field.line, named = field.name != nullptr] {
            const auto offer = named ? GenerateDialog::Offer::TextAndKeyPairs : GenerateDialog::Offer::Text;
            auto *dialog = new GenerateDialog(*m_environment.random, offer, this);
            connect(dialog, &GenerateDialog::generated, line,
                    [this, line](const QByteArray &value, const QByteArray &publicKey) {
                        line->setText(QString::fromUtf8(value));
                        if (!publicKey.isEmpty())
                            addPublicKey(line, publicKey);
                    });
            dialog->open();
        });
    }
    layout->addWidget(field.button);
    if (label.isEmpty()) {
        m_fieldLayout->addRow(row);
    } else {
        auto *caption = new QLabel(label, m_fieldArea);
        caption->setMinimumWidth(m_captionWidth); // in line with what is above
        caption->setBuddy(several ? static_cast<QWidget *>(field.text) : field.line);
        m_fieldLayout->addRow(caption, row);
    }
    m_fields.push_back(field);
}

void SecretCreateDialog::addOwnField()
{
    addField({}, {}, false, m_type->currentIndex() != ConfigMap);
    m_fields.back().name->setFocus();
    validate();
}

void SecretCreateDialog::addPublicKey(const QLineEdit *privateKey, const QByteArray &publicKey)
{
    const auto of =
        std::find_if(m_fields.begin(), m_fields.end(), [&](const Field &field) { return field.line == privateKey; });
    if (of == m_fields.end() || of->name == nullptr)
        return;
    const QString key = of->name->text() + QStringLiteral(".pub");
    addOwnField();
    m_fields.back().name->setText(key);
    m_fields.back().line->setText(QString::fromUtf8(publicKey));
}

QString SecretCreateDialog::repeatedKey() const
{
    QStringList keys;
    for (const auto &field : m_fields) {
        const QString key = field.name != nullptr ? field.name->text() : QString();
        if (!key.isEmpty() && keys.contains(key))
            return key;
        keys << key;
    }
    return {};
}

kube::ObjectKey SecretCreateDialog::object() const
{
    return {{"", m_type->currentIndex() == ConfigMap ? "ConfigMap" : "Secret"},
            core::Namespace(m_nameSpace->currentText().toStdString()),
            m_name->text().toStdString()};
}

std::string SecretCreateDialog::type() const
{
    switch (m_type->currentIndex()) {
    case Tls:
        return operations::tlsType;
    case Registry:
        return operations::dockerType;
    case BasicAuth:
        return operations::basicAuthType;
    case SshAuth:
        return operations::sshAuthType;
    default:
        return operations::opaqueType;
    }
}

operations::SecretContent SecretCreateDialog::content() const
{
    operations::SecretContent content;
    for (const auto &field : m_fields) {
        const QString key = field.name != nullptr ? field.name->text() : field.key;
        const QString value = field.text != nullptr ? field.text->toPlainText() : field.line->text();
        if (!key.isEmpty() || !value.isEmpty())
            content.insert_or_assign(key.toStdString(), core::SecretString(value.toStdString()));
    }
    if (m_type->currentIndex() != Registry)
        return content;
    operations::SecretContent config;
    config.emplace(".dockerconfigjson",
                   operations::dockerConfig(std::string(content["server"].reveal()),
                                            std::string(content["user"].reveal()), content["password"]));
    return config;
}

core::Result<runbook::Plan> SecretCreateDialog::plan(operations::SecretValues &values) const
{
    if (m_name->text().isEmpty() || m_nameSpace->currentText().isEmpty())
        return core::fail(core::ErrorKind::Usage, tr("it needs a namespace and a name").toStdString());
    if (m_type->currentIndex() == Registry) {
        for (const auto &field : m_fields) {
            if (field.line->text().isEmpty())
                return core::fail(core::ErrorKind::Usage, tr("server, user and password are needed").toStdString());
        }
    }
    if (const QString key = repeatedKey(); !key.isEmpty())
        return core::fail(core::ErrorKind::Usage, tr("the key %1 is there twice").arg(key).toStdString());
    auto entries = content();
    if (m_type->currentIndex() == ConfigMap) {
        std::vector<operations::KeyChange> changes;
        for (auto &[key, value] : entries)
            changes.push_back({key, std::move(value)});
        return operations::configMapCreatePlan(object(), changes, m_immutable->isChecked(), m_environment.target,
                                               *m_environment.clock, *m_environment.random);
    }
    return operations::secretCreatePlan({object(), type(), std::move(entries), m_immutable->isChecked()}, values,
                                        m_environment.target, *m_environment.clock, *m_environment.random);
}

void SecretCreateDialog::validate()
{
    if (m_session)
        return;
    operations::SecretValues values;
    const auto made = plan(values);
    m_create->setEnabled(bool(made));
    QStringList commands;
    if (made) {
        for (const auto &[step, lines] : operations::kubectlEquivalents(*made)) {
            for (const auto &line : lines)
                commands << toQt(line);
        }
    }
    m_kubectl->setCommands(commands.join(QLatin1Char('\n')));
    if (!made) {
        say(tr("✕ Not yet: %1.").arg(toQt(made.error().message)), false);
        return;
    }
    QStringList lines{tr("✓ This can be made. Nothing has been written yet.")};
    const auto entries = content();
    if (const auto found = entries.find("tls.crt"); found != entries.end()) {
        if (const auto chain = operations::readCertificates(found->second.reveal())) {
            for (const auto &certificate : *chain)
                lines << tr("Certificate of %1").arg(toQt(operations::describe(certificate)));
        }
    }
    const auto warnings = operations::secretWarnings(type(), entries, m_environment.clock->now());
    for (const auto &warning : warnings)
        lines << QStringLiteral("⚠ ") + toQt(warning);
    say(lines.join(QLatin1Char('\n')), !warnings.empty());
}

void SecretCreateDialog::say(const QString &text, bool alarm)
{
    m_status->setText(text);
    m_status->setStyleSheet(alarm ? QStringLiteral("color: %1").arg(Theme::colors().bad.name()) : QString());
}

void SecretCreateDialog::create()
{
    operations::SecretValues values;
    auto made = plan(values);
    if (!made || m_session)
        return;
    m_create->setEnabled(false);
    m_session = std::make_unique<operations::RunbookSession>(
        m_environment.client, *m_environment.clock, *m_environment.random, m_environment.journal, m_environment.store);
    connect(m_session.get(), &operations::RunbookSession::finished, this, &SecretCreateDialog::finished,
            Qt::QueuedConnection); // the session must not die in its own signal
    const QString title = toQt(made->title);
    say(title, false);
    emit progressed(title);
    m_session->start(std::make_shared<const runbook::Plan>(std::move(*made)), std::move(values));
}

void SecretCreateDialog::finished()
{
    const auto error = m_session->error();
    m_session.reset();
    const QString text = error ? tr("✕ %1").arg(toQt(error->describe()))
                               : tr("✓ %1 was made. The journal has it.").arg(toQt(object().describe()));
    emit ended(text, bool(error));
    m_create->setEnabled(true);
    say(text, bool(error));
    if (error)
        return;
    emit created(object());
    accept();
}

} // namespace binnacle::widgets
