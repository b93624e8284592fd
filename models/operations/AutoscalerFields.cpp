// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/AutoscalerFields.h"

#include "core/FieldPath.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace binnacle::operations {

namespace {

using core::Json;
using Target = AutoscalerMetric::Target;

/// A source of metrics: its type, the field that holds it, and where its name is within.
struct Source
{
    const char *type;
    const char *field;
    const char *name;
};

constexpr std::array<Source, 5> sources{{{"Resource", "resource", "name"},
                                         {"ContainerResource", "containerResource", "name"},
                                         {"Pods", "pods", "metric.name"},
                                         {"Object", "object", "metric.name"},
                                         {"External", "external", "metric.name"}}};

constexpr std::array<std::pair<const char *, Target>, 3> targets{
    {{"averageUtilization", Target::Utilization}, {"averageValue", Target::AverageValue}, {"value", Target::Value}}};

const Source *sourceOf(const Json &metric)
{
    const auto type = metric.value("type", "");
    const auto *found =
        std::find_if(sources.begin(), sources.end(), [&](const Source &each) { return type == each.type; });
    return found != sources.end() && metric.contains(found->field) ? found : nullptr;
}

std::string nameOf(const Json &metric, const Source &source)
{
    const Json &body = metric[source.field];
    return std::string_view(source.name) == "name" ? body.value("name", "")
                                                   : body.value("/metric/name"_json_pointer, "");
}

std::string describe(const Json &metric, const Source &source)
{
    const Json &body = metric[source.field];
    std::string text = nameOf(metric, source);
    if (body.contains("container"))
        text += " of container " + body.value("container", "");
    if (body.contains("describedObject"))
        text += " of " + body["describedObject"].value("kind", "") + " " + body["describedObject"].value("name", "");
    return text;
}

/// By its name, which a change of another metric or of their order does not move; by position where names repeat.
std::string elementOf(const Json &metrics, std::size_t position, const Source &source)
{
    const auto name = nameOf(metrics[position], source);
    const auto same = std::count_if(metrics.begin(), metrics.end(), [&](const Json &each) {
        return sourceOf(each) == &source && nameOf(each, source) == name;
    });
    if (same > 1 || name.empty() || name.find(']') != std::string::npos)
        return "/spec/metrics/" + std::to_string(position);
    return std::string("/spec/metrics/[") + source.field + "." + source.name + "=" + core::pointerSegment(name) + "]";
}

std::string lowerWord(std::string_view text)
{
    std::string word;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c)) == 0)
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return word;
}

/// The number that a word begins with, and what follows it.
std::optional<std::pair<int, std::string>> numberAndRest(const std::string &word)
{
    int number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || number <= 0)
        return std::nullopt;
    return std::pair(number, std::string(end, word.data() + word.size()));
}

core::Result<Json> policyFrom(const std::string &text)
{
    const auto slash = text.find('/');
    const auto amount = numberAndRest(lowerWord(text.substr(0, slash)));
    const auto period = slash == std::string::npos ? std::nullopt : numberAndRest(lowerWord(text.substr(slash + 1)));
    const auto usage = [&] {
        return core::fail(core::ErrorKind::Usage, "\"" + text + "\" is no policy",
                          "write it as 100 % / 15 s or 4 pods / 60 s");
    };
    if (!amount || !period || (!period->second.empty() && period->second != "s"))
        return usage();
    const bool isPercent = amount->second == "%" || amount->second == "percent";
    if (!isPercent && amount->second != "pods" && amount->second != "pod")
        return usage();
    return Json{{"type", isPercent ? "Percent" : "Pods"}, {"value", amount->first}, {"periodSeconds", period->first}};
}

} // namespace

std::vector<AutoscalerMetric> metricsOf(const Json &autoscaler)
{
    std::vector<AutoscalerMetric> all;
    const Json metrics =
        autoscaler.is_object() ? autoscaler.value("/spec/metrics"_json_pointer, Json::array()) : Json();
    for (std::size_t i = 0; i < metrics.size(); ++i) {
        const Source *source = sourceOf(metrics[i]);
        if (source == nullptr)
            continue;
        const Json target = metrics[i][source->field].value("target", Json::object());
        for (const auto &[field, kind] : targets) {
            if (!target.contains(field) || target[field].is_null())
                continue;
            const auto element = elementOf(metrics, i, *source);
            all.push_back(
                {element, element + "/" + source->field + "/target/" + field, describe(metrics[i], *source), kind});
            break;
        }
    }
    return all;
}

std::string resourceMetricPath(const std::string &resource)
{
    return "/spec/metrics/[resource.name=" + resource + "]";
}

Json utilizationMetric(const std::string &resource, int percent)
{
    return {{"type", "Resource"},
            {"resource", {{"name", resource}, {"target", {{"type", "Utilization"}, {"averageUtilization", percent}}}}}};
}

std::string policiesText(const Json &policies)
{
    std::string text;
    if (!policies.is_array())
        return text;
    for (const Json &policy : policies)
        text += (text.empty() ? "" : ", ") + std::to_string(policy.value("value", 0)) +
                (policy.value("type", "") == "Percent" ? " %" : " pods") + " / " +
                std::to_string(policy.value("periodSeconds", 0)) + " s";
    return text;
}

core::Result<Json> policiesFrom(const std::string &text)
{
    if (lowerWord(text).empty())
        return Json();
    Json policies = Json::array();
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        auto policy = policyFrom(text.substr(at, end - at));
        if (!policy)
            return policy;
        policies.push_back(std::move(*policy));
        at = end + 1;
    }
    return policies;
}

} // namespace binnacle::operations
