// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/LineDiscipline.h"

#include <utility>

namespace binnacle::simulator {

namespace {

constexpr char interruptKey = 3;
constexpr char endKey = 4;
constexpr char killKey = 21; ///< Ctrl+U
constexpr char eraseKey = 0x7f;

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// The last character, of however many bytes; false: there is none.
bool eraseLast(std::string &line)
{
    if (line.empty())
        return false;
    while (line.size() > 1 && isContinuation(line.back()))
        line.pop_back();
    line.pop_back();
    return true;
}

} // namespace

std::string LineDiscipline::shown(std::string_view output)
{
    std::string text;
    for (const char c : output) {
        if (c == '\n')
            text += '\r';
        text += c;
    }
    return text;
}

LineDiscipline::Effect LineDiscipline::type(std::string_view keys)
{
    Effect effect;
    for (const char key : keys)
        take(key, effect);
    return effect;
}

void LineDiscipline::take(char key, Effect &effect)
{
    const auto control = static_cast<unsigned char>(key);
    if (key == '\r' || key == '\n') {
        effect.shown += "\r\n";
        effect.input += std::exchange(m_line, {}) + '\n';
    } else if (key == interruptKey) {
        effect.shown += "^C\r\n";
        effect.interrupts = true;
        effect.input.clear();
        m_line.clear();
    } else if (key == endKey) {
        effect.ends = m_line.empty();
        effect.input += std::exchange(m_line, {});
    } else if (key == eraseKey || key == '\b') {
        if (eraseLast(m_line))
            effect.shown += "\b \b";
    } else if (key == killKey) {
        while (eraseLast(m_line))
            effect.shown += "\b \b";
    } else {
        m_line += key;
        effect.shown +=
            control < 0x20 && key != '\t' ? std::string{'^', static_cast<char>(key + '@')} : std::string(1, key);
    }
}

} // namespace binnacle::simulator
