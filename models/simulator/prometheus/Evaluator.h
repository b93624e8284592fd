// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/prometheus/Expression.h"
#include "simulator/prometheus/Functions.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace binnacle::simulator::prometheus {

/// A series as it was scraped: from `first` on and before `last`, at moments that differ from `phase` by whole
/// scrape intervals. Its samples are a function of time, so that none need be kept.
struct ScrapedSeries
{
    Labels labels;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t phase = 0;
    std::function<double(std::int64_t milliseconds)> value;
    bool grows = false; ///< a counter: what lies between two samples need not be computed for a rate
};

constexpr std::int64_t scrapeInterval = 15'000;

struct VectorElement
{
    Labels labels;
    double value = 0;
    std::int64_t time = 0; ///< of the sample, for timestamp()
};

struct MatrixElement
{
    Labels labels;
    std::vector<Point> points;
};

struct Value
{
    Type type = Type::Vector;
    double scalar = 0;
    std::string text;
    std::vector<VectorElement> vector;
    std::vector<MatrixElement> matrix;
};

/// A well-formed expression that cannot be computed: errorType "execution".
struct ExecutionProblem
{
    std::string message;
};

/// Computes expressions over a set of series, as Prometheus 2.53 does. Throws ExecutionProblem. Expressions live as
/// long as it does.
class Evaluator
{
public:
    explicit Evaluator(const std::vector<ScrapedSeries> &series) : m_series(series) {}

    [[nodiscard]] Value evaluate(const Expression &expression, std::int64_t time);

private:
    using Chosen = std::vector<const ScrapedSeries *>;

    [[nodiscard]] const Chosen &chosen(const Expression &selector);
    Value selector(const Expression &expression, std::int64_t time);
    Value range(const Expression &expression, std::int64_t time);
    Value subquery(const Expression &expression, std::int64_t time);
    Value call(const Expression &expression, std::int64_t time);
    Value rateOfCounters(const Expression &expression, std::int64_t start, std::int64_t end);
    Value callOverRange(const Expression &expression, std::int64_t time);
    Value absent(const Expression &expression, bool isAbsent) const;
    Value histogramQuantile(const Expression &expression, std::int64_t time);
    Value labelReplace(const Expression &expression, std::int64_t time);
    Value aggregate(const Expression &expression, std::int64_t time);
    Value binary(const Expression &expression, std::int64_t time);
    Value negate(const Expression &expression, std::int64_t time);

    const std::vector<ScrapedSeries> &m_series;
    std::map<const Expression *, Chosen> m_chosen;
};

/// Both sides of a binary expression of which one at least is a vector.
[[nodiscard]] Value combine(const Expression &expression, const Value &left, const Value &right);
/// What an arithmetic or comparison operator makes of two numbers; a comparison is 1 or 0.
[[nodiscard]] double operate(std::string_view name, double left, double right);
[[nodiscard]] bool isComparisonOperator(std::string_view name);
[[nodiscard]] Labels withoutName(Labels labels);
/// Only these labels, or (`excludes`) all but these and the name.
[[nodiscard]] Labels grouped(const Labels &labels, const std::vector<std::string> &names, bool excludes);

} // namespace binnacle::simulator::prometheus
