// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Console.h"
#include "ExitStatus.h"
#include "Interrupt.h"
#include "Options.h"
#include "core/Clock.h"
#include "core/Random.h"
#include "core/Result.h"

namespace CLI {
class App;
}

namespace binnacle::ctl {

/// What a command works with.
struct Environment
{
    const Options &options;
    const Console &console;
    Interrupt &interrupt;
    const core::Clock &clock;
    core::Random &random;
};

/// One subcommand.
class Command
{
public:
    virtual ~Command() = default;
    /// Adds the subcommand with its own options and help to the program, and returns it.
    virtual CLI::App *declare(CLI::App &program) = 0;
    /// An error is printed by the caller and decides the exit status.
    [[nodiscard]] virtual core::Result<void> run(const Environment &environment) = 0;
};

/// An error of kind Usage unless `output` is empty or one of `allowed`.
[[nodiscard]] core::Result<void> checkOutput(const Options &options, std::initializer_list<const char *> allowed);

/// Prints `value` as -o json or yaml asks for; false when the output is neither and the command prints its own form.
[[nodiscard]] bool printStructured(const Environment &environment, const core::Json &value);

} // namespace binnacle::ctl
