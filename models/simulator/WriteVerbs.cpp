// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ApiServer.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

HttpResponse ApiServer::create(const HttpRequest &request, const ApiPath &path)
{
    std::vector<std::string> warnings;
    const auto options = writeOptions(request, warnings);
    if (!options)
        return errorResponse(options.error());
    auto body = parseBody(request);
    if (!body)
        return errorResponse(body.error());
    const std::string nameSpace =
        path.resource->namespaced && path.nameSpace.empty() ? textAt(*body, {"metadata", "namespace"}) : path.nameSpace;
    if (path.resource->namespaced && nameSpace.empty())
        return errorResponse(badRequest("an empty namespace may not be set during creation"));
    const auto written = m_registry.create(*path.resource, nameSpace, std::move(*body), *options);
    return written ? answer(request, *path.resource, 201, written->object, warnings) : errorResponse(written.error());
}

HttpResponse ApiServer::replace(const HttpRequest &request, const ApiPath &path)
{
    std::vector<std::string> warnings;
    auto options = writeOptions(request, warnings);
    if (!options)
        return errorResponse(options.error());
    auto body = parseBody(request);
    if (!body)
        return errorResponse(body.error());
    const ObjectName name{path.nameSpace, path.name};
    if (path.subresource == "finalize") {
        // The only writer of a namespace's spec.finalizers.
        m_state.update("namespaces", name, [&](Json &object) { object["spec"] = at(*body, {"spec"}); });
        m_registry.finishDeletion("namespaces", name);
        return answer(request, *path.resource, 200, *body);
    }
    options->subresource = path.subresource;
    const auto written = m_registry.replace(*path.resource, name, std::move(*body), *options);
    return written ? answer(request, *path.resource, 200, written->object, warnings) : errorResponse(written.error());
}

HttpResponse ApiServer::patch(const HttpRequest &request, const ApiPath &path)
{
    std::vector<std::string> warnings;
    auto options = writeOptions(request, warnings);
    if (!options)
        return errorResponse(options.error());
    PatchType type = PatchType::Merge;
    const std::string media = request.contentType.substr(0, request.contentType.find(';'));
    if (media == "application/json-patch+json")
        type = PatchType::Json;
    else if (media == "application/strategic-merge-patch+json")
        type = PatchType::Strategic;
    else if (media == "application/apply-patch+yaml")
        type = PatchType::Apply;
    else if (media != "application/merge-patch+json")
        return errorResponse({415, "UnsupportedMediaType",
                              "the body of the request was in an unknown format - accepted media types include: "
                              "application/json-patch+json, application/merge-patch+json, "
                              "application/apply-patch+yaml, application/strategic-merge-patch+json"});
    if (type == PatchType::Apply && request.parameter("fieldManager").empty())
        return errorResponse({422, "Invalid",
                              "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for "
                              "apply patch"});
    if (type != PatchType::Apply && request.flag("force"))
        return errorResponse({422, "Invalid",
                              "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for "
                              "non-apply patch"});
    const auto body = parseBody(request);
    if (!body)
        return errorResponse(body.error());
    options->subresource = path.subresource;
    const auto written = m_registry.patch(*path.resource, {path.nameSpace, path.name}, type, *body, *options);
    return written ? answer(request, *path.resource, written->created ? 201 : 200, written->object, warnings)
                   : errorResponse(written.error());
}

ApiResult<DeleteOptions> ApiServer::deleteOptions(const HttpRequest &request) const
{
    Json body;
    if (!request.body.empty()) {
        auto parsed = parseBody(request);
        if (!parsed)
            return refuse(parsed.error());
        body = std::move(*parsed);
    }
    DeleteOptions options;
    std::string policy = textAt(body, {"propagationPolicy"});
    if (policy.empty())
        policy = request.parameter("propagationPolicy");
    if (flagAt(body, {"orphanDependents"}) || request.flag("orphanDependents"))
        policy = "Orphan";
    options.propagation = policy == "Foreground" ? Propagation::Foreground
                          : policy == "Orphan"   ? Propagation::Orphan
                                                 : Propagation::Background;
    if (const Json &grace = at(body, {"gracePeriodSeconds"}); grace.is_number())
        options.gracePeriodSeconds = grace.get<long long>();
    else if (const std::string text = request.parameter("gracePeriodSeconds"); !text.empty())
        options.gracePeriodSeconds = std::atoll(text.c_str());
    options.uid = textAt(body, {"preconditions", "uid"});
    options.resourceVersion = textAt(body, {"preconditions", "resourceVersion"});
    options.dryRun = request.parameter("dryRun") == "All" || at(body, {"dryRun"}) == Json::array({"All"});
    return options;
}

HttpResponse ApiServer::remove(const HttpRequest &request, const ApiPath &path)
{
    const auto options = deleteOptions(request);
    if (!options)
        return errorResponse(options.error());
    const Resource &resource = *path.resource;
    const auto deleted = m_registry.remove(resource, {path.nameSpace, path.name}, *options);
    if (!deleted)
        return errorResponse(deleted.error());
    // Pods and whatever still waits come back as objects, all else as a Status.
    if (!deleted->gone || resource.kind == "Pod")
        return answer(request, resource, 200, deleted->object);
    Json details = {
        {"name", path.name}, {"kind", resource.plural}, {"uid", textAt(deleted->object, {"metadata", "uid"})}};
    if (!resource.group.empty())
        details["group"] = resource.group;
    return jsonResponse(200, {{"kind", "Status"},
                              {"apiVersion", "v1"},
                              {"metadata", Json::object()},
                              {"status", "Success"},
                              {"details", std::move(details)}});
}

HttpResponse ApiServer::removeAll(const HttpRequest &request, const ApiPath &path)
{
    const auto options = deleteOptions(request);
    const auto chosen = selection(request);
    if (!options || !chosen)
        return errorResponse(!options ? options.error() : chosen.error());
    const auto objects = m_state.storage.listAt(path.resource->collection(), path.nameSpace, m_state.storage.version());
    Json items = Json::array();
    for (const StoredPointer &object : *objects) {
        if (!chosen->matches(object->object()))
            continue;
        const auto deleted = m_registry.remove(*path.resource, nameOf(object->object()), *options);
        if (deleted)
            items.push_back(deleted->object);
    }
    return jsonResponse(200, {{"kind", path.resource->kind + "List"},
                              {"apiVersion", path.resource->apiVersion()},
                              {"metadata", {{"resourceVersion", std::to_string(m_state.storage.version())}}},
                              {"items", std::move(items)}});
}

} // namespace binnacle::simulator
