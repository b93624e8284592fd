// SPDX-License-Identifier: GPL-3.0-or-later
#include "DurationText.h"

#include <algorithm>

namespace binnacle::ctl {

std::optional<std::chrono::seconds> durationFromText(const std::string &text)
{
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string unit = text.substr(digits);
    if (digits == 0 || digits > 9)
        return std::nullopt;
    const std::chrono::seconds count(std::stol(text.substr(0, digits)));
    if (unit.empty() || unit == "s")
        return count;
    if (unit == "m")
        return count * 60;
    if (unit == "h")
        return count * 3600;
    if (unit == "d")
        return count * 86400;
    return std::nullopt;
}

} // namespace binnacle::ctl
