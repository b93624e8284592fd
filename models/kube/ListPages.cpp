// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ListPages.h"

#include "core/Futures.h"

#include <nlohmann/json.hpp>

namespace binnacle::kube {

using core::Json;
using core::Result;
using HttpAnswer = Result<HttpResponse>;

namespace {

void dropManagedFields(Json &object)
{
    if (object.is_object() && object.contains("metadata") && object["metadata"].is_object())
        object["metadata"].erase("managedFields");
}

/// The token for the next page; empty on the last.
std::string continueToken(const Json &list)
{
    const auto metadata = list.find("metadata");
    if (metadata == list.end() || !metadata->is_object())
        return {};
    const auto token = metadata->find("continue");
    return token != metadata->end() && token->is_string() ? token->get<std::string>() : std::string();
}

/// One list under way. Kept alive by the request that it waits for.
class ListPages : public std::enable_shared_from_this<ListPages>
{
public:
    ListPages(std::shared_ptr<Transport> transport, HttpRequest request, std::string object,
              core::CancellationToken token)
        : m_transport(std::move(transport)),
          m_request(std::move(request)),
          m_object(std::move(object)),
          m_token(std::move(token))
    {
        m_promise.start();
    }

    [[nodiscard]] QFuture<Result<Json>> future() const { return m_promise.future(); }

    void ask()
    {
        core::onFinished(m_transport->send(m_request, m_token), [self = shared_from_this()](const HttpAnswer &answer) {
            self->take(parseBody(answer, self->m_object, describe(self->m_request)));
        });
    }

private:
    void take(Result<Json> page)
    {
        if (!page) {
            // The continue token outlived its snapshot: one whole list instead (API concepts, "410 Gone").
            const bool expired = page.error().kind == core::ErrorKind::Expired && !m_collected.is_null();
            if (!expired) {
                end(std::move(page));
                return;
            }
            dropFromQuery("continue", "limit");
            m_collected = nullptr;
            ask();
            return;
        }
        const std::string next = continueToken(*page);
        if (m_collected.is_null()) {
            m_collected = std::move(*page);
        } else {
            for (auto &item : (*page)["items"])
                m_collected["items"].push_back(std::move(item));
            m_collected["metadata"] = std::move((*page)["metadata"]);
        }
        if (next.empty()) {
            if (auto metadata = m_collected.find("metadata"); metadata != m_collected.end() && metadata->is_object())
                metadata->erase("remainingItemCount");
            end(std::move(m_collected));
            return;
        }
        dropFromQuery("continue", "resourceVersion");
        m_request.query.emplace_back("continue", next);
        ask();
    }

    void end(Result<Json> result) { core::finish(m_promise, std::move(result)); }

    void dropFromQuery(std::string_view first, std::string_view second)
    {
        std::erase_if(m_request.query,
                      [&](const auto &entry) { return entry.first == first || entry.first == second; });
    }

    std::shared_ptr<Transport> m_transport;
    HttpRequest m_request;
    std::string m_object;
    core::CancellationToken m_token;
    Json m_collected; ///< null: no page yet
    QPromise<Result<Json>> m_promise;
};

} // namespace

QFuture<Result<Json>> requestAllPages(std::shared_ptr<Transport> transport, HttpRequest request, std::string object,
                                      core::CancellationToken token)
{
    const auto list =
        std::make_shared<ListPages>(std::move(transport), std::move(request), std::move(object), std::move(token));
    auto future = list->future();
    list->ask();
    return future;
}

Result<Json> parseBody(const HttpAnswer &answer, const std::string &object, const std::string &request)
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
    if (!body.is_object())
        return decorate(core::makeError(core::ErrorKind::Protocol, "the server's answer is not a JSON object",
                                        "check that the address is a Kubernetes API server"));
    dropManagedFields(body);
    if (body.contains("items") && body["items"].is_array()) {
        for (auto &item : body["items"])
            dropManagedFields(item);
    }
    return body;
}

} // namespace binnacle::kube
