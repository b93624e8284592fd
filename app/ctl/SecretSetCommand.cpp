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
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    if (m_verb == Verb::Set && m_entries.isEmpty())
        return core::fail(core::ErrorKind::Usage, "set needs a key",
                          "name the key to be asked for its value, or give --from-file, --from-env or --stdin");
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto object = m_object.key(*session);
    if (!object)
        return core::fail(object.error());
    std::vector<operations::KeyChange> changes;
    for (const auto &key : m_removed)
        changes.push_back({key, std::nullopt});
    if (m_verb == Verb::Set) {
        auto entered = m_entries.read(environment);
        if (!entered)
            return core::fail(std::move(entered.error()));
        changes = std::move(*entered);
    }
    return m_change.run(environment, *session, *object, changes);
}

} // namespace binnacle::ctl
