// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/ActionButton.h"

#include "widgets/common/ActionText.h"

namespace binnacle::widgets {

ActionButton::ActionButton(const QString &text, QWidget *parent) : QPushButton(text, parent)
{
    setAutoDefault(false);
    setEnabled(false); // until it has something to do
}

void ActionButton::setAction(QAction *action)
{
    if (m_action)
        disconnect(m_action, nullptr, this, nullptr);
    disconnect(this, &QPushButton::clicked, nullptr, nullptr);
    m_action = action;
    connect(this, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, this, &ActionButton::follow);
    follow();
}

void ActionButton::follow()
{
    setEnabled(m_action->isEnabled());
    setToolTip(m_action->toolTip());
    setStatusTip(m_action->statusTip());
    setAccessibleName(m_action->text());
    setAccessibleDescription(m_action->statusTip());
}

} // namespace binnacle::widgets
