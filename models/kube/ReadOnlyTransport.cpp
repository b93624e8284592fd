// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ReadOnlyTransport.h"

#include "core/Json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::kube {

namespace {

bool isDryRun(const HttpRequest &request)
{
    if (std::find(request.query.begin(), request.query.end(), std::pair<std::string, std::string>("dryRun", "All")) !=
        request.query.end())
        return true;
    // A delete carries it in its DeleteOptions.
    if (request.method != HttpMethod::Delete)
        return false;
    const auto body = core::Json::parse(request.body, nullptr, false);
    return body.is_object() && body.contains("dryRun") && body["dryRun"] == core::Json::array({"All"});
}

} // namespace

bool changesNothing(const HttpRequest &request)
{
    const std::string_view path = request.path;
    if (path.ends_with("/exec") || path.ends_with("/attach"))
        return false;
    return request.method == HttpMethod::Get || isDryRun(request) ||
           (request.method == HttpMethod::Post &&
            (path.starts_with("/apis/authorization.k8s.io/") || path.starts_with("/apis/authentication.k8s.io/")));
}

ReadOnlyTransport::ReadOnlyTransport(std::shared_ptr<Transport> inner, std::string context)
    : m_inner(std::move(inner)), m_context(std::move(context))
{
}

core::Error ReadOnlyTransport::refusal(const HttpRequest &request) const
{
    core::Error error =
        core::makeError(core::ErrorKind::Forbidden, "context \"" + m_context + "\" is marked read-only in Binnacle",
                        "allow changes on this context first");
    error.request = describe(request);
    return error;
}

QFuture<core::Result<HttpResponse>> ReadOnlyTransport::send(HttpRequest request, core::CancellationToken token)
{
    if (m_readOnly && !changesNothing(request))
        return QtFuture::makeReadyFuture(core::Result<HttpResponse>(core::fail(refusal(request))));
    return m_inner->send(std::move(request), std::move(token));
}

void ReadOnlyTransport::stream(HttpRequest request, std::shared_ptr<StreamConsumer> consumer,
                               core::CancellationToken token)
{
    if (m_readOnly && !changesNothing(request)) {
        consumer->finished(core::fail(refusal(request)));
        return;
    }
    m_inner->stream(std::move(request), std::move(consumer), std::move(token));
}

void ReadOnlyTransport::open(HttpRequest request, StreamOffer offer, std::shared_ptr<StreamListener> listener,
                             core::CancellationToken token)
{
    if (m_readOnly && !changesNothing(request)) {
        listener->closed(core::fail(refusal(request)));
        return;
    }
    m_inner->streams()->open(std::move(request), std::move(offer), std::move(listener), std::move(token));
}

} // namespace binnacle::kube
