// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Quantity.h"
#include "simulator/ApiServer.h"
#include "simulator/CustomResources.h"
#include "simulator/Patches.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

/// Where a resource keeps its replicas; custom ones say so themselves.
struct ScalePaths
{
    std::string spec = ".spec.replicas";
    std::string status = ".status.replicas";
    std::string selector; ///< of custom resources: text; else spec.selector
};

ScalePaths scalePaths(const Resource &resource)
{
    if (!resource.custom)
        return {};
    const Json &scale = at(*resource.definition, {"subresources", "scale"});
    return {textAt(scale, {"specReplicasPath"}), textAt(scale, {"statusReplicasPath"}),
            textAt(scale, {"labelSelectorPath"})};
}

Json::json_pointer pointerTo(std::string path)
{
    std::replace(path.begin(), path.end(), '.', '/');
    return Json::json_pointer(path);
}

Json scaleOf(const Resource &resource, const Json &object)
{
    const ScalePaths paths = scalePaths(resource);
    const auto count = [&](const std::string &path) {
        const Json &value = atJsonPath(object, path);
        return value.is_number_integer() ? value.get<long long>() : 0;
    };
    const Json &metadata = object["metadata"];
    Json scale = {{"kind", "Scale"},
                  {"apiVersion", "autoscaling/v1"},
                  {"metadata",
                   {{"name", metadata["name"]},
                    {"uid", metadata["uid"]},
                    {"resourceVersion", metadata["resourceVersion"]},
                    {"creationTimestamp", metadata["creationTimestamp"]}}},
                  {"spec", {{"replicas", count(paths.spec)}}},
                  {"status", {{"replicas", count(paths.status)}}}};
    if (metadata.contains("namespace"))
        scale["metadata"]["namespace"] = metadata["namespace"];
    if (resource.custom) {
        if (const Json &selector = atJsonPath(object, paths.selector); selector.is_string())
            scale["status"]["selector"] = selector;
        return scale;
    }
    const Json &selector = at(object, {"spec", "selector"});
    scale["status"]["selector"] = textAt(object, {"kind"}) == "ReplicationController"
                                      ? LabelSelector::fromMap(selector).toString()
                                      : LabelSelector::fromObject(selector).toString();
    return scale;
}

/// Budgets that select the pod and allow no more disruption.
std::string blockingBudget(const ClusterState &state, const Json &pod)
{
    const std::string nameSpace = nameOf(pod).nameSpace;
    for (const auto &[name, budget] : state.storage.all("poddisruptionbudgets.policy"))
        if (name.nameSpace == nameSpace &&
            LabelSelector::fromObject(at(budget->object(), {"spec", "selector"}))
                .matches(at(pod, {"metadata", "labels"})) &&
            numberAt(budget->object(), {"status", "disruptionsAllowed"}) <= 0)
            return name.name;
    return {};
}

} // namespace

HttpResponse ApiServer::subresource(const HttpRequest &request, const ApiPath &path)
{
    const Resource &resource = *path.resource;
    if (path.subresource == "scale" && resource.hasScale)
        return scale(request, path);
    if (resource.kind == "Pod" && path.subresource == "eviction" && request.method == "POST")
        return evict(request, path);
    if (resource.kind == "Pod" && path.subresource == "log" && request.method == "GET")
        return podLog(request, path);
    if (resource.kind == "ServiceAccount" && path.subresource == "token" && request.method == "POST") {
        if (!m_state.storage.get("serviceaccounts", {path.nameSpace, path.name}))
            return errorResponse(notFound(resource, path.name));
        const std::string expires = core::formatTime(m_state.clock.now() + std::chrono::hours(1));
        return jsonResponse(
            201, {{"kind", "TokenRequest"},
                  {"apiVersion", "authentication.k8s.io/v1"},
                  {"metadata", {{"name", path.name}, {"namespace", path.nameSpace}}},
                  {"status", {{"token", "demo-" + m_state.newSuffix(24)}, {"expirationTimestamp", expires}}}});
    }
    if (resource.kind == "Pod" && path.subresource == "exec")
        return exec(request, path);
    if (resource.kind == "Pod" && path.subresource == "portforward")
        return portForward(request, path);
    if (resource.kind == "Pod" && path.subresource == "attach")
        return errorResponse({501, "NotImplemented",
                              "the demo cluster runs no real containers: " + path.subresource + " is not available"});
    return errorResponse({404, "NotFound", "the server could not find the requested resource"});
}

