// SPDX-License-Identifier: GPL-3.0-or-later
#include "CheckCommand.h"

#include "Await.h"
#include "ClusterSession.h"
#include "TextTable.h"
#include "operations/ClusterSurvey.h"
#include "operations/FeasibilityStep.h"
#include "operations/StackKeys.h"
#include "stack/RequiredKeys.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

namespace {

using stack::Finding;

[[nodiscard]] std::string componentOf(const stack::Stack &stack, const Finding &finding)
{
    const auto found = std::find_if(stack.components.begin(), stack.components.end(), [&](const auto &component) {
        const auto &volumes = component.volumes;
        return component.workload == finding.object ||
               std::find(volumes.begin(), volumes.end(), finding.object) != volumes.end();
    });
    return found == stack.components.end() ? std::string() : found->id;
}

[[nodiscard]] const char *wordOf(const Finding &finding)
{
    return finding.severity == Finding::Severity::Error ? "error" : "warning";
}

[[nodiscard]] core::Json jsonOf(const stack::Stack &stack, const std::string &overlay, bool live,
                                const std::vector<Finding> &findings)
{
    core::Json list = core::Json::array();
    for (const auto &finding : findings)
        list.push_back({{"severity", wordOf(finding)},
                        {"component", componentOf(stack, finding)},
                        {"kind", finding.object.kind.kind},
                        {"namespace", finding.object.nameSpace.value()},
                        {"name", finding.object.name},
                        {"certain", finding.certain},
                        {"fits", finding.fits ? core::Json(*finding.fits) : core::Json()},
                        {"message", finding.message},
                        {"next", finding.next}});
    const bool feasible = std::none_of(findings.begin(), findings.end(), [](const Finding &finding) {
        return finding.severity == Finding::Severity::Error;
    });
    return {{"stack", stack.name}, {"overlay", overlay}, {"live", live}, {"feasible", feasible}, {"findings", list}};
}

[[nodiscard]] std::string tableOf(const Console &console, const stack::Stack &stack,
                                  const std::vector<Finding> &findings)
{
    TextTable table({"SEVERITY", "NAMESPACE", "OBJECT", "COMPONENT", "PROBLEM"});
    for (const auto &finding : findings)
        table.add({{wordOf(finding), finding.severity == Finding::Severity::Error ? Colour::Red : Colour::Yellow},
                   finding.object.nameSpace.value(),
                   finding.object.kind.kind + "/" + finding.object.name,
                   componentOf(stack, finding),
                   finding.message + ". " + finding.next});
    return table.text(console);
}

/// The errors as one: the first that breaks, in full.
[[nodiscard]] core::Error failureOf(std::vector<Finding> findings)
{
    std::erase_if(findings, [](const Finding &finding) { return finding.severity != Finding::Severity::Error; });
    return operations::fitError(findings);
}

} // namespace

CLI::App *CheckCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand(
        "check", "Check that a stack fits: quotas, limit ranges, disruption budgets, Pod Security, nodes");
    m_stack.declare(*command);
    command->add_flag("--live", m_live,
                      "Also against the cluster: its quotas, other workloads, nodes, storage classes and kinds");
    command->footer("No cluster is asked without --live, --context or --kubeconfig. Exit status 1: something does not "
                    "fit; the error names what breaks first.");
    return command;
}

core::Result<void> CheckCommand::run(const Environment &environment)
{
    const Options &options = environment.options;
    if (auto allowed = checkOutput(options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto stack = m_stack.load();
    if (!stack)
        return core::fail(stack.error());
    const auto renderOptions = m_stack.renderOptions(*stack);
    if (!renderOptions)
        return core::fail(renderOptions.error());
    const auto objects = stack::render(*stack, *renderOptions);
    if (!objects)
        return core::fail(asContentError(objects.error()));

    const bool live = m_live || !options.context.empty() || !options.kubeconfig.empty();
    const auto facts = live ? askCluster(environment, *stack, *objects) : core::Result<stack::ClusterFacts>();
    if (!facts)
        return core::fail(facts.error());
    auto findings = stack::checkFeasibility(*objects, *facts);
    auto missing = missingKeys(environment, *stack, *objects, live);
    if (!missing)
        return core::fail(std::move(missing.error()));
    findings.insert(findings.end(), std::make_move_iterator(missing->begin()), std::make_move_iterator(missing->end()));
    std::stable_partition(findings.begin(), findings.end(),
                          [](const Finding &finding) { return finding.severity == Finding::Severity::Error; });
    const auto &overlay = renderOptions->overlay.empty() ? stack->defaultOverlay : renderOptions->overlay;
    if (!printStructured(environment, jsonOf(*stack, overlay, live, findings))) {
        const std::string where = live ? "the cluster" : "its quotas and limits";
        environment.console.print(findings.empty() ? stack->name + " fits " + where + ".\n"
                                                   : tableOf(environment.console, *stack, findings));
    }
    if (!findings.empty() && findings.front().severity == Finding::Severity::Error)
        return core::fail(failureOf(findings));
    return {};
}

core::Result<std::vector<stack::Finding>> CheckCommand::missingKeys(const Environment &environment,
                                                                    const stack::Stack &stack,
                                                                    const std::vector<core::Json> &objects,
                                                                    bool live) const
{
    if (!live)
        return stack::missingKeys(stack, objects, std::nullopt);
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    auto missing = await(operations::missingStackKeys(session->client, std::make_shared<const stack::Stack>(stack),
                                                      std::make_shared<const std::vector<core::Json>>(objects),
                                                      environment.interrupt.token()));
    if (!missing)
        return core::fail(std::move(missing.error()));
    for (const std::string &unread : missing->unread)
        environment.console.message("warning: whether keys are missing is not judged, as this user may not read " +
                                    unread);
    return std::move(missing->findings);
}

core::Result<stack::ClusterFacts> CheckCommand::askCluster(const Environment &environment, const stack::Stack &stack,
                                                           const std::vector<core::Json> &objects) const
{
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    auto nameSpaces = operations::namespacesOf(objects);
    for (const auto &nameSpace : stack.nameSpaces) {
        if (std::find(nameSpaces.begin(), nameSpaces.end(), nameSpace) == nameSpaces.end())
            nameSpaces.push_back(nameSpace);
    }
    auto facts =
        await(operations::surveyCluster(session->client, std::move(nameSpaces), environment.interrupt.token()));
    if (facts) {
        for (const std::string &unread : facts->unread)
            environment.console.message("warning: " + unread);
    }
    return facts;
}

} // namespace binnacle::ctl
