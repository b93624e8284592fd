// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalScreen.h"

#include <QString>

#include <utility>

namespace binnacle::terminal {

/// The text from the one place up to, not with, the other: without the blanks at the ends of lines, and lines that were
/// too long for the screen in one.
[[nodiscard]] QString textBetween(const TerminalScreen &screen, const TerminalPlace &from, const TerminalPlace &to);
/// The word at a place, as a double click takes it: a path, a URL, a pod's name.
[[nodiscard]] std::pair<TerminalPlace, TerminalPlace> wordAt(const TerminalScreen &screen, const TerminalPlace &place);
/// What stands in a cell, with its combining characters; a blank where nothing was written.
[[nodiscard]] QString textOfCell(const TerminalLine &line, int column);

} // namespace binnacle::terminal
