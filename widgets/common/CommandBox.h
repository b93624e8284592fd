// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPlainTextEdit;

namespace binnacle::widgets {

/// The equivalent kubectl commands, ready to copy.
class CommandBox : public QWidget
{
    Q_OBJECT

public:
    explicit CommandBox(const QString &commands, QWidget *parent = nullptr);
    void setCommands(const QString &commands);

private:
    QPlainTextEdit *m_text;
};

} // namespace binnacle::widgets
