// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogLines.h"

#include <deque>
#include <optional>

namespace binnacle::logs {

/// How far one container's log has been read, so that a stream which broke off goes on without losing or repeating a
/// line. The server takes a start of whole seconds only and sends that second's lines again, and lines of standard
/// output and error may be a little out of order; so the last lines are remembered by stamp and size, and each one that
/// comes again is dropped once.
class ResumePoint
{
public:
    /// From where to ask anew; nothing: no line has been read yet.
    [[nodiscard]] std::optional<Stamp> since() const;
    /// The next lines come from a new request.
    void reopened();
    /// Whether the line is new; then it counts as read.
    [[nodiscard]] bool accept(Stamp stamp, std::size_t size);

private:
    struct Known
    {
        Stamp stamp = 0;
        std::size_t size = 0;
        bool seenAgain = false;
    };
    [[nodiscard]] bool isKnown(Stamp stamp, std::size_t size);

    std::deque<Known> m_last;
    Stamp m_oldest = 0; ///< of m_last, once something was dropped from it; lines before were read
    Stamp m_newest = 0;
    bool m_isComparing = false; ///< since reopened(), until a line later than all that was read
};

} // namespace binnacle::logs
