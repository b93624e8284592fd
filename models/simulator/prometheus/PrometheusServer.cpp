// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/PrometheusServer.h"

#include "simulator/ApiServer.h"
#include "simulator/Text.h"
#include "simulator/prometheus/AlertRules.h"
#include "simulator/prometheus/Lexer.h"
#include "simulator/prometheus/Parser.h"
#include "simulator/prometheus/Scrapes.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace binnacle::simulator {

namespace {

using core::Json;
using namespace prometheus;

HttpResponse failure(int status, const char *type, const std::string &message)
{
    HttpResponse response = jsonResponse(status, {{"status", "error"}, {"errorType", type}, {"error", message}});
    response.body.pop_back(); // Prometheus ends its answers without a line feed
    return response;
}

HttpResponse badData(const std::string &message)
{
    return failure(400, "bad_data", message);
}

HttpResponse success(Json data)
{
    HttpResponse response = jsonResponse(200, {{"status", "success"}, {"data", std::move(data)}});
    response.body.pop_back();
    return response;
}

/// Milliseconds from seconds with a fraction, or RFC 3339.
std::optional<std::int64_t> timeFrom(const std::string &text)
{
    char *end = nullptr;
    const double seconds = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0' && std::isfinite(seconds))
        return std::llround(seconds * 1000);
    if (const auto time = core::parseTime(text))
        return std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count();
    return std::nullopt;
}

std::optional<std::int64_t> durationFrom(const std::string &text)
{
    char *end = nullptr;
    const double seconds = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0' && std::isfinite(seconds))
        return std::llround(seconds * 1000);
    const auto duration = millisecondsOf(text);
    return duration > 0 ? std::optional<std::int64_t>(duration) : std::nullopt;
}

HttpResponse badTime(const char *parameter, const std::string &text, const char *what)
{
    return badData(std::string("invalid parameter \"") + parameter + "\": cannot parse \"" + text + "\" to a valid " +
                   what);
}

Json secondsOf(std::int64_t time)
{
    if (time % 1000 == 0)
        return time / 1000;
    return static_cast<double>(time) / 1000;
}

Json pairOf(std::int64_t time, double value)
{
    return Json::array({secondsOf(time), numberText(value)});
}

Json resultOf(const Value &value, std::int64_t time)
{
    Json result = Json::array();
    switch (value.type) {
    case Type::Scalar:
        return {{"resultType", "scalar"}, {"result", pairOf(time, value.scalar)}};
    case Type::String:
        return {{"resultType", "string"}, {"result", Json::array({secondsOf(time), value.text})}};
    case Type::Vector:
        for (const VectorElement &element : value.vector)
            result.push_back({{"metric", element.labels}, {"value", pairOf(time, element.value)}});
        return {{"resultType", "vector"}, {"result", std::move(result)}};
    case Type::Matrix:
        break;
    }
    for (const MatrixElement &element : value.matrix) {
        Json values = Json::array();
        for (const Point &point : element.points)
            values.push_back(pairOf(point.time, point.value));
        result.push_back({{"metric", element.labels}, {"values", std::move(values)}});
    }
    return {{"resultType", "matrix"}, {"result", std::move(result)}};
}

/// One request to the API.
class Api
{
public:
    Api(ClusterState &state, const Json &pod, const HttpRequest &request)
        : m_state(state),
          m_pod(pod),
          m_request(request),
          m_series(scrapedSeries(state)),
          m_evaluator(m_series),
          m_now(std::chrono::duration_cast<std::chrono::milliseconds>(state.clock.now().time_since_epoch()).count())
    {
    }

    HttpResponse answer(const std::string &path)
    {
        try {
            return route(path);
        } catch (const ExecutionProblem &problem) {
            return failure(422, "execution", problem.message);
        }
    }

private:
    HttpResponse route(const std::string &path)
    {
        if (path == "query")
            return query();
        if (path == "query_range")
            return queryRange();
        if (path == "labels")
            return names({});
        if (startsWith(path, "label/") && endsWith(path, "/values"))
            return names(percentDecode(path.substr(6, path.size() - 13)));
        if (path == "series")
            return series();
        if (path == "metadata")
            return metadata();
        if (path == "rules")
            return success(ruleGroups(m_state, m_pod, m_series, m_now));
        if (path == "alerts")
            return success(activeAlerts(ruleGroups(m_state, m_pod, m_series, m_now)));
        if (path == "status/buildinfo")
            return success({{"version", "2.53.0"},
                            {"revision", "demo"},
                            {"branch", "HEAD"},
                            {"buildUser", "binnacle"},
                            {"buildDate", "20240616-07:13:29"},
                            {"goVersion", "go1.22.4"}});
        HttpResponse missing;
        missing.status = 404;
        missing.contentType = "text/plain; charset=utf-8";
        missing.body = "404 page not found\n";
        return missing;
    }

    [[nodiscard]] std::string parameter(const char *name) const { return m_request.parameter(name); }

    HttpResponse query()
    {
        std::int64_t time = m_now;
        if (const std::string text = parameter("time"); !text.empty()) {
            const auto given = timeFrom(text);
            if (!given)
                return badTime("time", text, "timestamp");
            time = *given;
        }
        const auto expression = parse(parameter("query"));
        if (!expression)
            return badData("invalid parameter \"query\": " + expression.error().message);
        return success(resultOf(m_evaluator.evaluate(**expression, time), time));
    }

