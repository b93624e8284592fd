// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Csv.h"

#include "metrics/Durations.h"

#include <set>

namespace binnacle::metrics {

namespace {

std::string cell(const std::string &text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"')
            result += '"';
        result += c;
    }
    return result + '"';
}

} // namespace

std::string toCsv(const QueryResult &result)
{
    std::set<std::string> names;
    for (const auto &series : result.series) {
        for (const auto &[name, value] : series.labels)
            names.insert(name);
    }
    std::string text = "time";
    for (const auto &name : names)
        text += "," + cell(name);
    text += ",value\r\n";
    for (const auto &series : result.series) {
        std::string labels;
        for (const auto &name : names) {
            const auto found = series.labels.find(name);
            labels += "," + (found == series.labels.end() ? std::string() : cell(found->second));
        }
        for (const auto &sample : series.samples)
            text += isoText(sample.milliseconds) + labels + "," + cell(sample.text) + "\r\n";
    }
    return text;
}

} // namespace binnacle::metrics
