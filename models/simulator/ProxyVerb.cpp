// SPDX-License-Identifier: GPL-3.0-or-later
// pods/NAME/proxy, services/NAME/proxy, nodes/NAME/proxy: the API server carries a request to a pod.
#include "simulator/ApiServer.h"
#include "simulator/PodHttp.h"
#include "simulator/Text.h"
#include "simulator/Usage.h"

#include <nlohmann/json.hpp>

#include <cmath>

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

namespace {

/// A kubelet's /stats/summary, as far as it is about what is used.
Json statsSummary(const ClusterState &state, const Json &node)
{
    const double now = std::chrono::duration<double>(state.clock.now().time_since_epoch()).count();
    const std::string time = state.timeText();
    const auto stats = [&time](const std::string &name, double cores, double bytes) {
        return Json{{"name", name},
                    {"cpu", {{"time", time}, {"usageNanoCores", std::llround(cores * 1e9)}}},
                    {"memory", {{"time", time}, {"workingSetBytes", std::llround(bytes)}}}};
    };
    Json pods = Json::array();
    double cores = 0;
    double bytes = 0;
    for (const auto &[name, pod] : state.storage.all("pods")) {
        const Json &object = pod->object();
        if (textAt(object, {"spec", "nodeName"}) != nameOf(node).name ||
            textAt(object, {"status", "phase"}) != "Running")
            continue;
        Json containers = Json::array();
        for (const Json &container : at(object, {"spec", "containers"})) {
            const ContainerUsage usage(name.name, container);
            containers.push_back(stats(textAt(container, {"name"}), usage.cores(now), usage.memoryBytes(now)));
            cores += usage.cores(now);
            bytes += usage.memoryBytes(now);
        }
        pods.push_back(
            {{"podRef",
              {{"name", name.name}, {"namespace", name.nameSpace}, {"uid", textAt(object, {"metadata", "uid"})}}},
             {"startTime", textAt(object, {"status", "startTime"})},
             {"containers", std::move(containers)}});
    }
    Json whole = stats(nameOf(node).name, cores, bytes);
    whole["nodeName"] = nameOf(node).name;
    whole.erase("name");
    return {{"node", std::move(whole)}, {"pods", std::move(pods)}};
}

/// /api/v1/nodes/NAME/proxy/...: of the kubelet's pages only the summary.
HttpResponse kubeletResponse(const ClusterState &state, const std::string &name, const std::string &path)
{
    const StoredPointer node = state.storage.get("nodes", {{}, parseTarget(name).name});
    if (!node)
        return errorResponse(notFound(*state.resources.find("", "v1", "nodes"), name));
    if (path == "stats/summary")
        return jsonResponse(200, statsSummary(state, node->object()));
    HttpResponse missing;
    missing.status = 404;
    missing.contentType = "text/plain; charset=utf-8";
    missing.body = "404 page not found\n";
    return missing;
}

} // namespace

std::optional<HttpResponse> proxyResponse(ClusterState &state, const HttpRequest &request)
{
    // /api/v1/namespaces/NAMESPACE/services/NAME/proxy/...
    const auto parts = split(request.path, '/');
    constexpr std::size_t nodeProxyAt = 5;
    if (parts.size() > nodeProxyAt && parts[3] == "nodes" && parts[nodeProxyAt] == "proxy")
        return kubeletResponse(state, percentDecode(parts[4]),
                               join({parts.begin() + nodeProxyAt + 1, parts.end()}, "/"));
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
