// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PrometheusAnswer.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <simdjson.h>

namespace binnacle::metrics {

namespace {

using simdjson::dom::element;

core::Error unexpected(const std::string &what)
{
    return core::makeError(core::ErrorKind::Protocol, "the answer is not Prometheus': " + what,
                           "check that the service or URL is a Prometheus, or speaks its HTTP API");
}

std::string_view textAt(const element &object, std::string_view key)
{
    std::string_view text;
    return object.at_key(key).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

/// [1700000000.123, "0.5"]
std::optional<Sample> sampleFrom(const element &pair)
{
    simdjson::dom::array parts;
    double seconds = 0;
    std::string_view text;
    if (pair.get(parts) != simdjson::SUCCESS || parts.size() != 2 || parts.at(0).get(seconds) != simdjson::SUCCESS ||
        parts.at(1).get(text) != simdjson::SUCCESS)
        return std::nullopt;
    return Sample{std::llround(seconds * 1000), valueFromText(text), std::string(text)};
}

Labels labelsFrom(const element &entry)
{
    Labels labels;
    simdjson::dom::object metric;
    if (entry.at_key("metric").get(metric) != simdjson::SUCCESS)
        return labels;
    for (const auto &[name, value] : metric) {
        std::string_view text;
        if (value.get(text) == simdjson::SUCCESS)
            labels.emplace(name, text);
    }
    return labels;
}

/// An entry of a vector or matrix. `histograms` counts what cannot be shown as a number.
core::Result<Series> seriesFrom(const element &entry, int &histograms)
{
    Series series;
    series.labels = labelsFrom(entry);
    simdjson::dom::array values;
    element value;
    if (entry.at_key("values").get(values) == simdjson::SUCCESS) {
        series.samples.reserve(values.size());
        for (const element pair : values) {
            auto sample = sampleFrom(pair);
            if (!sample)
                return core::fail(unexpected("a sample is no pair of time and value"));
            series.samples.push_back(std::move(*sample));
        }
    } else if (entry.at_key("value").get(value) == simdjson::SUCCESS) {
        auto sample = sampleFrom(value);
        if (!sample)
            return core::fail(unexpected("a sample is no pair of time and value"));
        series.samples.push_back(std::move(*sample));
    }
    element histogram;
    if (entry.at_key("histogram").get(histogram) == simdjson::SUCCESS ||
        entry.at_key("histograms").get(histogram) == simdjson::SUCCESS)
        ++histograms;
    return series;
}

std::optional<ResultType> typeFrom(std::string_view text)
{
    for (const auto type : {ResultType::Matrix, ResultType::Vector, ResultType::Scalar, ResultType::String}) {
        if (text == toString(type))
            return type;
    }
    return std::nullopt;
}

std::vector<std::string> warningsFrom(const element &root)
{
    std::vector<std::string> warnings;
    for (const char *const key : {"warnings", "infos"}) {
        simdjson::dom::array listed;
        if (root.at_key(key).get(listed) != simdjson::SUCCESS)
            continue;
        for (const element each : listed) {
            std::string_view text;
            if (each.get(text) == simdjson::SUCCESS)
                warnings.emplace_back(text);
        }
    }
    return warnings;
}

} // namespace

core::Result<QueryResult> queryResultFrom(const std::string &body)
{
    simdjson::dom::parser parser;
    element root;
    if (parser.parse(body).get(root) != simdjson::SUCCESS)
        return core::fail(unexpected("it is not JSON"));
    if (textAt(root, "status") != "success")
        return core::fail(unexpected("its status is \"" + std::string(textAt(root, "status")) + "\""));
    element data;
    if (root.at_key("data").get(data) != simdjson::SUCCESS)
        return core::fail(unexpected("it has no data"));
    const auto type = typeFrom(textAt(data, "resultType"));
    element found;
    if (!type || data.at_key("result").get(found) != simdjson::SUCCESS)
        return core::fail(unexpected("it has no result of a known type"));
    QueryResult result;
    result.type = *type;
    result.warnings = warningsFrom(root);
    if (*type == ResultType::Scalar || *type == ResultType::String) {
        auto sample = sampleFrom(found);
        if (!sample)
            return core::fail(unexpected("a scalar is no pair of time and value"));
        result.series.push_back({{}, {std::move(*sample)}});
        return result;
    }
    simdjson::dom::array entries;
    if (found.get(entries) != simdjson::SUCCESS)
        return core::fail(unexpected("its result is no list"));
    int histograms = 0;
    result.series.reserve(entries.size());
    for (const element entry : entries) {
        auto series = seriesFrom(entry, histograms);
        if (!series)
            return core::fail(std::move(series.error()));
        result.series.push_back(std::move(*series));
    }
    if (histograms > 0)
        result.warnings.push_back(std::to_string(histograms) +
                                  " series are native histograms, which are not shown: ask for a number of them, such "
                                  "as histogram_quantile(0.95, ...)");
    return result;
}

Labels labelsFrom(const core::Json &object)
{
    Labels labels;
    if (!object.is_object())
        return labels;
    for (const auto &[name, value] : object.items()) {
        if (value.is_string())
            labels.emplace(name, value.get<std::string>());
    }
    return labels;
}

core::Result<core::Json> dataFrom(const std::string &body)
{
    auto answer = core::Json::parse(body, nullptr, false);
    if (!answer.is_object() || answer.value("status", "") != "success" || !answer.contains("data"))
        return core::fail(unexpected("it is no JSON object with status and data"));
    return std::move(answer["data"]);
}

std::optional<SyntaxError> syntaxErrorOf(const core::Error &error)
{
    // Prometheus 2.0 to 2.15 wrote "parse error at char 7: ..."; every later one "1:7: parse error: ...".
    static const std::regex withPlace(R"((\d+):(\d+): parse error: ([\s\S]*))");
    static const std::regex withCharacter(R"(parse error at char (\d+): ([\s\S]*))");
    std::smatch match;
    if (std::regex_search(error.message, match, withPlace))
        return SyntaxError{std::stoi(match[1]), std::stoi(match[2]), match[3]};
    if (std::regex_search(error.message, match, withCharacter))
        return SyntaxError{1, std::stoi(match[1]), match[2]};
    return std::nullopt;
}

int characterAt(const std::string &expression, const SyntaxError &place)
{
    std::size_t at = 0;
    int units = 0;
    int line = 1;
    int column = 1;
    while (at < expression.size() && (line < place.line || (line == place.line && column < place.column))) {
        const auto byte = static_cast<unsigned char>(expression[at]);
        if (byte == '\n') {
            if (line == place.line)
                break;
            ++line;
            column = 0;
        }
        // Continuation bytes are no characters of their own; those of four bytes are two in UTF-16.
        if ((byte & 0xC0U) != 0x80U)
            units += byte >= 0xF0U ? 2 : 1;
        ++at;
        ++column;
    }
    return units;
}

} // namespace binnacle::metrics
