// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/TerminalGrid.h"

#include <algorithm>

namespace binnacle::terminal {

namespace {

TerminalCell blankLike(const TerminalCell &like)
{
    TerminalCell cell;
    cell.background = like.background; // as xterm erases
    return cell;
}

void dropMarks(TerminalLine &line, int from, int to)
{
    if (line.marks.empty())
        return;
    std::erase_if(line.marks, [from, to](const auto &mark) { return mark.first >= from && mark.first < to; });
}

bool isBlank(const TerminalLine &line)
{
    return std::all_of(line.cells.begin(), line.cells.end(),
                       [](const TerminalCell &cell) { return cell == TerminalCell(); });
}

void fitColumns(TerminalLine &line, int columns)
{
    const auto size = static_cast<std::size_t>(columns);
    if (line.cells.size() > size) {
        line.wraps = false;
        dropMarks(line, columns, static_cast<int>(line.cells.size()));
    }
    line.cells.resize(size);
    if (line.cells.back().width == 2) // its second half is gone
        line.cells.back() = {};
}

} // namespace

TerminalGrid::TerminalGrid(int columns, int rows, std::size_t history)
    : m_columns(columns),
      m_rows(rows),
      m_most(history),
      m_first(static_cast<std::size_t>(rows), blankLine({})),
      m_other(static_cast<std::size_t>(rows), blankLine({}))
{
}

TerminalLine TerminalGrid::blankLine(const TerminalCell &like) const
{
    TerminalLine line;
    line.cells.assign(static_cast<std::size_t>(m_columns), blankLike(like));
    return line;
}

TerminalArea TerminalGrid::clipped(TerminalArea area) const
{
    area.top = std::clamp(area.top, 0, m_rows);
    area.bottom = std::clamp(area.bottom, area.top, m_rows);
    area.left = std::clamp(area.left, 0, m_columns);
    area.right = std::clamp(area.right, area.left, m_columns);
    return area;
}

/// A wide character that loses one of its cells loses both.
void TerminalGrid::clearHalves(TerminalLine &line, int column) const
{
    const auto at = static_cast<std::size_t>(column);
    if (column > 0 && column < m_columns && line.cells[at].width == 0) {
        line.cells[at].width = 1;
        line.cells[at - 1].character = 0;
        line.cells[at - 1].width = 1;
    }
}

void TerminalGrid::put(int row, int column, std::u32string_view characters, int width, const TerminalCell &like)
{
    if (row < 0 || row >= m_rows || column < 0 || column >= m_columns || characters.empty())
        return;
    TerminalLine &line = lines()[static_cast<std::size_t>(row)];
    if (width <= 0) { // a combining character that had nothing to combine with
        if (column > 0)
            line.marks.emplace_back(column - 1, characters);
        return;
    }
    const int end = std::min(column + width, m_columns);
    clearHalves(line, column);
    clearHalves(line, end);
    dropMarks(line, column, end);
    TerminalCell cell = like;
    cell.character = characters.front();
    cell.width = static_cast<std::uint8_t>(end - column);
    line.cells[static_cast<std::size_t>(column)] = cell;
    cell.character = 0;
    cell.width = 0;
    for (int second = column + 1; second < end; ++second)
        line.cells[static_cast<std::size_t>(second)] = cell;
    if (characters.size() > 1)
        line.marks.emplace_back(column, characters.substr(1));
    if (end == m_columns)
        line.wraps = false;
}

void TerminalGrid::setWraps(int row)
{
    if (row >= 0 && row < m_rows && !m_isAlternate)
        lines()[static_cast<std::size_t>(row)].wraps = true;
}

void TerminalGrid::erase(const TerminalArea &wanted, const TerminalCell &like)
{
    const TerminalArea area = clipped(wanted);
    for (int row = area.top; row < area.bottom; ++row) {
        TerminalLine &line = lines()[static_cast<std::size_t>(row)];
        clearHalves(line, area.left);
        clearHalves(line, area.right);
        std::fill(line.cells.begin() + area.left, line.cells.begin() + area.right, blankLike(like));
        dropMarks(line, area.left, area.right);
        if (area.right == m_columns)
            line.wraps = false;
    }
}

void TerminalGrid::remember(TerminalLine line)
{
    while (!line.cells.empty() && line.cells.back() == TerminalCell())
        line.cells.pop_back();
    line.cells.shrink_to_fit();
    m_history.push_back(std::move(line));
    if (m_history.size() > m_most) {
        m_history.pop_front();
        ++m_dropped;
    }
}

void TerminalGrid::scrollLines(const TerminalArea &area, int up, const TerminalCell &like)
{
    auto &all = lines();
    const auto begin = all.begin() + area.top;
    const auto end = all.begin() + area.bottom;
    const int count = std::min(std::abs(up), area.bottom - area.top);
    if (up > 0) {
        if (area.top == 0 && !m_isAlternate)
            std::for_each(begin, begin + count, [this](TerminalLine &line) { remember(std::move(line)); });
        std::rotate(begin, begin + count, end);
        std::fill(end - count, end, blankLine(like));
    } else {
        std::rotate(begin, end - count, end);
        std::fill(begin, begin + count, blankLine(like));
    }
}

void TerminalGrid::scroll(const TerminalArea &wanted, int up, int left, const TerminalCell &like)
{
    const TerminalArea area = clipped(wanted);
    if (area.top == area.bottom || area.left == area.right)
        return;
    if (left == 0 && area.left == 0 && area.right == m_columns) {
        if (up != 0)
            scrollLines(area, up, like);
        return;
    }
    const int height = area.bottom - area.top;
    const int width = area.right - area.left;
    up = std::clamp(up, -height, height);
    left = std::clamp(left, -width, width);
    const std::vector<TerminalLine> before(lines().begin() + area.top, lines().begin() + area.bottom);
    erase(area, like);
    for (int row = std::max(0, -up); row < std::min(height, height - up); ++row) {
        const TerminalLine &from = before[static_cast<std::size_t>(row + up)];
        TerminalLine &to = lines()[static_cast<std::size_t>(area.top + row)];
        const int first = area.left + std::max(0, -left);
        const int last = area.left + std::min(width, width - left);
        if (first >= last)
            break;
        std::copy(from.cells.begin() + first + left, from.cells.begin() + last + left, to.cells.begin() + first);
        for (const auto &[column, marks] : from.marks) {
            if (column >= first + left && column < last + left)
                to.marks.emplace_back(column - left, marks);
        }
        clearHalves(to, first);
        if (to.cells[static_cast<std::size_t>(last - 1)].width == 2)
            to.cells[static_cast<std::size_t>(last - 1)] = blankLike(like);
    }
}

void TerminalGrid::setAlternate(bool alternate)
{
    m_isAlternate = alternate;
}

/// Of the first screen: blank lines at the end give way before the history takes from the top.
int TerminalGrid::fitFirst(int rows, int cursor)
{
    while (static_cast<int>(m_first.size()) > rows && static_cast<int>(m_first.size()) > cursor + 1 &&
           isBlank(m_first.back()))
        m_first.pop_back();
    int moved = 0;
    const int excess = static_cast<int>(m_first.size()) - rows;
    if (excess > 0) {
        std::for_each(m_first.begin(), m_first.begin() + excess,
                      [this](TerminalLine &line) { remember(std::move(line)); });
        m_first.erase(m_first.begin(), m_first.begin() + excess);
        moved = -excess;
    }
    while (static_cast<int>(m_first.size()) < rows && !m_history.empty()) {
        m_first.insert(m_first.begin(), std::move(m_history.back()));
        m_history.pop_back();
        ++moved;
    }
    return moved;
}

int TerminalGrid::resize(int columns, int rows, int cursor)
{
    const int moved = fitFirst(rows, std::clamp(cursor, 0, m_rows - 1));
    m_columns = columns;
    m_rows = rows;
    for (auto *const all : {&m_first, &m_other}) {
        all->resize(static_cast<std::size_t>(rows), blankLine({}));
        for (TerminalLine &line : *all)
            fitColumns(line, columns);
    }
    return moved;
}

} // namespace binnacle::terminal
