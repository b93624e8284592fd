// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogLines.h"

#include <deque>
#include <functional>
#include <string>

namespace binnacle::logs {

/// Lets through the lines that match and so many around each, as grep -C does.
class ContextFilter
{
public:
    struct Line
    {
        LogEntry entry;
        std::string text;
        bool isMatch = false;
        bool afterGap = false; ///< lines were left out between this and the one given before
    };
    using Sink = std::function<void(const Line &)>;

    explicit ContextFilter(std::size_t context) : m_context(context) {}

    void add(const LogEntry &entry, std::string_view text, bool isMatch, const Sink &sink);

private:
    std::size_t m_context;
    std::deque<Line> m_before; ///< not given yet
    std::size_t m_after = 0;   ///< so many more are given whatever they are
    bool m_hasGap = false;
    bool m_hasGiven = false;
};

} // namespace binnacle::logs
