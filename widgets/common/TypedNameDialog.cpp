// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/TypedNameDialog.h"

#include "widgets/common/CommandBox.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace binnacle::widgets {

TypedNameDialog::TypedNameDialog(const Text &text, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("typedNameDialog"));
    setWindowTitle(text.title);
    setMinimumWidth(520);

    auto *consequence = new QLabel(text.consequence, this);
    consequence->setWordWrap(true);
    auto *place = new QLabel(text.place, this);
    place->setWordWrap(true);
    auto *prompt = new QLabel(tr("Type %1 to go on:").arg(text.name), this);
    auto *typed = new QLineEdit(this);
    typed->setObjectName(QStringLiteral("typedName"));
    typed->setAccessibleName(prompt->text());
    prompt->setBuddy(typed);

    auto *buttons = new QDialogButtonBox(this);
    auto *go = buttons->addButton(text.action, QDialogButtonBox::DestructiveRole);
    go->setObjectName(QStringLiteral("destroyButton"));
    go->setEnabled(false);
    auto *cancel = buttons->addButton(QDialogButtonBox::Cancel);
    cancel->setObjectName(QStringLiteral("cancelButton"));
    cancel->setDefault(true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(consequence);
    layout->addWidget(place);
    CommandBox *commands = nullptr;
    if (!text.kubectl.isEmpty() || !text.choices.empty())
        commands = new CommandBox(text.choices.empty() ? text.kubectl : text.choices.front().kubectl, this);
    if (!text.choices.empty())
        layout->addLayout(choicesRow(text, commands));
    if (commands)
        layout->addWidget(commands);
    layout->addWidget(prompt);
    layout->addWidget(typed);
    layout->addWidget(buttons);

    connect(typed, &QLineEdit::textChanged, this,
            [go, name = text.name](const QString &now) { go->setEnabled(now == name); });
    connect(typed, &QLineEdit::returnPressed, this, [this, go] {
        if (go->isEnabled())
            accept();
    });
    connect(go, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    cancel->setFocus();
}

QLayout *TypedNameDialog::choicesRow(const Text &text, CommandBox *commands)
{
    m_choice = new QComboBox(this);
    m_choice->setObjectName(QStringLiteral("deletionOrder"));
    QStringList kubectl;
    for (const Text::Choice &each : text.choices) {
        m_choice->addItem(each.words);
        kubectl << each.kubectl;
    }
    connect(m_choice, &QComboBox::currentIndexChanged, commands,
            [commands, kubectl](int index) { commands->setCommands(kubectl[index]); });
    auto *label = new QLabel(text.choicesLabel, this);
    label->setBuddy(m_choice);
    auto *row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_choice, 1);
    return row;
}

int TypedNameDialog::choice() const
{
    return m_choice ? m_choice->currentIndex() : 0;
}

} // namespace binnacle::widgets
