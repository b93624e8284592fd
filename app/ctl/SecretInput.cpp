// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretInput.h"

#include "Await.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace binnacle::ctl {

namespace {

using SecretLines = std::map<std::string, core::SecretString, std::less<>>;

/// Lines of "namespace/secret/key=value"; empty lines and those that begin with # count for nothing.
[[nodiscard]] core::Result<SecretLines> readSecretFile(const std::string &path)
{
    SecretLines values;
    if (path.empty())
        return values;
    std::ifstream file(path);
    if (!file) {
        auto error = core::makeError(core::ErrorKind::Io, std::string("cannot be read: ") + std::strerror(errno),
                                     "check the path and its permissions");
        error.object = path;
        return core::fail(std::move(error));
    }
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line[0] == '#')
            continue;
        const auto equals = line.find('=');
        const std::string name = line.substr(0, equals);
        if (equals == std::string::npos || std::count(name.begin(), name.end(), '/') != 2) {
            core::wipe(line);
            auto error = core::makeError(core::ErrorKind::Usage, "is not of the form namespace/secret/key=value",
                                         "correct the line; comments begin with #");
            error.object = path + ":" + std::to_string(number);
            return core::fail(std::move(error));
        }
        values.insert_or_assign(name, core::SecretString(line.substr(equals + 1)));
        core::wipe(line);
    }
    return values;
}

[[nodiscard]] std::string nameOf(const operations::SecretPrompt &prompt)
{
    return prompt.secret.nameSpace.value() + "/" + prompt.secret.name + "/" + prompt.key;
}

[[nodiscard]] core::Result<core::SecretString> ask(const Console &console, const operations::SecretPrompt &prompt)
{
    std::string question = nameOf(prompt);
    if (!prompt.description.empty())
        question += " (" + prompt.description + ")";
    if (!prompt.defaultValue.empty())
        question += " [Enter: the stack's default]";
    else if (prompt.optional)
        question += " [Enter: leave it out]";
    return console.askSecret(question + ": ");
}

} // namespace

void SecretInput::declare(CLI::App &command)
{
    command.add_option("--secret-file", m_file,
                       "File with lines namespace/secret/key=value for the secrets that the stack asks for; else "
                       "$BINNACLE_SECRET_<SECRET>_<KEY>, else they are asked for");
}

core::Result<operations::SecretValues> SecretInput::collect(const Environment &environment,
                                                            const ClusterSession &session,
                                                            const runbook::PlanPointer &plan) const
{
    auto lines = readSecretFile(m_file);
    if (!lines)
        return core::fail(std::move(lines.error()));
    const auto prompts = await(operations::missingSecrets(session.client, plan, environment.interrupt.token()));
    if (!prompts)
        return core::fail(prompts.error());
    operations::SecretValues values;
    for (const auto &prompt : *prompts) {
        if (const auto line = lines->find(nameOf(prompt)); line != lines->end()) {
            values.set(prompt.secret, prompt.key, std::move(line->second));
        } else if (const char *const variable = std::getenv(secretVariable(prompt).c_str()); variable != nullptr) {
            values.set(prompt.secret, prompt.key, core::SecretString(variable));
        } else if (environment.console.isInteractive() && !environment.options.yes) {
            auto answer = ask(environment.console, prompt);
            if (!answer)
                return core::fail(std::move(answer.error()));
            if (!answer->isEmpty())
                values.set(prompt.secret, prompt.key, std::move(*answer));
        }
        if (values.find(prompt.secret, prompt.key) == nullptr && !prompt.optional && prompt.defaultValue.empty()) {
            auto error = core::makeError(core::ErrorKind::Usage, "needs a value for key " + prompt.key,
                                         "set " + secretVariable(prompt) + " or give --secret-file with a line " +
                                             nameOf(prompt) + "=...");
            error.object = prompt.secret.describe();
            return core::fail(std::move(error));
        }
    }
    return values;
}

std::string secretVariable(const operations::SecretPrompt &prompt)
{
    std::string name = "BINNACLE_SECRET_" + prompt.secret.name + "_" + prompt.key;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_'; });
    return name;
}

} // namespace binnacle::ctl
