// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Selector.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

namespace binnacle::simulator {

using core::Json;

namespace {

std::string trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

/// Commas inside parentheses separate values, not requirements.
std::vector<std::string> splitRequirements(std::string_view text)
{
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    for (const char c : text) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ',' && depth == 0) {
            parts.push_back(trimmed(part));
            part.clear();
        } else {
            part += c;
        }
    }
    parts.push_back(trimmed(part));
    parts.erase(std::remove(parts.begin(), parts.end(), std::string()), parts.end());
    return parts;
}

} // namespace

core::Result<LabelSelector::Requirement> LabelSelector::parseRequirement(std::string_view text)
{
    static const std::regex set("([^ !=(),]+) +(in|notin) *\\(([^()]*)\\)");
    static const std::regex equality("([^ !=(),<>]+) *(=|==|!=|>|<) *([^ !=(),<>]*)");
    static const std::regex presence("(!?) *([^ !=(),<>]+)");
    const std::string source(text);
    std::smatch match;
    Requirement requirement;
    if (std::regex_match(source, match, set)) {
        requirement.key = match[1];
        requirement.op = match[2] == "in" ? Operator::In : Operator::NotIn;
        for (const std::string &value : split(match[3].str(), ','))
            requirement.values.push_back(trimmed(value));
        return requirement;
    }
    if (std::regex_match(source, match, equality)) {
        requirement.key = match[1];
        requirement.op = match[2] == "!="  ? Operator::NotIn
                         : match[2] == ">" ? Operator::Greater
                         : match[2] == "<" ? Operator::Less
                                           : Operator::In;
        requirement.values = {match[3].str()};
        return requirement;
    }
    if (std::regex_match(source, match, presence)) {
        requirement.key = match[2];
        requirement.op = match[1].length() == 0 ? Operator::Exists : Operator::DoesNotExist;
        return requirement;
    }
    return core::fail(core::ErrorKind::Invalid, "unable to parse requirement: " + source);
}

core::Result<LabelSelector> LabelSelector::parse(std::string_view text)
{
    LabelSelector selector;
    for (const std::string &part : splitRequirements(text)) {
        auto requirement = parseRequirement(part);
        if (!requirement)
            return core::fail(requirement.error());
        selector.m_requirements.push_back(std::move(*requirement));
    }
    return selector;
}

LabelSelector LabelSelector::fromObject(const Json &selector)
{
    LabelSelector result;
    if (!selector.is_object()) {
        result.m_nothing = true;
        return result;
    }
    for (const auto &[key, value] : at(selector, {"matchLabels"}).items())
        result.m_requirements.push_back({key, Operator::In, {value.is_string() ? value.get<std::string>() : ""}});
    for (const Json &expression : at(selector, {"matchExpressions"})) {
        const std::string op = textAt(expression, {"operator"});
        Requirement requirement{textAt(expression, {"key"}),
                                op == "In"       ? Operator::In
                                : op == "NotIn"  ? Operator::NotIn
                                : op == "Exists" ? Operator::Exists
                                                 : Operator::DoesNotExist,
                                {}};
        for (const Json &value : at(expression, {"values"}))
            requirement.values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
        result.m_requirements.push_back(std::move(requirement));
    }
    return result;
}

LabelSelector LabelSelector::fromMap(const Json &labels)
{
    if (!labels.is_object() || labels.empty())
        return fromObject(Json());
    return fromObject(Json{{"matchLabels", labels}});
}

bool LabelSelector::holds(const Requirement &requirement, const Json &labels)
{
    const Json &label = at(labels, {requirement.key});
    const bool present = label.is_string();
    const std::string value = present ? label.get<std::string>() : std::string();
    const auto &values = requirement.values;
    const bool listed = present && std::find(values.begin(), values.end(), value) != values.end();
    switch (requirement.op) {
    case Operator::In:
        return listed;
    case Operator::NotIn:
        return !listed;
    case Operator::Exists:
        return present;
    case Operator::DoesNotExist:
        return !present;
    case Operator::Greater:
        return present && std::atoll(value.c_str()) > std::atoll(values[0].c_str());
    case Operator::Less:
        return present && std::atoll(value.c_str()) < std::atoll(values[0].c_str());
    }
    return false;
}

bool LabelSelector::matches(const Json &labels) const
{
    return !m_nothing && std::all_of(m_requirements.begin(), m_requirements.end(),
                                     [&](const Requirement &requirement) { return holds(requirement, labels); });
}

std::string LabelSelector::toString() const
{
    std::vector<std::string> parts;
    for (const Requirement &requirement : m_requirements) {
        switch (requirement.op) {
        case Operator::In:
            parts.push_back(requirement.values.size() == 1
                                ? requirement.key + "=" + requirement.values[0]
                                : requirement.key + " in (" + join(requirement.values, ",") + ")");
            break;
        case Operator::NotIn:
            parts.push_back(requirement.key + " notin (" + join(requirement.values, ",") + ")");
            break;
        case Operator::Exists:
            parts.push_back(requirement.key);
            break;
        case Operator::DoesNotExist:
            parts.push_back("!" + requirement.key);
            break;
        case Operator::Greater:
            parts.push_back(requirement.key + ">" + requirement.values[0]);
            break;
        case Operator::Less:
            parts.push_back(requirement.key + "<" + requirement.values[0]);
            break;
        }
    }
    return join(parts, ",");
}

core::Result<FieldSelector> FieldSelector::parse(std::string_view text)
{
    FieldSelector selector;
    for (const std::string &part : split(text, ',')) {
        if (part.empty())
            continue;
        const auto equals = part.find('=');
        if (equals == std::string::npos || equals == 0)
            return core::fail(core::ErrorKind::Invalid,
                              "invalid selector: '" + std::string(text) + "'; can't understand '" + part + "'");
        const bool negated = part[equals - 1] == '!';
        const std::size_t valueAt = part.compare(equals, 2, "==") == 0 ? equals + 2 : equals + 1;
        selector.m_requirements.push_back(
            {split(part.substr(0, negated ? equals - 1 : equals), '.'), !negated, part.substr(valueAt)});
    }
    return selector;
}

bool FieldSelector::matches(const Json &object) const
{
    for (const Requirement &requirement : m_requirements) {
        const Json *value = &object;
        for (const std::string &name : requirement.path)
            value = &at(*value, {name});
        const std::string text = value->is_string() ? value->get<std::string>() : value->is_null() ? "" : value->dump();
        if ((text == requirement.value) != requirement.equal)
            return false;
    }
    return true;
}

} // namespace binnacle::simulator
