// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace binnacle::kube {

/// The parts of a cluster's server URL.
struct ServerUrl
{
    std::string scheme;
    std::string host; ///< without the brackets of IPv6
    int port = 443;
    std::string prefix; ///< path before /api, as gateways use; no slash at the end

    [[nodiscard]] static ServerUrl parse(const std::string &url);

    /// "https://host:port": for messages.
    [[nodiscard]] std::string display() const;
    /// "host:port" as the Host header has it.
    [[nodiscard]] std::string authority() const;
    /// The URL to ask for. With a TLS server name that name takes the host's place, so that SNI and verification use
    /// it; connectTo() then leads the connection to the real host.
    [[nodiscard]] std::string urlFor(const std::string &tlsServerName) const;
    /// CURLOPT_CONNECT_TO's line, or nothing when no detour is needed.
    [[nodiscard]] std::string connectTo(const std::string &tlsServerName) const;
    [[nodiscard]] bool isLoopback() const;
};

} // namespace binnacle::kube
