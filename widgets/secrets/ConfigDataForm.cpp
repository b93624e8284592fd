// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/ConfigDataForm.h"

#include "core/FieldPath.h"
#include "core/WhenFinished.h"
#include "operations/Certificates.h"
#include "widgets/common/Background.h"
#include "widgets/secrets/GenerateDialog.h"
#include "widgets/secrets/ReadersView.h"
#include "widgets/secrets/SecretClipboard.h"
#include "widgets/secrets/SecretFiles.h"
#include "widgets/secrets/ValueEditor.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTabWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::widgets {

namespace {

enum Column { Name, Size, State };

core::SecretString secretOf(const QByteArray &bytes)
{
    return core::SecretString(std::string(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

const operations::ConfigEntry *entryOf(const std::vector<operations::ConfigEntry> &entries, const std::string &key)
{
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const auto &entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

} // namespace

ConfigDataForm::ConfigDataForm(operations::EditSession &session, Context context, QWidget *parent)
    : Form(session, parent),
      m_context(std::move(context)),
      m_keys(new QTreeWidget(this)),
      m_newKey(new QLineEdit(this)),
      m_add(new QPushButton(tr("A&dd"), this)),
      m_remove(new QPushButton(tr("Re&move"), this)),
      m_rename(new QPushButton(tr("Renam&e"), this)),
      m_content(new QLabel(this)),
      m_editor(new ValueEditor(isSecret(), this)),
      m_readersView(new ReadersView(this)),
      m_restart(new QCheckBox(tr("&Then restart what reads the keys only when it starts"), this)),
      m_keep(new QCheckBox(tr("&Keep the former values in the cluster, for undo"), this)),
      m_clipboard(new SecretClipboard(this))
{
    auto *tabs = new QTabWidget(this);
    tabs->addTab(buildKeys(), tr("Keys"));
    tabs->addTab(m_readersView, tr("Used &by"));
    tabs->setMinimumHeight(264);
    m_content->setObjectName(QStringLiteral("configContent"));
    m_content->setWordWrap(true);
    m_content->setTextFormat(Qt::PlainText);
    m_restart->setObjectName(QStringLiteral("configRestart"));
    m_keep->setObjectName(QStringLiteral("configKeep"));
    m_keep->setChecked(true);
    m_keep->setVisible(isSecret());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(tabs, 1);
    layout->addWidget(m_content);
    layout->addWidget(m_restart);
    layout->addWidget(m_keep);
    for (auto *box : {m_restart, m_keep})
        connect(box, &QCheckBox::toggled, this, &Form::stateChanged);
    connect(m_readersView, &ReadersView::restartWanted, this, &ConfigDataForm::restartWanted);
    connect(m_keys, &QTreeWidget::currentItemChanged, this, &ConfigDataForm::showSelected);
    connect(m_add, &QPushButton::clicked, this, &ConfigDataForm::addKey);
    connect(m_remove, &QPushButton::clicked, this, &ConfigDataForm::removeKey);
    connect(m_rename, &QPushButton::clicked, this, &ConfigDataForm::renameKey);
    connect(m_newKey, &QLineEdit::textChanged, this, &ConfigDataForm::showSelected);
    connect(m_editor, &ValueEditor::edited, this,
            [this](const QByteArray &value) { setKey(selectedKey(), secretOf(value)); });
    connect(m_editor, &ValueEditor::generateWanted, this, &ConfigDataForm::generate);
    connect(m_editor, &ValueEditor::importWanted, this, &ConfigDataForm::importFile);
    connect(m_editor, &ValueEditor::exportWanted, this, &ConfigDataForm::exportFile);
    connect(m_editor, &ValueEditor::copyWanted, this, [this] {
        const auto entries = operations::configEntries(this->session().edited());
        if (const auto *entry = entryOf(entries, selectedKey()))
            m_clipboard->copy(entry->value);
    });
    showSelected();
}

ConfigDataForm::~ConfigDataForm() = default;

QWidget *ConfigDataForm::firstField() const
{
    return m_keys;
}

bool ConfigDataForm::eventFilter(QObject *watched, QEvent *event)
{
    // Return in the name of a new key means that key, not the dialog's button.
    if (watched == m_newKey && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            if (m_add->isEnabled())
                addKey();
            return true;
        }
    }
    return Form::eventFilter(watched, event);
}

QWidget *ConfigDataForm::buildKeys()
{
    m_keys->setObjectName(QStringLiteral("configKeys"));
    m_keys->setAccessibleName(tr("Keys"));
    m_keys->setHeaderLabels({tr("Key"), tr("Bytes"), tr("Change")});
    m_keys->setRootIsDecorated(false);
    m_keys->header()->setStretchLastSection(false);
    m_keys->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_keys->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_newKey->setObjectName(QStringLiteral("configNewKey"));
    m_newKey->setPlaceholderText(tr("Name of a key"));
    m_newKey->installEventFilter(this);
    m_newKey->setAccessibleName(tr("Name of the new key"));
    m_add->setObjectName(QStringLiteral("configAdd"));
    m_remove->setObjectName(QStringLiteral("configRemove"));
    m_rename->setObjectName(QStringLiteral("configRename"));
    m_rename->setToolTip(tr("Gives the selected key the name that is typed above"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (auto *button : {m_add, m_rename, m_remove}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    auto *left = new QWidget(this);
    auto *leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(8);
    leftLayout->addWidget(m_keys, 1);
    leftLayout->addWidget(m_newKey);
    leftLayout->addLayout(buttons);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setContentsMargins(8, 8, 8, 8);
    splitter->setHandleWidth(16);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(m_editor);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    splitter->setSizes({2000, 3000}); // scaled to what there is: keys have long names
    return splitter;
}

bool ConfigDataForm::isSecret() const
{
    return session().object().kind == core::GroupKind{"", "Secret"};
}

std::string ConfigDataForm::selectedKey() const
{
    const auto *item = m_keys->currentItem();
    return item != nullptr ? item->data(Name, Qt::UserRole).toString().toStdString() : std::string();
}

std::vector<std::string> ConfigDataForm::changedKeys() const
{
    std::set<std::string> keys;
    for (const auto &field : session().edit().fields)
        keys.insert(field.path.substr(field.path.rfind('/') + 1));
    return {keys.begin(), keys.end()};
}

std::vector<kube::ObjectKey> ConfigDataForm::restarts() const
{
    return m_restart->isChecked() ? m_readers.toRestart(changedKeys()) : std::vector<kube::ObjectKey>();
}

QString ConfigDataForm::planTitle() const
{
    QStringList keys;
    for (const auto &key : changedKeys())
        keys << toQt(key);
    return tr("Change %1 of %2").arg(keys.join(QStringLiteral(", ")), toQt(session().object().describe()));
}

core::Result<runbook::Plan> ConfigDataForm::plan(const FormContext &context, operations::SecretValues &secrets) const
{
    if (!isSecret()) {
        auto made = Form::plan(context, secrets);
        if (made)
            operations::appendRestart(*made, restarts(), context.clock);
        return made;
    }
    operations::SecretEdit edit;
    operations::takeApart(session().object(), session().edit(), edit, secrets);
    edit.keepsFormer = m_keep->isChecked() && m_wayBack.isOpen;
    if (edit.keepsFormer)
        edit.outdated = m_wayBack.outdated;
    edit.restarts = restarts();
    return operations::secretEditPlan(planTitle().toStdString(), edit, context.target, context.clock, context.random);
}

QStringList ConfigDataForm::warnings() const
{
    QStringList lines;
    const auto changed = changedKeys();
    if (!m_restart->isChecked() && !changed.empty()) {
        for (const auto &workload : m_readers.toRestart(changed))
            lines << tr("%1 keeps the old value until it is restarted.").arg(toQt(workload.describe()));
    }
    if (isSecret() && !changed.empty()) {
        if (!m_wayBack.isOpen)
            lines << tr("There will be no way back: %1.").arg(toQt(m_wayBack.whyNot));
        else if (!m_keep->isChecked())
            lines << tr("There will be no way back: the former values are not kept.");
    }
    return lines;
}

void ConfigDataForm::showValues()
{
    m_editor->hideValue();
    fillKeys();
    askServer();
    emit stateChanged();
}

void ConfigDataForm::fillKeys()
{
    const std::string selected = selectedKey();
    const auto before = operations::configEntries(session().base());
    const auto after = operations::configEntries(session().edited());
    std::set<std::string> names;
    for (const auto *entries : {&before, &after}) {
        for (const auto &entry : *entries)
            names.insert(entry.key);
    }
    {
        const QSignalBlocker quiet(m_keys);
        m_keys->clear();
        for (const auto &name : names) {
            const auto *was = entryOf(before, name);
            const auto *now = entryOf(after, name);
            const QString state = now == nullptr                               ? tr("removed")
                                  : was == nullptr                             ? tr("new")
                                  : was->value.reveal() != now->value.reveal() ? tr("changed")
                                                                               : QString();
            const auto bytes = (now != nullptr ? now : was)->value.reveal().size();
            auto *item = new QTreeWidgetItem(m_keys, QStringList{toQt(name), QString::number(bytes), state});
            item->setData(Name, Qt::UserRole, toQt(name));
            item->setTextAlignment(Size, Qt::AlignRight);
            if (now == nullptr) {
                auto font = item->font(Name);
                font.setStrikeOut(true);
                item->setFont(Name, font);
            }
        }
    }
    select(selected);
    showContent();
}

void ConfigDataForm::select(const std::string &key)
{
    {
        // Only once: a value that was being typed would be hidden by another key in between.
        const QSignalBlocker quiet(m_keys);
        const auto same = m_keys->findItems(toQt(key), Qt::MatchExactly | Qt::MatchCaseSensitive, Name);
        m_keys->setCurrentItem(same.isEmpty() ? m_keys->topLevelItem(0) : same.front());
    }
    showSelected();
}

void ConfigDataForm::showSelected()
{
    const auto key = selectedKey();
    const auto entries = operations::configEntries(session().edited());
    const auto *entry = entryOf(entries, key);
    const bool isFixed = session().base().is_object() && session().base().value("immutable", false);
    m_editor->setFixed(isFixed);
    m_editor->setValue(toQt(key), entry != nullptr ? &entry->value : nullptr);
    m_newKey->setEnabled(!isFixed);
    const auto typed = m_newKey->text().toStdString();
    const bool fits = !isFixed && bool(operations::checkConfigKey(typed)) && entryOf(entries, typed) == nullptr;
    m_add->setEnabled(fits);
    m_rename->setEnabled(fits && entry != nullptr);
    m_remove->setEnabled(entry != nullptr && !isFixed);
    if (!fits && !typed.empty()) {
        const auto valid = operations::checkConfigKey(typed);
        m_add->setToolTip(valid ? tr("There is a key of this name already.") : toQt(valid.error().describe()));
    } else {
        m_add->setToolTip(typed.empty() ? tr("Type the name of the new key first.") : QString());
    }
}

void ConfigDataForm::showContent()
{
    m_problem.clear();
    QStringList lines;
    const auto &edited = session().edited();
    if (const auto fits = operations::checkConfigObject(session().base(), edited); edited.is_object() && !fits)
        m_problem = tr("%1. Next: %2.").arg(toQt(fits.error().message), toQt(fits.error().next));
    bool alarm = false;
    if (isSecret() && edited.is_object()) {
        const auto type = edited.value("type", std::string());
        const auto content = operations::contentOf(edited);
        if (const auto fits = operations::checkSecretContent(type, content); m_problem.isEmpty() && !fits)
            m_problem = tr("%1. Next: %2.").arg(toQt(fits.error().message), toQt(fits.error().next));
        const auto certificate = content.find("tls.crt");
        const auto chain = certificate == content.end() ? std::vector<operations::CertificateInfo>()
                                                        : operations::readCertificates(certificate->second.reveal());
        if (chain) {
            for (const auto &info : *chain)
                lines << tr("Certificate of %1").arg(toQt(operations::describe(info)));
        }
        if (const auto config = content.find(".dockerconfigjson"); config != content.end()) {
            for (const auto &registry : operations::registriesOf(config->second))
                lines << tr("Registry %1").arg(toQt(registry));
        }
        for (const auto &warning : operations::secretWarnings(type, content, m_context.clock->now())) {
            lines << QStringLiteral("⚠ ") + toQt(warning);
            alarm = true;
        }
    }
    if (!m_problem.isEmpty())
        lines << QStringLiteral("✕ ") + m_problem;
    if (!m_notice.isEmpty())
        lines << m_notice;
    m_content->setText(lines.join(QLatin1Char('\n')));
    m_content->setVisible(!lines.isEmpty());
    m_content->setStyleSheet(alarm || !m_problem.isEmpty() ? QStringLiteral("color: %1").arg(Theme::colors().bad.name())
                                                           : QString());
}

QStringList ConfigDataForm::showProblems(const std::vector<operations::FieldProblem> &problems)
{
    QStringList lines;
    for (const auto &problem : problems)
        lines << toQt(problem.text);
    return lines;
}

bool ConfigDataForm::isUnreadable() const
{
    return !m_problem.isEmpty();
}

void ConfigDataForm::setKey(const std::string &key, const std::optional<core::SecretString> &value)
{
    if (key.empty())
        return;
    const auto &kind = session().object().kind;
    const std::string path = operations::configPath(kind, key, value ? value->reveal() : std::string_view());
    const auto entries = operations::configEntries(session().edited());
    if (const auto *entry = entryOf(entries, key); entry != nullptr && (!value || entry->path != path))
        (void)session().set(entry->path, nullptr);
    if (value) {
        if (const auto set = session().set(path, operations::encodedConfig(kind, value->reveal())); !set)
            m_notice = toQt(set.error().message);
    }
    fillKeys();
    emit stateChanged();
}

void ConfigDataForm::addKey()
{
    const auto key = m_newKey->text().toStdString();
    setKey(key, core::SecretString());
    m_newKey->clear();
    select(key);
    m_editor->setFocus();
}

void ConfigDataForm::removeKey()
{
    setKey(selectedKey(), std::nullopt);
}

void ConfigDataForm::renameKey()
{
    const auto from = selectedKey();
    const auto to = m_newKey->text().toStdString();
    const auto entries = operations::configEntries(session().edited());
    const auto *entry = entryOf(entries, from);
    if (entry == nullptr)
        return;
    setKey(to, entry->value.clone());
    setKey(from, std::nullopt);
    m_newKey->clear();
    select(to);
}

void ConfigDataForm::generate()
{
    auto *dialog = new GenerateDialog(*m_context.random, GenerateDialog::Offer::TextAndKeyPairs, this);
    connect(dialog, &GenerateDialog::generated, this,
            [this, key = selectedKey()](const QByteArray &value, const QByteArray &publicKey) {
                setKey(key, secretOf(value));
                if (!publicKey.isEmpty())
                    setKey(key + ".pub", secretOf(publicKey));
                select(key);
            });
    dialog->open();
}

void ConfigDataForm::importFile()
{
    auto *dialog = new QFileDialog(this, tr("Import a value"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, key = selectedKey()](const QString &path) {
        auto bytes = readSecretFile(path);
        m_notice = bytes ? QString() : tr("✕ %1").arg(toQt(bytes.error().describe()));
        if (bytes)
            setKey(key, std::move(*bytes));
        showContent();
    });
    dialog->open();
}

void ConfigDataForm::exportFile()
{
    auto *dialog = new QFileDialog(this, tr("Export the value"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(toQt(selectedKey()));
    connect(dialog, &QFileDialog::fileSelected, this, [this, key = selectedKey()](const QString &path) {
        const auto entries = operations::configEntries(session().edited());
        const auto *entry = entryOf(entries, key);
        if (entry == nullptr)
            return;
        const auto written = writeSecretFile(path, entry->value);
        m_notice = written ? tr("✓ %1 was written; only you can read it.").arg(path)
                           : tr("✕ %1").arg(toQt(written.error().describe()));
        showContent();
    });
    dialog->open();
}

void ConfigDataForm::askServer()
{
    if (!session().base().is_object())
        return;
    const int question = ++m_question;
    const auto known = inBackground([context = m_context, object = session().object()] {
        const auto journal = runbook::Journal::open(context.journal, *context.clock);
        return core::Result<stack::KnownWrites>(journal ? operations::knownWrites(**journal, context.target, object)
                                                        : stack::KnownWrites());
    });
    core::whenFinished(known, this, [this, question](const core::Result<stack::KnownWrites> &writes) {
        if (question == m_question)
            askReaders(writes ? *writes : stack::KnownWrites());
    });
    if (!isSecret())
        return;
    core::whenFinished(operations::wayBackOf(m_context.client, session().base(), m_context.target), this,
                       [this, question](const core::Result<operations::WayBack> &back) {
                           if (question != m_question)
                               return;
                           m_wayBack = back ? *back : operations::WayBack{false, back.error().message, {}};
                           m_keep->setEnabled(m_wayBack.isOpen);
                           emit stateChanged();
                       });
}

void ConfigDataForm::askReaders(const stack::KnownWrites &known)
{
    core::whenFinished(operations::configReaders(m_context.client, session().object(), {}, known), this,
                       [this, question = m_question](const core::Result<operations::ConfigReaders> &readers) {
                           if (question != m_question)
                               return;
                           m_readers = readers ? *readers : operations::ConfigReaders();
                           m_readersView->setReaders(readers);
                           m_restart->setEnabled(!m_readers.toRestart().empty());
                           emit stateChanged();
                       });
}

} // namespace binnacle::widgets
