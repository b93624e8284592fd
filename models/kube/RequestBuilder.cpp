// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RequestBuilder.h"

#include "kube/ListKeys.h"
#include "kube/QuantityTexts.h"
#include "kube/ResourcePath.h"
#include "kube/VersionMapping.h"

#include <nlohmann/json.hpp>

namespace binnacle::kube {

using core::Json;
using core::Result;

namespace {

constexpr int fieldValidationSince = 25; // KEP-2885: beta and on by default

core::Error notServed(const std::string &object, const core::GroupKind &kind)
{
    auto error = core::makeError(
        core::ErrorKind::Unsupported,
        "the server knows no kind " + kind.kind + (kind.group.empty() ? "" : " in group " + kind.group),
        "install its CustomResourceDefinition, or check the spelling against the kinds that the server serves");
    error.object = object;
    return error;
}

Result<const ApiResource *> resourceOf(const Discovery &discovery, const ObjectKey &key)
{
    const auto *resource = newestServed(discovery, key.kind);
    if (resource == nullptr)
        return core::fail(notServed(key.describe(), key.kind));
    if (resource->namespaced && key.nameSpace.isEmpty()) {
        auto error = core::makeError(core::ErrorKind::Invalid, "it lives in a namespace, and none was given",
                                     "name the namespace");
        error.object = key.describe();
        return core::fail(std::move(error));
    }
    return resource;
}

HttpRequest requestWith(HttpMethod method, std::string path, const Json *body = nullptr,
                        const char *contentType = "application/json")
{
    HttpRequest request;
    request.method = method;
    request.path = std::move(path);
    request.headers = {{"Accept", "application/json"}};
    if (body != nullptr) {
        request.headers.emplace_back("Content-Type", contentType);
        request.body = body->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return request;
}

void addWriteOptions(HttpRequest &request, const WriteOptions &options, const Discovery &discovery)
{
    request.query.emplace_back("fieldManager", options.fieldManager);
    if (options.dryRun)
        request.query.emplace_back("dryRun", "All");
    if (discovery.minorVersion() < fieldValidationSince)
        return;
    switch (options.fieldValidation) {
    case FieldValidation::ServerDefault:
        break;
    case FieldValidation::Ignore:
        request.query.emplace_back("fieldValidation", "Ignore");
        break;
    case FieldValidation::Warn:
        request.query.emplace_back("fieldValidation", "Warn");
        break;
    case FieldValidation::Strict:
        request.query.emplace_back("fieldValidation", "Strict");
        break;
    }
}

const char *contentTypeOf(PatchKind kind)
{
    switch (kind) {
    case PatchKind::JsonPatch:
        return "application/json-patch+json";
    case PatchKind::Merge:
        return "application/merge-patch+json";
    case PatchKind::StrategicMerge:
        return "application/strategic-merge-patch+json";
    }
    return "application/merge-patch+json";
}

ObjectKey keyOf(const Json &object)
{
    const auto gvk = core::GroupVersionKind::fromApiVersion(object.value("apiVersion", ""), object.value("kind", ""));
    const auto metadata = object.value("metadata", Json::object());
    return {gvk.groupKind(), core::Namespace(metadata.value("namespace", "")), metadata.value("name", "")};
}

} // namespace

std::string describeObject(const Json &object)
{
    try {
        return keyOf(object).describe();
    } catch (const Json::exception &) {
        return "an object that is not well-formed";
    }
}

Result<HttpRequest> buildGet(const Discovery &discovery, const ObjectKey &key, const std::string &subresource)
{
    const auto resource = resourceOf(discovery, key);
    if (!resource)
        return core::fail(resource.error());
    return requestWith(HttpMethod::Get, objectPath(**resource, key.nameSpace, key.name, subresource));
}

Result<HttpRequest> buildList(const Discovery &discovery, const core::GroupKind &kind, const core::Namespace &nameSpace,
                              const ListOptions &options)
{
    const auto *resource = newestServed(discovery, kind);
    if (resource == nullptr)
        return core::fail(notServed(kind.kind, kind));
    auto request = requestWith(HttpMethod::Get, collectionPath(*resource, nameSpace));
    const auto add = [&](const char *name, const std::string &value) {
        if (!value.empty())
            request.query.emplace_back(name, value);
    };
    add("labelSelector", options.labelSelector);
    add("fieldSelector", options.fieldSelector);
    add("resourceVersion", options.resourceVersion);
    if (options.limit > 0)
        add("limit", std::to_string(options.limit));
    if (options.metadataOnly)
        request.headers = {{"Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}};
    return request;
}

Result<HttpRequest> buildWrite(const Discovery &discovery, WriteVerb verb, Json object, const WriteOptions &options)
{
    auto mapped = mapToServed(std::move(object), discovery);
    if (!mapped)
        return core::fail(mapped.error());
    const auto key = keyOf(*mapped);
    const auto *resource = discovery.find(
        core::GroupVersionKind::fromApiVersion((*mapped)["apiVersion"].get<std::string>(), key.kind.kind));
    const auto invalid = [&](const char *message, const char *next) {
        auto error = core::makeError(core::ErrorKind::Invalid, message, next);
        error.object = key.describe();
        return core::fail(std::move(error));
    };
    if (resource->namespaced && key.nameSpace.isEmpty())
        return invalid("it lives in a namespace, and none was given", "add metadata.namespace");
    if (key.name.empty() && verb != WriteVerb::Create)
        return invalid("it has no name", "add metadata.name");
    HttpRequest request;
    switch (verb) {
    case WriteVerb::Create:
        request = requestWith(HttpMethod::Post, collectionPath(*resource, key.nameSpace), &*mapped);
        break;
    case WriteVerb::Replace:
        request = requestWith(HttpMethod::Put, objectPath(*resource, key.nameSpace, key.name), &*mapped);
        break;
    case WriteVerb::Apply:
        fillListKeys(*mapped);
        writeQuantitiesAsText(*mapped);
        // JSON is YAML; the media type has no JSON form before 1.32.
        request = requestWith(HttpMethod::Patch, objectPath(*resource, key.nameSpace, key.name), &*mapped,
                              "application/apply-patch+yaml");
        if (options.force)
            request.query.emplace_back("force", "true");
        break;
    }
    addWriteOptions(request, options, discovery);
    return request;
}

Result<HttpRequest> buildPatch(const Discovery &discovery, const ObjectKey &key, PatchKind kind, const Json &patch,
                               const std::string &subresource, const WriteOptions &options)
{
    const auto resource = resourceOf(discovery, key);
    if (!resource)
        return core::fail(resource.error());
    auto request = requestWith(HttpMethod::Patch, objectPath(**resource, key.nameSpace, key.name, subresource), &patch,
                               contentTypeOf(kind));
    addWriteOptions(request, options, discovery);
    return request;
}

Result<HttpRequest> buildDelete(const Discovery &discovery, const ObjectKey &key, const DeleteOptions &options)
{
    const auto resource = resourceOf(discovery, key);
    if (!resource)
        return core::fail(resource.error());
    Json body{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
    switch (options.propagation) {
    case Propagation::Background:
        body["propagationPolicy"] = "Background";
        break;
    case Propagation::Foreground:
        body["propagationPolicy"] = "Foreground";
        break;
    case Propagation::Orphan:
        body["propagationPolicy"] = "Orphan";
        break;
    }
    if (!options.uid.empty())
        body["preconditions"]["uid"] = options.uid;
    if (!options.resourceVersion.empty())
        body["preconditions"]["resourceVersion"] = options.resourceVersion;
    if (options.gracePeriodSeconds)
        body["gracePeriodSeconds"] = *options.gracePeriodSeconds;
    if (options.dryRun)
        body["dryRun"] = Json::array({"All"});
    return requestWith(HttpMethod::Delete, objectPath(**resource, key.nameSpace, key.name), &body);
}

Result<HttpRequest> buildSubresourceCreate(const Discovery &discovery, const ObjectKey &key,
                                           const std::string &subresource, const Json &body)
{
    const auto resource = resourceOf(discovery, key);
    if (!resource)
        return core::fail(resource.error());
    return requestWith(HttpMethod::Post, objectPath(**resource, key.nameSpace, key.name, subresource), &body);
}

} // namespace binnacle::kube
