// SPDX-License-Identifier: GPL-3.0-or-later
#include "TextTable.h"

#include <algorithm>

namespace binnacle::ctl {

namespace {

constexpr std::size_t columnGap = 3;

/// Code points, which is what a terminal counts for the texts that occur here.
[[nodiscard]] std::size_t widthOf(const std::string &text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

std::string TextTable::text(const Console &console) const
{
    std::vector<std::size_t> widths;
    for (const auto &title : m_header)
        widths.push_back(widthOf(title));
    for (const auto &row : m_rows) {
        for (std::size_t column = 0; column < row.size() && column < widths.size(); ++column)
            widths[column] = std::max(widths[column], widthOf(row[column].text));
    }
    std::string out;
    const auto append = [&](const std::string &cell, Colour colour, std::size_t column, std::size_t columns) {
        out += console.coloured(cell, colour);
        if (column + 1 < columns)
            out.append(widths[column] - widthOf(cell) + columnGap, ' ');
        else
            out += '\n';
    };
    for (std::size_t column = 0; column < m_header.size(); ++column)
        append(m_header[column], Colour::Bold, column, m_header.size());
    for (const auto &row : m_rows) {
        for (std::size_t column = 0; column < row.size(); ++column)
            append(row[column].text, row[column].colour, column, row.size());
    }
    return out;
}

} // namespace binnacle::ctl
