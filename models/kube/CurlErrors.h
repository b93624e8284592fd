// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/RetryPolicy.h"

#include <curl/curl.h>

namespace binnacle::kube {

/// What libcurl tells about a failed transfer.
struct CurlFailure
{
    CURLcode code = CURLE_OK;
    std::string text;      ///< CURLOPT_ERRORBUFFER
    long verifyResult = 0; ///< X509_V_ERR_* of the server's certificate
    std::string proxy;     ///< host:port of the kubeconfig's proxy; empty: none
    bool sent = false;     ///< request bytes may have reached the server
};

/// Names the server and the cause in words: unknown CA, expired, wrong host, refused, no such host ...
[[nodiscard]] core::Error errorFromCurl(const CurlFailure &failure, const std::string &server,
                                        const HttpRequest &request);
[[nodiscard]] Reached reachedBy(const CurlFailure &failure);

} // namespace binnacle::kube
