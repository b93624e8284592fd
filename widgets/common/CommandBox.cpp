// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/CommandBox.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>

namespace binnacle::widgets {

CommandBox::CommandBox(const QString &commands, QWidget *parent) : QWidget(parent), m_text(new QPlainTextEdit(this))
{
    m_text->setObjectName(QStringLiteral("kubectlCommands"));
    m_text->setAccessibleName(tr("The same with kubectl"));
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    auto *copy = new QPushButton(tr("Cop&y"), this);
    copy->setObjectName(QStringLiteral("copyCommands"));
    copy->setAutoDefault(false);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text, 1);
    layout->addWidget(copy, 0, Qt::AlignTop);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    setCommands(commands);
}

void CommandBox::setCommands(const QString &commands)
{
    constexpr int mostLines = 8;
    m_text->setPlainText(commands);
    const auto lines = std::min<qsizetype>(commands.count(QLatin1Char('\n')) + 2, mostLines);
    m_text->setMinimumHeight(static_cast<int>(lines) * m_text->fontMetrics().lineSpacing() + 12);
}

} // namespace binnacle::widgets
