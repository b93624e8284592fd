// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace binnacle::metrics {

/// resources/metrics/overview.json, compiled in.
[[nodiscard]] std::string overviewText();

} // namespace binnacle::metrics
