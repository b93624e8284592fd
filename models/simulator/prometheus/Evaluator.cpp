// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/Evaluator.h"

#include <algorithm>

namespace binnacle::simulator::prometheus {

namespace {

using Kind = Expression::Kind;

constexpr std::int64_t lookback = 300'000;
constexpr std::int64_t defaultStep = 60'000; ///< of a subquery without one: the evaluation interval

/// The newest scrape at or before `time`.
std::int64_t scrapeBefore(const ScrapedSeries &series, std::int64_t time)
{
    std::int64_t since = (time - series.phase) % scrapeInterval;
    if (since < 0)
        since += scrapeInterval;
    return time - since;
}

Value scalarValue(double number)
{
    Value value;
    value.type = Type::Scalar;
    value.scalar = number;
    return value;
}

double parameterOf(const Value &value)
{
    return value.scalar;
}

} // namespace

Labels withoutName(Labels labels)
{
    labels.erase("__name__");
    return labels;
}

Labels grouped(const Labels &labels, const std::vector<std::string> &names, bool excludes)
{
    Labels kept;
    for (const auto &[name, value] : labels) {
        const bool listed = std::find(names.begin(), names.end(), name) != names.end();
        if (excludes ? !listed && name != "__name__" : listed)
            kept.emplace(name, value);
    }
    return kept;
}

Value Evaluator::evaluate(const Expression &expression, std::int64_t time)
{
    switch (expression.kind) {
    case Kind::Number:
        return scalarValue(expression.number);
    case Kind::String: {
        Value value;
        value.type = Type::String;
        value.text = expression.text;
        return value;
    }
    case Kind::Selector:
        return selector(expression, time);
    case Kind::Range:
        return range(expression, time);
    case Kind::Subquery:
        return subquery(expression, time);
    case Kind::Call:
        return call(expression, time);
    case Kind::Aggregation:
        return aggregate(expression, time);
    case Kind::Binary:
        return binary(expression, time);
    case Kind::Negation:
        return negate(expression, time);
    }
    return {};
}

const Evaluator::Chosen &Evaluator::chosen(const Expression &selector)
{
    const auto known = m_chosen.find(&selector);
    if (known != m_chosen.end())
        return known->second;
    Chosen found;
    for (const ScrapedSeries &series : m_series) {
        if (std::all_of(selector.matchers.begin(), selector.matchers.end(),
                        [&series](const Matcher &matcher) { return matcher.matches(series.labels); }))
            found.push_back(&series);
    }
    return m_chosen.emplace(&selector, std::move(found)).first->second;
}

Value Evaluator::selector(const Expression &expression, std::int64_t time)
{
    Value value;
    const std::int64_t at = time - expression.offset;
    for (const ScrapedSeries *const series : chosen(expression)) {
        // A target that is gone leaves a stale marker at the next scrape, so what it last said does not linger.
        const std::int64_t scrape = scrapeBefore(*series, at);
        if (scrape < series->first || scrape >= series->last || at - scrape > lookback)
            continue;
        value.vector.push_back({series->labels, series->value(scrape), scrape});
    }
    return value;
}

Value Evaluator::range(const Expression &expression, std::int64_t time)
{
    Value value;
    value.type = Type::Matrix;
    const std::int64_t end = time - expression.offset;
    for (const ScrapedSeries *const series : chosen(expression)) {
        MatrixElement element{series->labels, {}};
        std::int64_t scrape = scrapeBefore(*series, end - expression.range);
        if (scrape < end - expression.range)
            scrape += scrapeInterval;
        for (; scrape <= end; scrape += scrapeInterval)
            if (scrape >= series->first && scrape < series->last)
                element.points.push_back({scrape, series->value(scrape)});
        if (!element.points.empty())
            value.matrix.push_back(std::move(element));
    }
    return value;
}

Value Evaluator::subquery(const Expression &expression, std::int64_t time)
{
    Value value;
    value.type = Type::Matrix;
    const std::int64_t end = time - expression.offset;
    const std::int64_t step = expression.step > 0 ? expression.step : defaultStep;
    // Aligned to the step, whatever the time of the query is.
    std::int64_t at = (end - expression.range) / step * step;
    if (at < end - expression.range)
        at += step;
    std::map<Labels, std::vector<Point>> series;
    for (; at <= end; at += step)
        for (const VectorElement &element : evaluate(*expression.parts[0], at).vector)
            series[element.labels].push_back({at, element.value});
    for (auto &[labels, points] : series)
        value.matrix.push_back({labels, std::move(points)});
    return value;
}

Value Evaluator::absent(const Expression &expression, bool isAbsent) const
{
    Value value;
    if (!isAbsent)
        return value;
    // The labels that the selector asks for by equality.
    Labels labels;
    for (const Matcher &matcher : expression.parts[0]->matchers)
        if (matcher.op == Matcher::Operator::Equal && matcher.label != "__name__" && !matcher.value.empty())
            labels.emplace(matcher.label, matcher.value);
    value.vector.push_back({std::move(labels), 1, 0});
    return value;
}

/// The same as over all samples: counters that never begin anew differ only at the ends.
Value Evaluator::rateOfCounters(const Expression &expression, std::int64_t start, std::int64_t end)
{
    Value value;
    for (const ScrapedSeries *const series : chosen(*expression.parts.back())) {
        std::int64_t first = scrapeBefore(*series, std::max(start, series->first));
        if (first < std::max(start, series->first))
            first += scrapeInterval;
        const std::int64_t last = scrapeBefore(*series, std::min(end, series->last - 1));
        if (last <= first)
            continue;
        const auto count = static_cast<std::size_t>((last - first) / scrapeInterval + 1);
        const Span span{{first, series->value(first)}, {last, series->value(last)}, count, 0};
        value.vector.push_back({withoutName(series->labels), extrapolated(expression.text, span, start, end), end});
    }
    return value;
}

Value Evaluator::callOverRange(const Expression &expression, std::int64_t time)
{
    const Expression &of = *expression.parts.back();
    const auto grows = [](const ScrapedSeries *series) { return series->grows; };
    if (isExtrapolated(expression.text) && of.kind == Kind::Range &&
        std::all_of(chosen(of).begin(), chosen(of).end(), grows))
        return rateOfCounters(expression, time - of.offset - of.range, time - of.offset);
    const Value matrix = evaluate(of, time);
    if (expression.text == "absent_over_time")
        return absent(expression, matrix.matrix.empty());
    const double parameter = expression.parts.size() > 1 ? parameterOf(evaluate(*expression.parts[0], time)) : 0;
    const std::int64_t end = time - of.offset;
    Value value;
    for (const MatrixElement &element : matrix.matrix) {
        const auto result = overRange(expression.text, element.points, end - of.range, end, parameter);
        if (result)
            value.vector.push_back(
                {expression.text == "last_over_time" ? element.labels : withoutName(element.labels), *result, time});
    }
    return value;
}

Value Evaluator::histogramQuantile(const Expression &expression, std::int64_t time)
{
    const double quantile = parameterOf(evaluate(*expression.parts[0], time));
    std::map<Labels, std::vector<Bucket>> histograms;
    for (const VectorElement &element : evaluate(*expression.parts[1], time).vector) {
        const auto bound = element.labels.find("le");
        if (bound == element.labels.end())
            continue;
        histograms[grouped(element.labels, {"le"}, true)].push_back(
            {std::strtod(bound->second.c_str(), nullptr), element.value});
    }
    Value value;
    for (auto &[labels, buckets] : histograms)
        value.vector.push_back({labels, quantileOfBuckets(quantile, std::move(buckets)), time});
    return value;
}

Value Evaluator::labelReplace(const Expression &expression, std::int64_t time)
{
    Value value = evaluate(*expression.parts[0], time);
    const std::string to = expression.parts[1]->text;
    const std::string replacement = expression.parts[2]->text;
    const std::string from = expression.parts[3]->text;
    const std::regex pattern(expression.parts[4]->text);
    for (VectorElement &element : value.vector) {
        std::smatch match;
        const auto found = element.labels.find(from);
        const std::string text = found == element.labels.end() ? std::string() : found->second;
        if (!std::regex_match(text, match, pattern))
            continue;
        const std::string made = match.format(replacement);
        if (made.empty())
            element.labels.erase(to);
        else
            element.labels[to] = made;
    }
    return value;
}

Value Evaluator::call(const Expression &expression, std::int64_t time)
{
    const std::string &name = expression.text;
    if (name == "time")
        return scalarValue(static_cast<double>(time) / 1000);
    if (name == "histogram_quantile")
        return histogramQuantile(expression, time);
    if (name == "label_replace")
        return labelReplace(expression, time);
    if (expression.parts.back()->type == Type::Matrix)
        return callOverRange(expression, time);
    Value value = evaluate(*expression.parts[0], time);
    if (name == "scalar")
        return scalarValue(value.vector.size() == 1 ? value.vector[0].value : std::nan(""));
    if (name == "absent")
        return absent(expression, value.vector.empty());
    if (name == "vector") {
        Value made;
        made.vector.push_back({{}, value.scalar, time});
        return made;
    }
    if (name == "sort" || name == "sort_desc") {
        std::sort(value.vector.begin(), value.vector.end(), [&name](const VectorElement &a, const VectorElement &b) {
            return name == "sort" ? a.value < b.value : a.value > b.value;
        });
        return value;
    }
    std::vector<double> parameters;
    for (std::size_t i = 1; i < expression.parts.size(); ++i)
        parameters.push_back(parameterOf(evaluate(*expression.parts[i], time)));
    for (VectorElement &element : value.vector) {
        element.labels = withoutName(std::move(element.labels));
        element.value =
            name == "timestamp" ? static_cast<double>(element.time) / 1000 : ofNumber(name, element.value, parameters);
    }
    return value;
}

namespace {

double aggregated(const std::string &name, const std::vector<VectorElement> &members, double parameter)
{
    double sum = 0;
    double least = std::nan("");
    double most = std::nan("");
    std::vector<double> values;
    for (const VectorElement &member : members) {
        sum += member.value;
        least = member.value < least || std::isnan(least) ? member.value : least;
        most = member.value > most || std::isnan(most) ? member.value : most;
        values.push_back(member.value);
    }
    const auto count = static_cast<double>(members.size());
    if (name == "sum")
        return sum;
    if (name == "avg")
        return sum / count;
    if (name == "min")
        return least;
    if (name == "max")
        return most;
    if (name == "count")
        return count;
    if (name == "quantile")
        return quantileOf(parameter, std::move(values));
    if (name == "stddev") {
        double squares = 0;
        for (const double value : values)
            squares += (value - sum / count) * (value - sum / count);
        return std::sqrt(squares / count);
    }
    return 1; // group
}

} // namespace

Value Evaluator::aggregate(const Expression &expression, std::int64_t time)
{
    const double parameter = expression.parts.size() > 1 ? parameterOf(evaluate(*expression.parts[0], time)) : 0;
    std::map<Labels, std::vector<VectorElement>> groups;
    for (VectorElement &element : evaluate(*expression.parts.back(), time).vector)
        groups[grouped(element.labels, expression.labels, expression.excludes)].push_back(std::move(element));
    Value value;
    for (auto &[labels, members] : groups) {
        if (expression.text != "topk" && expression.text != "bottomk") {
            value.vector.push_back({labels, aggregated(expression.text, members, parameter), time});
            continue;
        }
        const bool top = expression.text == "topk";
        std::stable_sort(members.begin(), members.end(), [top](const VectorElement &a, const VectorElement &b) {
            return top ? a.value > b.value : a.value < b.value;
        });
        const auto kept = std::min(members.size(), static_cast<std::size_t>(std::max(0.0, parameter)));
        value.vector.insert(value.vector.end(), members.begin(), members.begin() + static_cast<std::ptrdiff_t>(kept));
    }
    return value;
}

Value Evaluator::binary(const Expression &expression, std::int64_t time)
{
    const Value left = evaluate(*expression.parts[0], time);
    const Value right = evaluate(*expression.parts[1], time);
    if (left.type == Type::Scalar && right.type == Type::Scalar)
        return scalarValue(operate(expression.text, left.scalar, right.scalar));
    return combine(expression, left, right);
}

Value Evaluator::negate(const Expression &expression, std::int64_t time)
{
    Value value = evaluate(*expression.parts[0], time);
    value.scalar = -value.scalar;
    for (VectorElement &element : value.vector) {
        element.value = -element.value;
        element.labels = withoutName(std::move(element.labels));
    }
    return value;
}

} // namespace binnacle::simulator::prometheus
