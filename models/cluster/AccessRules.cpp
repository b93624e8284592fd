// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/AccessRules.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::cluster {

namespace {

std::vector<std::string> strings(const core::Json &rule, const char *key)
{
    const auto list = rule.find(key);
    return list == rule.end() || list->is_null() ? std::vector<std::string>() : list->get<std::vector<std::string>>();
}

bool holds(const std::vector<std::string> &list, const std::string &wanted)
{
    return std::any_of(list.begin(), list.end(), [&](const auto &item) { return item == "*" || item == wanted; });
}

/// RBAC's resource match: "pods/log" by itself, by "*", or by "*/log".
bool coversResource(const std::vector<std::string> &list, const AccessQuery &query)
{
    const std::string wanted = query.subresource.empty() ? query.resource : query.resource + "/" + query.subresource;
    return holds(list, wanted) ||
           (!query.subresource.empty() && std::find(list.begin(), list.end(), "*/" + query.subresource) != list.end());
}

} // namespace

std::string AccessQuery::describe() const
{
    return verb + " " + resource + (group.empty() ? "" : "." + group) + (subresource.empty() ? "" : "/" + subresource) +
           (name.empty() ? "" : " " + name) +
           (nameSpace.isEmpty() ? " in the whole cluster" : " in " + nameSpace.value());
}

core::Result<AccessRules> AccessRules::parse(const core::Json &review)
{
    try {
        AccessRules rules;
        const auto &status = review.at("status");
        rules.m_incomplete = status.value("incomplete", false);
        rules.m_evaluationError = status.value("evaluationError", "");
        for (const auto &item : status.value("resourceRules", core::Json::array()))
            rules.m_rules.push_back({strings(item, "verbs"), strings(item, "apiGroups"), strings(item, "resources"),
                                     strings(item, "resourceNames")});
        return rules;
    } catch (const core::Json::exception &exception) {
        return core::fail(core::ErrorKind::Protocol,
                          std::string("the server's SelfSubjectRulesReview cannot be read: ") + exception.what());
    }
}

Permission AccessRules::may(const AccessQuery &query) const
{
    for (const auto &rule : m_rules) {
        const bool named = rule.names.empty() || (!query.name.empty() && std::find(rule.names.begin(), rule.names.end(),
                                                                                   query.name) != rule.names.end());
        if (named && holds(rule.verbs, query.verb) && holds(rule.groups, query.group) &&
            coversResource(rule.resources, query))
            return {Verdict::Allowed, {}};
    }
    if (m_incomplete)
        return {Verdict::Unknown, "the server could not list all permissions" +
                                      (m_evaluationError.empty() ? std::string() : ": " + m_evaluationError)};
    return {Verdict::Denied, "you may not " + query.describe()};
}

} // namespace binnacle::cluster
