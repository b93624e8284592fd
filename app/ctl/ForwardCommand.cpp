// SPDX-License-Identifier: GPL-3.0-or-later
#include "ForwardCommand.h"

#include "Await.h"

#include <CLI/CLI.hpp>
#include <QEventLoop>
#include <QTimer>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace binnacle::ctl {

namespace {

using forward::ForwardPhase;
using forward::ForwardSnapshot;

std::string localAddress(const ForwardSnapshot &snapshot)
{
    return "127.0.0.1:" + std::to_string(snapshot.localPort);
}

std::string describe(const ForwardSnapshot &snapshot)
{
    return forward::targetText(snapshot.request.target) + ":" + snapshot.request.port.remote;
}

core::Json jsonOf(const char *event, const ForwardSnapshot &snapshot)
{
    core::Json json = {{"event", event},
                       {"namespace", snapshot.request.target.nameSpace.value()},
                       {"target", forward::targetText(snapshot.request.target)},
                       {"port", snapshot.request.port.remote},
                       {"state", forward::toString(snapshot.phase)}};
    json["local"] = snapshot.localPort == 0 ? core::Json() : core::Json(localAddress(snapshot));
    json["reason"] = snapshot.reason;
    if (!snapshot.pod.empty())
        json["pod"] = {{"name", snapshot.pod}, {"port", snapshot.podPort}};
    return json;
}

Colour colourOf(ForwardPhase phase)
{
    switch (phase) {
    case ForwardPhase::Active:
        return Colour::Green;
    case ForwardPhase::Reconnecting:
        return Colour::Yellow;
    case ForwardPhase::Failed:
        return Colour::Red;
    case ForwardPhase::Starting:
    case ForwardPhase::Probing:
    case ForwardPhase::Stopped:
        return Colour::Dim;
    }
    return Colour::None;
}

} // namespace

CLI::App *ForwardCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("forward", "Open local ports that lead to a pod, or to what has pods behind it");
    command->add_option("TARGET", m_target, "pod/NAME, svc/NAME, deploy/NAME, sts/NAME, ds/NAME")->required();
    command->add_option("PORTS", m_ports, "[LOCAL:]REMOTE: 8080:80, 80, :80 for a free local port, 8080:http")
        ->required();
    command->add_option("--address", m_address, "localhost, 127.0.0.1 or ::1: forwards are for this computer alone");
    command->footer(
        "Runs until interrupted (Ctrl+C). The local ports stay open while pods are replaced: new connections "
        "go to a pod that is ready.\n--timeout limits how long a forward may take to become active.");
    return command;
}

core::Result<void> ForwardCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json"}); !allowed)
        return allowed;
    static constexpr std::array<std::string_view, 3> loopback{"localhost", "127.0.0.1", "::1"};
    if (std::find(loopback.begin(), loopback.end(), m_address) == loopback.end())
        return core::fail(core::ErrorKind::Usage, "forwards listen on this computer's own addresses only",
                          "leave --address out");
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto wanted = requests(environment, *session);
    if (!wanted)
        return core::fail(wanted.error());
    forward::Forwards forwards(session->client, environment.clock, environment.random);
    for (const auto &request : *wanted)
        forwards.add(request);
    return serve(environment, forwards);
}

/// What is asked for must be there now: a typing mistake is not something to wait for.
core::Result<std::vector<forward::ForwardRequest>> ForwardCommand::requests(const Environment &environment,
                                                                            const ClusterSession &session) const
{
    const auto target = forward::targetFromText(m_target, session.nameSpace);
    if (!target)
        return core::fail(target.error());
    std::vector<forward::ForwardRequest> requests;
    for (const auto &text : m_ports) {
        const auto mapping = forward::portMappingFromText(text);
        if (!mapping)
            return core::fail(mapping.error());
        requests.push_back({*target, *mapping});
    }
    const auto object = await(session.client->get(*target, environment.interrupt.token()));
    if (!object)
        return core::fail(object.error());
    for (auto &request : requests) {
        const auto number = forward::portNumber(*target, *object, request.port.remote);
        if (!number)
            return core::fail(number.error());
        if (!request.port.local)
            request.port.local = *number;
    }
    return requests;
}

core::Result<void> ForwardCommand::serve(const Environment &environment, forward::Forwards &forwards) const
{
    QEventLoop loop;
    core::Result<void> outcome;
    std::map<int, ForwardSnapshot> known;
    const auto look = [&] {
        for (const auto &now : forwards.snapshots()) {
            auto reported = report(environment, known[now.id], now);
            known[now.id] = now;
            if (!reported) {
                outcome = std::move(reported);
                loop.quit();
            }
        }
    };
    // Several changes at once are told once, and after the state has settled.
    QTimer looking;
    looking.setSingleShot(true);
    QObject::connect(&looking, &QTimer::timeout, &loop, look);
    QObject::connect(&forwards, &forward::Forwards::changed, &loop, [&looking] { looking.start(0); });
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &loop, &QEventLoop::quit);
    QTimer deadline;
    deadline.setSingleShot(true);
    QObject::connect(&deadline, &QTimer::timeout, &loop, [&] {
        for (const auto &snapshot : forwards.snapshots()) {
            if (snapshot.phase == ForwardPhase::Active)
                continue;
            outcome = core::fail(core::ErrorKind::GateTimeout,
                                 describe(snapshot) + " did not become active in time: " + snapshot.reason,
                                 "look at the pods, or give --timeout more time");
            loop.quit();
        }
    });
    if (environment.options.timeout)
        deadline.start(*environment.options.timeout);
    look();
    if (outcome && !environment.interrupt.isInterrupted())
        loop.exec();
    return outcome;
}

core::Result<void> ForwardCommand::report(const Environment &environment, const ForwardSnapshot &before,
                                          const ForwardSnapshot &now)
{
    const auto &console = environment.console;
    const bool json = environment.options.wantsJson();
    if (now.localPort != 0 && before.localPort == 0) {
        if (json)
            console.printJson(jsonOf("listening", now));
        else
            console.print("Forwarding from " + localAddress(now) + " to " + describe(now) + "\n");
    }
    if (now.phase == before.phase && now.reason == before.reason && now.pod == before.pod)
        return {};
    if (json) {
        console.printJson(jsonOf("state", now));
    } else {
        const std::string pod =
            now.phase == ForwardPhase::Active ? "pod " + now.pod + ", port " + std::to_string(now.podPort) : now.reason;
        console.message(
            console.colouredMessage(describe(now) + ": " + forward::toString(now.phase), colourOf(now.phase)) +
            (pod.empty() ? "" : " (" + pod + ")"));
    }
    if (now.phase == ForwardPhase::Failed)
        return core::fail(now.failure, describe(now) + ": " + now.reason, now.next);
    return {};
}

} // namespace binnacle::ctl
