// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretCommand.h"

#include "SecretCreateCommand.h"
#include "SecretGenerateCommand.h"
#include "SecretGetCommand.h"
#include "SecretListCommand.h"
#include "SecretRestartCommand.h"
#include "SecretSetCommand.h"
#include "SecretShowCommand.h"
#include "SecretUsageCommand.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

SecretCommand::SecretCommand()
{
    m_commands.push_back(std::make_unique<SecretListCommand>());
    m_commands.push_back(std::make_unique<SecretShowCommand>());
    m_commands.push_back(std::make_unique<SecretGetCommand>());
    m_commands.push_back(std::make_unique<SecretSetCommand>(SecretSetCommand::Verb::Set));
    m_commands.push_back(std::make_unique<SecretSetCommand>(SecretSetCommand::Verb::Unset));
    m_commands.push_back(std::make_unique<SecretGenerateCommand>());
    m_commands.push_back(std::make_unique<SecretCreateCommand>());
    m_commands.push_back(std::make_unique<SecretUsageCommand>());
    m_commands.push_back(std::make_unique<SecretRestartCommand>());
}

SecretCommand::~SecretCommand() = default;

CLI::App *SecretCommand::declare(CLI::App &program)
{
    auto *const group = program.add_subcommand(
        "secret", "See and change the keys of Secrets and config maps, and restart what uses them");
    group->require_subcommand(1);
    group->footer(
        "Values come from a prompt without echo, standard input, files or the environment; never from an "
        "argument, which every user of the computer can see. `binnaclectl undo RUNBOOK` takes a change back.");
    for (const auto &command : m_commands)
        m_declared.emplace_back(command->declare(*group), command.get());
    return group;
}

core::Result<void> SecretCommand::run(const Environment &environment)
{
    for (const auto &[app, command] : m_declared) {
        if (app->parsed())
            return command->run(environment);
    }
    return core::fail(core::ErrorKind::Usage, "secret needs a command", "see `binnaclectl secret --help`");
}

} // namespace binnacle::ctl
