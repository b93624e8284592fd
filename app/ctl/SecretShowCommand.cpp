// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretShowCommand.h"

#include "SecretKeys.h"
#include "TextTable.h"
#include "operations/Certificates.h"
#include "operations/SecretTypes.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

/// What can be said of the content without saying it: certificates, registries.
std::vector<std::string> insights(const operations::SecretContent &content)
{
    std::vector<std::string> lines;
    for (const auto &[key, value] : content) {
        if (const auto chain = operations::readCertificates(value.reveal())) {
            for (const auto &certificate : *chain)
                lines.push_back(key + ": certificate of " + operations::describe(certificate));
        }
        if (key == ".dockerconfigjson") {
            for (const auto &registry : operations::registriesOf(value))
                lines.push_back(key + ": " + registry);
        }
    }
    return lines;
}

} // namespace

CLI::App *SecretShowCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("show", "Show the keys with their sizes; values only with --reveal");
    m_object.declare(*command);
    command->add_flag("--reveal", m_reveal, "Also the values");
    return command;
}

core::Result<void> SecretShowCommand::run(const Environment &environment)
{
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &session = opened->session;
    const auto &object = opened->object;
    const auto live = readConfig(environment, session, object);
    if (!live)
        return core::fail(live.error());
    const bool reveals = m_reveal || object.kind.kind == "ConfigMap";
    core::Json summary = summaryOfConfig(*live, reveals ? Values::Revealed : Values::Hidden);
    const auto content = operations::contentOf(*live);
    summary["insights"] = insights(content);
    summary["warnings"] = operations::secretWarnings(live->value("type", ""), content, environment.clock.now());
    if (const auto fits = operations::checkSecretContent(live->value("type", ""), content); !fits)
        summary["warnings"].push_back(fits.error().message);
    if (printStructured(environment, summary))
        return {};
    TextTable table({"KEY", "BYTES", "VALUE"});
    for (const auto &key : summary["keys"])
        table.add({key["name"].get<std::string>(), std::to_string(key["bytes"].get<std::size_t>()),
                   key["binary"].get<bool>() ? std::string("binary: export it with `secret get --key ... --out FILE`")
                                             : key.value("value", "***")});
    environment.console.print(object.describe() + (summary["immutable"].get<bool>() ? ", immutable" : "") + "\n" +
                              table.text(environment.console));
    for (const auto &line : summary["insights"])
        environment.console.print(line.get<std::string>() + "\n");
    for (const auto &line : summary["warnings"])
        environment.console.message(
            environment.console.colouredMessage("warning: " + line.get<std::string>(), Colour::Red));
    return {};
}

} // namespace binnacle::ctl
