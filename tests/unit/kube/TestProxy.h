// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "TestAuthority.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QThread;

namespace binnacle::kube {

/// A proxy on loopback that speaks HTTP (CONNECT and plain requests) and SOCKS5 on one port and brings every
/// connection to one server, whatever name was asked for: the client must leave resolving names to it.
class TestProxy
{
public:
    /// With an identity it is a proxy that is itself reached by TLS.
    explicit TestProxy(int serverPort, std::optional<TestIdentity> identity = {});
    ~TestProxy();

    [[nodiscard]] std::string authority() const; ///< "127.0.0.1:port"
    /// One entry a connection: "CONNECT api.example:443", "GET http://api.example/path", "SOCKS5 api.example:443";
    /// "user:password " comes first where the client gave them.
    [[nodiscard]] std::vector<std::string> asked() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
    std::unique_ptr<QThread> m_thread;
};

} // namespace binnacle::kube
