// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Series.h"

#include <chrono>
#include <vector>

namespace binnacle::metrics {

/// A value of a line. Not a number: the line is broken here.
struct Point
{
    std::int64_t milliseconds = 0;
    double value = 0;

    friend bool operator==(const Point &, const Point &) = default;
};

/// A series of a range query as a line. Where values are missing, or are not numbers, the line is broken: a pod that
/// was gone for an hour did not use what a straight line across that hour says.
[[nodiscard]] std::vector<Point> pointsOf(const Series &series, std::chrono::milliseconds step);

/// Pure: fewer points that draw the same line `buckets` pixels wide. Of each bucket of equal time the first, least,
/// greatest and last value stay, in order of time, so that no peak of a line is lost however far away it is seen;
/// and one break, if there is any. A line of no more points than that is returned as it is.
[[nodiscard]] std::vector<Point> downsample(const std::vector<Point> &points, int buckets);

} // namespace binnacle::metrics
