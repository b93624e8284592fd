// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/UpgradedConnection.h"

namespace binnacle::kube {

/// A connection upgraded to SPDY/3.1 with one of `protocols`: its messages are bytes as they come, which SpdySession
/// takes apart. Lives in the stream thread.
class ByteConnection final : public UpgradedConnection
{
    Q_OBJECT

public:
    ByteConnection(const Endpoint &endpoint, HttpRequest request, std::vector<std::string> protocols,
                   CredentialPointer credential, Hooks hooks, QObject *parent = nullptr);

    void send(std::string bytes) override;
    void close() override;

private:
    [[nodiscard]] std::string upgradeHeaders() const override;
    void arrived(std::string_view bytes) override;

    std::vector<std::string> m_protocols;
};

} // namespace binnacle::kube
