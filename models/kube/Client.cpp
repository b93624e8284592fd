// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Client.h"

#include "kube/DiscoveryRequests.h"
#include "kube/RequestBuilder.h"
#include "kube/VersionMapping.h"

#include <nlohmann/json.hpp>

#include <mutex>

namespace binnacle::kube {

using core::CancellationToken;
using core::Json;
using core::Result;
using DiscoveryPointer = std::shared_ptr<const Discovery>;
using JsonFuture = QFuture<Result<Json>>;

namespace {

/// A kind that is not there may have been installed since discovery; asking more often than this helps nobody.
constexpr auto rediscoverAfter = std::chrono::seconds(1);

void dropManagedFields(Json &object)
{
    if (object.is_object() && object.contains("metadata") && object["metadata"].is_object())
        object["metadata"].erase("managedFields");
}

Result<Json> parseBody(const Result<HttpResponse> &answer, const std::string &object, const std::string &request)
{
    const auto decorate = [&](core::Error error) {
        if (error.object.empty())
            error.object = object;
        if (error.request.empty())
            error.request = request;
        return core::fail(std::move(error));
    };
    if (!answer)
        return decorate(answer.error());
    if (answer->body.empty())
        return Json::object();
    auto body = Json::parse(answer->body, nullptr, false);
    if (body.is_discarded())
        return decorate(core::makeError(core::ErrorKind::Protocol, "the server's answer is not JSON",
                                        "check that the address is a Kubernetes API server"));
    dropManagedFields(body);
    if (body.is_object() && body.contains("items") && body["items"].is_array()) {
        for (auto &item : body["items"])
            dropManagedFields(item);
    }
    return body;
}

} // namespace

struct Client::Private
{
    std::shared_ptr<Transport> transport;
    std::mutex mutex; ///< guards what follows
    DiscoveryPointer discovery;
    std::chrono::steady_clock::time_point discoveredAt;
    std::vector<QPromise<Result<DiscoveryPointer>>> waiting; ///< for the discovery under way; empty: there is none

