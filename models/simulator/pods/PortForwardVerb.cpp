// SPDX-License-Identifier: GPL-3.0-or-later
// pods/NAME/portforward: what is refused before a connection is made, in the order of the API server and the kubelet.
#include "simulator/ApiServer.h"
#include "simulator/Controller.h"
#include "simulator/Text.h"
#include "simulator/pods/PortForwardSession.h"
#include "simulator/pods/PortForwardStreams.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

HttpResponse ApiServer::portForward(const HttpRequest &request, const ApiPath &path)
{
    if (request.method != "GET" && request.method != "POST")
        return errorResponse(
            {405, "MethodNotAllowed", "the server does not allow this method on the requested resource"});
    const auto found = m_registry.get(*path.resource, {path.nameSpace, path.name});
    if (!found)
        return errorResponse(found.error());
    std::vector<int> ports;
    for (const auto &[name, value] : request.parameters)
        if (name == "ports")
            for (const std::string &text : split(value, ','))
                ports.push_back(std::atoi(text.c_str()));
    if (textAt(*found, {"spec", "nodeName"}).empty())
        return errorResponse(badRequest("pod " + path.name + " does not have a host assigned"));
    if (!request.webSocket && !request.spdy)
        return errorResponse(badRequest("Upgrade request required"));
    const char *const protocol = request.spdy ? "portforward.k8s.io" : "v4.channel.k8s.io";
    const auto &offered = request.offeredProtocols;
    if (std::find(offered.begin(), offered.end(), protocol) == offered.end()) {
        HttpResponse response;
        response.status = 403; // without a word, as real servers do
        return response;
    }
    const auto isPort = [](int port) { return port > 0 && port <= 0xFFFF; };
    if (ports.empty() && !request.spdy) // whose streams tell their ports
        return errorResponse(badRequest("query parameter \"port\" is required"));
    if (!std::all_of(ports.begin(), ports.end(), isPort))
        return errorResponse(badRequest("port must be > 0"));
    if (isPodFinished(*found) || textAt(*found, {"status", "phase"}) != "Running")
        return errorResponse(
            {500, "InternalError",
             "unable to upgrade connection: pod not found (\"" + path.name + "_" + path.nameSpace + "\")"});
    HttpResponse response;
    response.protocol = protocol;
    const auto pod = std::make_shared<const core::Json>(*found);
    std::shared_ptr<PodConnection> opened;
    if (request.spdy) {
        const auto session = std::make_shared<PortForwardStreams>(m_state, pod);
        response.streams = session;
        opened = session;
    } else {
        const auto session = std::make_shared<PortForwardSession>(m_state, pod, std::move(ports));
        response.messages = session;
        opened = session;
    }
    std::erase_if(m_forwards, [](const Forwarded &each) { return each.session.expired(); });
    m_forwards.push_back({textAt(*found, {"metadata", "uid"}), {path.nameSpace, path.name}, opened});
    return response;
}

void ApiServer::endForwards()
{
    for (const Forwarded &each : m_forwards) {
        const StoredPointer pod = m_state.storage.get("pods", each.pod);
        if (pod && textAt(pod->object(), {"metadata", "uid"}) == each.uid && !isPodFinished(pod->object()))
            continue;
        if (const auto session = each.session.lock())
            session->podEnded();
    }
}

} // namespace binnacle::simulator
