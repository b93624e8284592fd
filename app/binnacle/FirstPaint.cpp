// SPDX-License-Identifier: GPL-3.0-or-later
#include "FirstPaint.h"

#include <QEvent>
#include <QTimer>

#include <cstdio>

namespace binnacle::gui {

bool FirstPaint::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Paint && !m_said) {
        m_said = true;
        // After this event the window's contents are on their way to the screen.
        QTimer::singleShot(0, this, [] {
            std::puts("first paint");
            std::fflush(stdout);
        });
    }
    return QObject::eventFilter(watched, event);
}

} // namespace binnacle::gui