    /// Single flight. Each caller gets a future of its own: a second continuation on one future replaces the first
    /// (Qt 6.4, qfutureinterface.cpp), and whoever attached that would never be answered.
    static QFuture<Result<DiscoveryPointer>> discover(const std::shared_ptr<Private> &self, bool refresh);
    void discovered(const Result<DiscoveryPointer> &result);
    /// The request built from discovery; when it fails for a kind that is not served, once more from a fresh one.
    template <typename Build>
    static QFuture<Result<HttpRequest>> build(const std::shared_ptr<Private> &self, Build build);
    template <typename Build>
    static JsonFuture call(const std::shared_ptr<Private> &self, std::string object, Build build,
                           CancellationToken token);
    static JsonFuture listFrom(const std::shared_ptr<Private> &self, HttpRequest request, std::string object,
                               Json collected, CancellationToken token);
};

QFuture<Result<DiscoveryPointer>> Client::Private::discover(const std::shared_ptr<Private> &self, bool refresh)
{
    QPromise<Result<DiscoveryPointer>> promise;
    auto future = promise.future();
    promise.start();
    bool first = false;
    {
        const std::scoped_lock lock(self->mutex);
        first = self->waiting.empty();
        if (first && !refresh && self->discovery)
            return QtFuture::makeReadyFuture(Result<DiscoveryPointer>(self->discovery));
        self->waiting.push_back(std::move(promise));
    }
    if (first)
        requestDiscovery(self->transport).then([self](const QFuture<Result<DiscoveryPointer>> &answer) {
            self->discovered(answer.resultCount() > 0
                                 ? answer.result()
                                 : core::fail(core::ErrorKind::Cancelled, "the connection was closed"));
        });
    return future;
}

void Client::Private::discovered(const Result<DiscoveryPointer> &result)
{
    std::vector<QPromise<Result<DiscoveryPointer>>> answered;
    {
        const std::scoped_lock lock(mutex);
        if (result)
            discovery = *result;
        discoveredAt = std::chrono::steady_clock::now();
        answered.swap(waiting);
    }
    for (auto &promise : answered) {
        promise.addResult(result);
        promise.finish();
    }
}

template <typename Build>
QFuture<Result<HttpRequest>> Client::Private::build(const std::shared_ptr<Private> &self, Build build)
{
    return discover(self, false)
        .then([self, build](const Result<DiscoveryPointer> &discovery) -> QFuture<Result<HttpRequest>> {
            if (!discovery)
                return QtFuture::makeReadyFuture(Result<HttpRequest>(core::fail(discovery.error())));
            auto request = build(**discovery);
            const auto age = [&] {
                const std::scoped_lock lock(self->mutex);
                return std::chrono::steady_clock::now() - self->discoveredAt;
            }();
            if (request || request.error().kind != core::ErrorKind::Unsupported || age < rediscoverAfter)
                return QtFuture::makeReadyFuture(std::move(request));
            return discover(self, true).then([build](const Result<DiscoveryPointer> &fresh) {
                return fresh ? build(**fresh) : Result<HttpRequest>(core::fail(fresh.error()));
            });
        })
        .unwrap();
}

template <typename Build>
JsonFuture Client::Private::call(const std::shared_ptr<Private> &self, std::string object, Build builder,
                                 CancellationToken token)
{
    return build(self, std::move(builder))
        .then([self, object, token](Result<HttpRequest> request) -> JsonFuture {
            if (!request) {
                auto error = request.error();
                if (error.object.empty())
                    error.object = object;
                return QtFuture::makeReadyFuture(Result<Json>(core::fail(std::move(error))));
            }
            const std::string described = std::string(toString(request->method)) + " " + request->path;
            return self->transport->send(std::move(*request), token)
                .then([object, described](const Result<HttpResponse> &answer) {
                    return parseBody(answer, object, described);
                });
        })
        .unwrap();
}

JsonFuture Client::Private::listFrom(const std::shared_ptr<Private> &self, HttpRequest request, std::string object,
                                     Json collected, CancellationToken token)
{
    const std::string described = std::string(toString(request.method)) + " " + request.path;
    return self->transport->send(request, token)
        .then([self, request, object, described, collected = std::move(collected),
               token](const Result<HttpResponse> &answer) mutable -> JsonFuture {
            auto page = parseBody(answer, object, described);
            if (!page) {
                // The continue token outlived its snapshot: one whole list instead (API concepts, "410 Gone").
                const bool expired = page.error().kind == core::ErrorKind::Expired && !collected.is_null();
                if (!expired)
                    return QtFuture::makeReadyFuture(std::move(page));
                std::erase_if(request.query,
                              [](const auto &entry) { return entry.first == "continue" || entry.first == "limit"; });
                return listFrom(self, std::move(request), std::move(object), Json(), token);
            }
            const auto metadata = page->value("metadata", Json::object());
            const std::string next = metadata.value("continue", "");
            if (collected.is_null()) {
                collected = std::move(*page);
            } else {
                for (auto &item : (*page)["items"])
                    collected["items"].push_back(std::move(item));
                collected["metadata"] = metadata;
            }
            if (next.empty()) {
                collected["metadata"].erase("remainingItemCount");
                return QtFuture::makeReadyFuture(Result<Json>(std::move(collected)));
            }
            std::erase_if(request.query, [](const auto &entry) {
                return entry.first == "continue" || entry.first == "resourceVersion";
            });
            request.query.emplace_back("continue", next);
            return listFrom(self, std::move(request), std::move(object), std::move(collected), token);
        })
        .unwrap();
}

Client::Client(std::shared_ptr<Transport> transport) : m_transport(std::move(transport)), d(std::make_shared<Private>())
{
    d->transport = m_transport;
}

Client::~Client() = default;

QFuture<Result<DiscoveryPointer>> Client::discover(bool refresh)
{
    return Private::discover(d, refresh);
}

JsonFuture Client::get(const ObjectKey &key, CancellationToken token)
{
    return getSubresource(key, {}, std::move(token));
}

JsonFuture Client::getSubresource(const ObjectKey &key, std::string subresource, CancellationToken token)
{
    return Private::call(
        d, key.describe(),
        [key, subresource](const Discovery &discovery) { return buildGet(discovery, key, subresource); },
        std::move(token));
}

JsonFuture Client::list(const core::GroupKind &kind, const core::Namespace &nameSpace, ListOptions options,
                        CancellationToken token)
{
    const std::string object = kind.kind + (nameSpace.isEmpty() ? "" : " in " + nameSpace.value());
    return Private::build(d, [kind, nameSpace, options](
                                 const Discovery &discovery) { return buildList(discovery, kind, nameSpace, options); })
        .then([self = d, object, token](Result<HttpRequest> request) -> JsonFuture {
            if (!request) {
                auto error = request.error();
                error.object = object;
                return QtFuture::makeReadyFuture(Result<Json>(core::fail(std::move(error))));
            }
            return Private::listFrom(self, std::move(*request), object, Json(), token);
        })
        .unwrap();
}

JsonFuture Client::create(Json object, WriteOptions options, CancellationToken token)
{
    return Private::call(
        d, describeObject(object),
        [object, options](const Discovery &discovery) {
            return buildWrite(discovery, WriteVerb::Create, object, options);
        },
        std::move(token));
}

JsonFuture Client::replace(Json object, WriteOptions options, CancellationToken token)
{
    return Private::call(
        d, describeObject(object),
        [object, options](const Discovery &discovery) {
            return buildWrite(discovery, WriteVerb::Replace, object, options);
        },
        std::move(token));
}

JsonFuture Client::apply(Json object, WriteOptions options, CancellationToken token)
{
    return Private::call(
        d, describeObject(object),
        [object, options](const Discovery &discovery) {
            return buildWrite(discovery, WriteVerb::Apply, object, options);
        },
        std::move(token));
}

JsonFuture Client::patch(const ObjectKey &key, PatchKind kind, Json patch, std::string subresource,
                         WriteOptions options, CancellationToken token)
{
    return Private::call(
        d, key.describe(),
        [key, kind, patch, subresource, options](const Discovery &discovery) {
            return buildPatch(discovery, key, kind, patch, subresource, options);
        },
        std::move(token));
}

JsonFuture Client::remove(const ObjectKey &key, DeleteOptions options, CancellationToken token)
{
    return Private::call(
        d, key.describe(), [key, options](const Discovery &discovery) { return buildDelete(discovery, key, options); },
        std::move(token));
}

JsonFuture Client::createSubresource(const ObjectKey &key, std::string subresource, Json body, CancellationToken token)
{
    return Private::call(
        d, key.describe(),
        [key, subresource, body](const Discovery &discovery) {
            return buildSubresourceCreate(discovery, key, subresource, body);
        },
        std::move(token));
}

JsonFuture Client::getRaw(std::string path, CancellationToken token)
{
    HttpRequest request;
    request.path = path;
    request.headers = {{"Accept", "application/json"}};
    return m_transport->send(std::move(request), std::move(token)).then([path](const Result<HttpResponse> &answer) {
        return parseBody(answer, path, "GET " + path);
    });
}

} // namespace binnacle::kube
