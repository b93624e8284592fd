// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

class QAction;
class QLabel;
class QVBoxLayout;

namespace binnacle::widgets {

/// What can be done with the selected thing: a button, its key, what it does, and why it cannot be done now.
class ActionsPage : public QScrollArea
{
    Q_OBJECT

public:
    explicit ActionsPage(QWidget *parent = nullptr);

    void setActions(const QList<QAction *> &actions);
    /// What the actions are about, in words.
    void setSubject(const QString &text);

private:
    void addRow(QAction *action);

    QLabel *m_subject;
    QVBoxLayout *m_rows;
};

} // namespace binnacle::widgets
