// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "core/Result.h"

#include <string>
#include <vector>

namespace binnacle::terminal {

/// Commands that start a shell, the one to try first at the front: bash where there is one, else sh, by whatever name
/// an image has it.
[[nodiscard]] std::vector<std::vector<std::string>> shellCommands();
/// Whether a command that ended so quickly was not there at all, as the container runtimes say it: containerd and
/// CRI-O fail, some end with 126 or 127 as a shell would.
[[nodiscard]] bool isMissingProgram(const core::Result<int> &ended);
/// What to say where no shell was found.
[[nodiscard]] core::Error noShellError(const std::string &object);

} // namespace binnacle::terminal
