// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace binnacle::terminal {

/// Makes UTF-8 of whatever a program writes, however it is cut: what is none, and control characters of two bytes,
/// comes out as U+FFFD, and of a pile of combining characters only the first few. libvterm 0.1 loses characters that
/// come in two pieces, computes with the width of control characters, which is -1, and has room for sixteen combined
/// ones.
class Utf8Filter
{
public:
    /// What is whole of it. Valid until the next call, or as long as `bytes`.
    [[nodiscard]] std::string_view pass(std::string_view bytes);

private:
    void take(unsigned char byte);
    void give(char32_t character);

    std::string m_out;
    char32_t m_character = 0;
    int m_missing = 0; ///< bytes of the character
    char32_t m_least = 0;
    int m_marks = 0; ///< one after the other
};

} // namespace binnacle::terminal
