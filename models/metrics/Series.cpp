// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Series.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace binnacle::metrics {

const char *toString(ResultType type)
{
    switch (type) {
    case ResultType::Matrix:
        return "matrix";
    case ResultType::Vector:
        return "vector";
    case ResultType::Scalar:
        return "scalar";
    case ResultType::String:
        return "string";
    }
    return "vector";
}

bool QueryResult::isEmpty() const
{
    return std::all_of(series.begin(), series.end(), [](const Series &each) { return each.samples.empty(); });
}

std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '\n') {
            result += "\\n";
            continue;
        }
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

std::string describe(const Labels &labels)
{
    std::string name;
    std::string rest;
    for (const auto &[label, value] : labels) {
        if (label == "__name__")
            name = value;
        else
            rest += (rest.empty() ? "" : ", ") + label + "=" + metrics::quoted(value);
    }
    return rest.empty() && !name.empty() ? name : name + "{" + rest + "}";
}

double valueFromText(std::string_view text)
{
    if (text == "+Inf" || text == "Inf")
        return std::numeric_limits<double>::infinity();
    if (text == "-Inf")
        return -std::numeric_limits<double>::infinity();
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? value
                                                                      : std::numeric_limits<double>::quiet_NaN();
}

} // namespace binnacle::metrics
