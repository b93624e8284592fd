// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/AnsiText.h"

#include <algorithm>
#include <charconv>

namespace binnacle::logs {

namespace {

/// Bytes of the well-formed UTF-8 sequence at the start; 0: there is none (RFC 3629, so no surrogates, no overlong).
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i, unsigned char low = 0x80, unsigned char high = 0xbf) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const unsigned char low = first == 0xe0 ? 0xa0 : 0x80;
        const unsigned char high = first == 0xed ? 0x9f : 0xbf;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const unsigned char low = first == 0xf0 ? 0x90 : 0x80;
        const unsigned char high = first == 0xf4 ? 0x8f : 0xbf;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

/// The numbers of "1;38;5;200"; a missing one is 0, colons separate too.
std::vector<int> numbersOf(std::string_view text)
{
    std::vector<int> numbers;
    while (true) {
        const auto end = std::min(text.find_first_of(";:"), text.size());
        int number = 0;
        std::from_chars(text.data(), text.data() + end, number);
        numbers.push_back(number);
        if (end == text.size())
            return numbers;
        text.remove_prefix(end + 1);
    }
}

/// 38;5;N and 38;2;R;G;B, from the number after 38; moves `at` to the last one that it used.
std::int32_t extendedColour(const std::vector<int> &numbers, std::size_t &at)
{
    if (at + 2 < numbers.size() && numbers[at + 1] == 5) {
        at += 2;
        return std::clamp(numbers[at], 0, 255);
    }
    if (at + 4 < numbers.size() && numbers[at + 1] == 2) {
        const auto part = [&](std::size_t i) { return std::clamp(numbers[at + i], 0, 255); };
        const std::int32_t colour = AnsiStyle::direct | (part(2) << 16) | (part(3) << 8) | part(4);
        at += 4;
        return colour;
    }
    at = numbers.size();
    return AnsiStyle::byDefault;
}

void applyOne(AnsiStyle &style, const std::vector<int> &numbers, std::size_t &at)
{
    const int n = numbers[at];
    if (n == 0)
        style = {};
    else if (n == 1 || n == 2)
        (n == 1 ? style.bold : style.dim) = true;
    else if (n == 3 || n == 23)
        style.italic = n == 3;
    else if (n == 4 || n == 24)
        style.underline = n == 4;
    else if (n == 7 || n == 27)
        style.inverse = n == 7;
    else if (n == 22)
        style.bold = style.dim = false;
    else if (n >= 30 && n <= 37)
        style.foreground = n - 30;
    else if (n == 38)
        style.foreground = extendedColour(numbers, at);
    else if (n == 39)
        style.foreground = AnsiStyle::byDefault;
    else if (n >= 40 && n <= 47)
        style.background = n - 40;
    else if (n == 48)
        style.background = extendedColour(numbers, at);
    else if (n == 49)
        style.background = AnsiStyle::byDefault;
    else if (n >= 90 && n <= 97)
        style.foreground = n - 90 + 8;
    else if (n >= 100 && n <= 107)
        style.background = n - 100 + 8;
}

/// Bytes of the escape sequence at the start of `text`, which begins with ESC; `parameters` of an SGR, else untouched.
std::size_t escapeLength(std::string_view text, std::string_view &parameters)
{
    if (text.size() < 2)
        return text.size();
    if (text[1] == '[') { // CSI: parameters, intermediates, one final byte
        std::size_t end = 2;
        while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3f)
            ++end;
        if (end < text.size() && text[end] == 'm')
            parameters = text.substr(2, end - 2);
        return std::min(end + 1, text.size());
    }
    if (text[1] == ']') { // OSC: a title or a link, up to BEL or ESC backslash
        for (std::size_t end = 2; end < text.size(); ++end) {
            if (text[end] == '\a')
                return end + 1;
            if (text[end] == '\x1b')
                return std::min(end + 2, text.size());
        }
        return text.size();
    }
    return 2;
}

/// Hands on printable stretches and SGR parameters, in order.
template <typename OnText, typename OnStyle>
void walk(std::string_view line, OnText onText, OnStyle onStyle)
{
    while (!line.empty()) {
        const auto c = static_cast<unsigned char>(line.front());
        if (c == 0x1b) {
            std::string_view parameters(nullptr, 0);
            const auto length = escapeLength(line, parameters);
            if (parameters.data() != nullptr)
                onStyle(parameters);
            line.remove_prefix(length);
            continue;
        }
        const auto length = sequenceLength(line);
        if (length == 0)
            onText("\xef\xbf\xbd");
        else if ((c >= 0x20 && c != 0x7f) || c == '\t')
            onText(line.substr(0, length));
        line.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

} // namespace

AnsiText parseAnsi(std::string_view line)
{
    AnsiText result;
    AnsiStyle style;
    std::size_t begin = 0;
    const auto close = [&] {
        if (style != AnsiStyle() && result.text.size() > begin)
            result.spans.push_back({begin, result.text.size() - begin, style});
        begin = result.text.size();
    };
    result.text.reserve(line.size());
    walk(
        line, [&](std::string_view text) { result.text.append(text); },
        [&](std::string_view parameters) {
            close();
            const auto numbers = numbersOf(parameters);
            for (std::size_t at = 0; at < numbers.size(); ++at)
                applyOne(style, numbers, at);
        });
    close();
    return result;
}

std::string withoutAnsi(std::string_view line)
{
    std::string text;
    text.reserve(line.size());
    walk(
        line, [&](std::string_view part) { text.append(part); }, [](std::string_view) {});
    return text;
}

std::string validUtf8(std::string_view text)
{
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const auto length = sequenceLength(text);
        if (length == 0)
            valid += "\xef\xbf\xbd";
        else
            valid.append(text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return valid;
}

} // namespace binnacle::logs