    HttpResponse queryRange()
    {
        const auto start = timeFrom(parameter("start"));
        if (!start)
            return badTime("start", parameter("start"), "timestamp");
        const auto end = timeFrom(parameter("end"));
        if (!end)
            return badTime("end", parameter("end"), "timestamp");
        if (*end < *start)
            return badData("invalid parameter \"end\": end timestamp must not be before start time");
        const auto step = durationFrom(parameter("step"));
        if (!step)
            return badTime("step", parameter("step"), "duration");
        if (*step <= 0)
            return badData(
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. "
                "Try a positive integer");
        if ((*end - *start) / *step > 11'000)
            return badData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query "
                           "resolution (?step=XX)");
        const auto expression = parse(parameter("query"));
        if (!expression)
            return badData("invalid parameter \"query\": " + expression.error().message);
        const Type type = (*expression)->type;
        if (type != Type::Scalar && type != Type::Vector)
            return badData(std::string("invalid parameter \"query\": invalid expression type \"") + toString(type) +
                           "\" for range query, must be Scalar or instant Vector");
        return success(resultOf(overTime(**expression, *start, *end, *step), *end));
    }

    Value overTime(const Expression &expression, std::int64_t start, std::int64_t end, std::int64_t step)
    {
        std::map<Labels, std::vector<Point>> found;
        for (std::int64_t time = start; time <= end; time += step) {
            const Value value = m_evaluator.evaluate(expression, time);
            if (value.type == Type::Scalar)
                found[{}].push_back({time, value.scalar});
            for (const VectorElement &element : value.vector)
                found[element.labels].push_back({time, element.value});
        }
        Value result;
        result.type = Type::Matrix;
        for (auto &[labels, points] : found)
            result.matrix.push_back({labels, std::move(points)});
        return result;
    }

    /// The selectors of match[]; what is none is the error.
    tl::expected<std::vector<ExpressionPointer>, HttpResponse> selectors() const
    {
        std::vector<ExpressionPointer> found;
        for (const auto &[name, text] : m_request.parameters) {
            if (name != "match[]")
                continue;
            auto expression = parse(text);
            if (!expression)
                return tl::unexpected(badData("invalid parameter \"match[]\": " + expression.error().message));
            found.push_back(std::move(*expression));
        }
        return found;
    }

    static bool isChosen(const std::vector<ExpressionPointer> &selectors, const Labels &labels)
    {
        return selectors.empty() ||
               std::any_of(selectors.begin(), selectors.end(), [&labels](const ExpressionPointer &selector) {
                   return std::all_of(selector->matchers.begin(), selector->matchers.end(),
                                      [&labels](const Matcher &matcher) { return matcher.matches(labels); });
               });
    }

    /// Values of a label; without one the labels' names.
    HttpResponse names(const std::string &label) const
    {
        const auto wanted = selectors();
        if (!wanted)
            return wanted.error();
        std::set<std::string> names;
        for (const ScrapedSeries &series : m_series) {
            if (!isChosen(*wanted, series.labels))
                continue;
            for (const auto &[name, value] : series.labels) {
                if (label.empty())
                    names.insert(name);
                else if (name == label)
                    names.insert(value);
            }
        }
        return success(names);
    }

    HttpResponse series() const
    {
        const auto wanted = selectors();
        if (!wanted)
            return wanted.error();
        if (wanted->empty())
            return badData("no match[] parameter provided");
        Json found = Json::array();
        for (const ScrapedSeries &series : m_series)
            if (isChosen(*wanted, series.labels))
                found.push_back(series.labels);
        return success(std::move(found));
    }

    HttpResponse metadata() const
    {
        Json found = Json::object();
        for (const ScrapedSeries &series : m_series) {
            const std::string &name = series.labels.at("__name__");
            const bool counter = endsWith(name, "_total") || endsWith(name, "_count") || endsWith(name, "_sum");
            if (endsWith(name, "_bucket"))
                continue;
            found[name] = Json::array({{{"type", counter ? "counter" : "gauge"}, {"unit", ""}, {"help", ""}}});
        }
        return success(std::move(found));
    }

    ClusterState &m_state;
    const Json &m_pod;
    const HttpRequest &m_request;
    std::vector<ScrapedSeries> m_series;
    Evaluator m_evaluator;
    std::int64_t m_now;
};

} // namespace

bool isPrometheusImage(const std::string &image)
{
    const std::string last = image.substr(image.rfind('/') + 1);
    return last.substr(0, last.find_first_of(":@")) == "prometheus";
}

HttpResponse prometheusResponse(ClusterState &state, const Json &pod, const HttpRequest &request)
{
    static constexpr std::string_view api = "/api/v1/";
    if (startsWith(request.path, api))
        return Api(state, pod, request).answer(request.path.substr(api.size()));
    HttpResponse response;
    response.contentType = "text/plain; charset=utf-8";
    if (request.path == "/-/healthy" || request.path == "/-/ready") {
        response.body =
            request.path == "/-/ready" ? "Prometheus Server is Ready.\n" : "Prometheus Server is Healthy.\n";
    } else {
        response.status = 404;
        response.body = "404 page not found\n";
    }
    return response;
}

} // namespace binnacle::simulator
