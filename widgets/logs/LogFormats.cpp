// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logs/LogFormats.h"

#include "widgets/logs/LogView.h"
#include "widgets/theme/Theme.h"

#include <array>

namespace binnacle::widgets {

namespace {

/// The terminal's first sixteen colours, readable on light and on dark.
QColor basicColor(int index)
{
    static constexpr std::array<QRgb, 16> onLight{0x202020, 0xb3261e, 0x1b7f3b, 0x8a6100, 0x1f5fbf, 0x8e3aa8,
                                                  0x00747a, 0x606060, 0x404040, 0xd03a30, 0x2a9a4d, 0xa87800,
                                                  0x2f74dd, 0xa44fc0, 0x008a92, 0x7a7a7a};
    static constexpr std::array<QRgb, 16> onDark{0x8a8f98, 0xff6b63, 0x63d188, 0xe5c05a, 0x79b0ff, 0xd89bf0,
                                                 0x5fd3da, 0xd0d4da, 0xa0a5ad, 0xff8b84, 0x86e2a4, 0xf2d27c,
                                                 0x9bc5ff, 0xe5b8f6, 0x86e1e6, 0xffffff};
    const auto at = static_cast<std::size_t>(index);
    return QColor::fromRgb(Theme::colors().dark ? onDark[at] : onLight[at]);
}

/// The palette of 256: sixteen, a cube of 6 × 6 × 6, and greys (xterm).
QColor paletteColor(std::int32_t value)
{
    if (value & logs::AnsiStyle::direct)
        return QColor::fromRgb(static_cast<QRgb>(value & 0xffffff));
    if (value < 16)
        return basicColor(value);
    if (value >= 232) {
        const int grey = 8 + (value - 232) * 10;
        return {grey, grey, grey};
    }
    const auto part = [](int step) { return step == 0 ? 0 : 55 + step * 40; };
    return {part((value - 16) / 36), part((value - 16) / 6 % 6), part((value - 16) % 6)};
}

QTextCharFormat formatOf(const logs::AnsiStyle &style)
{
    const Colors &colors = Theme::colors();
    const bool hasInk = style.foreground != logs::AnsiStyle::byDefault;
    const bool hasPaper = style.background != logs::AnsiStyle::byDefault;
    QColor ink = hasInk ? paletteColor(style.foreground) : style.dim ? colors.muted : colors.text;
    QColor paper = hasPaper ? paletteColor(style.background) : colors.card;
    if (style.inverse)
        std::swap(ink, paper);
    QTextCharFormat format;
    format.setForeground(ink);
    if (hasPaper || style.inverse)
        format.setBackground(paper);
    if (style.bold)
        format.setFontWeight(QFont::Bold);
    format.setFontItalic(style.italic);
    format.setFontUnderline(style.underline);
    return format;
}

} // namespace

QColor sourceColor(std::uint16_t source)
{
    // The golden angle keeps any number of neighbours apart.
    const int hue = static_cast<int>((205 + source * 137.5) - 360 * static_cast<int>((205 + source * 137.5) / 360));
    return Theme::colors().dark ? QColor::fromHsl(hue, 170, 175) : QColor::fromHsl(hue, 190, 90);
}

QList<QTextLayout::FormatRange> logFormats(const logs::AnsiText &ansi, const QString &text, logs::LogLevel level,
                                           const logs::LogFilter &filter)
{
    const Colors &colors = Theme::colors();
    QList<QTextLayout::FormatRange> ranges;
    QTextCharFormat whole;
    whole.setForeground(level >= logs::LogLevel::Error                                     ? colors.bad
                        : level == logs::LogLevel::Warning                                 ? colors.warning
                        : level == logs::LogLevel::Debug || level == logs::LogLevel::Trace ? colors.muted
                                                                                           : colors.text);
    ranges.append({0, static_cast<int>(text.size()), whole});
    // Spans count bytes of UTF-8, layouts UTF-16.
    std::size_t byte = 0;
    int unit = 0;
    const auto unitsUntil = [&](std::size_t until) {
        unit +=
            static_cast<int>(QString::fromUtf8(ansi.text.data() + byte, static_cast<qsizetype>(until - byte)).size());
        byte = until;
        return unit;
    };
    for (const logs::AnsiSpan &span : ansi.spans) {
        const int begin = unitsUntil(span.begin);
        ranges.append({begin, unitsUntil(span.begin + span.length) - begin, formatOf(span.style)});
    }
    if (filter.searches()) {
        QTextCharFormat found;
        found.setBackground(colors.tint(colors.warning, 0.45));
        for (auto matches = filter.pattern.globalMatch(text); matches.hasNext();) {
            const auto match = matches.next();
            if (match.capturedLength() > 0)
                ranges.append(
                    {static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), found});
        }
    }
    return ranges;
}

} // namespace binnacle::widgets
