// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/shell/Process.h"
#include "simulator/shell/Syntax.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace binnacle::simulator {

/// Runs scripts as /bin/sh does, with the built-in commands that short scripts use.
class Shell
{
public:
    /// `name` is $0, `positional` are $1 and on.
    Shell(const Process &process, std::string name, std::vector<std::string> positional);

    /// The exit status; also that of `exit` and of a program that `exec` puts in the shell's place.
    int run(std::string_view script, const Streams &streams);
    /// Reads commands from standard input, a line each.
    int runLines(const Streams &streams);

    /// @{ For the expansion of words.
    /// Null: not set.
    [[nodiscard]] const std::string *variable(const std::string &name) const;
    [[nodiscard]] const std::vector<std::string> &positional() const { return m_positional; }
    [[nodiscard]] std::string special(char name) const; ///< $? $# $0 ...
    /// What a command writes, as $(...) stands for.
    [[nodiscard]] std::string outputOf(std::string_view script);
    /// @}

private:
    struct Exit
    {
        int status;
    };

    int execute(const Command &command, const Streams &streams);
    int simple(const Command &command, Streams streams);
    int apart(const Command &command, const Streams &streams) const;
    int pipeline(const Command &command, const Streams &streams);
    int call(std::vector<std::string> words, const Variables &assigned, const Streams &streams);
    int program(std::vector<std::string> words, const Variables &assigned, const Streams &streams);
    std::optional<int> builtin(const std::vector<std::string> &words, const Variables &assigned,
                               const Streams &streams);
    int read(const std::vector<std::string> &words, const Streams &streams);
    void set(const std::string &name, std::string value) { m_variables[name] = std::move(value); }
    void exportAll(const std::vector<std::string> &words);
    /// False: a file is meant that cannot be opened; it has been said.
    bool redirect(const Command &command, Streams &streams);
    void complain(const Streams &streams, const std::string &what) const;

    Machine &m_machine;
    const Container &m_container;
    Variables m_variables;
    std::set<std::string> m_exported;
    std::map<std::string, CommandPointer> m_functions;
    std::string m_name;
    std::vector<std::string> m_positional;
    Streams m_streams; ///< of the command being run, for $(...)
    int m_status = 0;
    int m_depth = 0;
};

/// A word as the shell reads it: quotes removed, parameters and commands put in, split into fields.
[[nodiscard]] std::vector<std::string> expandWord(Shell &shell, std::string_view word);
/// The same as one text, without splitting: of assignments and redirections.
[[nodiscard]] std::string expandText(Shell &shell, std::string_view word);

} // namespace binnacle::simulator
