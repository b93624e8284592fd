// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretSetCommand.h"

#include <CLI/CLI.hpp>

namespace binnacle::ctl {

CLI::App *SecretSetCommand::declare(CLI::App &program)
{
    const bool sets = m_verb == Verb::Set;
    auto *const command =
        program.add_subcommand(sets ? "set" : "unset", sets ? "Give keys new values; other keys stay" : "Remove keys");
    m_object.declare(*command);
    if (sets)
        m_entries.declare(*command);
    else
        command->add_option("KEY", m_removed, "The keys to remove")->required();
    m_change.declare(*command);
    return command;
}

core::Result<void> SecretSetCommand::run(const Environment &environment)
{
    if (m_verb == Verb::Set && m_entries.isEmpty())
        return core::fail(core::ErrorKind::Usage, "set needs a key",
                          "name the key to be asked for its value, or give --from-file, --from-env or --stdin");
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &session = opened->session;
    const auto &object = opened->object;
    std::vector<operations::KeyChange> changes;
    for (const auto &key : m_removed)
        changes.push_back({key, std::nullopt});
    if (m_verb == Verb::Set) {
        auto entered = m_entries.read(environment);
        if (!entered)
            return core::fail(std::move(entered.error()));
        changes = std::move(*entered);
    }
    return m_change.run(environment, session, object, changes);
}

} // namespace binnacle::ctl
