// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClusterSession.h"

#include "kube/Kubeconfig.h"

#include <algorithm>
#include <array>

namespace binnacle::ctl {

namespace {

[[nodiscard]] std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Letters to add, drop or swap to get from one word to the other, as far as a suggestion needs to know.
[[nodiscard]] std::size_t editDistance(const std::string &a, const std::string &b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t column = 0; column <= b.size(); ++column)
        row[column] = column;
    for (std::size_t line = 1; line <= a.size(); ++line) {
        std::size_t diagonal = row[0];
        row[0] = line;
        for (std::size_t column = 1; column <= b.size(); ++column) {
            const std::size_t above = row[column];
            row[column] = std::min({above + 1, row[column - 1] + 1, diagonal + (a[line - 1] == b[column - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

/// The first problem of a file that was asked for explains more than "no such context".
[[nodiscard]] core::Error explain(core::Error error, const kube::Kubeconfig &config)
{
    const auto problems = config.problems();
    if (config.contexts().empty() && !problems.empty())
        return problems.front();
    return error;
}

} // namespace

core::Result<ClusterSession> openCluster(const Environment &environment)
{
    const Options &options = environment.options;
    const auto config = kube::Kubeconfig::load(kube::KubeconfigSources::fromEnvironment(options.kubeconfig));
    const core::ContextName wanted(options.context);
    kube::OpenOptions opening;
    opening.interactive = environment.console.isInteractive();
    opening.warned = [console = environment.console](const std::string &warning) {
        console.message(console.colouredMessage("Warning: " + warning, Colour::Yellow)); // as kubectl says it
    };
    auto transport = config.open(wanted, std::move(opening));
    if (!transport)
        return core::fail(explain(std::move(transport.error()), config));
    for (const auto &problem : config.problems())
        environment.console.message("warning: " + problem.describe());

    ClusterSession session;
    session.client = std::make_shared<kube::Client>(*transport);
    session.context = wanted.isEmpty() ? config.currentContext() : wanted;
    session.server = (*transport)->server();
    for (const auto &context : config.contexts()) {
        if (context.name != session.context)
            continue;
        session.nameSpace = context.nameSpace;
        session.user = context.user;
        if (context.insecure)
            environment.console.message(environment.console.colouredMessage(
                "warning: context " + context.name.value() + " does not verify the server's certificate", Colour::Red));
    }
    if (!options.nameSpace.empty())
        session.nameSpace = core::Namespace(options.nameSpace);
    if (session.nameSpace.isEmpty())
        session.nameSpace = core::Namespace("default");
    return session;
}

core::Error unknownKind(const std::string &typed, const kube::Discovery &discovery)
{
    const std::string lower = lowered(typed);
    std::string nearest;
    std::size_t distance = 3;
    for (const auto &resource : discovery.resources()) {
        // Old servers leave the singular out for their own kinds.
        for (const auto &name : {resource.gvr.resource, resource.singular, lowered(resource.kind)}) {
            const std::size_t away = name.empty() ? distance : editDistance(lower, name);
            if (away < distance) {
                distance = away;
                nearest = name;
            }
        }
    }
    std::string next = nearest.empty() ? "check the spelling, and that the kind's CustomResourceDefinition is installed"
                                       : "did you mean \"" + nearest + "\"?";
    for (const auto &[group, reason] : discovery.failedGroups)
        next += "; the API group " + group + " could not be asked: " + reason;
    auto error =
        core::makeError(core::ErrorKind::NotFound, "the server has no kind \"" + typed + "\"", std::move(next));
    error.object = typed;
    error.request = "GET /api, /apis";
    return error;
}

} // namespace binnacle::ctl
