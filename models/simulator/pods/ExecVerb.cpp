// SPDX-License-Identifier: GPL-3.0-or-later
// pods/NAME/exec: what is refused before a command runs, in the order of the API server and the kubelet.
#include "simulator/ApiServer.h"
#include "simulator/Controller.h"
#include "simulator/Text.h"
#include "simulator/pods/ExecStreams.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace binnacle::simulator {

using core::Json;

namespace {

/// The container that is meant: the one named, else the annotated one, else the first. Empty: there is none of that
/// name.
std::string chosenContainer(const Json &pod, const std::string &named)
{
    const auto annotated = textAt(pod, {"metadata", "annotations", "kubectl.kubernetes.io/default-container"});
    const Json &containers = at(pod, {"spec", "containers"});
    const std::string wanted = named.empty() ? annotated : named;
    for (const Json &container : containers)
        if (textAt(container, {"name"}) == wanted)
            return wanted;
    return named.empty() && !containers.empty() ? textAt(containers.front(), {"name"}) : std::string();
}

bool isRunning(const Json &pod, const std::string &name)
{
    for (const Json &status : at(pod, {"status", "containerStatuses"}))
        if (textAt(status, {"name"}) == name)
            return at(status, {"state", "running"}).is_object();
    return false;
}

} // namespace

HttpResponse ApiServer::exec(const HttpRequest &request, const ApiPath &path)
{
    if (request.method != "GET" && request.method != "POST")
        return errorResponse(
            {405, "MethodNotAllowed", "the server does not allow this method on the requested resource"});
    const auto found = m_registry.get(*path.resource, {path.nameSpace, path.name});
    if (!found)
        return errorResponse(found.error());
    const Json &pod = *found;
    ExecRequest wanted;
    wanted.input = request.flag("stdin");
    wanted.output = request.flag("stdout");
    wanted.errors = request.flag("stderr");
    wanted.terminal = request.flag("tty");
    for (const auto &[name, value] : request.parameters)
        if (name == "command")
            wanted.command.push_back(value);
    if (!wanted.input && !wanted.output && !wanted.errors)
        return errorResponse(badRequest("you must specify at least 1 of stdin, stdout, stderr"));
    if (wanted.command.empty())
        return errorResponse(badRequest("you must specify at least one command for the container"));
    const std::string container = chosenContainer(pod, request.parameter("container"));
    if (container.empty())
        return errorResponse(
            badRequest("container " + request.parameter("container") + " is not valid for pod " + path.name));
    if (isPodFinished(pod))
        return errorResponse(badRequest("cannot exec into a container in a completed pod; current phase is " +
                                        textAt(pod, {"status", "phase"})));
    if (textAt(pod, {"spec", "nodeName"}).empty())
        return errorResponse(badRequest("pod " + path.name + " does not have a host assigned"));
    if (!isRunning(pod, container))
        return errorResponse(
            {500, "InternalError", "unable to upgrade connection: container not found (\"" + container + "\")"});
    if (!request.webSocket && !request.spdy)
        return errorResponse(badRequest("Upgrade request required"));
    static constexpr std::array<const char *, 2> known{"v4.channel.k8s.io", "v5.channel.k8s.io"};
    const auto &offered = request.offeredProtocols;
    // The fifth is for WebSockets alone: SPDY can end a stream without it.
    const auto *const lastKnown = request.spdy ? known.begin() + 1 : known.end();
    const auto picked = std::find_first_of(offered.begin(), offered.end(), known.begin(), lastKnown);
    HttpResponse response;
    if (picked == offered.end()) {
        response.status = 403; // without a word, as real servers do
        return response;
    }
    auto running = m_state.containers.find(pod, container);
    if (!running) { // one of the pods that were running from the beginning
        m_state.containers.start(pod);
        running = m_state.containers.find(pod, container);
    }
    response.protocol = *picked;
    const auto session = std::make_shared<ExecSession>(m_state, std::move(running), wanted);
    if (request.spdy)
        response.streams = std::make_shared<ExecStreams>(session, wanted);
    else
        response.messages = session;
    return response;
}

} // namespace binnacle::simulator
