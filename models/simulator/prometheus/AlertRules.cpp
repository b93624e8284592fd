// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/AlertRules.h"

#include "simulator/Text.h"
#include "simulator/prometheus/Lexer.h"
#include "simulator/prometheus/Parser.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <optional>

namespace binnacle::simulator::prometheus {

namespace {

using core::Json;

constexpr std::int64_t evaluationInterval = 15'000;
/// How far back it is looked when an alert began: what is older is as good as that.
constexpr std::int64_t oldestAlert = 3'600'000;

std::string timeText(std::int64_t time)
{
    const auto point = std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::milliseconds(time)));
    return core::formatTime(point);
}

std::string scientific(double value)
{
    if (!std::isfinite(value))
        return numberText(value);
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
    return {text.data(), end};
}

/// "Pod {{ $labels.pod }} ..." of the reference stack; no other template is known here.
std::string expanded(const std::string &text, const Labels &labels, double value)
{
    static const std::regex reference(R"(\{\{\s*\$(labels\.(\w+)|value)\s*\}\})");
    std::string result;
    auto from = text.begin();
    for (std::sregex_iterator match(text.begin(), text.end(), reference), none; match != none; ++match) {
        result.append(from, (*match)[0].first);
        const auto label = labels.find((*match)[2].str());
        result += (*match)[1] == "value" ? numberText(value) : label == labels.end() ? std::string() : label->second;
        from = (*match)[0].second;
    }
    return result.append(from, text.end());
}

std::optional<double> valueFor(const Value &result, const Labels &labels)
{
    for (const VectorElement &element : result.vector)
        if (withoutName(element.labels) == labels)
            return element.value;
    return std::nullopt;
}

class Rule
{
public:
    Rule(const Json &rule, ExpressionPointer expression) : m_rule(rule), m_expression(std::move(expression)) {}

    [[nodiscard]] Json evaluate(const std::vector<ScrapedSeries> &series, std::int64_t now) const
    {
        Evaluator evaluator(series);
        const std::int64_t at = now / evaluationInterval * evaluationInterval;
        const std::int64_t hold = millisecondsOf(textAt(m_rule, {"for"}));
        Json alerts = Json::array();
        for (const VectorElement &element : evaluator.evaluate(*m_expression, at).vector) {
            const Labels labels = withoutName(element.labels);
            std::int64_t since = at;
            while (since > at - oldestAlert &&
                   valueFor(evaluator.evaluate(*m_expression, since - evaluationInterval), labels))
                since -= evaluationInterval;
            alerts.push_back(alert(labels, element.value, since, at - since >= hold ? "firing" : "pending"));
        }
        return described(std::move(alerts), hold, at);
    }

private:
    [[nodiscard]] Json alert(const Labels &labels, double value, std::int64_t since, const char *state) const
    {
        Json all = labels;
        all["alertname"] = textAt(m_rule, {"alert"});
        for (const auto &[name, text] : at(m_rule, {"labels"}).items())
            all[name] = expanded(text.get<std::string>(), labels, value);
        Json annotations = Json::object();
        for (const auto &[name, text] : at(m_rule, {"annotations"}).items())
            annotations[name] = expanded(text.get<std::string>(), labels, value);
        return {{"labels", std::move(all)},
                {"annotations", std::move(annotations)},
                {"state", state},
                {"activeAt", timeText(since)},
                {"value", scientific(value)}};
    }

    [[nodiscard]] Json described(Json alerts, std::int64_t hold, std::int64_t now) const
    {
        std::string state = alerts.empty() ? "inactive" : "pending";
        for (const Json &each : alerts)
            if (each["state"] == "firing")
                state = "firing";
        const Json none = Json::object();
        return {{"state", state},
                {"name", textAt(m_rule, {"alert"})},
                {"query", textAt(m_rule, {"expr"})},
                {"duration", hold / 1000},
                {"keepFiringFor", 0},
                {"labels", m_rule.value("labels", none)},
                {"annotations", m_rule.value("annotations", none)},
                {"alerts", std::move(alerts)},
                {"health", "ok"},
                {"evaluationTime", 0.0005},
                {"lastEvaluation", timeText(now)},
                {"type", "alerting"}};
    }

    const Json &m_rule;
    ExpressionPointer m_expression;
};

Json groupsOf(const Json &file, const std::string &name, const std::vector<ScrapedSeries> &series, std::int64_t time)
{
    Json groups = Json::array();
    for (const Json &group : at(file, {"groups"})) {
        Json rules = Json::array();
        for (const Json &rule : at(group, {"rules"})) {
            const auto expression = parse(textAt(rule, {"expr"}));
            if (expression && rule.contains("alert"))
                rules.push_back(Rule(rule, *expression).evaluate(series, time));
        }
        groups.push_back({{"name", textAt(group, {"name"})},
                          {"file", "/etc/prometheus/" + name},
                          {"rules", std::move(rules)},
                          {"interval", evaluationInterval / 1000},
                          {"limit", 0},
                          {"evaluationTime", 0.001},
                          {"lastEvaluation", timeText(time)}});
    }
    return groups;
}

} // namespace

std::string numberText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 400> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
    return {text.data(), end};
}

Json ruleGroups(const ClusterState &state, const Json &pod, const std::vector<ScrapedSeries> &series, std::int64_t time)
{
    Json groups = Json::array();
    for (const Json &volume : at(pod, {"spec", "volumes"})) {
        const auto map =
            state.storage.get("configmaps", {nameOf(pod).nameSpace, textAt(volume, {"configMap", "name"})});
        if (!map)
            continue;
        for (const auto &[name, text] : at(map->object(), {"data"}).items()) {
            const auto documents = parseYaml(text.get<std::string>());
            if (!documents || documents->empty())
                continue;
            for (Json &group : groupsOf(documents->front(), name, series, time))
                groups.push_back(std::move(group));
        }
    }
    return {{"groups", std::move(groups)}};
}

Json activeAlerts(const Json &groups)
{
    Json alerts = Json::array();
    for (const Json &group : at(groups, {"groups"}))
        for (const Json &rule : group["rules"])
            for (const Json &alert : rule["alerts"])
                alerts.push_back(alert);
    return {{"alerts", std::move(alerts)}};
}

} // namespace binnacle::simulator::prometheus
