// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Error.h"

namespace binnacle::core {

const char *toString(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Usage:
        return "Usage";
    case ErrorKind::Configuration:
        return "Configuration";
    case ErrorKind::Unreachable:
        return "Unreachable";
    case ErrorKind::Tls:
        return "Tls";
    case ErrorKind::Unauthorized:
        return "Unauthorized";
    case ErrorKind::Forbidden:
        return "Forbidden";
    case ErrorKind::NotFound:
        return "NotFound";
    case ErrorKind::AlreadyExists:
        return "AlreadyExists";
    case ErrorKind::Conflict:
        return "Conflict";
    case ErrorKind::Expired:
        return "Expired";
    case ErrorKind::Invalid:
        return "Invalid";
    case ErrorKind::TooManyRequests:
        return "TooManyRequests";
    case ErrorKind::Timeout:
        return "Timeout";
    case ErrorKind::GateTimeout:
        return "GateTimeout";
    case ErrorKind::Server:
        return "Server";
    case ErrorKind::Protocol:
        return "Protocol";
    case ErrorKind::Unsupported:
        return "Unsupported";
    case ErrorKind::Io:
        return "Io";
    case ErrorKind::Cancelled:
        return "Cancelled";
    }
    return "Unknown";
}

std::string Error::describe() const
{
    std::string text = object.empty() ? message : object + ": " + message;
    if (!request.empty()) {
        text += " (" + request;
        if (httpStatus != 0)
            text += ": " + std::to_string(httpStatus) + (reason.empty() ? "" : " " + reason);
        text += ")";
    }
    if (!next.empty())
        text += ". Next: " + next;
    return text;
}

Error makeError(ErrorKind kind, std::string message, std::string next)
{
    Error error;
    error.kind = kind;
    error.message = std::move(message);
    error.next = std::move(next);
    return error;
}

} // namespace binnacle::core
