// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ApiServer.h"

#include "simulator/Embedded.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

void parseTarget(const std::string &target, HttpRequest &request)
{
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question == std::string::npos)
        return;
    for (const std::string &pair : split(std::string_view(target).substr(question + 1), '&')) {
        const auto equals = pair.find('=');
        if (pair.empty())
            continue;
        request.parameters.emplace_back(percentDecode(pair.substr(0, equals)),
                                        equals == std::string::npos ? std::string()
                                                                    : percentDecode(pair.substr(equals + 1)));
        request.query[request.parameters.back().first] = request.parameters.back().second;
    }
}

HttpResponse jsonResponse(int status, const Json &body)
{
    HttpResponse response;
    response.status = status;
    response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    response.body += '\n';
    return response;
}

HttpResponse errorResponse(const ApiError &error)
{
    HttpResponse response = jsonResponse(error.code, error.toStatus());
    if (error.retryAfterSeconds > 0)
        response.headers.emplace_back("Retry-After", std::to_string(error.retryAfterSeconds));
    return response;
}

ApiServer::ApiServer(ClusterState &state, Registry &registry)
    : m_state(state), m_registry(registry), m_protobuf(protobufText())
{
    m_state.storage.onEvent([this](const StorageEvent &event) {
        for (const auto &watch : m_watches)
            if (const auto stream = watch->stream.lock(); stream && watch->collection == event.collection)
                deliver(*watch, *stream, event);
    });
}

HttpResponse ApiServer::handle(const HttpRequest &request)
{
    try {
        return route(request);
    } catch (const std::exception &problem) {
        return errorResponse({500, "InternalError", std::string("Internal error occurred: ") + problem.what()});
    }
}

namespace {

/// Whether a client that names these media types can read JSON.
bool acceptsJson(const std::string &accept)
{
    return accept.empty() || accept.find("json") != std::string::npos || accept.find("*/*") != std::string::npos ||
           accept.find("application/*") != std::string::npos || accept.find("text/plain") != std::string::npos;
}

} // namespace

HttpResponse ApiServer::route(const HttpRequest &request)
{
    if (auto proxied = proxyResponse(m_state, request))
        return std::move(*proxied);
    const bool isLog = endsWith(request.path, "/log");
    if (!acceptsJson(request.accept) && !isLog && !startsWith(request.path, "/openapi"))
        return errorResponse({406, "NotAcceptable", "only the following media types are accepted: application/json"});
    for (const char *const review : {"selfsubjectaccessreviews", "selfsubjectrulesreviews"})
        if (request.path == std::string("/apis/authorization.k8s.io/v1/") + review)
            return accessReview(request, review);
    const auto path = parsePath(request);
    if (!path) {
        HttpResponse response = discoveryResponse(m_state, request);
        return response.status == 404 ? errorResponse(path.error()) : response;
    }
    return dispatch(request, *path);
}

ApiResult<ApiPath> ApiServer::parsePath(const HttpRequest &request) const
{
    const ApiError missing{404, "NotFound", "the server could not find the requested resource"};
    auto parts = split(request.path, '/');
    std::string group, version;
    std::size_t next = 0;
    if (parts.size() >= 4 && parts[1] == "api") {
        version = parts[2];
        next = 3;
    } else if (parts.size() >= 5 && parts[1] == "apis") {
        group = parts[2];
        version = parts[3];
        next = 4;
    } else {
        return refuse(missing);
    }
    ApiPath path;
    if (parts.size() > next + 2 && parts[next] == "namespaces") {
        const Resource *const inside = m_state.resources.find(group, version, parts[next + 2]);
        const bool isNamespace = group.empty() && (parts[next + 2] == "status" || parts[next + 2] == "finalize");
        if (!isNamespace) {
            if (inside == nullptr || !inside->namespaced)
                return refuse(missing);
            path.nameSpace = percentDecode(parts[next + 1]);
            next += 2;
        }
    }
    path.resource = m_state.resources.find(group, version, parts[next]);
    if (path.resource == nullptr || parts.size() > next + 3 || parts.back().empty())
        return refuse(missing);
    if (parts.size() > next + 1)
        path.name = percentDecode(parts[next + 1]);
    if (parts.size() > next + 2)
        path.subresource = parts[next + 2];
    if (path.resource->namespaced && path.nameSpace.empty() && !path.name.empty())
        return refuse(missing);
    return path;
}

