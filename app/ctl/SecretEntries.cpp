// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretEntries.h"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace binnacle::ctl {

namespace {

core::Result<std::pair<std::string, std::string>> split(const std::string &text, const char *option)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        return core::fail(core::ErrorKind::Usage, std::string(option) + " needs KEY=... and not \"" + text + "\"",
                          "name the key, then where its value is");
    return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

core::SecretString contentOf(std::istream &stream)
{
    std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    core::SecretString value(bytes);
    core::wipe(bytes);
    return value;
}

/// Twice: nobody sees what was typed.
core::Result<core::SecretString> ask(const Console &console, const std::string &key)
{
    if (!console.isInteractive())
        return core::fail(core::ErrorKind::Usage, "key " + key + " needs a value, and there is no terminal to ask on",
                          "give --stdin " + key + ", --from-file " + key + "=PATH or --from-env " + key + "=VARIABLE");
    auto first = console.askSecret(key + ": ");
    if (!first)
        return first;
    const auto second = console.askSecret(key + ", again: ");
    if (!second)
        return core::fail(second.error());
    if (first->reveal() != second->reveal())
        return core::fail(core::ErrorKind::Usage, "the two values of " + key + " differ", "type it again");
    return first;
}

} // namespace

core::Result<core::SecretString> readSecret(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    const bool isEmpty = file && file.peek() == std::ifstream::traits_type::eof();
    if (!file.is_open() || file.bad()) { // a directory opens, and cannot be read
        auto error = core::makeError(core::ErrorKind::Io, std::string("cannot be read: ") + std::strerror(errno),
                                     "check the path and its permissions");
        error.object = path;
        return core::fail(std::move(error));
    }
    return isEmpty ? core::SecretString() : contentOf(file);
}

void SecretEntries::declare(CLI::App &command)
{
    command.add_option("KEY", m_asked, "Asked for without echo");
    command.add_option("--from-file", m_files, "KEY=PATH: a file's bytes as they are")->type_name("KEY=PATH");
    command.add_option("--from-env", m_variables, "KEY=VARIABLE of the environment")->type_name("KEY=VARIABLE");
    command.add_option("--stdin", m_input, "Standard input as it is, with a line end where it has one")
        ->type_name("KEY");
}

bool SecretEntries::isEmpty() const
{
    return m_asked.empty() && m_files.empty() && m_variables.empty() && m_input.empty();
}

core::Result<std::vector<operations::KeyChange>> SecretEntries::read(const Environment &environment) const
{
    std::vector<operations::KeyChange> changes;
    for (const auto &text : m_files) {
        const auto parts = split(text, "--from-file");
        if (!parts)
            return core::fail(parts.error());
        auto value = readSecret(parts->second);
        if (!value)
            return core::fail(std::move(value.error()));
        changes.push_back({parts->first, std::move(*value)});
    }
    for (const auto &text : m_variables) {
        const auto parts = split(text, "--from-env");
        if (!parts)
            return core::fail(parts.error());
        const char *const value = std::getenv(parts->second.c_str());
        if (value == nullptr)
            return core::fail(core::ErrorKind::Usage, "the environment has no variable " + parts->second,
                              "set and export it");
        changes.push_back({parts->first, core::SecretString(value)});
    }
    if (!m_input.empty()) {
        auto value = contentOf(std::cin);
        if (value.reveal().ends_with('\n'))
            environment.console.message("note: the value of " + m_input + " ends with a line end");
        changes.push_back({m_input, std::move(value)});
    }
    for (const auto &key : m_asked) {
        auto value = ask(environment.console, key);
        if (!value)
            return core::fail(std::move(value.error()));
        changes.push_back({key, std::move(*value)});
    }
    return changes;
}

} // namespace binnacle::ctl
