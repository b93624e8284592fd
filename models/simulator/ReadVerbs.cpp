// SPDX-License-Identifier: GPL-3.0-or-later
// get, list and watch: kubernetes.io/docs/reference/using-api/api-concepts.
#include "simulator/ApiServer.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr std::chrono::seconds bookmarkEvery{60};
constexpr std::chrono::seconds longestWatch{3600};

Json metadataOnly(const Json &object)
{
    return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", object["metadata"]}};
}

const char *frameType(StorageEvent::Type type)
{
    switch (type) {
    case StorageEvent::Type::Added:
        return "ADDED";
    case StorageEvent::Type::Modified:
        return "MODIFIED";
    case StorageEvent::Type::Deleted:
        break;
    }
    return "DELETED";
}

} // namespace

std::string ApiServer::shaped(const Resource &resource, const Stored &stored, Shape shape) const
{
    if (shape == Shape::Metadata)
        return metadataOnly(stored.object()).dump();
    const bool asStored = !resource.custom && m_state.resources.stored(resource.collection()) == &resource;
    return asStored ? stored.text() : m_registry.present(resource, stored.object()).dump();
}

std::string ApiServer::shapedItem(const Resource &resource, const Stored &stored, Shape shape) const
{
    // Only custom resources repeat in each item what the list says.
    if (shape == Shape::Metadata || resource.custom)
        return shaped(resource, stored, shape);
    if (m_state.resources.stored(resource.collection()) == &resource)
        return stored.itemText();
    Json item = m_registry.present(resource, stored.object());
    item.erase("apiVersion");
    item.erase("kind");
    return item.dump();
}

HttpResponse ApiServer::answer(const HttpRequest &request, const Resource &resource, int status, const Json &object,
                               const std::vector<std::string> &warnings) const
{
    HttpResponse response;
    switch (shapeOf(request)) {
    case Shape::Table: {
        Json table = makeTable(m_state, resource, {&object}, request.parameter("includeObject"), true);
        table["metadata"] = {{"resourceVersion", textAt(object, {"metadata", "resourceVersion"})}};
        response = jsonResponse(status, table);
        break;
    }
    case Shape::Metadata:
        response = jsonResponse(status, metadataOnly(object));
        break;
    case Shape::Object:
        response = jsonResponse(status, object);
        break;
    }
    for (const std::string &warning : warnings) {
        std::string escaped;
        for (const char c : warning)
            escaped += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
        response.headers.emplace_back("Warning", "299 - \"" + escaped + "\"");
    }
    return response;
}

HttpResponse ApiServer::get(const HttpRequest &request, const ApiPath &path)
{
    const auto object = m_registry.get(*path.resource, {path.nameSpace, path.name});
    return object ? answer(request, *path.resource, 200, *object) : errorResponse(object.error());
}

