// SPDX-License-Identifier: GPL-3.0-or-later
#include "LogsCommand.h"

#include "DurationText.h"
#include "NamedObject.h"
#include "cluster/LabelSelector.h"
#include "logs/LogLevels.h"
#include "stack/LogPods.h"

#include <QEventLoop>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

namespace {

const core::GroupKind podKind{"", "Pod"};

core::Error notFound(const std::string &what, std::string next)
{
    auto error =
        core::makeError(core::ErrorKind::NotFound, "no pods are there whose logs could be read", std::move(next));
    error.object = what;
    return error;
}

} // namespace

CLI::App *LogsCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("logs", "Show logs of pods, workloads, components or a whole stack, merged by time");
    command->add_option("TARGET", m_name, "A pod, KIND/NAME, or with --stack or --component a stack");
    command->add_option("-c,--container", m_options.container, "Only this container; else all of each pod");
    command->add_option("-l,--selector", m_selector, "Of all pods with these labels");
    command->add_flag("-A,--all-namespaces", m_allNamespaces, "With -l: in all namespaces");
    command->add_option("--component", m_component, "Of this component of the stack TARGET");
    command->add_flag("--stack", m_wholeStack, "Of all components of the stack TARGET");
    command->add_flag("-f,--follow", m_options.follow, "Go on with what is logged from now, also by new pods");
    command->add_option("--since", m_since, "Only lines of that long ago and later: 90, 30s, 10m, 1h, 2d");
    command->add_option("--tail", m_options.tail, "Only the last so many lines of each container")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--limit-bytes", m_options.limitBytes, "At most so many bytes of each container")
        ->check(CLI::PositiveNumber);
    command->add_flag("-p,--previous", m_options.previous, "Of the instance before the last restart");
    command->add_flag("--timestamps", m_printing.timestamps, "Begin each line with the time when it was logged");
    command->add_flag("--no-prefix", m_withoutPrefix, "Never begin lines with [pod/container]");
    command->add_option("--level", m_level,
                        "Only lines of this level and graver: trace, debug, info, warn, error, fatal");
    command->add_option("--grep", m_pattern, "Only lines that this regular expression matches");
    command->add_option("-C,--context", m_printing.context, "With --grep: so many lines before and after each match")
        ->check(CLI::NonNegativeNumber);
    command->footer("Output formats: text, json (one object a line). Lines of several containers are in the order of\n"
                    "their times; while following, a container that lags behind by more than a quarter of a second\n"
                    "comes late.");
    return command;
}

core::Result<void> LogsCommand::check(const Options &options)
{
    if (auto allowed = checkOutput(options, {"text", "json"}); !allowed)
        return allowed;
    const auto usage = [](const std::string &what, const std::string &next) {
        return core::fail(core::ErrorKind::Usage, what, next);
    };
    if (m_name.empty() == m_selector.empty())
        return usage("whose logs?", "name a pod, KIND/NAME, a stack with --stack or --component, or labels with -l");
    if (m_wholeStack && !m_component.empty())
        return usage("--stack is all components, and --component one", "use one of them");
    if (m_allNamespaces && m_selector.empty())
        return usage("-A goes with -l only", "name the namespace with -n");
    if (m_options.follow && m_options.previous)
        return usage("an instance that has ended logs nothing more", "use --follow or --previous");
    if (!m_since.empty()) {
        m_options.since = durationFromText(m_since);
        if (!m_options.since)
            return usage("--since " + m_since + " is not a duration", "write for example 90, 30s, 10m, 1h or 2d");
    }
    if (!m_level.empty()) {
        const auto level = logs::levelFromText(m_level);
        if (!level)
            return usage("there is no level \"" + m_level + "\"", "use trace, debug, info, warn, error or fatal");
        m_printing.level = *level;
    }
    m_printing.json = options.output == "json";
    m_options.levels = m_printing.json || !m_level.empty();
    if (!m_pattern.empty()) {
        m_printing.pattern = QRegularExpression(QString::fromStdString(m_pattern));
        if (!m_printing.pattern.isValid())
            return usage("--grep: " + m_printing.pattern.errorString().toStdString() + " at character " +
                             std::to_string(m_printing.pattern.patternErrorOffset() + 1),
                         "write a Perl regular expression, such as 'time ?out|refused'");
        m_printing.pattern.optimize();
    }
    return {};
}

core::Result<LogsCommand::Target> LogsCommand::target(const ClusterSession &session) const
{
    if (!m_selector.empty())
        return targetBySelector(session);
    return m_wholeStack || !m_component.empty() ? targetInStack() : targetByName(session);
}

