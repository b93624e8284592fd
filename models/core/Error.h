// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::core {

/// What went wrong, so that code can decide; text is for people only. Values are never compared as strings.
enum class ErrorKind {
    Usage,           ///< the caller asked for something that makes no sense; exit status 2
    Configuration,   ///< a file of ours or a kubeconfig cannot be used
    Unreachable,     ///< no connection: DNS, refused, reset, proxy
    Tls,             ///< the server's certificate, or ours, was refused
    Unauthorized,    ///< HTTP 401, or a credential plug-in failed
    Forbidden,       ///< HTTP 403
    NotFound,        ///< HTTP 404
    AlreadyExists,   ///< HTTP 409 with reason AlreadyExists
    Conflict,        ///< HTTP 409: another writer or field manager
    Expired,         ///< HTTP 410: the resource version or continue token is gone
    Invalid,         ///< HTTP 400, 413, 415, 422: the server refuses the content
    TooManyRequests, ///< HTTP 429
    Timeout,         ///< a deadline of ours, or HTTP 504
    GateTimeout,     ///< a gate did not pass in its time; exit status 6
    Server,          ///< any other HTTP 5xx
    Protocol,        ///< the answer is not what the API promises
    Unsupported,     ///< the server or Binnacle cannot do this, and says so instead of guessing
    Io,              ///< a local file, database or process
    Cancelled,       ///< an outcome of its own, not a failure
};

[[nodiscard]] const char *toString(ErrorKind kind);

/// One entry of an API Status' details.causes: which field, and why.
struct ErrorCause
{
    std::string reason;
    std::string message;
    std::string field;
};

/// A failure as a value. `message` is one English sentence without secrets; widgets translate by `kind`.
struct Error
{
    ErrorKind kind = ErrorKind::Server;
    int httpStatus = 0;  ///< 0: no HTTP answer
    std::string reason;  ///< the server's metav1.Status reason, verbatim
    std::string message; ///< what happened, as the server or system said it
    std::string object;  ///< which object: "Deployment app-backend/backend"
    std::string request; ///< which request: "PATCH /apis/apps/v1/..."; never with a query that could hold a secret
    std::string next;    ///< what to do about it
    std::vector<ErrorCause> causes;
    std::optional<std::chrono::milliseconds> retryAfter;
    std::shared_ptr<const Error> cause;

    /// "Deployment app-backend/backend: ... (PATCH /apis/...: 422 Invalid). Next: ..." on one line.
    [[nodiscard]] std::string describe() const;
};

[[nodiscard]] Error makeError(ErrorKind kind, std::string message, std::string next = {});

} // namespace binnacle::core
