// SPDX-License-Identifier: GPL-3.0-or-later
#include "TopologyCommand.h"

#include "HealthColour.h"
#include "ObservedCluster.h"
#include "TextTable.h"
#include "stack/TopologyLayout.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

[[nodiscard]] std::string tableOf(const stack::Topology &topology, const Console &console)
{
    TextTable components({"STATE", "NAMESPACE", "COMPONENT", "KIND", "READY", "REASON"});
    for (const auto &state : topology.components) {
        const auto &workload = state.component.workload;
        components.add({{cluster::toString(state.health.state), colourOf(state.health.state)},
                        workload.nameSpace.value(),
                        state.component.id,
                        workload.kind.kind,
                        std::to_string(state.ready) + "/" + std::to_string(state.desired),
                        state.health.reason});
    }
    TextTable flows({"FROM", "TO", "PORT", "KNOWN FROM", "BROKEN"});
    for (const auto &state : topology.flows)
        flows.add({state.flow.from,
                   state.flow.to,
                   state.flow.protocol + " " + std::to_string(state.flow.port),
                   state.flow.evidence,
                   {state.broken ? state.reason : "", Colour::Red}});
    std::string text = components.text(console);
    if (!flows.isEmpty())
        text += "\n" + flows.text(console);
    return text;
}

} // namespace

CLI::App *TopologyCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("topology", "Show components, their state, and what flows between them");
    m_stack.declare(*command, false);
    command->add_flag("-A,--all-namespaces", m_allNamespaces, "Without a stack: of all namespaces");
    command->footer("Output formats: table, json, yaml, svg, dot.");
    return command;
}

core::Result<stack::Topology> TopologyCommand::observe(const Environment &environment) const
{
    std::optional<stack::Stack> stack;
    if (m_stack.isGiven()) {
        auto loaded = m_stack.load();
        if (!loaded)
            return core::fail(std::move(loaded.error()));
        stack = std::move(*loaded);
    }
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const std::vector<core::Namespace> scope = stack             ? stack->nameSpaces
                                               : m_allNamespaces ? std::vector{core::Namespace()}
                                                                 : std::vector{session->nameSpace};
    ObservedCluster observed(environment, *session);
    if (auto synced = observed.sync(cluster::ClusterObserver::applicationFeeds(scope)); !synced)
        return core::fail(std::move(synced.error()));
    if (stack)
        return stack::topologyOf(*stack, observed.store());
    std::set<core::Namespace> names(scope.begin(), scope.end());
    if (m_allNamespaces) {
        names.clear();
        for (const auto &record : observed.store().list({"", "Namespace"}))
            names.emplace(record->meta.name);
    }
    return stack::inferTopology(observed.store(), names);
}

core::Result<void> TopologyCommand::run(const Environment &environment)
{
    const auto &output = environment.options.output;
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml", "svg", "dot"}); !allowed)
        return allowed;
    const auto topology = observe(environment);
    if (!topology)
        return core::fail(topology.error());
    if (output == "svg")
        environment.console.print(stack::toSvg(*topology, stack::layoutOf(*topology)));
    else if (output == "dot")
        environment.console.print(topology->toDot());
    else if (!printStructured(environment, topology->toJson()))
        environment.console.print(tableOf(*topology, environment.console));
    return {};
}

} // namespace binnacle::ctl
