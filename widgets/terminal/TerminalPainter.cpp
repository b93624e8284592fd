// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/terminal/TerminalPainter.h"

#include "terminal/TerminalText.h"
#include "widgets/theme/Theme.h"

#include <QFontMetricsF>
#include <QPainter>

namespace binnacle::widgets {

using namespace terminal;

namespace {

/// Characters that a monospaced font draws as wide as its cell; all others are put in their places one by one.
bool isRegular(char32_t character)
{
    return character == 0 || (character >= 0x20 && character < 0x7f) || (character >= 0xa0 && character < 0x250);
}

} // namespace

/// Neighbouring cells that look the same.
struct TerminalPainter::Run
{
    QString text;
    QRect area;
    QColor foreground;
    QColor background;
    std::uint8_t attributes = 0;
    bool isBlank = true;
};

TerminalPainter::TerminalPainter(QPainter &painter, const QFont &font, QSize cell)
    : m_painter(painter), m_font(font), m_cell(cell)
{
    const QFontMetricsF metrics(font);
    m_ascent = qRound(metrics.ascent());
    // Whole pixels a cell: what the font lacks or has too much goes between its letters.
    m_font.setLetterSpacing(QFont::AbsoluteSpacing, cell.width() - metrics.horizontalAdvance(QLatin1Char('M')));
    m_font.setKerning(false);
}

QFont TerminalPainter::fontOf(std::uint8_t attributes) const
{
    QFont font = m_font;
    font.setBold((attributes & TerminalBold) != 0);
    font.setItalic((attributes & TerminalItalic) != 0);
    return font;
}

void TerminalPainter::draw(const Run &run)
{
    if (run.background != m_palette.background())
        m_painter.fillRect(run.area, run.background);
    if (!run.isBlank) {
        m_painter.setFont(fontOf(run.attributes));
        m_painter.setPen(run.foreground);
        m_painter.drawText(QPoint(run.area.left(), run.area.top() + m_ascent), run.text);
    }
    const auto stroke = [&](int y) { m_painter.fillRect(run.area.left(), y, run.area.width(), 1, run.foreground); };
    if ((run.attributes & TerminalUnderline) != 0)
        stroke(std::min(run.area.top() + m_ascent + 2, run.area.bottom()));
    if ((run.attributes & TerminalStrike) != 0)
        stroke(run.area.top() + m_ascent * 2 / 3);
}

void TerminalPainter::drawLine(const TerminalLine &line, QPoint at, int from, int to)
{
    const QColor selection = Theme::colors().accent;
    const QColor onSelection = Theme::colors().onAccent;
    Run run;
    const auto flush = [&] {
        if (!run.area.isEmpty())
            draw(run);
        run = {};
    };
    for (int column = 0; column < static_cast<int>(line.cells.size()); ++column) {
        const TerminalCell &cell = line.cells[static_cast<std::size_t>(column)];
        if (cell.width == 0)
            continue; // drawn with its first half
        auto [foreground, background] = m_palette.colorsOf(cell);
        if (column >= from && column < to) {
            foreground = onSelection;
            background = selection;
        }
        const auto attributes = static_cast<std::uint8_t>(cell.attributes & ~(TerminalReverse | TerminalBlink));
        const bool isRegularCell = cell.width == 1 && isRegular(cell.character) && line.marks.empty();
        const bool continues = isRegularCell && !run.area.isEmpty() && run.foreground == foreground &&
                               run.background == background && run.attributes == attributes;
        if (!continues)
            flush();
        const QRect area(at.x() + column * m_cell.width(), at.y(), cell.width * m_cell.width(), m_cell.height());
        run.area = run.area.united(area);
        run.foreground = foreground;
        run.background = background;
        run.attributes = attributes;
        if (isRegularCell)
            run.text += cell.character == 0 ? QChar(u' ') : QChar(static_cast<char16_t>(cell.character));
        else
            run.text += textOfCell(line, column);
        run.isBlank = run.isBlank && (cell.character == 0 || cell.character == U' ');
        if (!isRegularCell)
            flush();
    }
    flush();
    const int shown = static_cast<int>(line.cells.size());
    if (to > shown && to > from) { // the rest of a selected line
        const int begin = std::max(from, shown);
        m_painter.fillRect(at.x() + begin * m_cell.width(), at.y(), (to - begin) * m_cell.width(), m_cell.height(),
                           selection);
    }
}

void TerminalPainter::drawCursor(const TerminalLine &line, const TerminalScreen::Cursor &cursor, QRect area,
                                 bool hasFocus)
{
    const QColor color = Theme::colors().accent;
    if (!hasFocus) {
        m_painter.setPen(color);
        m_painter.drawRect(area.adjusted(0, 0, -1, -1));
        return;
    }
    switch (cursor.shape) {
    case TerminalScreen::CursorShape::Underline:
        m_painter.fillRect(area.left(), area.bottom() - 1, area.width(), 2, color);
        return;
    case TerminalScreen::CursorShape::Bar:
        m_painter.fillRect(area.left(), area.top(), 2, area.height(), color);
        return;
    case TerminalScreen::CursorShape::Block:
        break;
    }
    m_painter.fillRect(area, color);
    if (cursor.place.column < static_cast<int>(line.cells.size()))
        drawText(textOfCell(line, cursor.place.column), area.topLeft(), Theme::colors().onAccent);
}

void TerminalPainter::drawText(const QString &text, QPoint at, const QColor &color)
{
    m_painter.setFont(m_font);
    m_painter.setPen(color);
    m_painter.drawText(QPoint(at.x(), at.y() + m_ascent), text);
}

} // namespace binnacle::widgets
