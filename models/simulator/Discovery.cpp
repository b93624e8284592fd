// SPDX-License-Identifier: GPL-3.0-or-later
// Discovery (KEP-3352 for the aggregated form) and OpenAPI v3 made from the field tables.
#include "simulator/ApiServer.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

Json subresourcesOf(const Resource &resource)
{
    Json list = Json::array();
    const auto add = [&](const char *name, const std::string &group, const char *version, const char *kind,
                         Json verbs) {
        list.push_back({{"name", name}, {"group", group}, {"version", version}, {"kind", kind}, {"verbs", verbs}});
    };
    if (resource.hasStatus)
        add("status", resource.group, resource.version.c_str(), resource.kind.c_str(), {"get", "patch", "update"});
    if (resource.hasScale)
        add("scale", "autoscaling", "v1", "Scale", {"get", "patch", "update"});
    if (resource.kind == "Pod") {
        add("eviction", "policy", "v1", "Eviction", Json::array({"create"}));
        add("exec", "", "v1", "PodExecOptions", Json::array({"create", "get"}));
        add("portforward", "", "v1", "PodPortForwardOptions", Json::array({"create", "get"}));
        add("log", "", "v1", "Pod", Json::array({"get"}));
    }
    if (resource.kind == "ServiceAccount")
        add("token", "authentication.k8s.io", "v1", "TokenRequest", Json::array({"create"}));
    return list;
}

Json legacyResources(const ClusterState &state, const std::string &group, const std::string &version)
{
    Json resources = Json::array();
    for (const auto &resource : state.resources.all()) {
        if (resource->group != group || resource->version != version)
            continue;
        Json entry = {{"name", resource->plural},
                      {"singularName", resource->singular},
                      {"namespaced", resource->namespaced},
                      {"kind", resource->kind},
                      {"verbs", resource->verbs()}};
        if (!resource->shortNames.empty())
            entry["shortNames"] = resource->shortNames;
        if (!resource->categories.empty())
            entry["categories"] = resource->categories;
        if (!resource->readOnly)
            entry["storageVersionHash"] = base64Encode(sha1Hex(resource->qualified()).substr(0, 8));
        resources.push_back(std::move(entry));
        for (const Json &sub : subresourcesOf(*resource)) {
            Json below = {{"name", resource->plural + "/" + sub["name"].get<std::string>()},
                          {"singularName", ""},
                          {"namespaced", resource->namespaced},
                          {"kind", sub["kind"]},
                          {"verbs", sub["verbs"]}};
            if (sub["group"] != group) {
                below["group"] = sub["group"];
                below["version"] = sub["version"];
            }
            resources.push_back(std::move(below));
        }
    }
    return {{"kind", "APIResourceList"},
            {"apiVersion", "v1"},
            {"groupVersion", group.empty() ? version : group + "/" + version},
            {"resources", std::move(resources)}};
}

Json groupEntry(const ClusterState &state, const std::string &group)
{
    Json versions = Json::array();
    for (const std::string &version : state.resources.versions(group))
        versions.push_back({{"groupVersion", group + "/" + version}, {"version", version}});
    const Json preferred = versions[0];
    return {{"name", group}, {"versions", std::move(versions)}, {"preferredVersion", preferred}};
}

