// SPDX-License-Identifier: GPL-3.0-or-later
#include "ExecCommand.h"

#include "ExecRelay.h"
#include "NamedObject.h"
#include "ObservedCluster.h"
#include "RawTerminal.h"
#include "stack/LogPods.h"

#include <QEventLoop>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace binnacle::ctl {

namespace {

bool isReady(const kube::PodRecord &pod)
{
    return pod.phase == kube::PodPhase::Running &&
           std::all_of(pod.containers.begin(), pod.containers.end(),
                       [](const auto &container) { return container.init || container.ready; });
}

} // namespace

CLI::App *ExecCommand::declare(CLI::App &program)
{
    auto *const command =
        isExec() ? program.add_subcommand("exec", "Run a command in a container: exec POD [-it] -- CMD...")
                 : program.add_subcommand("attach", "Join the program that a container runs: attach POD [-it]");
    command->add_option("TARGET", m_name, "A pod, or KIND/NAME for a ready pod of it")->required();
    if (isExec())
        command->add_option("COMMAND", m_command, "The command and its arguments, after --; else a shell");
    command->add_option("-c,--container", m_container, "The container; else the pod's default one");
    command->add_flag("-i,--stdin", m_input, "Pass standard input on");
    command->add_flag("-t,--tty", m_terminal,
                      isExec() ? "Give the command a terminal: this one" : "The container has a terminal: use it");
    command->footer(isExec()
                        ? "Ends with the command's own exit status."
                        : "Shows what the program writes from now on. Ctrl-C ends only this, unless with -it: then\n"
                          "the program gets it.");
    return command;
}

core::Result<std::string> ExecCommand::pod(const Environment &environment, const ClusterSession &session) const
{
    const auto named = namedObject(session, m_name);
    if (!named)
        return core::fail(named.error());
    if (named->kind.kind == "Pod")
        return named->name;
    ObservedCluster observed(environment, session);
    if (auto synced = observed.sync(stack::feedsForPodsBehind({*named})); !synced)
        return core::fail(std::move(synced.error()));
    for (const auto &candidate : stack::podsBehind({*named}, observed.store())) {
        if (isReady(std::get<kube::PodRecord>(candidate->body)))
            return candidate->meta.name;
    }
    auto error =
        core::makeError(core::ErrorKind::NotFound, "none of its pods is ready", "look at binnaclectl get pods");
    error.object = named->describe();
    return core::fail(std::move(error));
}

core::Result<void> ExecCommand::run(const Environment &environment)
{
    if (m_terminal && !environment.console.isInteractive()) {
        environment.console.message("warning: standard input is no terminal, so the command gets none");
        m_terminal = false;
    }
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto name = pod(environment, *session);
    if (!name)
        return core::fail(name.error());
    kube::PodStreamRequest request;
    request.kind = m_kind;
    request.nameSpace = session->nameSpace;
    request.pod = *name;
    request.container = m_container;
    request.command = m_command;
    request.input = m_input;
    request.terminal = m_terminal;
    if (isExec() && request.command.empty())
        request.command = {"sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash || exec sh"};
    return relay(environment, *session, request);
}

core::Result<void> ExecCommand::relay(const Environment &environment, const ClusterSession &session,
                                      const kube::PodStreamRequest &request) const
{
    QEventLoop loop;
    core::CancellationSource cancel;
    ExecRelay relay({request.input, request.terminal});
    std::optional<RawTerminal> raw;
    QObject::connect(&relay, &ExecRelay::started, &loop, [&] {
        if (request.terminal && request.input)
            raw.emplace();
    });
    QObject::connect(&relay, &ExecRelay::finished, &loop, &QEventLoop::quit);
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &loop, [&] { cancel.cancel(); });
    kube::startPodStream(session.client->transport(), request, relay.listener(), cancel.token());
    loop.exec();
    raw.reset();
    if (!relay.result()) {
        auto error = relay.result().error();
        if (isExec() && m_command.empty() && error.kind != core::ErrorKind::Cancelled)
            error.next = "the container may have no shell: name a program that it has after --";
        if (relay.endWasLost())
            error.next =
                "the input had ended, but servers before Kubernetes 1.30 cannot tell the command so: give it one "
                "that ends by itself";
        return core::fail(std::move(error));
    }
    m_exitStatus = *relay.result();
    return {};
}

} // namespace binnacle::ctl
