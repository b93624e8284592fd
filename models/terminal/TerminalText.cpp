// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/TerminalText.h"

#include <algorithm>

namespace binnacle::terminal {

namespace {

bool isOfWord(const TerminalLine &line, int column)
{
    const TerminalCell &cell = line.cells[static_cast<std::size_t>(column)];
    if (cell.width == 0)
        return true; // the second half of a wide character
    const char32_t c = cell.character;
    return c > 0x7f || (c != 0 && (QChar::isLetterOrNumber(c) || QStringView(u"_-./~:@%+=&?#").contains(QChar(c))));
}

} // namespace

QString textOfCell(const TerminalLine &line, int column)
{
    const TerminalCell &cell = line.cells[static_cast<std::size_t>(column)];
    if (cell.width == 0)
        return {};
    const char32_t character = cell.character == 0 ? U' ' : cell.character;
    QString text = QString::fromUcs4(&character, 1);
    for (const auto &[at, marks] : line.marks) {
        if (at == column)
            text += QString::fromStdU32String(marks);
    }
    return text;
}

QString textBetween(const TerminalScreen &screen, const TerminalPlace &from, const TerminalPlace &to)
{
    QString text;
    for (auto number = std::max(from.line, screen.first()); number <= to.line && number < screen.end(); ++number) {
        const TerminalLine line = screen.line(number);
        const int size = static_cast<int>(line.cells.size());
        const int begin = number == from.line ? from.column : 0;
        const int end = number == to.line ? std::min(to.column, size) : size;
        QString part;
        for (int column = begin; column < end; ++column)
            part += textOfCell(line, column);
        const bool isLast = number == to.line;
        if (!line.wraps || (isLast && to.column >= size)) {
            while (part.endsWith(u' '))
                part.chop(1);
        }
        text += part;
        if (!isLast && !line.wraps)
            text += u'\n';
    }
    return text;
}

std::pair<TerminalPlace, TerminalPlace> wordAt(const TerminalScreen &screen, const TerminalPlace &place)
{
    const TerminalLine line = screen.line(place.line);
    const int size = static_cast<int>(line.cells.size());
    TerminalPlace begin = place;
    TerminalPlace end{place.line, place.column + 1};
    if (place.column < 0 || place.column >= size || !isOfWord(line, place.column))
        return {begin, end};
    while (begin.column > 0 && isOfWord(line, begin.column - 1))
        --begin.column;
    while (end.column < size && isOfWord(line, end.column))
        ++end.column;
    return {begin, end};
}

} // namespace binnacle::terminal
