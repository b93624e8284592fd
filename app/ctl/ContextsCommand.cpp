// SPDX-License-Identifier: GPL-3.0-or-later
#include "ContextsCommand.h"

#include "TextTable.h"
#include "kube/Kubeconfig.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

[[nodiscard]] core::Json toJson(const kube::ContextSummary &context)
{
    return {{"name", context.name.value()},
            {"cluster", context.cluster},
            {"user", context.user},
            {"namespace", context.nameSpace.value()},
            {"server", context.server},
            {"current", context.current},
            {"insecure", context.insecure},
            {"problem", context.problem ? core::Json(context.problem->describe()) : core::Json()}};
}

} // namespace

CLI::App *ContextsCommand::declare(CLI::App &program)
{
    return program.add_subcommand("contexts",
                                  "List the contexts of the kubeconfig files, and what is wrong with which");
}

core::Result<void> ContextsCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto sources = kube::KubeconfigSources::fromEnvironment(environment.options.kubeconfig);
    const auto config = kube::Kubeconfig::load(sources);
    const auto contexts = config.contexts();
    const auto problems = config.problems();
    if (contexts.empty() && !problems.empty())
        return core::fail(problems.front());
    for (const auto &problem : problems)
        environment.console.message("warning: " + problem.describe());

    core::Json list = core::Json::array();
    TextTable table({"", "NAME", "CLUSTER", "USER", "NAMESPACE", "SERVER", "PROBLEM"});
    for (const auto &context : contexts) {
        list.push_back(toJson(context));
        std::string problem = context.problem ? context.problem->message : "";
        if (context.insecure)
            problem += (problem.empty() ? "" : "; ") + std::string("the server's certificate is not verified");
        table.add({context.current ? "*" : "",
                   context.name.value(),
                   context.cluster,
                   context.user,
                   context.nameSpace.value(),
                   context.server,
                   {problem, Colour::Red}});
    }
    if (printStructured(environment, list))
        return {};
    if (table.isEmpty()) {
        std::string files;
        for (const auto &file : sources.files)
            files += (files.empty() ? "" : ", ") + file;
        environment.console.message("No contexts. Looked at: " + files);
        environment.console.message("`binnaclectl simulate` starts a demo cluster and writes a kubeconfig for it.");
        return {};
    }
    environment.console.print(table.text(environment.console));
    return {};
}

} // namespace binnacle::ctl
