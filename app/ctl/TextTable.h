// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Console.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// Rows under a header, columns as wide as their widest cell, as terminals show them.
class TextTable
{
public:
    struct Cell
    {
        Cell(std::string cellText) : text(std::move(cellText)) {} // NOLINT: rows are written as braced texts
        Cell(const char *cellText) : text(cellText) {}            // NOLINT
        Cell(std::string cellText, Colour cellColour) : text(std::move(cellText)), colour(cellColour) {}
        std::string text;
        Colour colour = Colour::None;
    };

    explicit TextTable(std::vector<std::string> header) : m_header(std::move(header)) {}
    void add(std::vector<Cell> row) { m_rows.push_back(std::move(row)); }
    [[nodiscard]] bool isEmpty() const { return m_rows.empty(); }
    [[nodiscard]] std::string text(const Console &console) const;

private:
    std::vector<std::string> m_header;
    std::vector<std::vector<Cell>> m_rows;
};

} // namespace binnacle::ctl
