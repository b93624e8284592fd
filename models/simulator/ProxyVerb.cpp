// SPDX-License-Identifier: GPL-3.0-or-later
// pods/NAME/proxy, services/NAME/proxy: the API server carries a request to a pod.
#include "simulator/ApiServer.h"
#include "simulator/PodHttp.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

/// "https:web:8080": scheme, name and port as proxy paths write them.
struct Target
{
    std::string name;
    std::string port; ///< number or name; empty: the first, or the only one
};

Target parseTarget(const std::string &segment)
{
    const auto parts = split(segment, ':');
    if (parts.size() == 3)
        return {parts[1], parts[2]};
    return {parts[0], parts.size() > 1 ? parts[1] : std::string()};
}

ApiError unavailable(const std::string &message)
{
    ApiError error{503, "ServiceUnavailable", message, {}, {}, {}, {}};
    return error;
}

struct Backend
{
    StoredPointer pod;
    int port = 0;
};

ApiResult<Backend> podBackend(const ClusterState &state, const std::string &nameSpace, const Target &target)
{
    const StoredPointer pod = state.storage.get("pods", {nameSpace, target.name});
    if (!pod)
        return refuse(notFound(*state.resources.find("", "v1", "pods"), target.name));
    int port = std::atoi(target.port.c_str());
    if (port == 0) {
        const Json &ports = at(pod->object(), {"spec", "containers"})[0].value("ports", Json::array());
        port = ports.empty() ? 0 : ports[0].value("containerPort", 0);
    }
    if (textAt(pod->object(), {"status", "podIP"}).empty())
        return refuse(badRequest("address not allowed"));
    return Backend{pod, port};
}

/// As registry/core/service/storage ResourceLocation chooses: the port by number or name, a ready address of it.
ApiResult<Backend> serviceBackend(const ClusterState &state, const std::string &nameSpace, const Target &target)
{
    const StoredPointer service = state.storage.get("services", {nameSpace, target.name});
    if (!service)
        return refuse(notFound(*state.resources.find("", "v1", "services"), target.name));
    const Json *chosen = nullptr;
    const Json &ports = at(service->object(), {"spec", "ports"});
    for (const Json &port : ports) {
        const bool only = target.port.empty() && ports.size() == 1;
        if (only || std::to_string(port.value("port", 0)) == target.port || port.value("name", "") == target.port)
            chosen = &port;
    }
    if (chosen == nullptr)
        return refuse(unavailable("no service port \"" + target.port + "\" found for service \"" + target.name + "\""));
    const StoredPointer endpoints = state.storage.get("endpoints", {nameSpace, target.name});
    static const Json none;
    for (const Json &subset : at(endpoints ? endpoints->object() : none, {"subsets"})) {
        for (const Json &port : at(subset, {"ports"})) {
            if (port.value("name", "") != chosen->value("name", "") || at(subset, {"addresses"}).empty())
                continue;
            const std::string name = textAt(subset["addresses"][0], {"targetRef", "name"});
            if (const StoredPointer pod = state.storage.get("pods", {nameSpace, name}))
                return Backend{pod, port.value("port", 0)};
        }
    }
    return refuse(unavailable("no endpoints available for service \"" + target.name + "\""));
}

} // namespace

std::optional<HttpResponse> proxyResponse(ClusterState &state, const HttpRequest &request)
{
    // /api/v1/namespaces/NAMESPACE/services/NAME/proxy/...
    const auto parts = split(request.path, '/');
    constexpr std::size_t proxyAt = 7;
    if (parts.size() <= proxyAt || parts[1] != "api" || parts[3] != "namespaces" || parts[proxyAt] != "proxy" ||
        (parts[5] != "services" && parts[5] != "pods"))
        return std::nullopt;
    const std::string nameSpace = percentDecode(parts[4]);
    const Target target = parseTarget(percentDecode(parts[6]));
    const auto backend =
        parts[5] == "pods" ? podBackend(state, nameSpace, target) : serviceBackend(state, nameSpace, target);
    if (!backend)
        return errorResponse(backend.error());
    HttpRequest inner = request;
    inner.path = "/" + join({parts.begin() + proxyAt + 1, parts.end()}, "/");
    const Json &pod = backend->pod->object();
    if (auto response = podHttpResponse(state, pod, backend->port, inner))
        return response;
    return errorResponse(unavailable("error trying to reach service: dial tcp " + textAt(pod, {"status", "podIP"}) +
                                     ":" + std::to_string(backend->port) + ": connect: connection refused"));
}

} // namespace binnacle::simulator
