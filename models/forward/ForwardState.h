// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "core/Result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace binnacle::forward {

/// Where a forward stands. Starting: it has never worked yet. Probing: a pod was found, whether it answers is not
/// known. Active: the last that is known is that it works. Reconnecting: it worked, or could have, and is tried again.
/// Failed: it will not work until somebody changes something and starts it again.
enum class ForwardPhase { Starting, Probing, Active, Reconnecting, Failed, Stopped };

/// "active": for scripts and tests.
[[nodiscard]] const char *toString(ForwardPhase phase);

/// Where connections go now.
struct PodEndpoint
{
    std::string pod;
    std::string uid;
    std::uint16_t port = 0;

    friend bool operator==(const PodEndpoint &, const PodEndpoint &) = default;
};

struct ForwardState
{
    using Time = std::chrono::steady_clock::time_point;

    ForwardPhase phase = ForwardPhase::Stopped;
    std::string reason;                                ///< why it is not active, in words; of Active: empty
    core::ErrorKind failure = core::ErrorKind::Server; ///< of Failed
    std::string next;                                  ///< of Failed: what to do about it
    bool listening = false;                            ///< the local port is open
    std::optional<PodEndpoint> endpoint;
    int attempt = 0; ///< failures in a row
    std::optional<Time> activeSince;
    bool waiting = false; ///< a back-off runs
};

namespace state {

struct Start
{
};
struct ListenerOpened
{
};
struct ListenerFailed
{
    core::Error error;
};
/// Pods serve, and this is the one to use. Comes again when it is another one.
struct EndpointFound
{
    PodEndpoint endpoint;
};
struct EndpointLost
{
    core::Error why;
    bool final = false; ///< waiting does not help
};
struct ProbePassed
{
};
struct ProbeFailed
{
    core::Error error;
};
/// The tunnel of a connection to `endpoint` could not be opened, or broke off.
struct TunnelFailed
{
    PodEndpoint endpoint;
    core::Error error;
};
struct TimerFired
{
};
/// Somebody connected while there was nowhere to go: the first who did.
struct ConnectionWaits
{
};
/// The computer woke up, or the operator asks: what was known may have changed.
struct Reconnect
{
};
struct Stop
{
};

using Input = std::variant<Start, ListenerOpened, ListenerFailed, EndpointFound, EndpointLost, ProbePassed, ProbeFailed,
                           TunnelFailed, TimerFired, ConnectionWaits, Reconnect, Stop>;

struct Listen
{
    friend bool operator==(const Listen &, const Listen &) = default;
};
/// Find out whether the endpoint answers. Replaces a probe that runs.
struct Probe
{
    PodEndpoint endpoint;
    friend bool operator==(const Probe &, const Probe &) = default;
};
struct CancelProbe
{
    friend bool operator==(const CancelProbe &, const CancelProbe &) = default;
};
struct Wait
{
    std::chrono::milliseconds delay{};
    friend bool operator==(const Wait &, const Wait &) = default;
};
/// Connections that wait may go to the endpoint.
struct Serve
{
    friend bool operator==(const Serve &, const Serve &) = default;
};
/// Follow the target anew, on a new connection to the server.
struct Refresh
{
    friend bool operator==(const Refresh &, const Refresh &) = default;
};
/// Close the local port, and every connection.
struct Close
{
    friend bool operator==(const Close &, const Close &) = default;
};

using Effect = std::variant<Listen, Probe, CancelProbe, Wait, Serve, Refresh, Close>;
using Effects = std::vector<Effect>;

struct Circumstances
{
    ForwardState::Time now{};
    double random = 0.0; ///< uniform in [0, 1)
};

/// A forward's whole logic: pure, so that each rule is a test.
[[nodiscard]] Effects step(ForwardState &state, const Input &input, const Circumstances &circumstances);

} // namespace state

} // namespace binnacle::forward
