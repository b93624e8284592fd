// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretGetCommand.h"

#include "operations/ConfigData.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <QFile>

#include <algorithm>

namespace binnacle::ctl {

namespace {

/// Never over an existing file, and never readable by others, not even for a moment.
core::Result<void> writePrivately(const std::string &path, std::string_view bytes)
{
    QFile file(QString::fromStdString(path));
    const auto mine = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    const bool written =
        file.open(QIODevice::WriteOnly | QIODevice::NewOnly, mine) &&
        file.write(bytes.data(), static_cast<qint64>(bytes.size())) == static_cast<qint64>(bytes.size()) &&
        file.flush();
    if (written)
        return {};
    auto error = core::makeError(core::ErrorKind::Io, "cannot be written: " + file.errorString().toStdString(),
                                 "name a new file in a folder that you may write to");
    error.object = path;
    return core::fail(std::move(error));
}

} // namespace

CLI::App *SecretGetCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("get", "Write one value, byte for byte, to a file of mode 0600");
    m_object.declare(*command);
    command->add_option("--key", m_key, "The key")->required();
    auto *const file = command->add_option("--out", m_file, "A new file");
    command->add_flag("--stdout", m_toOutput, "To standard output, where others may read it later")->excludes(file);
    return command;
}

core::Result<void> SecretGetCommand::run(const Environment &environment)
{
    if (m_file.empty() && !m_toOutput)
        return core::fail(core::ErrorKind::Usage, "get needs to know where to put the value",
                          "give --out FILE, or --stdout to print it");
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &session = opened->session;
    const auto &object = opened->object;
    const auto live = readConfig(environment, session, object);
    if (!live)
        return core::fail(live.error());
    const auto entries = operations::configEntries(*live);
    const auto entry =
        std::find_if(entries.begin(), entries.end(), [&](const auto &each) { return each.key == m_key; });
    if (entry == entries.end()) {
        auto error = core::makeError(core::ErrorKind::NotFound, "it has no key " + m_key,
                                     "look at its keys with `binnaclectl secret show`");
        error.object = object.describe();
        return core::fail(std::move(error));
    }
    if (!m_toOutput)
        return writePrivately(m_file, entry->value.reveal());
    environment.console.print(entry->value.reveal());
    return {};
}

} // namespace binnacle::ctl
