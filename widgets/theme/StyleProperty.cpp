// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/StyleProperty.h"

#include <QCoreApplication>
#include <QEvent>
#include <QStyle>
#include <QWidget>

namespace binnacle::widgets {

void setStyleProperty(QWidget &widget, const char *name, const QVariant &value)
{
    if (widget.property(name) == value)
        return;
    widget.setProperty(name, value);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
    // Paddings and borders are taken over at a change of style only.
    QEvent change(QEvent::StyleChange);
    QCoreApplication::sendEvent(&widget, &change);
}

} // namespace binnacle::widgets