core::Result<LogsCommand::Target> LogsCommand::targetInStack() const
{
    auto stack = stack::loadStack(m_name);
    if (!stack)
        return core::fail(asContentError(std::move(stack.error())));
    std::vector<kube::ObjectKey> workloads;
    std::string known;
    for (const auto &component : stack->components) {
        known += (known.empty() ? "" : ", ") + component.id;
        if (component.workload.kind.kind != "Ingress" && (m_wholeStack || component.id == m_component))
            workloads.push_back(component.workload);
    }
    if (workloads.empty())
        return core::fail(core::ErrorKind::Usage,
                          "stack " + stack->name + " has no component \"" + m_component + "\" with pods",
                          "use one of " + known);
    Target target;
    target.feeds = stack::feedsForPodsBehind(workloads);
    target.name = m_wholeStack ? "stack " + stack->name : "component " + m_component;
    target.pods = [workloads](const cluster::Store &store) { return stack::podsBehind(workloads, store); };
    return target;
}

core::Result<LogsCommand::Target> LogsCommand::targetBySelector(const ClusterSession &session) const
{
    auto selector = cluster::parseLabelSelector(m_selector);
    if (!selector)
        return core::fail(std::move(selector.error()));
    const auto scope = m_allNamespaces ? core::Namespace() : session.nameSpace;
    Target target;
    target.feeds = {{podKind, scope}};
    target.name = "pods with " + m_selector + (scope.isEmpty() ? "" : " in namespace " + scope.value());
    target.pods = [selector = *selector, scope](const cluster::Store &store) {
        return stack::podsSelected(selector, scope, store);
    };
    return target;
}

core::Result<LogsCommand::Target> LogsCommand::targetByName(const ClusterSession &session) const
{
    const auto named = namedObject(session, m_name);
    if (!named)
        return core::fail(named.error());
    const kube::ObjectKey &key = *named;
    Target target;
    target.feeds = stack::feedsForPodsBehind({key});
    target.name = key.describe();
    target.isOnePod = key.kind == podKind;
    target.pods = [key = *named](const cluster::Store &store) { return stack::podsBehind({key}, store); };
    return target;
}

core::Result<void> LogsCommand::run(const Environment &environment)
{
    if (auto checked = check(environment.options); !checked)
        return checked;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    auto target = this->target(*session);
    if (!target)
        return core::fail(std::move(target.error()));
    ObservedCluster observed(environment, *session);
    if (auto synced = observed.sync(target->feeds); !synced)
        return synced;
    const auto pods = target->pods(observed.store());
    if (pods.empty() && !m_options.follow)
        return core::fail(notFound(target->name, "look which there are with binnaclectl get pods"));
    if (pods.empty())
        environment.console.message("waiting for pods of " + target->name);
    logs::LogSession reading({session->client, &session->client->transport()}, observed.store(), target->pods,
                             m_options, environment.clock);
    return read(environment, reading, *target);
}

core::Result<void> LogsCommand::read(const Environment &environment, logs::LogSession &session,
                                     const Target &target) const
{
    QEventLoop loop;
    auto settings = m_printing;
    LogPrinter printer(environment.console, settings,
                       [&session](std::uint16_t index) -> const logs::LogSource & { return session.source(index); });
    bool isRead = true; ///< somebody reads what is printed
    std::map<std::string, std::string> said;
    QObject::connect(&session, &logs::LogSession::arrived, &loop, [&] {
        printer.setPrefixed(!m_withoutPrefix && (!target.isOnePod || session.sourceCount() > 1));
        isRead = isRead && printer.print(session.take());
        if (!isRead)
            loop.quit();
    });
    QObject::connect(&session, &logs::LogSession::sourcesChanged, &loop, [&] {
        for (const auto &source : session.sources()) {
            const bool tries = source.error && source.phase == logs::LogStrand::Phase::BackingOff;
            const std::string text = tries ? source.error->describe() : std::string();
            if (text != said[source.source.label()] && tries)
                environment.console.message("warning: the log of " + source.source.label() +
                                            " broke off, trying again: " + text);
            said[source.source.label()] = text;
        }
    });
    QObject::connect(&session, &logs::LogSession::finished, &loop, &QEventLoop::quit);
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &loop, &QEventLoop::quit);
    session.start();
    if (!environment.interrupt.isInterrupted())
        loop.exec();
    if (!isRead)
        return {};
    if (environment.interrupt.isInterrupted())
        return core::fail(core::ErrorKind::Cancelled, "stopped");
    return verdict(environment, session);
}

core::Result<void> LogsCommand::verdict(const Environment &environment, const logs::LogSession &session) const
{
    std::optional<core::Error> first;
    for (const auto &source : session.sources()) {
        if (source.phase != logs::LogStrand::Phase::Failed || !source.error)
            continue;
        if (first)
            environment.console.message("warning: " + source.error->describe());
        else
            first = source.error;
    }
    if (session.leftOut() > 0)
        environment.console.message("warning: " + std::to_string(session.leftOut()) +
                                    " containers were left out: at most " +
                                    std::to_string(logs::LogSession::mostSources) + " are read at a time");
    if (first)
        return core::fail(std::move(*first));
    if (session.sourceCount() == 0)
        return core::fail(notFound(m_options.container.empty() ? "containers" : "container " + m_options.container,
                                   "name one that the pods have, with -c"));
    return {};
}

} // namespace binnacle::ctl
