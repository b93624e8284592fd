// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Kubeconfig.h"

#include "core/Clock.h"
#include "kube/CurlTransport.h"
#include "kube/ExecCredentialSource.h"
#include "kube/InClusterConfig.h"
#include "kube/KubeconfigParser.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace binnacle::kube {

namespace {

using core::Error;
using core::ErrorKind;

const core::Clock &systemClock()
{
    static const core::SystemClock clock;
    return clock;
}

std::string joined(const std::vector<std::string> &parts)
{
    std::string text;
    for (const auto &part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

} // namespace

struct Kubeconfig::Private
{
    KubeconfigContent content;
    std::vector<std::string> files;

    [[nodiscard]] std::optional<Error> problemOf(const ContextSettings &context) const;
    [[nodiscard]] core::Result<const ContextSettings *> choose(const core::ContextName &name) const;
    [[nodiscard]] std::shared_ptr<const UserSettings> userOf(const ContextSettings &context) const;
};

std::optional<Error> Kubeconfig::Private::problemOf(const ContextSettings &context) const
{
    const auto refuse = [&context](const std::string &what, const std::string &next) {
        auto error = core::makeError(ErrorKind::Configuration, "context \"" + context.name + "\" " + what, next);
        error.object = context.origin;
        return error;
    };
    if (context.cluster.empty())
        return refuse("names no cluster", "set contexts[].context.cluster");
    const auto cluster = content.clusters.find(context.cluster);
    if (cluster == content.clusters.end())
        return refuse("names the cluster \"" + context.cluster + "\", which no kubeconfig holds",
                      "correct the name or add the cluster");
    if (cluster->second.problem)
        return cluster->second.problem;
    if (context.user.empty())
        return std::nullopt; // anonymous
    const auto user = content.users.find(context.user);
    if (user == content.users.end())
        return refuse("names the user \"" + context.user + "\", which no kubeconfig holds",
                      "correct the name or add the user");
    return user->second.problem;
}

core::Result<const ContextSettings *> Kubeconfig::Private::choose(const core::ContextName &name) const
{
    const auto &wanted = name.isEmpty() ? content.currentContext : name.value();
    std::vector<std::string> names;
    for (const auto &context : content.contexts) {
        if (context.name == wanted)
            return &context;
        names.push_back(context.name);
    }
    const auto looked = files.empty() ? std::string("no file") : joined(files);
    if (names.empty()) {
        if (!content.problems.empty())
            return core::fail(content.problems.front());
        return core::fail(ErrorKind::Configuration, "no kubeconfig with a context was found (looked in " + looked + ")",
                          "set KUBECONFIG or give --kubeconfig; without a cluster, start the demo cluster");
    }
    if (wanted.empty())
        return core::fail(ErrorKind::Configuration, "the kubeconfig has no current context",
                          "give --context with one of: " + joined(names));
    return core::fail(ErrorKind::Configuration, "there is no context \"" + wanted + "\" in " + looked,
                      "choose one of: " + joined(names));
}

std::shared_ptr<const UserSettings> Kubeconfig::Private::userOf(const ContextSettings &context) const
{
    const auto found = content.users.find(context.user);
    return found != content.users.end() && found->second.value ? found->second.value
                                                               : std::make_shared<const UserSettings>();
}

Kubeconfig::Kubeconfig() : d(std::make_unique<Private>()) {}
Kubeconfig::~Kubeconfig() = default;
Kubeconfig::Kubeconfig(Kubeconfig &&) noexcept = default;
Kubeconfig &Kubeconfig::operator=(Kubeconfig &&) noexcept = default;

KubeconfigSources KubeconfigSources::fromEnvironment(const std::string &explicitFile)
{
    KubeconfigSources sources;
    if (!explicitFile.empty()) {
        sources.files.push_back(explicitFile);
        return sources;
    }
    sources.optional = true;
    sources.serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
    const auto listed = qEnvironmentVariable("KUBECONFIG");
    for (const auto &file : listed.split(QDir::listSeparator(), Qt::SkipEmptyParts)) {
        auto path = file.toStdString();
        // client-go drops repetitions
        if (std::find(sources.files.begin(), sources.files.end(), path) == sources.files.end())
            sources.files.push_back(std::move(path));
    }
    if (listed.isEmpty()) // a list of empty names is a list: kubectl does not look at home then
        sources.files.push_back(QDir::home().filePath(QStringLiteral(".kube/config")).toStdString());
    return sources;
}

Kubeconfig Kubeconfig::load(const KubeconfigSources &sources)
{
    Kubeconfig config;
    config.d->files = sources.files;
    for (const auto &file : sources.files) {
        if (sources.optional && !QFileInfo::exists(QString::fromStdString(file)))
            continue;
        auto text = readSmallFile(file);
        if (!text) {
            config.d->content.problems.push_back(std::move(text.error()));
            continue;
        }
        config.d->content.merge(parseKubeconfig(*text, file));
        core::wipe(*text);
    }
    const auto &content = config.d->content;
    const bool nothing = content.contexts.empty() && content.clusters.empty() && content.problems.empty();
    if (nothing && !sources.serviceAccountFolder.empty())
        config.d->content.merge(inClusterContent(sources.serviceAccountFolder));
    return config;
}

std::vector<ContextSummary> Kubeconfig::contexts() const
{
    std::vector<ContextSummary> summaries;
    for (const auto &context : d->content.contexts) {
        ContextSummary summary;
        summary.name = core::ContextName(context.name);
        summary.cluster = context.cluster;
        summary.user = context.user;
        summary.nameSpace = core::Namespace(context.nameSpace.empty() ? "default" : context.nameSpace);
        summary.current = context.name == d->content.currentContext;
        summary.problem = d->problemOf(context);
        const auto cluster = d->content.clusters.find(context.cluster);
        if (cluster != d->content.clusters.end() && cluster->second.value) {
            summary.server = cluster->second.value->server;
            summary.insecure = cluster->second.value->insecure;
        }
        const auto user = d->userOf(context);
        if (usesExecPlugin(*user)) {
            const auto command = findPluginCommand(user->exec->command);
            summary.execCommand = command.empty() ? user->exec->command : command;
            summary.execArguments = user->exec->arguments;
        }
        summaries.push_back(std::move(summary));
    }
    return summaries;
}

std::vector<core::Error> Kubeconfig::problems() const
{
    return d->content.problems;
}

core::ContextName Kubeconfig::currentContext() const
{
    return core::ContextName(d->content.currentContext);
}

core::Result<std::shared_ptr<Transport>> Kubeconfig::open(const core::ContextName &context, OpenOptions options) const
{
    const auto chosen = d->choose(context);
    if (!chosen)
        return core::fail(chosen.error());
    if (auto problem = d->problemOf(**chosen))
        return core::fail(std::move(*problem));
    Endpoint endpoint;
    endpoint.cluster = d->content.clusters.at((*chosen)->cluster).value;
    endpoint.user = d->userOf(**chosen);
    endpoint.authorityPem = endpoint.cluster->authorityPem;
    endpoint.userAgent = "binnacle";
    endpoint.warned = options.warned;
    if (endpoint.authorityPem.empty() && !endpoint.cluster->authorityFile.empty() && !endpoint.cluster->insecure) {
        auto authority = readSmallFile(endpoint.cluster->authorityFile);
        if (!authority)
            return core::fail(std::move(authority.error()));
        endpoint.authorityPem = std::move(*authority);
    }
    auto source = makeCredentialSource(endpoint.user, endpoint.cluster, options, systemClock());
    if (!source)
        return core::fail(std::move(source.error()));
    return std::make_shared<CurlTransport>(std::move(endpoint), std::move(*source));
}

} // namespace binnacle::kube
