// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/PrometheusClient.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace binnacle::metrics {

/// Prometheus' durations: "15s", "1h30m", "500ms", "2d"; a bare number is seconds. Nothing: not one, or zero.
[[nodiscard]] std::optional<std::chrono::milliseconds> durationFromText(std::string_view text);
/// The same backwards, in the largest units that are whole: "90s" is "1m30s".
[[nodiscard]] std::string durationText(std::chrono::milliseconds duration);
/// RFC 3339, or seconds since 1970 with a fraction. Nothing: neither.
[[nodiscard]] std::optional<Time> timeFromText(const std::string &text);
/// RFC 3339 in UTC with milliseconds where there are some.
[[nodiscard]] std::string isoText(std::int64_t milliseconds);

/// A range of this length that ends at or just before `end`, with about `points` values and never more. The step is one
/// that people read (15 s, 1 min, 5 min ...) and at least `finest`; start and end are multiples of it, so that a
/// chart that is asked again a moment later shows the same values and not others beside them.
[[nodiscard]] TimeRange rangeEnding(Time end, std::chrono::milliseconds length, int points,
                                    std::chrono::milliseconds finest = std::chrono::seconds(15));

/// Over how long a rate is computed when values are this far apart: so that no scrape falls between two windows, and
/// one scrape may fail (four scrapes, as Grafana's $__rate_interval).
[[nodiscard]] std::chrono::milliseconds rateWindow(std::chrono::milliseconds step,
                                                   std::chrono::milliseconds scrapeInterval = std::chrono::seconds(15));

} // namespace binnacle::metrics