Json aggregatedGroup(const ClusterState &state, const std::string &group)
{
    Json versions = Json::array();
    for (const std::string &version : state.resources.versions(group)) {
        Json resources = Json::array();
        for (const auto &resource : state.resources.all()) {
            if (resource->group != group || resource->version != version)
                continue;
            Json entry = {{"resource", resource->plural},
                          {"responseKind", {{"group", group}, {"version", version}, {"kind", resource->kind}}},
                          {"scope", resource->namespaced ? "Namespaced" : "Cluster"},
                          {"singularResource", resource->singular},
                          {"verbs", resource->verbs()}};
            if (!resource->shortNames.empty())
                entry["shortNames"] = resource->shortNames;
            if (!resource->categories.empty())
                entry["categories"] = resource->categories;
            for (const Json &sub : subresourcesOf(*resource))
                entry["subresources"].push_back(
                    {{"subresource", sub["name"]},
                     {"responseKind", {{"group", sub["group"]}, {"version", sub["version"]}, {"kind", sub["kind"]}}},
                     {"verbs", sub["verbs"]}});
            resources.push_back(std::move(entry));
        }
        versions.push_back({{"version", version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
    }
    Json entry = {{"metadata", {{"creationTimestamp", nullptr}}}, {"versions", std::move(versions)}};
    if (!group.empty())
        entry["metadata"]["name"] = group;
    return entry;
}

Json aggregated(const ClusterState &state, const std::vector<std::string> &groups)
{
    Json items = Json::array();
    for (const std::string &group : groups)
        items.push_back(aggregatedGroup(state, group));
    return {{"kind", "APIGroupDiscoveryList"},
            {"apiVersion", "apidiscovery.k8s.io/v2"},
            {"metadata", Json::object()},
            {"items", std::move(items)}};
}

HttpResponse aggregatedResponse(const ClusterState &state, const std::vector<std::string> &groups)
{
    HttpResponse response = jsonResponse(200, aggregated(state, groups));
    response.contentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    return response;
}

Json openApiType(const SchemaType &type)
{
    using Kind = SchemaType::Kind;
    switch (type.kind) {
    case Kind::String:
    case Kind::Quantity:
        return {{"type", "string"}};
    case Kind::Bytes:
        return {{"type", "string"}, {"format", "byte"}};
    case Kind::Time:
        return {{"type", "string"}, {"format", "date-time"}};
    case Kind::IntOrString:
        return {{"type", "string"}, {"format", "int-or-string"}};
    case Kind::Integer:
        return {{"type", "integer"}, {"format", "int64"}};
    case Kind::Number:
        return {{"type", "number"}};
    case Kind::Boolean:
        return {{"type", "boolean"}};
    case Kind::Map:
        return {{"type", "object"}, {"additionalProperties", openApiType(*type.item)}};
    case Kind::AtomicList:
    case Kind::Set:
    case Kind::ListMap: {
        Json list = {{"type", "array"}, {"items", openApiType(*type.item)}};
        list["x-kubernetes-list-type"] = type.kind == Kind::AtomicList ? "atomic"
                                         : type.kind == Kind::Set      ? "set"
                                                                       : "map";
        if (type.kind == Kind::ListMap) {
            list["x-kubernetes-list-map-keys"] = type.listKeys;
            list["x-kubernetes-patch-merge-key"] = type.patchKey;
            list["x-kubernetes-patch-strategy"] = "merge";
        }
        return list;
    }
    case Kind::Struct: {
        Json reference = {{"$ref", "#/components/schemas/" + type.fields->name}};
        return type.atomic ? Json{{"allOf", {reference}}, {"x-kubernetes-map-type", "atomic"}} : reference;
    }
    case Kind::Any:
        break;
    }
    return {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}};
}

void addSchema(const SchemaStruct &type, Json &schemas);

void addReferenced(const SchemaType &type, Json &schemas)
{
    if (type.item != nullptr)
        addReferenced(*type.item, schemas);
    if (type.fields != nullptr)
        addSchema(*type.fields, schemas);
}

void addSchema(const SchemaStruct &type, Json &schemas)
{
    if (schemas.contains(type.name))
        return;
    schemas[type.name] = Json::object(); // before its fields: types may refer to themselves
    Json schema = {{"type", "object"}, {"properties", Json::object()}};
    for (const auto &[name, field] : type.fields) {
        schema["properties"][name] = openApiType(*field.type);
        if (field.required)
            schema["required"].push_back(name);
        addReferenced(*field.type, schemas);
    }
    schemas[type.name] = std::move(schema);
}

Json operation(const Resource &resource, const char *action, bool writes)
{
    Json parameters = Json::array();
    if (writes)
        for (const char *const name : {"dryRun", "fieldManager", "fieldValidation"})
            parameters.push_back(
                {{"name", name}, {"in", "query"}, {"schema", {{"type", "string"}, {"uniqueItems", true}}}});
    return {{"x-kubernetes-action", action},
            {"x-kubernetes-group-version-kind",
             {{"group", resource.group}, {"version", resource.version}, {"kind", resource.kind}}},
            {"parameters", std::move(parameters)},
            {"responses", {{"200", {{"description", "OK"}}}}}};
}

HttpResponse openApiIndex(const ClusterState &state)
{
    Json paths = Json::object();
    const auto add = [&](const std::string &path) {
        paths[path] = {{"serverRelativeURL", "/openapi/v3/" + path + "?hash=" + sha1Hex(path).substr(0, 12) +
                                                 std::to_string(state.resources.all().size())}};
    };
    add("api/v1");
    for (const std::string &group : state.resources.groups())
        for (const std::string &version : state.resources.versions(group))
            add("apis/" + group + "/" + version);
    return jsonResponse(200, {{"paths", std::move(paths)}});
}

HttpResponse openApiResponse(const ClusterState &state, const HttpRequest &request)
{
    const auto parts = split(request.path, '/');
    if (request.path == "/openapi/v3")
        return openApiIndex(state);
    if (parts.size() == 5 && parts[3] == "api" && parts[4] == "v1")
        return jsonResponse(200, openApiV3(state, "", "v1"));
    if (parts.size() == 6 && parts[3] == "apis" && !state.resources.versions(parts[4]).empty())
        return jsonResponse(200, openApiV3(state, parts[4], parts[5]));
    // Version 2 as JSON has nothing for kubectl, which validates on the server where version 3 is served.
    if (request.path == "/openapi/v2" && request.accept.find("json") != std::string::npos)
        return jsonResponse(200, {{"swagger", "2.0"},
                                  {"info", {{"title", "Kubernetes"}, {"version", "v1.32.0"}}},
                                  {"paths", Json::object()},
                                  {"definitions", Json::object()}});
    return jsonResponse(404, Json::object());
}

} // namespace

Json openApiV3(const ClusterState &state, const std::string &group, const std::string &version)
{
    Json schemas = Json::object();
    Json paths = Json::object();
    for (const auto &resource : state.resources.all()) {
        if (resource->group != group || resource->version != version)
            continue;
        const SchemaStruct *const type = state.schema.find(resource->schema);
        if (type != nullptr) {
            addSchema(*type, schemas);
            schemas[type->name]["x-kubernetes-group-version-kind"] =
                Json::array({{{"group", group}, {"version", version}, {"kind", resource->kind}}});
        }
        const std::string base = (group.empty() ? "/api/" : "/apis/" + group + "/") + version +
                                 (resource->namespaced ? "/namespaces/{namespace}/" : "/") + resource->plural;
        paths[base] = {{"get", operation(*resource, "list", false)}};
        paths[base + "/{name}"] = {{"get", operation(*resource, "get", false)}};
        if (resource->readOnly)
            continue;
        paths[base]["post"] = operation(*resource, "post", true);
        paths[base + "/{name}"]["put"] = operation(*resource, "put", true);
        paths[base + "/{name}"]["patch"] = operation(*resource, "patch", true);
        paths[base + "/{name}"]["delete"] = operation(*resource, "delete", true);
    }
    return {{"openapi", "3.0.0"},
            {"info", {{"title", "Kubernetes"}, {"version", "v1.32.0"}}},
            {"paths", std::move(paths)},
            {"components", {{"schemas", std::move(schemas)}}}};
}

HttpResponse discoveryResponse(const ClusterState &state, const HttpRequest &request)
{
    const std::string path = endsWith(request.path, "/") && request.path.size() > 1
                                 ? request.path.substr(0, request.path.size() - 1)
                                 : request.path;
    const bool wantsAggregated = request.accept.find("g=apidiscovery.k8s.io;v=v2;") != std::string::npos ||
                                 endsWith(request.accept, "g=apidiscovery.k8s.io;v=v2");
    if (path == "/version")
        return jsonResponse(200, {{"major", "1"},
                                  {"minor", "32"},
                                  {"gitVersion", "v1.32.0+binnacle-demo"},
                                  {"gitCommit", ""},
                                  {"gitTreeState", "clean"},
                                  {"buildDate", "1970-01-01T00:00:00Z"},
                                  {"goVersion", ""},
                                  {"compiler", ""},
                                  {"platform", "linux/amd64"}});
    if (path == "/healthz" || path == "/livez" || path == "/readyz") {
        HttpResponse response;
        response.contentType = "text/plain";
        response.body = "ok";
        return response;
    }
    if (startsWith(path, "/openapi/"))
        return openApiResponse(state, request);
    if (path == "/api")
        return wantsAggregated ? aggregatedResponse(state, {""})
                               : jsonResponse(200, {{"kind", "APIVersions"},
                                                    {"versions", {"v1"}},
                                                    {"serverAddressByClientCIDRs", Json::array()}});
    if (path == "/apis") {
        if (wantsAggregated)
            return aggregatedResponse(state, state.resources.groups());
        Json groups = Json::array();
        for (const std::string &group : state.resources.groups())
            groups.push_back(groupEntry(state, group));
        return jsonResponse(200, {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}});
    }
    const auto parts = split(path, '/');
    if (path == "/api/v1")
        return jsonResponse(200, legacyResources(state, "", "v1"));
    if (parts.size() >= 3 && parts[1] == "apis" && !state.resources.versions(parts[2]).empty()) {
        if (parts.size() == 3) {
            Json group = groupEntry(state, parts[2]);
            group["kind"] = "APIGroup";
            group["apiVersion"] = "v1";
            return jsonResponse(200, group);
        }
        Json resources = legacyResources(state, parts[2], parts[3]);
        if (parts.size() == 4 && !resources["resources"].empty())
            return jsonResponse(200, resources);
    }
    return jsonResponse(404, Json::object());
}

} // namespace binnacle::simulator
