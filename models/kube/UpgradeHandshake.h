// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/Transport.h"

#include <optional>

namespace binnacle::kube {

/// 16 random bytes in base64, as RFC 6455 section 4.1 wants them.
[[nodiscard]] std::string webSocketKey(core::Random &random);
/// What a server answers to a key in Sec-WebSocket-Accept.
[[nodiscard]] std::string webSocketAccept(std::string_view key);

/// Reads the server's answer to an upgrade, however its bytes are cut. Pure.
class UpgradeHandshake
{
public:
    enum class State { Reading, Upgraded, Refused };

    /// To a WebSocket with this key (RFC 6455 section 4.1).
    [[nodiscard]] static UpgradeHandshake webSocket(std::string key, std::vector<std::string> offered);
    /// To SPDY/3.1, as k8s.io/apimachinery/pkg/util/httpstream/spdy does it.
    [[nodiscard]] static UpgradeHandshake spdy(std::vector<std::string> offered);

    /// Upgraded: leftover() holds the first bytes of the stream. Refused: response() is the server's answer.
    [[nodiscard]] core::Result<State> received(std::string_view bytes);
    /// The connection ended. True: response() is all that the server meant to say.
    [[nodiscard]] bool ended();

    [[nodiscard]] const HttpResponse &response() const { return m_response; }
    /// The one of those offered that the server picked.
    [[nodiscard]] std::string protocol() const;
    [[nodiscard]] std::string_view leftover() const { return m_rest; }

private:
    enum class Kind { WebSocket, Spdy };

    UpgradeHandshake(Kind kind, std::string key, std::vector<std::string> offered);

    [[nodiscard]] core::Result<State> parseHead(std::string_view head);
    [[nodiscard]] core::Result<State> checkUpgrade() const;
    [[nodiscard]] State takeBody();

    Kind m_kind;
    std::string m_key;
    std::vector<std::string> m_offered;
    HttpResponse m_response;
    std::optional<std::size_t> m_contentLength;
    bool m_hasHead = false;
    std::string m_rest;
};

} // namespace binnacle::kube
