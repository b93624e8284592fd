// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace binnacle::kube {

/// Where a reflector stands. Empty: nothing asked yet. InitPage: a list is being read. InitialWatch: a watch-list is
/// bringing the initial state. InitListed: the list is complete, the watch not yet accepted. Denied: 403, asked again
/// slowly.
enum class ReflectorPhase { Empty, InitPage, InitialWatch, InitListed, Watching, Backoff, Denied };

struct ReflectorState
{
    using Time = std::chrono::steady_clock::time_point;

    ReflectorPhase phase = ReflectorPhase::Empty;
    std::string resourceVersion; ///< from which to watch or relist; empty: none known
    bool hasContent = false;     ///< the store holds a complete state of this collection
    bool mustList = true;        ///< what follows a back-off: list, or watch from resourceVersion
    bool watchListServed = false;
    bool newest = false;   ///< after "expired" or "too large": only the newest state will do
    bool pageless = false; ///< a page's token expired: the next list comes in one piece
    bool json = false;     ///< the server refused protobuf
    int attempt = 0;
    std::optional<Time> lastFailure;
    Time watchOpened{};
    bool watchHadEvents = false;
};

namespace reflector {

struct Start
{
};
/// A page is complete. Its records are with the shell.
struct PageRead
{
    std::string resourceVersion;
    std::string continueToken;
};
/// The server accepted the watch.
struct WatchOpened
{
};
/// Events were decoded; the version of the last.
struct EventsRead
{
    std::string resourceVersion;
    bool initialEventsEnd = false;
};
/// The request failed, or the watch carried an ERROR event.
struct Failed
{
    core::Error error;
};
/// The watch's body ended without an error.
struct WatchEnded
{
};
struct TimerFired
{
};
/// The network is back, or the operator asks: do not wait out the back-off.
struct Reconnect
{
};

using Input = std::variant<Start, PageRead, WatchOpened, EventsRead, Failed, WatchEnded, TimerFired, Reconnect>;

/// Start a list. Records are staged until Publish.
struct List
{
    std::string resourceVersion;
    std::string continueToken;
    int limit = 0;
    bool json = false;
    friend bool operator==(const List &, const List &) = default;
};
struct Watch
{
    std::string resourceVersion;
    bool sendInitialEvents = false;
    std::chrono::seconds timeout{};
    bool json = false;
    friend bool operator==(const Watch &, const Watch &) = default;
};
/// What was staged is the whole state now.
struct Publish
{
    friend bool operator==(const Publish &, const Publish &) = default;
};
/// Forget what was staged.
struct Discard
{
    friend bool operator==(const Discard &, const Discard &) = default;
};
/// Give up the running request.
struct Stop
{
    friend bool operator==(const Stop &, const Stop &) = default;
};
struct Wait
{
    std::chrono::milliseconds delay{};
    friend bool operator==(const Wait &, const Wait &) = default;
};

enum class Condition { Loading, Live, Stale, Denied, Unserved };
struct Report
{
    Condition condition = Condition::Loading;
    std::optional<core::Error> error;
};

using Effect = std::variant<List, Watch, Publish, Discard, Stop, Wait, Report>;
using Effects = std::vector<Effect>;

/// What a step may know of the world.
struct Circumstances
{
    ReflectorState::Time now{};
    double random = 0.0; ///< uniform in [0, 1)
};

/// The reflector's whole logic, after client-go's reflector and kube-rs' watcher: pure, so that each rule is a test.
[[nodiscard]] Effects step(ReflectorState &state, const Input &input, const Circumstances &circumstances);

} // namespace reflector

} // namespace binnacle::kube
