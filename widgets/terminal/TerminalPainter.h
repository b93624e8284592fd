// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalScreen.h"
#include "widgets/terminal/TerminalPalette.h"

#include <QFont>
#include <QRect>
#include <QSize>

class QPainter;

namespace binnacle::widgets {

/// Draws lines of cells. Characters of the terminal's own font are drawn in runs; others, which may be wider or
/// narrower than a cell, each in its place.
class TerminalPainter
{
public:
    /// `cell` in logical pixels.
    TerminalPainter(QPainter &painter, const QFont &font, QSize cell);

    /// The cells of [from, to) are selected.
    void drawLine(const terminal::TerminalLine &line, QPoint at, int from, int to);
    void drawCursor(const terminal::TerminalLine &line, const terminal::TerminalScreen::Cursor &cursor, QRect area,
                    bool hasFocus);
    void drawText(const QString &text, QPoint at, const QColor &color);
    [[nodiscard]] const TerminalPalette &palette() const { return m_palette; }

private:
    struct Run;
    void draw(const Run &run);
    [[nodiscard]] QFont fontOf(std::uint8_t attributes) const;

    QPainter &m_painter;
    QFont m_font;
    QSize m_cell;
    int m_ascent;
    TerminalPalette m_palette;
};

} // namespace binnacle::widgets
