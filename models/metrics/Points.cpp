// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Points.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace binnacle::metrics {

namespace {

constexpr double broken = std::numeric_limits<double>::quiet_NaN();
using Iterator = std::vector<Point>::const_iterator;

/// What stays of the points of one bucket.
void keep(Iterator from, Iterator to, std::vector<Point> &kept)
{
    const auto isNumber = [](const Point &point) { return !std::isnan(point.value); };
    const auto first = std::find_if(from, to, isNumber);
    const auto gap = std::find_if_not(from, to, isNumber);
    std::vector<Iterator> chosen;
    if (gap != to)
        chosen.push_back(gap);
    if (first != to) {
        Iterator least = first;
        Iterator most = first;
        Iterator last = first;
        for (auto point = first; point != to; ++point) {
            if (!isNumber(*point))
                continue;
            least = point->value < least->value ? point : least;
            most = point->value > most->value ? point : most;
            last = point;
        }
        chosen.insert(chosen.end(), {first, least, most, last});
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    for (const auto point : chosen)
        kept.push_back(*point);
}

} // namespace

std::vector<Point> pointsOf(const Series &series, std::chrono::milliseconds step)
{
    std::vector<Point> points;
    points.reserve(series.samples.size());
    for (const Sample &sample : series.samples) {
        const bool gap = !points.empty() && 2 * (sample.milliseconds - points.back().milliseconds) > 3 * step.count();
        if (gap)
            points.push_back({points.back().milliseconds + step.count(), broken});
        points.push_back({sample.milliseconds, std::isfinite(sample.value) ? sample.value : broken});
    }
    return points;
}

std::vector<Point> downsample(const std::vector<Point> &points, int buckets)
{
    constexpr std::size_t mostOfBucket = 5;
    if (buckets < 1 || points.size() <= static_cast<std::size_t>(buckets) * mostOfBucket)
        return points;
    const auto start = points.front().milliseconds;
    const auto length = points.back().milliseconds - start + 1;
    std::vector<Point> kept;
    auto from = points.begin();
    for (int bucket = 1; bucket <= buckets; ++bucket) {
        const auto end = start + length * bucket / buckets;
        const auto to =
            std::find_if(from, points.end(), [end](const Point &point) { return point.milliseconds >= end; });
        keep(from, to, kept);
        from = to;
    }
    return kept;
}

} // namespace binnacle::metrics
