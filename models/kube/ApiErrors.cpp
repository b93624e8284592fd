// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Transport.h"

#include "core/Json.h"
#include "kube/ProtobufStatus.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <curl/curl.h>
#include <nlohmann/json.hpp>

namespace binnacle::kube {

namespace {

using core::Error;
using core::ErrorKind;
using core::Json;

ErrorKind kindOf(int status, const std::string &reason)
{
    switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
        return ErrorKind::Invalid;
    case 401:
        return ErrorKind::Unauthorized;
    case 403:
        return ErrorKind::Forbidden;
    case 404:
        return ErrorKind::NotFound;
    case 405:
    case 406:
    case 501:
        return ErrorKind::Unsupported;
    case 408:
    case 504:
        return ErrorKind::Timeout;
    case 409:
        return reason == "AlreadyExists" ? ErrorKind::AlreadyExists : ErrorKind::Conflict;
    case 410:
        return ErrorKind::Expired;
    case 429:
        return ErrorKind::TooManyRequests;
    default:
        return status >= 500 && status < 600 ? ErrorKind::Server : ErrorKind::Protocol;
    }
}

std::string nextFor(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Unauthorized:
        return "log in again, or choose another context";
    case ErrorKind::Forbidden:
        if (error.message.find("exceeded quota") != std::string::npos)
            return "free some of that quota or raise it";
        return "ask an administrator for this permission, or choose another context";
    case ErrorKind::NotFound:
        return "check kind, name and namespace";
    case ErrorKind::AlreadyExists:
        return "choose another name, or change the object that is there";
    case ErrorKind::Conflict:
        return error.causes.empty() ? "reload the object and try again"
                                    : "reload and merge, or force to take the fields from the other manager";
    case ErrorKind::Expired:
        return "list again from the newest state";
    case ErrorKind::Invalid:
        return "correct what the server names and try again";
    case ErrorKind::TooManyRequests:
        return "wait a moment and try again";
    case ErrorKind::Timeout:
        return "try again; if it stays so, look at the server's load";
    case ErrorKind::Server:
        return "try again; if it stays so, look at the API server's log";
    case ErrorKind::Unsupported:
        return "use a version that the server serves";
    default:
        return "check that the URL is that of a Kubernetes API server";
    }
}

std::string textOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The visible text of a body that is no Status: a proxy's HTML page or a line of plain text.
std::string excerpt(const std::string &body)
{
    constexpr std::size_t longest = 200;
    std::string text;
    bool inTag = false;
    for (const char c : body) {
        if (c == '<')
            inTag = true;
        const bool blank = static_cast<unsigned char>(c) <= ' ' || inTag;
        if (!blank)
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
        if (c == '>')
            inTag = false;
        if (text.size() > longest)
            break;
    }
    if (text.size() > longest)
        text = text.substr(0, longest) + "...";
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

void readDetails(const Json &details, Error &error)
{
    if (const auto causes = details.find("causes"); causes != details.end() && causes->is_array()) {
        for (const auto &cause : *causes) {
            if (cause.is_object())
                error.causes.push_back({textOf(cause, "reason"), textOf(cause, "message"), textOf(cause, "field")});
        }
    }
    const auto seconds = details.find("retryAfterSeconds");
    if (seconds != details.end() && seconds->is_number_integer() && seconds->get<int>() > 0)
        error.retryAfter = std::chrono::seconds(std::min(seconds->get<int>(), 3600));
}

/// Servers before 1.21 answer a manifest that has no such field, or lacks a list's key, with 500.
bool blamesManifest(const Error &error)
{
    return error.kind == ErrorKind::Server && (error.message.find("failed to create typed patch object") == 0 ||
                                               error.message.find("failed to create manager for") == 0);
}

void readStatus(const Json &status, Error &error)
{
    error.reason = textOf(status, "reason");
    error.message = textOf(status, "message");
    if (const auto details = status.find("details"); details != status.end() && details->is_object())
        readDetails(*details, error);
}

/// The Status in a body, or null.
Json statusOf(const std::string &body)
{
    auto status = statusFromProtobuf(body);
    if (status.is_null())
        status = Json::parse(body, nullptr, false);
    return status.is_object() && textOf(status, "kind") == "Status" ? status : Json();
}

/// What is reached through a proxy of the API server says it in its own way. Prometheus: {"errorType","error"}.
void readForeignError(const std::string &body, Error &error)
{
    if (body.empty() || body.front() != '{')
        return;
    const auto said = Json::parse(body, nullptr, false);
    if (!said.is_object() || textOf(said, "error").empty())
        return;
    error.reason = textOf(said, "errorType");
    error.message = textOf(said, "error");
}

/// RFC 9110: seconds, as the API server sends them, or a date, as load balancers may.
std::optional<std::chrono::milliseconds> retryAfter(const HttpResponse &response)
{
    const std::string value(headerValue(response.headers, "retry-after"));
    if (value.empty())
        return std::nullopt;
    long long seconds = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) {
        const auto when = curl_getdate(value.c_str(), nullptr);
        // Against the server's own clock, where it says what that is.
        const std::string said(headerValue(response.headers, "date"));
        const auto now = said.empty() ? -1 : curl_getdate(said.c_str(), nullptr);
        seconds = when < 0 ? 0 : when - (now < 0 ? std::time(nullptr) : now);
    }
    if (seconds <= 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, 3600LL));
}

} // namespace