HttpResponse ApiServer::scale(const HttpRequest &request, const ApiPath &path)
{
    const Resource &resource = *path.resource;
    const ObjectName name{path.nameSpace, path.name};
    const auto object = m_registry.get(resource, name);
    if (!object)
        return errorResponse(object.error());
    if (request.method == "GET")
        return jsonResponse(200, scaleOf(resource, *object));
    const auto body = parseBody(request);
    std::vector<std::string> warnings;
    auto options = writeOptions(request, warnings);
    if (!body || !options)
        return errorResponse(!body ? body.error() : options.error());
    Json wanted = *body;
    if (request.method == "PATCH") {
        if (request.contentType.find("json-patch") != std::string::npos) {
            const auto result = applyJsonPatch(scaleOf(resource, *object), *body);
            if (!result)
                return errorResponse(
                    invalid(resource, path.name, {{"FieldValueInvalid", result.error().message, "patch"}}));
            wanted = *result;
        } else {
            wanted = applyMergePatch(scaleOf(resource, *object), *body);
        }
    } else if (request.method != "PUT") {
        return errorResponse(
            {405, "MethodNotAllowed", "the server does not allow this method on the requested resource"});
    }
    if (!at(wanted, {"spec", "replicas"}).is_number_integer() && at(wanted, {"spec"}).contains("replicas"))
        return errorResponse(badRequest("Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal "
                                        "into Go struct field ScaleSpec.spec.replicas of type int32"));
    Json changed = *object;
    changed[pointerTo(scalePaths(resource).spec)] = numberAt(wanted, {"spec", "replicas"});
    const std::string version = textAt(wanted, {"metadata", "resourceVersion"});
    if (!version.empty())
        changed["metadata"]["resourceVersion"] = version;
    options->subresource = "scale";
    const auto written = m_registry.replace(resource, name, std::move(changed), *options);
    return written ? jsonResponse(200, scaleOf(resource, written->object)) : errorResponse(written.error());
}

HttpResponse ApiServer::evict(const HttpRequest &request, const ApiPath &path)
{
    const auto pod = m_registry.get(*path.resource, {path.nameSpace, path.name});
    const auto body = parseBody(request);
    if (!pod || !body)
        return errorResponse(!pod ? pod.error() : body.error());
    if (const std::string budget = blockingBudget(m_state, *pod); !budget.empty()) {
        ApiError error{429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."};
        error.causes.push_back(
            {"DisruptionBudget", "The disruption budget " + budget + " allows no disruptions now", ""});
        error.retryAfterSeconds = 10;
        return errorResponse(error);
    }
    DeleteOptions options;
    options.dryRun = request.parameter("dryRun") == "All";
    if (const Json &grace = at(*body, {"deleteOptions", "gracePeriodSeconds"}); grace.is_number())
        options.gracePeriodSeconds = grace.get<long long>();
    const auto deleted = m_registry.remove(*path.resource, {path.nameSpace, path.name}, options);
    if (!deleted)
        return errorResponse(deleted.error());
    return jsonResponse(
        201,
        {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}, {"code", 201}});
}

HttpResponse ApiServer::accessReview(const HttpRequest &request, const std::string &plural)
{
    if (request.method != "POST")
        return errorResponse(
            {405, "MethodNotAllowed", "the server does not allow this method on the requested resource"});
    // The answer is the same for every question, so one asked in protobuf (as kubectl does) needs no decoding.
    const auto body = parseBody(request);
    Json review = body && body->is_object() ? *body : Json::object();
    review["apiVersion"] = "authorization.k8s.io/v1";
    review["kind"] = plural == "selfsubjectaccessreviews" ? "SelfSubjectAccessReview" : "SelfSubjectRulesReview";
    if (plural == "selfsubjectaccessreviews") {
        review["status"] = {{"allowed", true}, {"reason", "the demo cluster allows everything"}};
    } else {
        review["status"] = {{"resourceRules", {{{"verbs", {"*"}}, {"apiGroups", {"*"}}, {"resources", {"*"}}}}},
                            {"nonResourceRules", {{{"verbs", {"*"}}, {"nonResourceURLs", {"*"}}}}},
                            {"incomplete", false}};
    }
    return jsonResponse(201, review);
}

HttpResponse ApiServer::metrics(const HttpRequest &request, const ApiPath &path)
{
    const bool pods = path.resource->kind == "PodMetrics";
    const std::string collection = pods ? "pods" : "nodes";
    const auto measure = [&](const Json &object) {
        return pods ? podMetrics(m_state, object) : nodeMetrics(m_state, object);
    };
    if (!path.name.empty()) {
        const StoredPointer object = m_state.storage.get(collection, {path.nameSpace, path.name});
        if (!object || (pods && textAt(object->object(), {"status", "phase"}) != "Running"))
            return errorResponse(notFound(*path.resource, path.name));
        return jsonResponse(200, measure(object->object()));
    }
    const auto chosen = selection(request);
    if (!chosen)
        return errorResponse(chosen.error());
    Json items = Json::array();
    const auto objects = m_state.storage.listAt(collection, path.nameSpace, m_state.storage.version());
    for (const StoredPointer &object : *objects)
        if (chosen->matches(object->object()) && (!pods || textAt(object->object(), {"status", "phase"}) == "Running"))
            items.push_back(measure(object->object()));
    return jsonResponse(200, {{"kind", path.resource->kind + "List"},
                              {"apiVersion", path.resource->apiVersion()},
                              {"metadata", Json::object()},
                              {"items", std::move(items)}});
}

} // namespace binnacle::simulator
