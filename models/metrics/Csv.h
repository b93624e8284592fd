// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Series.h"

#include <string>

namespace binnacle::metrics {

/// RFC 4180, a row a sample: the time (RFC 3339, UTC), a column for each label that any series has, and the value as
/// Prometheus sent it. Empty: only the heading.
[[nodiscard]] std::string toCsv(const QueryResult &result);

} // namespace binnacle::metrics
