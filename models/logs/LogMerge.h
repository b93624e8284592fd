// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogLines.h"

#include <chrono>
#include <deque>
#include <map>

namespace binnacle::logs {

/// Puts the lines of several sources in the order of their stamps.
///
/// Sources that are read from their past are merged exactly: nothing is given out before each of them has said what
/// comes next, or that nothing does. Of sources that are followed a silent one holds up the others only for the window;
/// what comes later than that is given out late. Lines of one source never change their order.
class LogMerge
{
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class Mode { History, Live };

    explicit LogMerge(std::chrono::milliseconds window = std::chrono::milliseconds(250)) : m_window(window) {}

    void open(std::uint16_t source, Mode mode);
    void add(const LogEntry &entry, std::string_view text, Time now);
    /// Nothing more comes, until it is opened again. What waits is still given out.
    void close(std::uint16_t source);
    /// Appends what is due.
    void take(LogLines &into, Time now);

    [[nodiscard]] std::size_t waitingBytes(std::uint16_t source) const;
    [[nodiscard]] bool isEmpty() const;

private:
    struct Queue
    {
        LogLines lines;
        std::size_t head = 0; ///< index of the first line that waits
        Stamp lastKey = 0; ///< lines are ordered by the highest stamp so far, so that one clock's jump reorders nothing
        std::deque<std::pair<std::size_t, Time>> arrivals; ///< up to which index came when
        Mode mode = Mode::Live;
        bool isOpen = false;

        [[nodiscard]] bool hasHead() const { return head < lines.size(); }
        [[nodiscard]] Stamp key() const { return std::max(lastKey, lines.entries[head].stamp); }
        void pop(LogLines &into);
        void compact();
    };
    struct Next
    {
        Queue *queue = nullptr;
        Stamp until = 0;        ///< the key of the second: up to there this queue goes on
        bool isCertain = true;  ///< every other open source has said what comes next
        bool isBlocked = false; ///< one that must, has not
    };
    [[nodiscard]] Next next();

    std::chrono::milliseconds m_window;
    std::map<std::uint16_t, Queue> m_queues;
};

} // namespace binnacle::logs
