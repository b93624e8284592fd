// SPDX-License-Identifier: GPL-3.0-or-later
#include "QueryCommand.h"

#include "Await.h"
#include "TextTable.h"
#include "metrics/Csv.h"
#include "metrics/Durations.h"
#include "metrics/PrometheusAnswer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

namespace {

core::Error badTime(const char *option, const std::string &text, const char *examples)
{
    return core::makeError(core::ErrorKind::Usage, std::string(option) + " \"" + text + "\" cannot be read", examples);
}

constexpr const char *durations = "write a duration such as 15s, 5m, 1h30m or 2d";
constexpr const char *times = "write it as 2026-01-31T12:00:00Z, or in seconds since 1970";

/// Whole seconds without a fraction, as Prometheus writes them.
core::Json secondsOf(const metrics::Sample &sample)
{
    if (sample.milliseconds % 1000 == 0)
        return sample.milliseconds / 1000;
    return static_cast<double>(sample.milliseconds) / 1000;
}

/// `data` of Prometheus' own answer, value for value.
core::Json toJson(const metrics::QueryResult &result)
{
    const auto pair = [](const metrics::Sample &sample) { return core::Json::array({secondsOf(sample), sample.text}); };
    core::Json json = {{"resultType", metrics::toString(result.type)}, {"result", core::Json::array()}};
    const bool single = result.type == metrics::ResultType::Scalar || result.type == metrics::ResultType::String;
    for (const auto &series : result.series) {
        if (single) {
            json["result"] = pair(series.samples.front());
            break;
        }
        core::Json entry = {{"metric", series.labels}};
        if (result.type == metrics::ResultType::Matrix) {
            entry["values"] = core::Json::array();
            for (const auto &sample : series.samples)
                entry["values"].push_back(pair(sample));
        } else if (!series.samples.empty()) {
            entry["value"] = pair(series.samples.front());
        }
        json["result"].push_back(std::move(entry));
    }
    return json;
}

/// A range is too long to print: its ends and extremes.
TextTable rangeTable(const metrics::QueryResult &result)
{
    TextTable table({"SERIES", "SAMPLES", "FIRST", "LAST", "MIN", "MAX"});
    for (const auto &series : result.series) {
        if (series.samples.empty())
            continue;
        const auto [low, high] =
            std::minmax_element(series.samples.begin(), series.samples.end(),
                                [](const metrics::Sample &a, const metrics::Sample &b) { return a.value < b.value; });
        table.add({metrics::describe(series.labels), std::to_string(series.samples.size()), series.samples.front().text,
                   series.samples.back().text, low->text, high->text});
    }
    return table;
}

TextTable instantTable(const metrics::QueryResult &result)
{
    TextTable table({"SERIES", "VALUE", "TIME"});
    for (const auto &series : result.series) {
        for (const auto &sample : series.samples)
            table.add({metrics::describe(series.labels), sample.text, metrics::isoText(sample.milliseconds)});
    }
    return table;
}

/// The line with the mistake, and a mark below it.
std::string markedLine(const std::string &expression, const metrics::SyntaxError &place)
{
    std::size_t start = 0;
    for (int line = 1; line < place.line; ++line) {
        const auto end = expression.find('\n', start);
        if (end == std::string::npos)
            break;
        start = end + 1;
    }
    const std::string line = expression.substr(start, expression.find('\n', start) - start);
    const int before = metrics::characterAt(line, {1, place.column, {}});
    return "  " + line + "\n  " + std::string(static_cast<std::size_t>(before), ' ') + "^";
}

} // namespace

CLI::App *QueryCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("query", "Ask the cluster's Prometheus");
    command->add_option("PROMQL", m_expression, "The expression")->required();
    m_source.declare(*command);
    command->add_option("--time", m_time, "At this time, or with --range up to it; else now");
    command->add_option("--range", m_range, "Over this long: 5m, 1h, 15d");
    command->add_option("--step", m_step, "With --range: a value every so long; else about 250 of them");
    command->footer(
        "Output formats: table, json, yaml, csv. JSON is `data` of Prometheus' own answer, with the values' own "
        "characters.");
    return command;
}

core::Result<metrics::TimeRange> QueryCommand::range(const Environment &environment) const
{
    constexpr int points = 250;
    auto end = environment.clock.now();
    if (!m_time.empty()) {
        const auto time = metrics::timeFromText(m_time);
        if (!time)
            return core::fail(badTime("--time", m_time, times));
        end = *time;
    }
    const auto length = metrics::durationFromText(m_range);
    if (!length)
        return core::fail(badTime("--range", m_range, durations));
    if (m_step.empty())
        return metrics::rangeEnding(end, *length, points);
    const auto step = metrics::durationFromText(m_step);
    if (!step)
        return core::fail(badTime("--step", m_step, durations));
    return metrics::TimeRange{end - *length, end, *step};
}

core::Result<metrics::QueryResult> QueryCommand::ask(const Environment &environment,
                                                     const metrics::PrometheusClient &client) const
{
    const auto token = environment.interrupt.token();
    if (!m_range.empty()) {
        const auto wanted = range(environment);
        if (!wanted)
            return core::fail(wanted.error());
        return await(client.queryRange(m_expression, *wanted, token));
    }
    std::optional<metrics::Time> time;
    if (!m_time.empty()) {
        time = metrics::timeFromText(m_time);
        if (!time)
            return core::fail(badTime("--time", m_time, times));
    }
    return await(client.query(m_expression, time, token));
}

core::Result<void> QueryCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml", "csv"}); !allowed)
        return allowed;
    if (m_range.empty() && !m_step.empty())
        return core::fail(core::ErrorKind::Usage, "--step is of a range", "give --range as well");
    if (!m_range.empty()) {
        if (const auto wanted = range(environment); !wanted)
            return core::fail(wanted.error());
    }
    const auto client = m_source.open(environment, nullptr);
    if (!client)
        return core::fail(client.error());
    const auto result = ask(environment, **client);
    if (!result) {
        if (const auto place = metrics::syntaxErrorOf(result.error()))
            environment.console.message(markedLine(m_expression, *place));
        return core::fail(result.error());
    }
    print(environment, *result, (*client)->source());
    return {};
}

void QueryCommand::print(const Environment &environment, const metrics::QueryResult &result,
                         const metrics::PrometheusSource &source) const
{
    for (const auto &warning : result.warnings)
        environment.console.message("warning: " + warning);
    if (environment.options.output == "csv") {
        environment.console.print(metrics::toCsv(result));
        return;
    }
    if (printStructured(environment, toJson(result)))
        return;
    if (result.isEmpty()) {
        environment.console.message("Prometheus " + source.describe() +
                                    " has nothing for this: no series has that name and those labels at that time, or "
                                    "a comparison left none.");
        return;
    }
    const auto table = result.type == metrics::ResultType::Matrix ? rangeTable(result) : instantTable(result);
    environment.console.print(table.text(environment.console));
}

} // namespace binnacle::ctl
