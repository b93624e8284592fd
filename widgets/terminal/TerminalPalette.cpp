// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/terminal/TerminalPalette.h"

#include "widgets/theme/Theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace binnacle::widgets {

using terminal::TerminalCell;
using terminal::TerminalColor;

namespace {

using Ansi = std::array<QRgb, 16>;

constexpr Ansi onLight{0x1a2230, 0xb3202b, 0x0f6b3f, 0x855600, 0x1a5fb4, 0x8a3a9b, 0x0a6a78, 0xd5dae3,
                       0x5d6778, 0xcf2a35, 0x12804f, 0x9a6300, 0x3b66d8, 0x9d4fae, 0x0b7c8c, 0xffffff};
constexpr Ansi onDark{0x11151b, 0xf4707a, 0x43c98b, 0xe0b25c, 0x6ea8f7, 0xcf94e0, 0x4fc3d0, 0xd3d8e2,
                      0x7d8799, 0xff929a, 0x6be0a6, 0xf2cb7d, 0x94c1ff, 0xe0b2ee, 0x7ddbe6, 0xffffff};
constexpr Ansi onBlack{0x000000, 0xff7b84, 0x4dff9e, 0xffe14d, 0x6fc3ff, 0xe3a1ff, 0x5ff2ff, 0xf0f0f0,
                       0xb0b0b0, 0xff9ba2, 0x8affc0, 0xffec8a, 0x9fd7ff, 0xeebfff, 0x9ff8ff, 0xffffff};

double luminance(const QColor &color)
{
    const auto channel = [](float value) {
        const double v = value;
        return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

/// Shades and blocks, of which programs make drawings and bars.
bool isDrawing(char32_t character)
{
    return character >= 0x2580 && character <= 0x259f;
}

} // namespace

TerminalPalette::TerminalPalette() : m_foreground(Theme::colors().text), m_background(Theme::colors().card) {}

QColor TerminalPalette::indexed(int index) const
{
    const Colors &theme = Theme::colors();
    if (index < 16)
        return {(theme.highContrast ? onBlack : theme.dark ? onDark : onLight).at(static_cast<std::size_t>(index))};
    if (index < 232) { // the cube of xterm
        const auto level = [](int step) { return step == 0 ? 0 : 55 + 40 * step; };
        const int place = index - 16;
        return {level(place / 36), level(place / 6 % 6), level(place % 6)};
    }
    const int grey = 8 + 10 * (index - 232);
    return {grey, grey, grey};
}

double TerminalPalette::contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a);
    const double other = luminance(b);
    return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

QColor TerminalPalette::readable(const QColor &color, const QColor &background)
{
    constexpr double enough = 4.5;
    if (color == background || contrast(color, background) >= enough)
        return color; // the same colour twice hides a text on purpose
    const QColor end = contrast(Qt::white, background) > contrast(Qt::black, background) ? Qt::white : Qt::black;
    QColor moved = color;
    for (int tenth = 1; tenth <= 10 && contrast(moved, background) < enough; ++tenth) {
        const auto mixed = [tenth](int from, int to) { return from + (to - from) * tenth / 10; };
        moved =
            QColor(mixed(color.red(), end.red()), mixed(color.green(), end.green()), mixed(color.blue(), end.blue()));
    }
    return moved;
}

TerminalPalette::Pair TerminalPalette::colorsOf(const TerminalCell &cell) const
{
    const auto of = [this](const TerminalColor &color, const QColor &otherwise) {
        if (color.kind == TerminalColor::Kind::Indexed)
            return indexed(color.red);
        return color.kind == TerminalColor::Kind::Rgb ? QColor(color.red, color.green, color.blue) : otherwise;
    };
    Pair pair{of(cell.foreground, m_foreground), of(cell.background, m_background)};
    if ((cell.attributes & terminal::TerminalReverse) != 0)
        std::swap(pair.foreground, pair.background);
    if (cell.character == 0 || isDrawing(cell.character))
        return pair;
    const quint64 key = (quint64{pair.foreground.rgb()} << 32) | pair.background.rgb();
    auto found = m_readable.constFind(key);
    if (found == m_readable.constEnd())
        found = m_readable.insert(key, readable(pair.foreground, pair.background));
    pair.foreground = *found;
    return pair;
}

} // namespace binnacle::widgets
