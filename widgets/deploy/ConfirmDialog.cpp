// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deploy/ConfirmDialog.h"

#include "widgets/common/CommandBox.h"
#include "widgets/common/DiffHighlighter.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace binnacle::widgets {

ConfirmDialog::ConfirmDialog(const QString &title, const QString &what, const QString &action, const QString &kubectl,
                             QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("confirmDialog"));
    setWindowTitle(title);
    setMinimumWidth(640);
    auto *text = new QLabel(what, this);
    text->setWordWrap(true);
    auto *same = new QLabel(tr("The same with kubectl:"), this);
    auto *buttons = new QDialogButtonBox(this);
    auto *go = buttons->addButton(action, QDialogButtonBox::AcceptRole);
    go->setObjectName(QStringLiteral("confirmButton"));
    auto *cancel = buttons->addButton(QDialogButtonBox::Cancel);
    cancel->setDefault(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(text);
    layout->addWidget(same);
    layout->addWidget(new CommandBox(kubectl, this), 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    cancel->setFocus();
}

void ConfirmDialog::showDiff(const QString &diff)
{
    auto *text = new QPlainTextEdit(diff, this);
    text->setObjectName(QStringLiteral("confirmDiff"));
    text->setAccessibleName(tr("What would change"));
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setMinimumHeight(160);
    new DiffHighlighter(text->document());
    static_cast<QVBoxLayout *>(layout())->insertWidget(1, text, 1);
}

} // namespace binnacle::widgets
