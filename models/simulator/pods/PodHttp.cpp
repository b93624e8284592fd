// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/PodHttp.h"

#include "simulator/Text.h"
#include "simulator/prometheus/PrometheusServer.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

HttpResponse plain(int status, std::string text)
{
    HttpResponse response;
    response.status = status;
    response.contentType = "text/plain; charset=utf-8";
    response.body = std::move(text);
    return response;
}

bool runs(const Json &pod, const std::string &container)
{
    for (const Json &status : at(pod, {"status", "containerStatuses"}))
        if (textAt(status, {"name"}) == container)
            return at(status, {"state", "running"}).is_object();
    return false;
}

/// A probe's port is a number, or the name of one.
bool meansPort(const Json &named, const Json &port)
{
    return named == port["containerPort"] || (named.is_string() && named == port.value("name", ""));
}

struct Listener
{
    const Json *container = nullptr;
    bool http = false;
};

Listener listenerAt(const Json &pod, int number)
{
    for (const Json &container : at(pod, {"spec", "containers"})) {
        for (const Json &port : at(container, {"ports"})) {
            if (port.value("containerPort", 0) != number || !runs(pod, textAt(container, {"name"})))
                continue;
            Listener listener{&container, startsWith(port.value("name", ""), "http")};
            for (const char *const probe : {"readinessProbe", "livenessProbe", "startupProbe"})
                listener.http |= meansPort(at(container, {probe, "httpGet", "port"}), port);
            return listener;
        }
    }
    return {};
}

/// What the container's own probes ask for, as they find it.
std::optional<HttpResponse> probeAnswer(const Json &pod, const Json &container, const std::string &path)
{
    for (const char *const probe : {"livenessProbe", "startupProbe", "readinessProbe"}) {
        if (textAt(container, {probe, "httpGet", "path"}) != path)
            continue;
        const bool healthy = std::string_view(probe) != "readinessProbe" || conditionIsTrue(pod, "ContainersReady") ||
                             conditionIsTrue(pod, "Ready");
        return healthy ? plain(200, "ok\n") : plain(503, "not ready\n");
    }
    return std::nullopt;
}

} // namespace

std::optional<HttpResponse> podHttpResponse(ClusterState &state, const Json &pod, int port, const HttpRequest &request)
{
    const Listener listener = listenerAt(pod, port);
    if (!listener.http)
        return std::nullopt;
    const Json &container = *listener.container;
    if (isPrometheusImage(textAt(container, {"image"})))
        return prometheusResponse(state, pod, request);
    if (auto answer = probeAnswer(pod, container, request.path))
        return answer;
    if (request.path == "/") {
        HttpResponse page =
            plain(200, "<!doctype html><title>" + textAt(container, {"name"}) + "</title><p>" +
                           textAt(container, {"name"}) + " of pod " + nameOf(pod).name + " in the demo cluster.\n");
        page.contentType = "text/html; charset=utf-8";
        return page;
    }
    return plain(404, "404 page not found\n");
}

} // namespace binnacle::simulator
