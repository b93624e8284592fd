// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/StrongString.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::logs {

/// Nanoseconds since 1970 in UTC, as the node stamped the line; 0: the line came without one.
using Stamp = std::int64_t;

enum class LogLevel : std::uint8_t { None, Trace, Debug, Info, Warning, Error, Fatal };

/// Where lines come from. Sources are numbered by their place in the list of the one who reads them.
struct LogSource
{
    core::Namespace nameSpace;
    std::string pod;
    std::string podUid;
    std::string container;

    /// "pod/container"
    [[nodiscard]] std::string label() const { return pod + "/" + container; }

    friend bool operator==(const LogSource &, const LogSource &) = default;
};

/// One line but for its text, which lies in a buffer with those before and after it. 16 bytes.
struct LogEntry
{
    Stamp stamp = 0;
    std::uint32_t offset = 0; ///< of its text, which reaches to the next one's
    std::uint16_t source = 0;
    LogLevel level = LogLevel::None;
    bool continues = false; ///< the next line of this source is the rest of this one: it was too long for one piece
};

/// Lines one after another in one buffer: how they travel.
struct LogLines
{
    std::string bytes;
    std::vector<LogEntry> entries;

    void add(LogEntry entry, std::string_view text)
    {
        entry.offset = static_cast<std::uint32_t>(bytes.size());
        entries.push_back(entry);
        bytes.append(text);
    }
    [[nodiscard]] std::string_view text(std::size_t index) const
    {
        const std::size_t begin = entries[index].offset;
        const std::size_t end = index + 1 < entries.size() ? entries[index + 1].offset : bytes.size();
        return std::string_view(bytes).substr(begin, end - begin);
    }
    [[nodiscard]] bool isEmpty() const { return entries.empty(); }
    [[nodiscard]] std::size_t size() const { return entries.size(); }
    void clear()
    {
        bytes.clear();
        entries.clear();
    }
};

} // namespace binnacle::logs
