// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "kube/UpgradedConnection.h"
#include "kube/WebSocketCodec.h"

namespace binnacle::kube {

/// A WebSocket (RFC 6455) with one of `protocols`. Lives in the stream thread.
class WebSocket final : public UpgradedConnection
{
    Q_OBJECT

public:
    WebSocket(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols,
              CredentialPointer credential, Hooks hooks, QObject *parent = nullptr);

    void send(std::string message) override;
    void close() override;

private:
    WebSocket(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols, std::string key,
              CredentialPointer credential, Hooks hooks, QObject *parent);

    [[nodiscard]] std::string upgradeHeaders() const override;
    void arrived(std::string_view bytes) override;
    void upgraded() override;
    void ping();
    void handle(const WebSocketMessage &message);
    void sendFrame(WebSocketOpcode opcode, std::string_view payload);

    std::vector<std::string> m_protocols;
    core::SystemRandom m_random;
    std::string m_key;
    QTimer m_pinger;
    WebSocketDecoder m_decoder;
    bool m_sentData = false; ///< something but pings went since something came
};

} // namespace binnacle::kube
