// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

struct Redirection
{
    enum class Kind { Read, Write, Duplicate };
    int descriptor = 1;
    Kind kind = Kind::Write;
    std::string target; ///< a word, or the number of a descriptor
};

struct Command;
using CommandPointer = std::shared_ptr<const Command>;

/// A command of the shell. Words are kept as they were written, quotes and all.
struct Command
{
    enum class Kind {
        Simple,   ///< assignments and words
        Sequence, ///< parts one after another
        And,      ///< the second only after success of the first
        Or,
        Not,
        Pipeline,
        Group,    ///< { ...; }, or named "(": ( ... ), in a shell of its own
        Function, ///< defines `name`
        If,       ///< condition, then, and maybe else
    };
    Kind kind = Kind::Simple;
    std::vector<std::string> words;
    std::vector<Redirection> redirections;
    std::vector<CommandPointer> parts;
    std::string name;
};

/// The part of POSIX' shell grammar (Shell & Utilities, 2.10) that short scripts use: lists, pipelines, groups,
/// functions, if. What else there is fails as a syntax error does.
[[nodiscard]] core::Result<CommandPointer> parseScript(std::string_view script);

/// Where the quoted text, the ${...} or $(...) that begins at `start` ends: one past it. npos: never.
[[nodiscard]] std::size_t endOfQuoted(std::string_view text, std::size_t start);

} // namespace binnacle::simulator
