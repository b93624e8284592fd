// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/CurlErrors.h"

#include <initializer_list>
#include <openssl/x509_vfy.h>

namespace binnacle::kube {

namespace {

using core::Error;
using core::ErrorKind;

bool contains(const std::string &text, std::initializer_list<const char *> parts)
{
    for (const auto *part : parts) {
        if (text.find(part) != std::string::npos)
            return true;
    }
    return false;
}

struct Words
{
    ErrorKind kind;
    std::string message;
    std::string next;
};

Words verifyWords(const CurlFailure &failure, const std::string &server)
{
    const auto &text = failure.text;
    const auto tls = [](std::string message, std::string next) {
        return Words{ErrorKind::Tls, std::move(message), std::move(next)};
    };
    if (failure.verifyResult == X509_V_ERR_CERT_HAS_EXPIRED || contains(text, {"certificate has expired"}))
        return tls("the certificate of " + server + " has expired",
                   "renew the server's certificate, and check this computer's clock");
    if (failure.verifyResult == X509_V_ERR_CERT_NOT_YET_VALID || contains(text, {"not yet valid"}))
        return tls("the certificate of " + server + " is not valid yet",
                   "check this computer's clock and the server's");
    if (contains(text, {"no alternative certificate subject name", "does not match target host", "subject name"}))
        return tls("the certificate of " + server + " is for another host name (" + text + ")",
                   "use a name that the certificate holds, or set tls-server-name in the kubeconfig");
    return tls("the certificate of " + server + " is signed by an unknown authority (" + text + ")",
               "set certificate-authority to the cluster's CA; a recreated cluster has a new one");
}

Words tlsWords(const CurlFailure &failure, const std::string &server)
{
    if (contains(failure.text, {"wrong version number", "unknown protocol", "http request"}))
        return {ErrorKind::Tls, server + " does not speak TLS",
                "check the port, and whether the URL must begin with http://"};
    if (contains(failure.text, {"SSL_ERROR_SYSCALL", "unexpected eof", "Connection reset"}))
        return {ErrorKind::Unreachable, server + " went away during the TLS handshake (" + failure.text + ")",
                "check the network, and any proxy or load balancer between"};
    return {ErrorKind::Tls, "the TLS handshake with " + server + " failed (" + failure.text + ")",
            "check the server's URL and any proxy between"};
}

/// A server refuses a client certificate by an alert, which TLS 1.3 delivers only after the handshake, as a read error.
bool isClientCertificateAlert(const CurlFailure &failure)
{
    return contains(failure.text, {"alert bad certificate", "alert unknown ca", "alert certificate",
                                   "alert access denied", "alert unsupported certificate", "alert decrypt error"});
}

Words wordsFor(const CurlFailure &failure, const std::string &server)
{
    if (isClientCertificateAlert(failure))
        return {ErrorKind::Tls, server + " refuses our client certificate (" + failure.text + ")",
                "renew the client certificate in the kubeconfig"};
    // 407 asks for a password, 403 and 502 are what a proxy says to a name it may not or cannot reach.
    if (contains(failure.text, {"CONNECT tunnel failed"}))
        return {ErrorKind::Unreachable,
                "the proxy" + (failure.proxy.empty() ? "" : " " + failure.proxy) + " does not let us through to " +
                    server + " (" + failure.text + ")",
                "check proxy-url and HTTPS_PROXY, and what the proxy allows"};
    switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return {ErrorKind::Unreachable, "the name of " + server + " cannot be resolved",
                "check the server's name in the kubeconfig, the network and the VPN"};
    case CURLE_COULDNT_RESOLVE_PROXY:
        return {ErrorKind::Unreachable, "the name of the proxy for " + server + " cannot be resolved",
                "check proxy-url and HTTPS_PROXY"};
    case CURLE_PROXY:
        return {ErrorKind::Unreachable, "the proxy for " + server + " failed (" + failure.text + ")",
                "check proxy-url and HTTPS_PROXY"};
    case CURLE_COULDNT_CONNECT:
        if (!failure.proxy.empty())
            return {ErrorKind::Unreachable, "cannot connect to the proxy " + failure.proxy + " for " + server,
                    "check proxy-url in the kubeconfig, and that the proxy runs"};
        if (contains(failure.text, {"refused", "Couldn't connect"}))
            return {ErrorKind::Unreachable, "connection refused by " + server,
                    "check that the API server runs there and that the port is right"};
        return {ErrorKind::Unreachable, "cannot connect to " + server + " (" + failure.text + ")",
                "check the network, the VPN and the server's address"};
    case CURLE_OPERATION_TIMEDOUT:
        return {ErrorKind::Unreachable, "no connection to " + server + " in time",
                "check the network, the VPN and the server's address"};
    case CURLE_PEER_FAILED_VERIFICATION:
        return verifyWords(failure, server);
    case CURLE_SSL_CONNECT_ERROR:
        return tlsWords(failure, server);
    case CURLE_SSL_CACERT_BADFILE:
        return {ErrorKind::Configuration,
                "the certificate authority for " + server + " cannot be read (" + failure.text + ")",
                "correct certificate-authority in the kubeconfig: it must be PEM"};
    case CURLE_SSL_CERTPROBLEM:
        return {ErrorKind::Configuration, "the client certificate or its key cannot be used (" + failure.text + ")",
                "check that certificate and key are PEM, belong together, and that the key has no password"};
    case CURLE_SEND_FAIL_REWIND:
        return {ErrorKind::Unreachable, "the connection to " + server + " broke before it answered",
                "try again; if it stays so, check the network and the server"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return {ErrorKind::Configuration, server + " is no URL that can be used",
                "correct the server in the kubeconfig"};
    default: {
        const auto text = failure.text.empty() ? std::string(curl_easy_strerror(failure.code)) : failure.text;
        return {ErrorKind::Unreachable, "the connection to " + server + " broke (" + text + ")",
                "try again; if it stays so, check the network and the server"};
    }
    }
}

} // namespace

core::Error errorFromCurl(const CurlFailure &failure, const std::string &server, const HttpRequest &request)
{
    auto [kind, message, next] = wordsFor(failure, server);
    if (request.method != HttpMethod::Get && reachedBy(failure) == Reached::Unknown && kind == ErrorKind::Unreachable) {
        message += "; whether the request was carried out is not known";
        next = "look at the object before trying again";
    }
    auto error = core::makeError(kind, std::move(message), std::move(next));
    error.request = describe(request);
    return error;
}

Reached reachedBy(const CurlFailure &failure)
{
    switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return Reached::NotSent;
    case CURLE_SEND_FAIL_REWIND: // libcurl wanted to repeat it; its counters are those of the repetition
        return Reached::Unknown;
    default:
        return failure.sent ? Reached::Unknown : Reached::NotSent;
    }
}

} // namespace binnacle::kube
