// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/Functions.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace binnacle::simulator::prometheus {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<Signature> &signatures()
{
    static const std::vector<Signature> known = [] {
        std::vector<Signature> list;
        for (const auto name : {"rate", "irate", "increase", "delta", "idelta", "changes", "resets", "sum_over_time",
                                "avg_over_time", "max_over_time", "min_over_time", "count_over_time", "last_over_time",
                                "stddev_over_time", "present_over_time", "absent_over_time"})
            list.push_back({name, {Type::Matrix}, Type::Vector, false, false});
        for (const auto name : {"abs", "ceil", "floor", "sqrt", "exp", "ln", "log2", "log10", "sgn", "absent", "sort",
                                "sort_desc", "timestamp"})
            list.push_back({name, {Type::Vector}, Type::Vector, false, false});
        list.push_back({"quantile_over_time", {Type::Scalar, Type::Matrix}, Type::Vector, false, false});
        list.push_back({"histogram_quantile", {Type::Scalar, Type::Vector}, Type::Vector, false, false});
        list.push_back({"clamp", {Type::Vector, Type::Scalar, Type::Scalar}, Type::Vector, false, false});
        list.push_back({"clamp_max", {Type::Vector, Type::Scalar}, Type::Vector, false, false});
        list.push_back({"clamp_min", {Type::Vector, Type::Scalar}, Type::Vector, false, false});
        list.push_back({"round", {Type::Vector, Type::Scalar}, Type::Vector, true, false});
        list.push_back({"scalar", {Type::Vector}, Type::Scalar, false, false});
        list.push_back({"vector", {Type::Scalar}, Type::Vector, false, false});
        list.push_back({"time", {}, Type::Scalar, false, false});
        list.push_back({"label_replace",
                        {Type::Vector, Type::String, Type::String, Type::String, Type::String},
                        Type::Vector,
                        false,
                        false});
        return list;
    }();
    return known;
}

std::optional<double> instant(const std::vector<Point> &points, bool rate)
{
    if (points.size() < 2)
        return std::nullopt;
    const Point &last = points.back();
    const Point &before = points[points.size() - 2];
    const double seconds = static_cast<double>(last.time - before.time) / 1000;
    if (!rate)
        return last.value - before.value;
    return (last.value < before.value ? last.value : last.value - before.value) / seconds;
}

template <typename Counts>
double pairs(const std::vector<Point> &points, Counts counts)
{
    double number = 0;
    for (std::size_t i = 1; i < points.size(); ++i)
        number += counts(points[i - 1].value, points[i].value) ? 1 : 0;
    return number;
}

/// The aggregations of all samples of a range.
double aggregated(std::string_view name, const std::vector<Point> &points)
{
    const auto count = static_cast<double>(points.size());
    const double sum = std::accumulate(points.begin(), points.end(), 0.0,
                                       [](double total, const Point &point) { return total + point.value; });
    const auto less = [](const Point &a, const Point &b) { return a.value < b.value; };
    if (name == "sum_over_time")
        return sum;
    if (name == "avg_over_time")
        return sum / count;
    if (name == "max_over_time")
        return std::max_element(points.begin(), points.end(), less)->value;
    if (name == "min_over_time")
        return std::min_element(points.begin(), points.end(), less)->value;
    if (name == "count_over_time")
        return count;
    if (name == "last_over_time")
        return points.back().value;
    if (name == "stddev_over_time") {
        double squares = 0;
        for (const Point &point : points)
            squares += (point.value - sum / count) * (point.value - sum / count);
        return std::sqrt(squares / count);
    }
    return 1; // present_over_time
}

} // namespace

const Signature *signatureOf(std::string_view name)
{
    const auto &known = signatures();
    const auto found =
        std::find_if(known.begin(), known.end(), [name](const Signature &each) { return each.name == name; });
    return found == known.end() ? nullptr : &*found;
}

bool isExtrapolated(std::string_view name)
{
    return name == "rate" || name == "increase" || name == "delta";
}

double extrapolated(std::string_view name, const Span &span, std::int64_t start, std::int64_t end)
{
    const bool counter = name != "delta";
    const double result = span.last.value - span.first.value + span.lost;
    double toStart = static_cast<double>(span.first.time - start) / 1000;
    double toEnd = static_cast<double>(end - span.last.time) / 1000;
    const double sampled = static_cast<double>(span.last.time - span.first.time) / 1000;
    const double average = sampled / static_cast<double>(span.count - 1);
    const double threshold = average * 1.1;
    if (toStart >= threshold)
        toStart = average / 2;
    if (counter && result > 0 && span.first.value >= 0)
        toStart = std::min(toStart, sampled * (span.first.value / result));
    if (toEnd >= threshold)
        toEnd = average / 2;
    double factor = (sampled + toStart + toEnd) / sampled;
    if (name == "rate")
        factor /= static_cast<double>(end - start) / 1000;
    return result * factor;
}

