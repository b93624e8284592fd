// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalCell.h"

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

namespace binnacle::terminal {

/// Rows [top, bottom), columns [left, right).
struct TerminalArea
{
    int top = 0;
    int bottom = 0;
    int left = 0;
    int right = 0;
};

/// The cells of a terminal: the screen that scrolls into a history, and the other one, for full-screen programs. What
/// lies outside is passed over: programs, and libvterm, ask for it.
class TerminalGrid
{
public:
    TerminalGrid(int columns, int rows, std::size_t history);

    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] std::uint64_t dropped() const { return m_dropped; }
    [[nodiscard]] const std::deque<TerminalLine> &history() const { return m_history; }
    [[nodiscard]] const TerminalLine &row(int row) const { return lines()[static_cast<std::size_t>(row)]; }
    [[nodiscard]] bool isAlternate() const { return m_isAlternate; }

    /// `characters`: one and those that combine with it; `like` has its colours and attributes.
    void put(int row, int column, std::u32string_view characters, int width, const TerminalCell &like);
    void erase(const TerminalArea &area, const TerminalCell &like);
    /// Moves what is in the area up and to the left, by negative numbers down and to the right, and erases what becomes
    /// free. Whole lines that leave the first screen at its top go to the history.
    void scroll(const TerminalArea &area, int up, int left, const TerminalCell &like);
    /// The line was full, and the text went on in the next.
    void setWraps(int row);
    void setAlternate(bool alternate);
    /// How far the lines of the first screen have moved down so that its row `cursor` stays on it.
    int resize(int columns, int rows, int cursor);

private:
    [[nodiscard]] const std::vector<TerminalLine> &lines() const { return m_isAlternate ? m_other : m_first; }
    [[nodiscard]] std::vector<TerminalLine> &lines() { return m_isAlternate ? m_other : m_first; }
    [[nodiscard]] TerminalArea clipped(TerminalArea area) const;
    [[nodiscard]] TerminalLine blankLine(const TerminalCell &like) const;
    void scrollLines(const TerminalArea &area, int up, const TerminalCell &like);
    void clearHalves(TerminalLine &line, int column) const;
    void remember(TerminalLine line);
    int fitFirst(int rows, int cursor);

    int m_columns;
    int m_rows;
    std::size_t m_most;
    std::vector<TerminalLine> m_first;
    std::vector<TerminalLine> m_other;
    bool m_isAlternate = false;
    std::deque<TerminalLine> m_history;
    std::uint64_t m_dropped = 0;
};

} // namespace binnacle::terminal
