// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/prometheus/Expression.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace binnacle::simulator::prometheus {

struct Point
{
    std::int64_t time = 0; ///< milliseconds since 1970
    double value = 0;
};

/// What a function takes and gives; the last argument may be left out when `optional`.
struct Signature
{
    std::string_view name;
    std::vector<Type> arguments;
    Type result = Type::Vector;
    bool optional = false;
    bool variadic = false; ///< the last argument any number of times
};

/// Null: no such function.
[[nodiscard]] const Signature *signatureOf(std::string_view name);

/// What rate(), increase() and delta() need to know of the samples of a range.
struct Span
{
    Point first;
    Point last;
    std::size_t count = 2; ///< at least 2
    double lost = 0;       ///< by a counter that began anew
};
[[nodiscard]] bool isExtrapolated(std::string_view name);
/// promql/functions.go, extrapolatedRate, of Prometheus 2.53.
[[nodiscard]] double extrapolated(std::string_view name, const Span &span, std::int64_t start, std::int64_t end);

/// Functions of a range of samples (rate, max_over_time ...); nothing: too few samples. `start` and `end` are the
/// range's ends.
[[nodiscard]] std::optional<double> overRange(std::string_view name, const std::vector<Point> &points,
                                              std::int64_t start, std::int64_t end, double parameter);
/// Functions of one number (abs, ceil ...); `parameters` as in PromQL after the vector.
[[nodiscard]] double ofNumber(std::string_view name, double value, const std::vector<double> &parameters);

struct Bucket
{
    double upperBound = 0;
    double count = 0; ///< cumulative
};
/// As promql/quantile.go computes it.
[[nodiscard]] double quantileOfBuckets(double quantile, std::vector<Bucket> buckets);
[[nodiscard]] double quantileOf(double quantile, std::vector<double> values);

} // namespace binnacle::simulator::prometheus
