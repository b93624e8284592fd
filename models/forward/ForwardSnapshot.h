// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/ForwardState.h"
#include "forward/PortMapping.h"
#include "kube/ObjectReference.h"

#include <chrono>

namespace binnacle::forward {

/// What is to be forwarded.
struct ForwardRequest
{
    kube::ObjectKey target;
    PortMapping port;

    friend bool operator==(const ForwardRequest &, const ForwardRequest &) = default;
};

/// How a forward is, as a value for other threads.
struct ForwardSnapshot
{
    int id = 0;
    ForwardRequest request;
    std::uint16_t localPort = 0; ///< 0: not listening
    ForwardPhase phase = ForwardPhase::Stopped;
    std::string reason;
    core::ErrorKind failure = core::ErrorKind::Server; ///< of Failed
    std::string next;
    std::string pod; ///< where connections go now; empty: nowhere
    std::uint16_t podPort = 0;
    std::chrono::system_clock::time_point since{}; ///< of the phase
    std::int64_t connections = 0;
    std::int64_t sent = 0;
    std::int64_t received = 0;

    friend bool operator==(const ForwardSnapshot &, const ForwardSnapshot &) = default;
};

} // namespace binnacle::forward
