// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/ApiError.h"
#include "simulator/ClusterState.h"
#include "simulator/Http.h"
#include "simulator/ProtobufBody.h"
#include "simulator/Registry.h"
#include "simulator/Selector.h"
#include "simulator/pods/LogFollower.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::simulator {

class PodConnection;

/// What a request's path means.
struct ApiPath
{
    const Resource *resource = nullptr;
    std::string nameSpace;
    std::string name;
    std::string subresource;
};

/// The Kubernetes HTTP API over a ClusterState: a function from request to response, without sockets.
class ApiServer
{
public:
    ApiServer(ClusterState &state, Registry &registry);

    [[nodiscard]] HttpResponse handle(const HttpRequest &request);
    /// Ends watches whose time is over, sends bookmarks and what containers have logged; call it now and then.
    void tick();
    /// Ends every stream, as a server does that shuts down.
    void closeStreams();

private:
    enum class Shape { Object, Table, Metadata };
    struct Watch
    {
        std::weak_ptr<HttpStream> stream;
        const Resource *resource = nullptr;
        std::string collection;
        std::string nameSpace;
        LabelSelector labels;
        FieldSelector fields;
        Shape shape = Shape::Object;
        bool bookmarks = false;
        bool tableHeaderSent = false;
        std::chrono::steady_clock::time_point end;
        std::chrono::steady_clock::time_point nextBookmark;
    };
    struct Forwarded
    {
        std::string uid;
        ObjectName pod;
        std::weak_ptr<PodConnection> session;
    };
    struct Selection
    {
        LabelSelector labels;
        FieldSelector fields;
        [[nodiscard]] bool matches(const core::Json &object) const;
    };

    HttpResponse route(const HttpRequest &request);
    HttpResponse dispatch(const HttpRequest &request, const ApiPath &path);
    ApiResult<ApiPath> parsePath(const HttpRequest &request) const;

    HttpResponse get(const HttpRequest &request, const ApiPath &path);
    HttpResponse list(const HttpRequest &request, const ApiPath &path);
    HttpResponse watch(const HttpRequest &request, const ApiPath &path);
    HttpResponse create(const HttpRequest &request, const ApiPath &path);
    HttpResponse replace(const HttpRequest &request, const ApiPath &path);
    HttpResponse patch(const HttpRequest &request, const ApiPath &path);
    HttpResponse remove(const HttpRequest &request, const ApiPath &path);
    HttpResponse removeAll(const HttpRequest &request, const ApiPath &path);
    HttpResponse subresource(const HttpRequest &request, const ApiPath &path);
    HttpResponse scale(const HttpRequest &request, const ApiPath &path);
    HttpResponse evict(const HttpRequest &request, const ApiPath &path);
    HttpResponse podLog(const HttpRequest &request, const ApiPath &path);
    HttpResponse exec(const HttpRequest &request, const ApiPath &path);
    HttpResponse portForward(const HttpRequest &request, const ApiPath &path);
    /// Of pods that are gone.
    void endForwards();
    HttpResponse accessReview(const HttpRequest &request, const std::string &plural);
    HttpResponse metrics(const HttpRequest &request, const ApiPath &path);

    void followLogs();
    void startWatch(Watch &watch, const HttpRequest &request, const std::shared_ptr<HttpStream> &stream);
    void sendInitialEvents(Watch &watch, HttpStream &stream, bool markEnd);
    void deliver(Watch &watch, HttpStream &stream, const StorageEvent &event);
    void sendFrame(Watch &watch, HttpStream &stream, const std::string &type, const StoredPointer &object);
    void sendBookmark(const Watch &watch, HttpStream &stream, bool initialEnd) const;

    ApiResult<Selection> selection(const HttpRequest &request) const;
    ApiResult<WriteOptions> writeOptions(const HttpRequest &request, std::vector<std::string> &warnings) const;
    ApiResult<core::Json> parseBody(const HttpRequest &request) const;
    ApiResult<DeleteOptions> deleteOptions(const HttpRequest &request) const;
    [[nodiscard]] static Shape shapeOf(const HttpRequest &request);
    [[nodiscard]] std::string shaped(const Resource &resource, const Stored &stored, Shape shape) const;
    /// The same as an item of a list.
    [[nodiscard]] std::string shapedItem(const Resource &resource, const Stored &stored, Shape shape) const;
    [[nodiscard]] HttpResponse answer(const HttpRequest &request, const Resource &resource, int status,
                                      const core::Json &object, const std::vector<std::string> &warnings = {}) const;

    ClusterState &m_state;
    Registry &m_registry;
    ProtobufBody m_protobuf;
    std::vector<std::unique_ptr<Watch>> m_watches;
    std::vector<Forwarded> m_forwards;
    std::vector<LogFollower> m_followers;
};

[[nodiscard]] HttpResponse jsonResponse(int status, const core::Json &body);
[[nodiscard]] HttpResponse errorResponse(const ApiError &error);

/// /version, /api, /apis, /openapi and /healthz; a 404 response where `request` is none of them.
[[nodiscard]] HttpResponse discoveryResponse(const ClusterState &state, const HttpRequest &request);
[[nodiscard]] core::Json openApiV3(const ClusterState &state, const std::string &group, const std::string &version);

/// What a pod answers through the API server's proxy to pods and services; nothing where `request` asks for none.
[[nodiscard]] std::optional<HttpResponse> proxyResponse(ClusterState &state, const HttpRequest &request);

/// metav1.Table with the columns that kubectl prints.
[[nodiscard]] core::Json makeTable(const ClusterState &state, const Resource &resource,
                                   const std::vector<const core::Json *> &objects, const std::string &includeObject,
                                   bool withHeader);

/// What pods and nodes would be using: steady numbers with a little movement, from the requests of the containers.
[[nodiscard]] core::Json podMetrics(const ClusterState &state, const core::Json &pod);
[[nodiscard]] core::Json nodeMetrics(const ClusterState &state, const core::Json &node);

} // namespace binnacle::simulator
