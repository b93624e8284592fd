// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariant>

class QWidget;

namespace binnacle::widgets {

/// Sets a property that the style sheet looks at, and has the sheet look again.
void setStyleProperty(QWidget &widget, const char *name, const QVariant &value);

} // namespace binnacle::widgets
