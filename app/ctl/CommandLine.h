// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"

#include <memory>
#include <vector>

namespace binnacle::ctl {

/// Reads the arguments, runs the command that they name, and turns its outcome into messages and an exit status.
class CommandLine
{
public:
    CommandLine();
    ~CommandLine();

    [[nodiscard]] ExitStatus run(int argc, char **argv);

private:
    [[nodiscard]] ExitStatus execute(Command &command);
    [[nodiscard]] ExitStatus report(const core::Error &error) const;

    Options m_options;
    Console m_console;
    std::vector<std::unique_ptr<Command>> m_commands;
    int m_exitStatus = 0; ///< of what exec ran
};

} // namespace binnacle::ctl
