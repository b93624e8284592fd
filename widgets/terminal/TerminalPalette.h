// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalCell.h"

#include <QColor>
#include <QHash>

namespace binnacle::widgets {

/// What a terminal's colours look like in the theme of now. Text keeps a contrast of 4.5 : 1 to what is behind it (WCAG
/// 2.1, 1.4.3), whatever two colours a program puts together; drawings made of block characters are left as they are.
class TerminalPalette
{
public:
    struct Pair
    {
        QColor foreground;
        QColor background;
    };

    TerminalPalette();

    [[nodiscard]] Pair colorsOf(const terminal::TerminalCell &cell) const;
    [[nodiscard]] QColor foreground() const { return m_foreground; }
    [[nodiscard]] QColor background() const { return m_background; }
    /// The colour moved towards black or white until it can be read on `background`.
    [[nodiscard]] static QColor readable(const QColor &color, const QColor &background);
    /// WCAG 2.1: from 1 to 21.
    [[nodiscard]] static double contrast(const QColor &a, const QColor &b);

private:
    [[nodiscard]] QColor indexed(int index) const;

    QColor m_foreground;
    QColor m_background;
    mutable QHash<quint64, QColor> m_readable;
};

} // namespace binnacle::widgets
