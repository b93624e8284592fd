// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace binnacle::ctl {

/// Hands the terminal of standard input over to a program elsewhere: every key goes on as it is, Ctrl-C too. Puts it
/// back when it dies.
class RawTerminal
{
public:
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal &) = delete;
    RawTerminal &operator=(const RawTerminal &) = delete;

    /// Columns and rows; nothing: standard output is no terminal.
    [[nodiscard]] static std::optional<std::pair<int, int>> size();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::ctl
