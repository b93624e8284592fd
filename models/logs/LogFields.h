// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::logs {

struct LogField
{
    std::string name;  ///< of nested objects "error.stack"
    std::string value; ///< a text without quotes; anything else as JSON

    friend bool operator==(const LogField &, const LogField &) = default;
};

/// The fields of a line that is a JSON object, or logfmt with at least two pairs, in the line's order. Empty: it is
/// neither.
[[nodiscard]] std::vector<LogField> fieldsOf(std::string_view line);
/// The one that carries the message (msg, message, log, event); empty: none.
[[nodiscard]] std::string messageOf(const std::vector<LogField> &fields);

} // namespace binnacle::logs
