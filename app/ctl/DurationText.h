// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace binnacle::ctl {

/// "30", "30s", "5m", "1h", "2d"; nothing when it is none of these.
[[nodiscard]] std::optional<std::chrono::seconds> durationFromText(const std::string &text);

} // namespace binnacle::ctl
