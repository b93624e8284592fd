// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/Shells.h"

namespace binnacle::terminal {

std::vector<std::vector<std::string>> shellCommands()
{
    // A kubelet sets TERM=xterm, or nothing; this terminal can do more.
    const std::string script = "TERM=xterm-256color; export TERM; "
                               "command -v bash >/dev/null 2>&1 && exec bash; "
                               "exec \"$0\"";
    std::vector<std::vector<std::string>> commands;
    // /busybox/sh is what distroless images with the tag :debug have.
    for (const char *const shell : {"sh", "bash", "ash", "/busybox/sh"})
        commands.push_back({shell, "-c", script, shell});
    return commands;
}

bool isMissingProgram(const core::Result<int> &ended)
{
    if (ended)
        return *ended == 126 || *ended == 127;
    const std::string &message = ended.error().message;
    for (const char *const sign : {"executable file not found", "no such file or directory", "exec format error"}) {
        if (message.find(sign) != std::string::npos)
            return true;
    }
    return false;
}

core::Error noShellError(const std::string &object)
{
    auto error = core::makeError(core::ErrorKind::Unsupported,
                                 "the container has no shell: neither sh, bash, ash nor /busybox/sh",
                                 "open a debug container beside it, which brings a shell of its own");
    error.object = object;
    return error;
}

} // namespace binnacle::terminal
