// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogLines.h"

#include <optional>
#include <string>
#include <string_view>

namespace binnacle::logs {

struct ParsedStamp
{
    Stamp stamp = 0;
    std::size_t length = 0; ///< of its text
};

/// Reads the RFC 3339 time at the start of `line`, with any number of fractional digits and any offset.
[[nodiscard]] std::optional<ParsedStamp> parseStamp(std::string_view line);

/// The same, but what is the same second as in the call before is not computed again: lines come thousands a second.
class StampReader
{
public:
    [[nodiscard]] std::optional<ParsedStamp> read(std::string_view line);

private:
    std::string m_prefix; ///< up to the seconds
    Stamp m_seconds = 0;  ///< of the prefix, as if it were UTC
};

/// "2026-01-31T12:00:00.123456789Z"
[[nodiscard]] std::string formatStamp(Stamp stamp);
/// "2026-01-31T12:00:00Z": what a request's sinceTime takes, rounded down.
[[nodiscard]] std::string formatSeconds(Stamp stamp);

} // namespace binnacle::logs
