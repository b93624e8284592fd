// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QPushButton>

class QAction;

namespace binnacle::widgets {

/// A push button that does an action, and says why when it cannot. Keeps its own, shorter text.
class ActionButton : public QPushButton
{
    Q_OBJECT

public:
    explicit ActionButton(const QString &text, QWidget *parent = nullptr);
    void setAction(QAction *action);

private:
    void follow();

    QPointer<QAction> m_action;
};

} // namespace binnacle::widgets