std::optional<double> overRange(std::string_view name, const std::vector<Point> &points, std::int64_t start,
                                std::int64_t end, double parameter)
{
    if (isExtrapolated(name)) {
        if (points.size() < 2)
            return std::nullopt;
        double lost = 0;
        if (name != "delta") {
            for (std::size_t i = 1; i < points.size(); ++i)
                lost += points[i].value < points[i - 1].value ? points[i - 1].value : 0;
        }
        return extrapolated(name, {points.front(), points.back(), points.size(), lost}, start, end);
    }
    if (name == "irate" || name == "idelta")
        return instant(points, name == "irate");
    if (points.empty())
        return std::nullopt;
    if (name == "changes")
        return pairs(points, [](double a, double b) { return a != b && !(std::isnan(a) && std::isnan(b)); });
    if (name == "resets")
        return pairs(points, [](double a, double b) { return b < a; });
    if (name == "quantile_over_time") {
        std::vector<double> values;
        for (const Point &point : points)
            values.push_back(point.value);
        return quantileOf(parameter, std::move(values));
    }
    return aggregated(name, points);
}

double ofNumber(std::string_view name, double value, const std::vector<double> &parameters)
{
    if (name == "abs")
        return std::abs(value);
    if (name == "ceil")
        return std::ceil(value);
    if (name == "floor")
        return std::floor(value);
    if (name == "sqrt")
        return std::sqrt(value);
    if (name == "exp")
        return std::exp(value);
    if (name == "ln")
        return std::log(value);
    if (name == "log2")
        return std::log2(value);
    if (name == "log10")
        return std::log10(value);
    if (name == "sgn")
        return value > 0 ? 1 : value < 0 ? -1 : value;
    if (name == "clamp")
        return std::max(parameters[0], std::min(parameters[1], value));
    if (name == "clamp_max")
        return std::min(parameters[0], value);
    if (name == "clamp_min")
        return std::max(parameters[0], value);
    if (name == "round") {
        const double inverse = 1 / (parameters.empty() ? 1.0 : parameters[0]);
        return std::floor(value * inverse + 0.5) / inverse;
    }
    return value;
}

double quantileOfBuckets(double quantile, std::vector<Bucket> buckets)
{
    if (std::isnan(quantile))
        return nan;
    if (quantile < 0)
        return -infinity;
    if (quantile > 1)
        return infinity;
    std::sort(buckets.begin(), buckets.end(),
              [](const Bucket &a, const Bucket &b) { return a.upperBound < b.upperBound; });
    if (buckets.empty() || !std::isinf(buckets.back().upperBound) || buckets.size() < 2)
        return nan;
    for (std::size_t i = 1; i < buckets.size(); ++i)
        buckets[i].count = std::max(buckets[i].count, buckets[i - 1].count);
    const double observations = buckets.back().count;
    if (observations == 0)
        return nan;
    const double rank = quantile * observations;
    const auto found =
        std::find_if(buckets.begin(), buckets.end() - 1, [rank](const Bucket &bucket) { return bucket.count >= rank; });
    const auto at = static_cast<std::size_t>(found - buckets.begin());
    if (at == buckets.size() - 1)
        return buckets[buckets.size() - 2].upperBound;
    if (at == 0 && buckets[0].upperBound <= 0)
        return buckets[0].upperBound;
    const double start = at == 0 ? 0 : buckets[at - 1].upperBound;
    const double below = at == 0 ? 0 : buckets[at - 1].count;
    return start + (buckets[at].upperBound - start) * ((rank - below) / (buckets[at].count - below));
}

double quantileOf(double quantile, std::vector<double> values)
{
    if (values.empty() || std::isnan(quantile))
        return nan;
    if (quantile < 0)
        return -infinity;
    if (quantile > 1)
        return infinity;
    std::sort(values.begin(), values.end());
    const double rank = quantile * static_cast<double>(values.size() - 1);
    const auto lower = static_cast<std::size_t>(std::floor(rank));
    const auto upper = std::min(values.size() - 1, lower + 1);
    const double weight = rank - std::floor(rank);
    return values[lower] * (1 - weight) + values[upper] * weight;
}

} // namespace binnacle::simulator::prometheus
