// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drawer/ActionsPage.h"

#include "widgets/common/ActionButton.h"
#include "widgets/common/ActionText.h"

#include <QLabel>
#include <QVBoxLayout>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

ActionsPage::ActionsPage(QWidget *parent) : QScrollArea(parent), m_subject(new QLabel), m_rows(new QVBoxLayout)
{
    setObjectName(u"drawerActions"_s);
    setAccessibleName(tr("Actions"));
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_subject->setObjectName(u"actionsSubject"_s);
    m_subject->setProperty("role", u"muted"_s);
    m_subject->setWordWrap(true);
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(16);
    layout->addWidget(m_subject);
    m_rows->setSpacing(16);
    layout->addLayout(m_rows);
    layout->addStretch(1);
    setWidget(content);
}

void ActionsPage::setActions(const QList<QAction *> &actions)
{
    QWidget *previous = this;
    for (QAction *action : actions) {
        addRow(action);
        auto *button = m_rows->itemAt(m_rows->count() - 1)->widget()->findChild<ActionButton *>();
        setTabOrder(previous, button);
        previous = button;
    }
    setFocusProxy(actions.isEmpty() ? nullptr : m_rows->itemAt(0)->widget()->findChild<ActionButton *>());
}

void ActionsPage::setSubject(const QString &text)
{
    m_subject->setText(text);
}

void ActionsPage::addRow(QAction *action)
{
    auto *row = new QWidget;
    auto *button = new ActionButton(action->text(), row);
    button->setObjectName(u"do_%1"_s.arg(action->objectName()));
    button->setIcon(action->icon());
    button->setAction(action);
    auto *keys = new QLabel(keysOf(*action), row);
    keys->setProperty("role", u"muted"_s);
    auto *description = new QLabel(descriptionOf(*action), row);
    description->setWordWrap(true);
    description->setProperty("role", u"muted"_s);
    auto *why = new QLabel(row);
    why->setObjectName(u"why_%1"_s.arg(action->objectName()));
    why->setWordWrap(true);
    auto *line = new QHBoxLayout;
    line->addWidget(button);
    line->addWidget(keys);
    line->addStretch(1);
    auto *layout = new QVBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(line);
    layout->addWidget(description);
    layout->addWidget(why);
    m_rows->addWidget(row);
    const auto follow = [action, row, why] {
        row->setVisible(action->isVisible());
        why->setText(whyOf(*action));
        why->setVisible(!why->text().isEmpty());
    };
    connect(action, &QAction::changed, row, follow);
    follow();
}

} // namespace binnacle::widgets
