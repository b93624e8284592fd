// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Client.h"

#include "core/Futures.h"
#include "kube/DiscoveryCache.h"
#include "kube/ListPages.h"
#include "kube/RequestBuilder.h"

#include <nlohmann/json.hpp>

#include <functional>

namespace binnacle::kube {

using core::CancellationToken;
using core::Json;
using core::Result;
using JsonFuture = QFuture<Result<Json>>;

namespace {

/// A kind that is not there may have been installed since discovery; asking more often than this helps nobody.
constexpr auto rediscoverAfter = std::chrono::seconds(1);

} // namespace

struct Client::Private
{
    using Build = std::function<Result<HttpRequest>(const Discovery &)>;

    std::shared_ptr<Transport> transport;
    DiscoveryCache discovery;

    /// The request built from discovery; when it fails for a kind that is not served, once more from a fresh one.
    static QFuture<Result<HttpRequest>> request(const std::shared_ptr<Private> &self, Build build);
    /// Builds the request and hands it to `use`. Errors that lack the object get it.
    template <typename Use>
    static JsonFuture with(const std::shared_ptr<Private> &self, std::string object, Build build, Use use);
    /// One request, one answer.
    static JsonFuture call(const std::shared_ptr<Private> &self, std::string object, Build build,
                           CancellationToken token);
    static JsonFuture write(const std::shared_ptr<Private> &self, WriteVerb verb, Json object, WriteOptions options,
                            CancellationToken token);
};

QFuture<Result<HttpRequest>> Client::Private::request(const std::shared_ptr<Private> &self, Build build)
{
    return core::chain<HttpRequest>(self->discovery.get(), [self, build](const DiscoveryCache::Answer &known) {
        if (!known)
            return core::ready(Result<HttpRequest>(core::fail(known.error())));
        auto request = build(**known);
        const bool unknown = !request && request.error().kind == core::ErrorKind::Unsupported;
        if (!unknown || self->discovery.age() < rediscoverAfter)
            return core::ready(std::move(request));
        return core::chain<HttpRequest>(self->discovery.refresh(), [build](const DiscoveryCache::Answer &fresh) {
            return core::ready(fresh ? build(**fresh) : Result<HttpRequest>(core::fail(fresh.error())));
        });
    });
}

template <typename Use>
JsonFuture Client::Private::with(const std::shared_ptr<Private> &self, std::string object, Build build, Use use)
{
    return core::chain<Json>(
        request(self, std::move(build)),
        [self, object = std::move(object), use = std::move(use)](Result<HttpRequest> request) -> JsonFuture {
            if (request)
                return use(self->transport, std::move(*request), object);
            if (request.error().object.empty())
                request.error().object = object;
            return core::ready(Result<Json>(core::fail(std::move(request.error()))));
        });
}

JsonFuture Client::Private::call(const std::shared_ptr<Private> &self, std::string object, Build build,
                                 CancellationToken token)
{
    const auto send = [token = std::move(token)](const std::shared_ptr<Transport> &transport, HttpRequest request,
                                                 const std::string &object) {
        std::string described = describe(request);
        return core::then(transport->send(std::move(request), token),
                          [object, described = std::move(described)](const Result<HttpResponse> &answer) {
                              return parseBody(answer, object, described);
                          });
    };
    return with(self, std::move(object), std::move(build), send);
}

JsonFuture Client::Private::write(const std::shared_ptr<Private> &self, WriteVerb verb, Json object,
                                  WriteOptions options, CancellationToken token)
{
    auto described = describeObject(object);
    const auto build = [verb, object = std::move(object), options = std::move(options)](const Discovery &discovery) {
        return buildWrite(discovery, verb, object, options);
    };
    return call(self, std::move(described), build, std::move(token));
}

Client::Client(std::shared_ptr<Transport> transport)
    : m_transport(std::move(transport)), d(new Private{m_transport, DiscoveryCache(m_transport)})
{
}

Client::~Client() = default;

QFuture<Result<std::shared_ptr<const Discovery>>> Client::discover(bool refresh)
{
    return refresh ? d->discovery.refresh() : d->discovery.get();
}

JsonFuture Client::get(const ObjectKey &key, CancellationToken token)
{
    return getSubresource(key, {}, std::move(token));
}

JsonFuture Client::getSubresource(const ObjectKey &key, std::string subresource, CancellationToken token)
{
    const auto build = [key, subresource = std::move(subresource)](const Discovery &discovery) {
        return buildGet(discovery, key, subresource);
    };
    return Private::call(d, key.describe(), build, std::move(token));
}

JsonFuture Client::list(const core::GroupKind &kind, const core::Namespace &nameSpace, ListOptions options,
                        CancellationToken token)
{
    const auto build = [kind, nameSpace, options = std::move(options)](const Discovery &discovery) {
        return buildList(discovery, kind, nameSpace, options);
    };
    const auto pages = [token = std::move(token)](const std::shared_ptr<Transport> &transport, HttpRequest request,
                                                  const std::string &object) {
        return requestAllPages(transport, std::move(request), object, token);
    };
    return Private::with(d, kind.kind + (nameSpace.isEmpty() ? "" : " in " + nameSpace.value()), build, pages);
}

JsonFuture Client::create(Json object, WriteOptions options, CancellationToken token)
{
    return Private::write(d, WriteVerb::Create, std::move(object), std::move(options), std::move(token));
}

JsonFuture Client::replace(Json object, WriteOptions options, CancellationToken token)
{
    return Private::write(d, WriteVerb::Replace, std::move(object), std::move(options), std::move(token));
}

JsonFuture Client::apply(Json object, WriteOptions options, CancellationToken token)
{
    return Private::write(d, WriteVerb::Apply, std::move(object), std::move(options), std::move(token));
}

JsonFuture Client::patch(const ObjectKey &key, PatchKind kind, Json patch, std::string subresource,
                         WriteOptions options, CancellationToken token)
{
    const auto build = [key, kind, patch = std::move(patch), subresource = std::move(subresource),
                        options = std::move(options)](const Discovery &discovery) {
        return buildPatch(discovery, key, kind, patch, subresource, options);
    };
    return Private::call(d, key.describe(), build, std::move(token));
}

JsonFuture Client::remove(const ObjectKey &key, DeleteOptions options, CancellationToken token)
{
    const auto build = [key, options = std::move(options)](const Discovery &discovery) {
        return buildDelete(discovery, key, options);
    };
    return Private::call(d, key.describe(), build, std::move(token));
}

JsonFuture Client::createSubresource(const ObjectKey &key, std::string subresource, Json body, CancellationToken token)
{
    const auto build = [key, subresource = std::move(subresource), body = std::move(body)](const Discovery &discovery) {
        return buildSubresourceCreate(discovery, key, subresource, body);
    };
    return Private::call(d, key.describe(), build, std::move(token));
}

} // namespace binnacle::kube
