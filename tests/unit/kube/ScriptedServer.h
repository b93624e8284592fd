// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "TestAuthority.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class QThread;

namespace binnacle::kube {

/// An HTTP/1.1 server on loopback whose every answer a test writes: the raw bytes for the n-th request (from 0).
/// An empty answer never comes; "close" hangs up, and so does what ends in hangUp, after its bytes; what ends in
/// drip goes on byte by byte for ever. Runs in a thread of its own.
class ScriptedServer
{
public:
    using Script = std::function<std::string(int number, const std::string &request)>;

    struct Tls
    {
        TestIdentity identity;
        std::string clientAuthorityPem; ///< clients must show a certificate of this one
    };

    static const std::string hangUp;
    static const std::string drip;

    explicit ScriptedServer(Script script, std::optional<Tls> tls = {});
    ~ScriptedServer();

    [[nodiscard]] std::string url() const;
    [[nodiscard]] int port() const;
    [[nodiscard]] std::vector<std::string> requests() const;
    /// Connections that are open now, and that there ever were.
    [[nodiscard]] int connections() const;
    [[nodiscard]] int connectionsEver() const;
    /// True as soon as `count` connections are open; false when that does not come within five seconds.
    [[nodiscard]] bool waitForConnections(int count) const;
    /// Closes what is open, as a server does with idle connections.
    void closeConnections();

    [[nodiscard]] static std::string answer(int status, const std::string &body, const std::string &headers = {});
    /// The beginning of a body that has no end: a watch.
    [[nodiscard]] static std::string endless(const std::string &firstBytes);

private:
    struct State;
    std::shared_ptr<State> m_state;
    std::unique_ptr<QThread> m_thread;
};

} // namespace binnacle::kube
