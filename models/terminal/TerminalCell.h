// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace binnacle::terminal {

/// As the program asked for it; what an index looks like is the theme's matter.
struct TerminalColor
{
    enum class Kind : std::uint8_t { Default, Indexed, Rgb };
    Kind kind = Kind::Default;
    std::uint8_t red = 0; ///< of Indexed: the index, 0 to 255
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    friend bool operator==(const TerminalColor &, const TerminalColor &) = default;
};

enum TerminalAttribute : std::uint8_t {
    TerminalBold = 1,
    TerminalItalic = 2,
    TerminalUnderline = 4,
    TerminalStrike = 8,
    TerminalReverse = 16,
    TerminalBlink = 32,
};

struct TerminalCell
{
    char32_t character = 0; ///< 0: nothing was written there
    TerminalColor foreground;
    TerminalColor background;
    std::uint8_t attributes = 0; ///< of TerminalAttribute
    std::uint8_t width = 1;      ///< 2: takes the next cell too, whose width is 0

    friend bool operator==(const TerminalCell &, const TerminalCell &) = default;
};

struct TerminalLine
{
    std::vector<TerminalCell> cells; ///< in the history without the blank ones at the end
    /// Combining characters, by the column of what they stand on.
    std::vector<std::pair<int, std::u32string>> marks;
    bool wraps = false; ///< the text runs on in the next line
};

} // namespace binnacle::terminal
