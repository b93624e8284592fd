// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Json.h"
#include "core/Result.h"

#include <QFuture>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace binnacle::kube {

enum class HttpMethod { Get, Post, Put, Patch, Delete };

struct HttpRequest
{
    HttpMethod method = HttpMethod::Get;
    std::string path;                                         ///< absolute, already percent-encoded, no query
    std::vector<std::pair<std::string, std::string>> query;   ///< not yet encoded
    std::vector<std::pair<std::string, std::string>> headers; ///< never credentials: the transport adds those
    std::string body;
    std::chrono::milliseconds timeout{30'000}; ///< whole call; for streams: until the headers, then idle time
};

struct HttpResponse
{
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
    std::string body;
};

/// Receives a streamed body. All calls come from the transport's thread, in order; finished() is the last, and comes
/// exactly once. Only a 2xx answer is started: any other is retried where that is safe, then finishes as an Error.
class StreamConsumer
{
public:
    virtual ~StreamConsumer() = default;
    /// False stops the stream: finished() then gets Cancelled.
    [[nodiscard]] virtual bool started(int status, const std::vector<std::pair<std::string, std::string>> &headers) = 0;
    [[nodiscard]] virtual bool received(std::string_view bytes) = 0;
    virtual void finished(core::Result<void> result) = 0;
};

class StreamTransport;

/// One cluster's HTTP connection: authenticates, retries what is safe to retry, applies deadlines.
/// Thread-safe. Ends with its last reference: what is under way then finishes as Cancelled. A non-2xx answer of send()
/// is an Error made from the API's Status body.
class Transport
{
public:
    virtual ~Transport() = default;
    [[nodiscard]] virtual QFuture<core::Result<HttpResponse>> send(HttpRequest request,
                                                                   core::CancellationToken token = {}) = 0;
    /// For watches and long downloads: on a connection of their own, so that they never delay a short call.
    virtual void stream(HttpRequest request, std::shared_ptr<StreamConsumer> consumer,
                        core::CancellationToken token = {}) = 0;
    /// For exec, attach and port-forward; null where there are none, as in tests. Lives as long as this.
    [[nodiscard]] virtual StreamTransport *streams() { return nullptr; }
    /// "https://host:port", for messages.
    [[nodiscard]] virtual std::string server() const = 0;
};

[[nodiscard]] const char *toString(HttpMethod method);
/// "GET /apis/apps/v1/deployments": for Error::request; without the query.
[[nodiscard]] std::string describe(const HttpRequest &request);
/// RFC 3986: everything but unreserved characters becomes %XX.
[[nodiscard]] std::string percentEncode(std::string_view text);
/// A header's value, or nothing. `name` in lower case.
[[nodiscard]] std::string_view headerValue(const std::vector<std::pair<std::string, std::string>> &headers,
                                           std::string_view name);

/// The Error for an API answer: kind by status and reason, Status causes, Retry-After.
[[nodiscard]] core::Error errorFromResponse(const HttpRequest &request, const HttpResponse &response);
/// The same for the Status that a watch's ERROR event carries.
[[nodiscard]] core::Error errorFromStatus(const core::Json &status);

} // namespace binnacle::kube
