// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Overview.h"

#include "metrics/EmbeddedOverview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace binnacle::metrics {

namespace {

using core::Json;

Unit unitFrom(const std::string &name)
{
    static constexpr std::array<std::pair<std::string_view, Unit>, 6> names = {
        {{"perSecond", Unit::PerSecond},
         {"seconds", Unit::Seconds},
         {"bytes", Unit::Bytes},
         {"bytesPerSecond", Unit::BytesPerSecond},
         {"cores", Unit::Cores},
         {"share", Unit::Share}}};
    const auto found =
        std::find_if(names.begin(), names.end(), [&name](const auto &each) { return each.first == name; });
    return found == names.end() ? Unit::Number : found->second;
}

Panel panelFrom(const Json &json)
{
    Panel panel;
    panel.id = json.at("id");
    panel.title = json.at("title");
    panel.unit = unitFrom(json.at("unit"));
    panel.only = json.value("only", std::vector<std::string>());
    for (const Json &line : json.at("lines")) {
        Line made{line.at("legend"), {}};
        for (const Json &alternative : line.at("alternatives"))
            made.alternatives.push_back({alternative.at("expression"), alternative.at("needs")});
        panel.lines.push_back(std::move(made));
    }
    return panel;
}

void replaceAll(std::string &text, const std::string &what, const std::string &by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

/// Names of objects hold letters, digits, "-" and "."; only the last means something in a pattern. The backslash is
/// doubled, for a PromQL string.
std::string escaped(std::string name)
{
    replaceAll(name, ".", "\\\\.");
    return name;
}

std::string number(double value)
{
    std::array<char, 32> text{};
    const double size = std::abs(value);
    const int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : 2;
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    std::string result = text.data();
    if (result.find('.') != std::string::npos) {
        result.erase(result.find_last_not_of('0') + 1);
        if (result.back() == '.')
            result.pop_back();
    }
    return result;
}

template <std::size_t Count>
std::string scaled(double value, double base, const std::array<const char *, Count> &units)
{
    std::size_t unit = 0;
    while (std::abs(value) >= base && unit + 1 < Count) {
        value /= base;
        ++unit;
    }
    return number(value) + units[unit];
}

std::string secondsText(double value)
{
    const double size = std::abs(value);
    if (size == 0 || size >= 1)
        return number(value) + " s";
    return size >= 0.001 ? number(value * 1000) + " ms" : number(value * 1'000'000) + " µs";
}

std::string bytesText(double value)
{
    return scaled(value, 1024, std::array{" B", " KiB", " MiB", " GiB", " TiB"});
}

std::string countText(double value)
{
    const double size = std::abs(value);
    if (size > 0 && size < 0.01) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.2g", value);
        return text.data();
    }
    return scaled(value, 1000, std::array{"", " k", " M", " G"});
}

} // namespace

const std::vector<Panel> &overviewPanels()
{
    static const std::vector<Panel> panels = [] {
        std::vector<Panel> read;
        const Json file = Json::parse(overviewText());
        for (const Json &panel : file.at("panels"))
            read.push_back(panelFrom(panel));
        return read;
    }();
    return panels;
}

std::vector<Panel> panelsFor(const Subject &subject)
{
    std::vector<Panel> chosen;
    for (const Panel &panel : overviewPanels()) {
        const bool fits =
            panel.only.empty() ||
            std::any_of(panel.only.begin(), panel.only.end(), [&subject](const std::string &word) {
                return std::any_of(subject.images.begin(), subject.images.end(),
                                   [&word](const auto &image) { return image.find(word) != std::string::npos; });
            });
        if (fits)
            chosen.push_back(panel);
    }
    return chosen;
}

std::string podPattern(const Subject &subject)
{
    const std::string name = escaped(subject.name);
    if (subject.kind == "Deployment")
        return name + "-[a-z0-9]+-[a-z0-9]{5}";
    if (subject.kind == "StatefulSet")
        return name + "-[0-9]+";
    if (subject.kind == "DaemonSet" || subject.kind == "ReplicaSet")
        return name + "-[a-z0-9]{5}";
    return subject.kind == "Pod" ? name : name + "-.+";
}

std::string expressionFor(const std::string &expression, const Subject &subject, std::chrono::milliseconds step)
{
    std::string text = expression;
    replaceAll(text, "$pods",
               "namespace=" + metrics::quoted(subject.nameSpace) + ", pod=~\"" + podPattern(subject) + "\"");
    replaceAll(text, "$namespace", subject.nameSpace);
    replaceAll(text, "$workload", escaped(subject.name));
    const auto window = rateWindow(step);
    replaceAll(text, "$window", durationText(window));
    // A subquery as fine as scrapes would be computed over and over for long ranges.
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window / 8);
    replaceAll(text, "$resolution", durationText(std::max(seconds, std::chrono::seconds(15))));
    return text;
}

std::string legendFor(const std::string &legend, const Labels &labels)
{
    std::string text = legend;
    for (const auto &[name, value] : labels)
        replaceAll(text, "{" + name + "}", value);
    return text;
}

std::string valueText(double value, Unit unit)
{
    if (!std::isfinite(value))
        return std::isnan(value) ? "–" : value > 0 ? "∞" : "-∞";
    switch (unit) {
    case Unit::Number:
        return countText(value);
    case Unit::PerSecond:
        return countText(value) + "/s";
    case Unit::Seconds:
        return secondsText(value);
    case Unit::Bytes:
        return bytesText(value);
    case Unit::BytesPerSecond:
        return bytesText(value) + "/s";
    case Unit::Cores:
        return std::abs(value) < 1 && value != 0 ? number(value * 1000) + " m"
                                                 : number(value) + (number(value) == "1" ? " core" : " cores");
    case Unit::Share:
        return number(value * 100) + " %";
    }
    return number(value);
}

} // namespace binnacle::metrics