HttpResponse ApiServer::list(const HttpRequest &request, const ApiPath &path)
{
    const Resource &resource = *path.resource;
    const auto chosen = selection(request);
    if (!chosen)
        return errorResponse(chosen.error());
    // A continue token names the version of the first page and the object after which to go on.
    std::uint64_t version = m_state.storage.version();
    ObjectName after;
    bool continued = false;
    if (const std::string token = request.parameter("continue"); !token.empty()) {
        const Json start = Json::parse(base64UrlDecode(token), nullptr, false);
        if (!start.is_object())
            return errorResponse(badRequest("continue key is not valid: invalid token"));
        version = start.value("rv", std::uint64_t{0});
        after = {textAt(start, {"ns"}), textAt(start, {"name"})};
        continued = true;
    } else if (const std::string exact = request.parameter("resourceVersion");
               !exact.empty() && request.parameter("resourceVersionMatch") == "Exact") {
        version = std::strtoull(exact.c_str(), nullptr, 10);
    }
    const auto objects = m_state.storage.listAt(resource.collection(), path.nameSpace, version);
    if (!objects)
        return errorResponse(expired("The provided continue parameter is too old to display a consistent list result. "
                                     "You can start a new list without the continue parameter."));
    const std::string limitText = request.parameter("limit");
    const std::size_t limit = limitText.empty() ? 0 : std::strtoull(limitText.c_str(), nullptr, 10);
    std::vector<StoredPointer> page;
    Json metadata = {{"resourceVersion", std::to_string(version)}};
    std::size_t remaining = 0;
    for (const StoredPointer &object : *objects) {
        if (continued && nameOf(object->object()) <= after)
            continue;
        const bool everything = chosen->labels.isEverything() && chosen->fields.isEverything();
        if (!everything && !chosen->matches(m_registry.present(resource, object->object())))
            continue;
        if (limit > 0 && page.size() >= limit)
            ++remaining;
        else
            page.push_back(object);
    }
    if (remaining > 0) {
        const ObjectName last = nameOf(page.back()->object());
        metadata["continue"] = base64Encode(Json{{"rv", version}, {"ns", last.nameSpace}, {"name", last.name}}.dump());
        metadata["remainingItemCount"] = remaining;
    }
    const Shape shape = shapeOf(request);
    if (shape == Shape::Table) {
        std::vector<Json> presented;
        std::vector<const Json *> rows;
        for (const StoredPointer &object : page)
            presented.push_back(m_registry.present(resource, object->object()));
        for (const Json &object : presented)
            rows.push_back(&object);
        Json table = makeTable(m_state, resource, rows, request.parameter("includeObject"), true);
        table["metadata"] = metadata;
        return jsonResponse(200, table);
    }
    const std::string kind = shape == Shape::Metadata ? "PartialObjectMetadataList" : resource.kind + "List";
    const std::string apiVersion = shape == Shape::Metadata ? "meta.k8s.io/v1" : resource.apiVersion();
    HttpResponse response;
    response.body = R"({"kind":")" + kind + R"(","apiVersion":")" + apiVersion + R"(","metadata":)" + metadata.dump() +
                    R"(,"items":[)";
    for (const StoredPointer &object : page) {
        if (object != page.front())
            response.body += ',';
        response.body += shapedItem(resource, *object, shape);
    }
    response.body += "]}\n";
    return response;
}

HttpResponse ApiServer::watch(const HttpRequest &request, const ApiPath &path)
{
    const auto chosen = selection(request);
    if (!chosen)
        return errorResponse(chosen.error());
    const bool initial = request.flag("sendInitialEvents");
    if (initial && request.parameter("resourceVersionMatch") != "NotOlderThan")
        return errorResponse({422, "Invalid",
                              "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
                              "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"});
    auto watch = std::make_unique<Watch>();
    HttpResponse response;
    response.stream = std::make_shared<HttpStream>();
    watch->stream = response.stream;
    watch->resource = path.resource;
    watch->collection = path.resource->collection();
    watch->nameSpace = path.nameSpace;
    watch->labels = chosen->labels;
    watch->fields = chosen->fields;
    watch->shape = shapeOf(request);
    watch->bookmarks = request.flag("allowWatchBookmarks");
    const auto now = m_state.clock.monotonic();
    const long long seconds = std::atoll(request.parameter("timeoutSeconds").c_str());
    watch->end = now + (seconds > 0 ? std::chrono::seconds(seconds) : longestWatch);
    watch->nextBookmark = now + bookmarkEvery;
    startWatch(*watch, request, response.stream);
    if (!response.stream->finished)
        m_watches.push_back(std::move(watch));
    return response;
}

void ApiServer::startWatch(Watch &watch, const HttpRequest &request, const std::shared_ptr<HttpStream> &stream)
{
    const std::string from = request.parameter("resourceVersion");
    const bool initial = request.flag("sendInitialEvents");
    if (initial || from.empty() || from == "0") {
        sendInitialEvents(watch, *stream, initial && watch.bookmarks);
        return;
    }
    const std::uint64_t version = std::strtoull(from.c_str(), nullptr, 10);
    if (version < m_state.storage.compactedVersion()) {
        const ApiError error = expired("too old resource version: " + from + " (" +
                                       std::to_string(m_state.storage.compactedVersion()) + ")");
        stream->send(Json{{"type", "ERROR"}, {"object", error.toStatus()}}.dump() + "\n");
        stream->finish();
        return;
    }
    for (const StorageEvent &event : m_state.storage.log())
        if (event.version > version && event.collection == watch.collection)
            deliver(watch, *stream, event);
}

