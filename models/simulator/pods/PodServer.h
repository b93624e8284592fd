// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace binnacle::simulator {

/// How what listens in a pod speaks to who connected. Nothing may be sent after `close`.
struct PodClient
{
    std::function<void(std::string)> send;
    std::function<void()> close;
};

/// What listens on a port of a pod, for the length of one connection. In the server's thread.
class PodServer
{
public:
    virtual ~PodServer() = default;
    virtual void received(std::string_view bytes) = 0;
};

/// Null: nothing listens on that port there, and the connection is refused. PostgreSQL and Redis greet as they do;
/// everything else speaks HTTP.
[[nodiscard]] std::unique_ptr<PodServer> connectToPod(ClusterState &state, const core::Json &pod, int port,
                                                      PodClient client);

} // namespace binnacle::simulator
