// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/TypedNameDialog.h"

#include "widgets/common/CommandBox.h"

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
    if (!text.kubectl.isEmpty())
        layout->addWidget(new CommandBox(text.kubectl, this));
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

} // namespace binnacle::widgets
