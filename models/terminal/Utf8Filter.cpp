// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/Utf8Filter.h"

#include <QString>

#include <algorithm>

namespace binnacle::terminal {

namespace {

constexpr char32_t replacement = 0xfffd;
constexpr int mostMarks = 4;

bool isMark(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Mark_NonSpacing:
    case QChar::Mark_SpacingCombining:
    case QChar::Mark_Enclosing:
    case QChar::Other_Format:
        return true;
    default:
        return character >= 0x1160 && character <= 0x11ff; // vowels and finals of Hangul
    }
}

} // namespace

std::string_view Utf8Filter::pass(std::string_view bytes)
{
    const bool isAscii =
        std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    if (isAscii && m_missing == 0) {
        m_marks = bytes.empty() ? m_marks : 0;
        return bytes;
    }
    m_out.clear();
    for (const char byte : bytes)
        take(static_cast<unsigned char>(byte));
    return m_out;
}

void Utf8Filter::take(unsigned char byte)
{
    if (m_missing > 0) {
        if ((byte & 0xc0) == 0x80) {
            m_character = (m_character << 6) | (byte & 0x3f);
            if (--m_missing == 0)
                give(m_character);
            return;
        }
        m_missing = 0;
        give(replacement);
    }
    if (byte < 0x80) {
        m_marks = 0;
        m_out += static_cast<char>(byte);
    } else if (byte >= 0xc2 && byte < 0xf5) {
        m_missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        m_character = byte & (0x3f >> m_missing);
        m_least = m_missing == 3 ? 0x10000 : m_missing == 2 ? 0x800 : 0x80;
    } else {
        m_least = 0;
        give(replacement);
    }
}

void Utf8Filter::give(char32_t character)
{
    const bool isControl = character < 0xa0;
    const bool isSurrogate = character >= 0xd800 && character < 0xe000;
    if (character < m_least || isControl || isSurrogate || character > 0x10ffff)
        character = replacement;
    m_marks = isMark(character) ? m_marks + 1 : 0;
    if (m_marks > mostMarks)
        return;
    const QString text = QString::fromUcs4(&character, 1);
    m_out += text.toStdString();
}

} // namespace binnacle::terminal
