// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::logs {

/// How a stretch of text is to look (ECMA-48 SGR). Colours are numbers of the terminal's palette of 256, or 24-bit.
struct AnsiStyle
{
    static constexpr std::int32_t byDefault = -1;
    static constexpr std::int32_t direct = 1 << 24; ///< this bit set: 0xRRGGBB below it

    std::int32_t foreground = byDefault;
    std::int32_t background = byDefault;
    bool bold = false, dim = false, italic = false, underline = false, inverse = false;

    friend bool operator==(const AnsiStyle &, const AnsiStyle &) = default;
};

struct AnsiSpan
{
    std::size_t begin = 0; ///< in the text without escapes
    std::size_t length = 0;
    AnsiStyle style;
};

struct AnsiText
{
    std::string text;
    std::vector<AnsiSpan> spans; ///< what does not look as by default, in order
};

/// The line without escape sequences, and how they wanted it to look. Control characters other than the tab are
/// dropped; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] AnsiText parseAnsi(std::string_view line);
/// Only the text.
[[nodiscard]] std::string withoutAnsi(std::string_view line);
/// The text with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string validUtf8(std::string_view text);

} // namespace binnacle::logs