const char *toString(HttpMethod method)
{
    switch (method) {
    case HttpMethod::Get:
        return "GET";
    case HttpMethod::Post:
        return "POST";
    case HttpMethod::Put:
        return "PUT";
    case HttpMethod::Patch:
        return "PATCH";
    case HttpMethod::Delete:
        return "DELETE";
    }
    return "GET";
}

std::string describe(const HttpRequest &request)
{
    return std::string(toString(request.method)) + " " + request.path;
}

std::string percentEncode(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool unreserved = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                                (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
                                byte == '~';
        if (unreserved)
            encoded += c;
        else
            encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
    return encoded;
}

std::string_view headerValue(const std::vector<std::pair<std::string, std::string>> &headers, std::string_view name)
{
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto &h) { return h.first == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

core::Error errorFromStatus(const Json &status)
{
    Error error;
    const auto code = status.find("code");
    error.httpStatus = code != status.end() && code->is_number_integer() ? code->get<int>() : 0;
    readStatus(status, error);
    error.kind = kindOf(error.httpStatus, error.reason);
    // 410 comes as reason Gone or Expired, depending on who noticed.
    if (error.reason == "Expired" || error.reason == "Gone")
        error.kind = ErrorKind::Expired;
    else if (error.httpStatus == 0)
        error.kind = ErrorKind::Server;
    if (error.message.empty())
        error.message = "the server ended the watch without saying why";
    error.next = nextFor(error);
    return error;
}

core::Error errorFromResponse(const HttpRequest &request, const HttpResponse &response)
{
    Error error;
    error.httpStatus = response.status;
    error.request = describe(request);
    const auto status = statusOf(response.body);
    const bool isStatus = status.is_object();
    if (isStatus)
        readStatus(status, error);
    else
        readForeignError(response.body, error);
    error.kind = kindOf(response.status, error.reason);
    if (blamesManifest(error))
        error.kind = ErrorKind::Invalid;
    if (error.message.empty()) {
        error.message = "the server answered HTTP " + std::to_string(response.status);
        if (const auto text = isStatus ? std::string() : excerpt(response.body); !text.empty())
            error.message += ": " + text;
    }
    if (const auto delay = retryAfter(response))
        error.retryAfter = delay;
    error.next = nextFor(error);
    // Go's net/http says this to plain HTTP on a TLS port.
    if (!isStatus && response.body.find("HTTP request to an HTTPS server") != std::string::npos) {
        error.kind = ErrorKind::Configuration;
        error.next = "let the server's URL in the kubeconfig begin with https://";
    }
    return error;
}

} // namespace binnacle::kube
