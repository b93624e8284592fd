// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/ValueEditor.h"

#include "operations/ConfigData.h"
#include "widgets/theme/Text.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

ValueEditor::ValueEditor(bool hides, QWidget *parent)
    : QWidget(parent),
      m_hides(hides),
      m_title(new QLabel(this)),
      m_text(new QPlainTextEdit(this)),
      m_reveal(new QPushButton(tr("Re&veal"), this)),
      m_replace(new QPushButton(tr("&New value"), this)),
      m_generate(new QPushButton(tr("Gene&rate…"), this)),
      m_import(new QPushButton(tr("Im&port…"), this)),
      m_export(new QPushButton(tr("E&xport…"), this)),
      m_copy(new QPushButton(tr("C&opy"), this))
{
    build();
    m_timer.setSingleShot(true);
    m_timer.setInterval(shownFor);
    connect(&m_timer, &QTimer::timeout, this, &ValueEditor::hideValue);
    connect(m_reveal, &QPushButton::clicked, this, [this] {
        if (m_shown)
            hideValue();
        else
            reveal();
    });
    connect(m_replace, &QPushButton::clicked, this, &ValueEditor::replace);
    connect(m_generate, &QPushButton::clicked, this, &ValueEditor::generateWanted);
    connect(m_import, &QPushButton::clicked, this, &ValueEditor::importWanted);
    connect(m_export, &QPushButton::clicked, this, &ValueEditor::exportWanted);
    connect(m_copy, &QPushButton::clicked, this, &ValueEditor::copyWanted);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (m_text->isReadOnly())
            return;
        if (m_hides)
            m_timer.start();
        const QByteArray typed = m_text->toPlainText().toUtf8();
        m_value = core::SecretString(typed.toStdString());
        emit edited(typed);
    });
    refresh();
}

ValueEditor::~ValueEditor()
{
    hideValue();
}

void ValueEditor::build()
{
    m_text->setObjectName(QStringLiteral("valueText"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setTabChangesFocus(true);
    m_text->setUndoRedoEnabled(false); // no copies of values
    m_text->setMinimumHeight(96);
    m_reveal->setObjectName(QStringLiteral("valueReveal"));
    m_replace->setObjectName(QStringLiteral("valueReplace"));
    m_generate->setObjectName(QStringLiteral("valueGenerate"));
    m_import->setObjectName(QStringLiteral("valueImport"));
    m_export->setObjectName(QStringLiteral("valueExport"));
    m_copy->setObjectName(QStringLiteral("valueCopy"));
    m_reveal->setToolTip(tr("Shows the value for half a minute"));
    m_copy->setToolTip(tr("Copies the value; the clipboard is emptied after half a minute"));
    m_title->setBuddy(m_text);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (auto *button : {m_reveal, m_replace, m_generate, m_import, m_export, m_copy}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_text, 1);
    layout->addLayout(buttons);
}

void ValueEditor::setValue(const QString &key, const core::SecretString *value)
{
    const bool same = m_present && value != nullptr && m_title->property("key").toString() == key &&
                      m_value.reveal() == value->reveal();
    if (same)
        return; // what is being typed stays as it is
    m_present = value != nullptr;
    m_value = value != nullptr ? value->clone() : core::SecretString();
    m_binary = !operations::isText(m_value.reveal());
    m_title->setProperty("key", key);
    m_title->setText(m_present ? tr("Value of %1").arg(key) : tr("Select a key, or add one."));
    m_text->setAccessibleName(m_title->text());
    m_shown = !m_hides && m_present && !m_binary;
    refresh();
}

void ValueEditor::refresh()
{
    if (m_shown)
        showText(toQt(m_value.reveal()), true);
    else
        showText({}, false);
    m_text->setPlaceholderText(!m_present ? QString()
                               : m_binary ? tr("Not text: %n byte(s). Export or import it.", nullptr,
                                               static_cast<int>(m_value.reveal().size()))
                               : m_value.isEmpty() && m_shown ? tr("Empty")
                               : m_fixed                      ? tr("Hidden: reveal it.")
                                                              : tr("Hidden: reveal it, or type a new value."));
    m_reveal->setText(m_shown ? tr("&Hide") : tr("Re&veal"));
    m_reveal->setVisible(m_hides);
    m_reveal->setEnabled(m_present && !m_binary);
    m_replace->setVisible(m_hides);
    m_replace->setEnabled(m_present && !m_fixed);
    for (auto *button : {m_generate, m_import})
        button->setEnabled(m_present && !m_fixed);
    m_export->setEnabled(m_present);
    m_copy->setEnabled(m_present && !m_binary);
}

void ValueEditor::showText(const QString &text, bool editable)
{
    const QSignalBlocker quiet(m_text);
    m_text->setReadOnly(!editable || m_fixed);
    m_text->setPlainText(text);
}

void ValueEditor::reveal()
{
    m_shown = true;
    m_timer.start();
    refresh();
    m_text->setFocus();
}

void ValueEditor::replace()
{
    m_binary = false;
    m_shown = true;
    m_timer.start();
    m_value = core::SecretString();
    refresh();
    m_text->setFocus();
}

void ValueEditor::hideValue()
{
    m_timer.stop();
    if (!m_hides || !m_shown)
        return;
    m_shown = false;
    refresh();
}

bool ValueEditor::event(QEvent *event)
{
    if (event->type() == QEvent::WindowDeactivate || event->type() == QEvent::Hide)
        hideValue();
    return QWidget::event(event);
}

} // namespace binnacle::widgets