void ApiServer::sendInitialEvents(Watch &watch, HttpStream &stream, bool markEnd)
{
    const auto objects = m_state.storage.listAt(watch.collection, watch.nameSpace, m_state.storage.version());
    const Selection chosen{watch.labels, watch.fields};
    for (const StoredPointer &object : *objects)
        if (chosen.matches(object->object()))
            sendFrame(watch, stream, "ADDED", object);
    if (markEnd)
        sendBookmark(watch, stream, true);
}

void ApiServer::deliver(Watch &watch, HttpStream &stream, const StorageEvent &event)
{
    if (!watch.nameSpace.empty() && nameOf(event.object->object()).nameSpace != watch.nameSpace)
        return;
    // To a selector, an object that begins or ceases to match appears or disappears.
    const Selection chosen{watch.labels, watch.fields};
    const bool before = event.previous && chosen.matches(event.previous->object());
    const bool after = event.type != StorageEvent::Type::Deleted && chosen.matches(event.object->object());
    if (!before && !after)
        return;
    const StorageEvent::Type type = before && after ? StorageEvent::Type::Modified
                                    : after         ? StorageEvent::Type::Added
                                                    : StorageEvent::Type::Deleted;
    sendFrame(watch, stream, frameType(type), event.object);
}

void ApiServer::sendFrame(Watch &watch, HttpStream &stream, const std::string &type, const StoredPointer &object)
{
    std::string text;
    if (watch.shape == Shape::Table) {
        const Json presented = m_registry.present(*watch.resource, object->object());
        Json table = makeTable(m_state, *watch.resource, {&presented}, {}, !watch.tableHeaderSent);
        table["metadata"] = {{"resourceVersion", std::to_string(object->version())}};
        watch.tableHeaderSent = true;
        text = table.dump();
    } else {
        text = shaped(*watch.resource, *object, watch.shape);
    }
    stream.send(R"({"type":")" + type + R"(","object":)" + text + "}\n");
}

void ApiServer::sendBookmark(const Watch &watch, HttpStream &stream, bool initialEnd) const
{
    Json metadata = {{"resourceVersion", std::to_string(m_state.storage.version())}, {"creationTimestamp", nullptr}};
    if (initialEnd)
        metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
    Json object = {{"metadata", std::move(metadata)}};
    object["kind"] = watch.shape == Shape::Metadata ? "PartialObjectMetadata" : watch.resource->kind;
    object["apiVersion"] = watch.shape == Shape::Metadata ? "meta.k8s.io/v1" : watch.resource->apiVersion();
    if (watch.shape == Shape::Table)
        object = {{"kind", "Table"},
                  {"apiVersion", "meta.k8s.io/v1"},
                  {"metadata", object["metadata"]},
                  {"columnDefinitions", Json::array()},
                  {"rows", Json::array()}};
    stream.send(Json{{"type", "BOOKMARK"}, {"object", std::move(object)}}.dump() + "\n");
}

void ApiServer::tick()
{
    endForwards();
    followLogs();
    const auto now = m_state.clock.monotonic();
    m_watches.erase(std::remove_if(m_watches.begin(), m_watches.end(),
                                   [&](const auto &watch) {
                                       const auto stream = watch->stream.lock();
                                       if (stream && now >= watch->end)
                                           stream->finish();
                                       return !stream || now >= watch->end;
                                   }),
                    m_watches.end());
    for (const auto &watch : m_watches) {
        if (!watch->bookmarks || now < watch->nextBookmark)
            continue;
        watch->nextBookmark = now + bookmarkEvery;
        if (const auto stream = watch->stream.lock())
            sendBookmark(*watch, *stream, false);
    }
}

} // namespace binnacle::simulator
