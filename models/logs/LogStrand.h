// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"

#include <chrono>
#include <optional>
#include <variant>

namespace binnacle::logs {

/// What the cluster says about a container now.
struct ContainerSight
{
    bool exists = false;  ///< its pod is there
    bool started = false; ///< an instance of it runs or has run: there is a log
    bool running = false;
    int restarts = 0;
};

/// When one container's log is asked for, and what for: decides, and does nothing. While it follows, a broken stream is
/// opened again, a restarted container's new instance is read, and of one that restarted twice between two looks the
/// instance in between too.
class LogStrand
{
public:
    enum class Phase {
        Waiting,    ///< for the container to start, or to start again
        Reading,    ///< a stream is open
        Paused,     ///< the reader of the lines does not keep up; the stream was stopped
        BackingOff, ///< before the next try
        Ended,      ///< nothing more will come
        Failed,
    };
    struct Options
    {
        bool follow = false;
        bool previous = false;
        bool historyFirst = false; ///< read up to now, then follow: so that several containers can be merged exactly
    };
    struct Open
    {
        bool follow = false;
        bool previous = false;
        friend bool operator==(const Open &, const Open &) = default;
    };
    struct Wait
    {
        std::chrono::milliseconds delay{0};
        friend bool operator==(const Wait &, const Wait &) = default;
    };
    using Action = std::variant<std::monostate, Open, Wait>;

    explicit LogStrand(Options options) : m_options(options) {}

    [[nodiscard]] Action sighted(const ContainerSight &sight);
    /// The stream has ended in order.
    [[nodiscard]] Action ended();
    [[nodiscard]] Action failed(const core::Error &error);
    /// The stream was stopped because the lines are not taken fast enough.
    void stopped() { m_phase = Phase::Paused; }
    /// They are again.
    [[nodiscard]] Action drained();
    [[nodiscard]] Action timerFired();
    /// Lines have come: a failure after this is a first one again.
    void progressed() { m_failures = 0; }

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] const std::optional<core::Error> &error() const { return m_error; }
    [[nodiscard]] bool isOver() const { return m_phase == Phase::Ended || m_phase == Phase::Failed; }

private:
    [[nodiscard]] Action open();
    [[nodiscard]] Action backOff(std::chrono::milliseconds atLeast);

    Options m_options;
    ContainerSight m_sight;
    Phase m_phase = Phase::Waiting;
    Open m_open;
    std::optional<core::Error> m_error;
    int m_streamed = -1; ///< the instance last opened, by its number of restarts
    int m_failures = 0;
    bool m_historyRead = false;
};

} // namespace binnacle::logs
