// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretListCommand.h"

#include "Await.h"
#include "ClusterSession.h"
#include "SecretKeys.h"
#include "TextTable.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

CLI::App *SecretListCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("list", "List Secrets with their types and keys, without values");
    command->add_flag("--configmaps", m_configMaps, "Config maps instead");
    command->add_flag("-A,--all-namespaces", m_allNamespaces, "In all namespaces");
    return command;
}

core::Result<void> SecretListCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const std::string kind = m_configMaps ? "ConfigMap" : "Secret";
    auto list = await(session->client->list({"", kind}, m_allNamespaces ? core::Namespace() : session->nameSpace, {},
                                            environment.interrupt.token()));
    if (!list)
        return core::fail(std::move(list.error()));
    core::Json answer = core::Json::array();
    TextTable table({"NAMESPACE", "NAME", m_configMaps ? "" : "TYPE", "KEYS"});
    for (auto &item : list->value("items", core::Json::array())) {
        item["kind"] = kind; // servers leave it out of a list's items
        item["apiVersion"] = "v1";
        const auto summary = summaryOfConfig(item, Values::Hidden);
        std::string keys;
        for (const auto &key : summary["keys"])
            keys += (keys.empty() ? "" : ", ") + key["name"].get<std::string>();
        table.add({summary["namespace"].get<std::string>(), summary["name"].get<std::string>(),
                   m_configMaps ? std::string() : summary["type"].get<std::string>(),
                   keys + (summary["immutable"].get<bool>() ? "  (immutable)" : "")});
        answer.push_back(summary);
    }
    if (!printStructured(environment, answer))
        environment.console.print(table.isEmpty() ? "There are none.\n" : table.text(environment.console));
    return {};
}

} // namespace binnacle::ctl
