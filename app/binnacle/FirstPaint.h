// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace binnacle::gui {

/// Prints "first paint" on standard output once the window has been painted: what tests/bench/startup.py waits for.
class FirstPaint final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool m_said = false;
};

} // namespace binnacle::gui
