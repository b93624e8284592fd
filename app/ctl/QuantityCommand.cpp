// SPDX-License-Identifier: GPL-3.0-or-later
#include "QuantityCommand.h"

#include "core/Quantity.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>

namespace binnacle::ctl {

CLI::App *QuantityCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand(
        "quantity",
        "Say what Kubernetes makes of quantities such as 1.5Gi or 100m; without arguments, of each input line");
    command->add_option("QUANTITY", m_texts, "Quantities to read");
    command->footer(
        "One line each: the form in which an API server writes it and its exact decimal value, or \"invalid\" "
        "and why.");
    return command;
}

core::Result<void> QuantityCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    if (m_texts.empty()) {
        std::string line;
        while (std::getline(std::cin, line))
            m_texts.push_back(line);
    }
    core::Json list = core::Json::array();
    std::string lines;
    std::optional<core::Error> firstError;
    for (const auto &text : m_texts) {
        const auto quantity = core::Quantity::parse(text);
        if (!quantity) {
            list.push_back({{"quantity", text}, {"error", quantity.error().message}});
            lines += environment.console.coloured("invalid", Colour::Red) + " " + quantity.error().message + "\n";
            if (!firstError) {
                firstError = quantity.error();
                firstError->object = "quantity \"" + text + "\"";
            }
            continue;
        }
        list.push_back({{"quantity", text},
                        {"canonical", quantity->canonical()},
                        {"decimal", quantity->decimal()},
                        {"value", quantity->value()},
                        {"milliValue", quantity->milliValue()}});
        lines += quantity->canonical() + " " + quantity->decimal() + "\n";
    }
    if (!printStructured(environment, list))
        environment.console.print(lines);
    if (firstError)
        return core::fail(*firstError);
    return {};
}

} // namespace binnacle::ctl
