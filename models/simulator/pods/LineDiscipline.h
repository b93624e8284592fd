// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace binnacle::simulator {

/// What lies between a terminal and its program in Linux (n_tty, with the settings of `stty sane`): keys are shown, a
/// line goes to the program as a whole and can be edited until then, Ctrl+C interrupts, Ctrl+D ends.
class LineDiscipline
{
public:
    struct Effect
    {
        std::string shown; ///< to the terminal
        std::string input; ///< to the program
        bool interrupts = false;
        bool ends = false; ///< end of the input, after `input`
    };
    [[nodiscard]] Effect type(std::string_view keys);
    /// As a program's output looks to a terminal.
    [[nodiscard]] static std::string shown(std::string_view output);

private:
    void take(char key, Effect &effect);

    std::string m_line;
};

} // namespace binnacle::simulator
