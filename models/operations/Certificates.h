// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::operations {

struct CertificateInfo
{
    std::string subject; ///< RFC 2253: "CN=example.com,O=Example"
    std::string issuer;
    std::vector<std::string> names; ///< subject alternative names: host names, addresses
    std::chrono::system_clock::time_point notBefore;
    std::chrono::system_clock::time_point notAfter;
};

enum class Validity { NotYet, Fine, EndsSoon, Expired };

/// EndsSoon: in less than 30 days.
[[nodiscard]] Validity validityOf(const CertificateInfo &certificate, std::chrono::system_clock::time_point now);
/// "CN=a.example.com, for a.example.com, b.example.com, issued by CN=..., until 2026-01-31T12:00:00Z"
[[nodiscard]] std::string describe(const CertificateInfo &certificate);

/// The certificates of a PEM text in their order. Invalid when there is none, or one cannot be read.
[[nodiscard]] core::Result<std::vector<CertificateInfo>> readCertificates(std::string_view pem);

/// What a TLS server would serve: the first certificate's key is this one, and each certificate is issued by the next.
/// Invalid otherwise; the message names what does not fit and never the key.
[[nodiscard]] core::Result<std::vector<CertificateInfo>> checkTlsPair(std::string_view certificates,
                                                                      std::string_view privateKey);

} // namespace binnacle::operations
