// SPDX-License-Identifier: GPL-3.0-or-later
#include "PlanCommand.h"

#include "PlanMaking.h"
#include "operations/DeployPlan.h"
#include "stack/RequiredKeys.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

CLI::App *PlanCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("plan", "Show the ordered steps that a deploy takes, asking no cluster");
    m_stack.declare(*command);
    command->add_option("--from", m_fromStep, "Leave out the steps before this one");
    command->add_flag("--kubectl", m_kubectl, "Show the same as kubectl commands");
    return command;
}

core::Result<void> PlanCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto made = makeDeployPlan(environment, m_stack, {}, {.fromStep = m_fromStep});
    if (!made)
        return core::fail(made.error());
    const auto &plan = *made->plan;
    if (m_kubectl) {
        std::string text;
        for (const auto &[step, commands] : operations::kubectlEquivalents(plan)) {
            text += "# " + step + "\n";
            for (const auto &command : commands)
                text += command + "\n";
        }
        environment.console.print(text);
        return {};
    }
    if (printStructured(environment, operations::planToJson(plan)))
        return {};
    environment.console.print(describePlan(environment.console, plan));
    for (const auto &missing : stack::missingKeys(made->stack, made->objects, std::nullopt)) {
        const bool error = missing.severity == stack::Finding::Severity::Error;
        const std::string line = missing.object.describe() + ": " + missing.message + ". " + missing.next;
        environment.console.message(environment.console.colouredMessage(line, error ? Colour::Red : Colour::Yellow));
    }
    return {};
}

} // namespace binnacle::ctl