HttpResponse ApiServer::dispatch(const HttpRequest &request, const ApiPath &path)
{
    const ApiError notAllowed{405, "MethodNotAllowed",
                              "the server does not allow this method on the requested resource"};
    if (path.resource->readOnly)
        return request.method == "GET" ? metrics(request, path) : errorResponse(notAllowed);
    if (!path.subresource.empty() && path.subresource != "status" && path.subresource != "finalize")
        return subresource(request, path);
    if (path.subresource == "status" && !path.resource->hasStatus)
        return errorResponse({404, "NotFound", "the server could not find the requested resource"});
    if (request.method == "GET") {
        if (!path.name.empty())
            return get(request, path);
        return request.flag("watch") ? watch(request, path) : list(request, path);
    }
    if (request.method == "POST" && path.name.empty())
        return create(request, path);
    if (request.method == "PUT" && !path.name.empty())
        return replace(request, path);
    if (request.method == "PATCH" && !path.name.empty())
        return patch(request, path);
    if (request.method == "DELETE")
        return path.name.empty() ? removeAll(request, path) : remove(request, path);
    return errorResponse(notAllowed);
}

ApiResult<Json> ApiServer::parseBody(const HttpRequest &request) const
{
    const std::string &type = request.contentType;
    if (type.find("protobuf") != std::string::npos)
        return m_protobuf.decode(request.body, m_state.schema, m_state.resources);
    if (type.find("cbor") != std::string::npos)
        return refuse({415, "UnsupportedMediaType",
                       "the body of the request was in an unknown format - accepted media types include: "
                       "application/json, application/yaml, application/vnd.kubernetes.protobuf"});
    if (type.find("yaml") != std::string::npos) {
        auto documents = parseYaml(request.body);
        if (!documents)
            return refuse(badRequest("error decoding YAML: " + documents.error().message));
        if (documents->size() != 1)
            return refuse(badRequest("error decoding YAML: expected exactly one document"));
        return documents->front();
    }
    Json body = Json::parse(request.body, nullptr, false);
    if (body.is_discarded())
        return refuse(badRequest("couldn't get version/kind; json parse error: the body is not valid JSON"));
    return body;
}

ApiResult<WriteOptions> ApiServer::writeOptions(const HttpRequest &request, std::vector<std::string> &warnings) const
{
    WriteOptions options;
    options.manager = request.parameter("fieldManager");
    if (options.manager.empty())
        options.manager = request.userAgent.substr(0, request.userAgent.find('/'));
    if (options.manager.empty())
        options.manager = "unknown";
    const std::string dryRun = request.parameter("dryRun");
    if (!dryRun.empty() && dryRun != "All")
        return refuse({422, "Invalid", "dryRun: Unsupported value: \"" + dryRun + "\": supported values: \"All\""});
    options.dryRun = dryRun == "All";
    options.force = request.flag("force");
    const std::string validation = request.parameter("fieldValidation");
    if (!validation.empty() && validation != "Ignore" && validation != "Warn" && validation != "Strict")
        return refuse({422, "Invalid",
                       "fieldValidation: Unsupported value: \"" + validation +
                           "\": supported values: \"Ignore\", \"Strict\", \"Warn\""});
    options.fieldValidation = validation == "Strict"   ? FieldValidation::Strict
                              : validation == "Ignore" ? FieldValidation::Ignore
                                                       : FieldValidation::Warn;
    options.warnings = &warnings;
    return options;
}

bool ApiServer::Selection::matches(const Json &object) const
{
    return (labels.isEverything() || labels.matches(at(object, {"metadata", "labels"}))) && fields.matches(object);
}

ApiResult<ApiServer::Selection> ApiServer::selection(const HttpRequest &request) const
{
    const auto labels = LabelSelector::parse(request.parameter("labelSelector"));
    if (!labels)
        return refuse(badRequest(labels.error().message));
    const auto fields = FieldSelector::parse(request.parameter("fieldSelector"));
    if (!fields)
        return refuse(badRequest(fields.error().message));
    return Selection{*labels, *fields};
}

ApiServer::Shape ApiServer::shapeOf(const HttpRequest &request)
{
    if (request.accept.find("as=Table") != std::string::npos)
        return Shape::Table;
    if (request.accept.find("as=PartialObjectMetadata") != std::string::npos)
        return Shape::Metadata;
    return Shape::Object;
}

void ApiServer::closeStreams()
{
    for (const auto &watch : m_watches)
        if (const auto stream = watch->stream.lock())
            stream->finish();
    m_watches.clear();
    for (const auto &follower : m_followers)
        if (const auto stream = follower.stream.lock())
            stream->finish();
    m_followers.clear();
}

} // namespace binnacle::simulator
