// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Fields.h"

#include "core/Clock.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::cluster::rules {

const core::Json *at(const core::Json &json, Path path)
{
    const core::Json *current = &json;
    for (const char *key : path) {
        if (!current->is_object())
            return nullptr;
        const auto found = current->find(key);
        if (found == current->end() || found->is_null())
            return nullptr;
        current = &*found;
    }
    return current;
}

long long integer(const core::Json &json, Path path, long long fallback)
{
    const core::Json *value = at(json, path);
    return value && value->is_number() ? value->get<long long>() : fallback;
}

std::string text(const core::Json &json, Path path)
{
    const core::Json *value = at(json, path);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag(const core::Json &json, Path path)
{
    const core::Json *value = at(json, path);
    return value && value->is_boolean() && value->get<bool>();
}

std::vector<kube::Condition> conditionsIn(const core::Json *list)
{
    std::vector<kube::Condition> conditions;
    if (!list || !list->is_array())
        return conditions;
    for (const core::Json &entry : *list) {
        const std::string type = text(entry, {"type"});
        if (type.empty())
            continue;
        kube::Condition condition;
        condition.type = core::SharedString(type);
        const std::string status = text(entry, {"status"});
        condition.status = status == "True"    ? kube::ConditionStatus::True
                           : status == "False" ? kube::ConditionStatus::False
                                               : kube::ConditionStatus::Unknown;
        condition.reason = core::SharedString(text(entry, {"reason"}));
        condition.message = text(entry, {"message"});
        if (const auto time = core::parseTime(text(entry, {"lastTransitionTime"})))
            condition.lastTransition =
                std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

std::vector<kube::Condition> conditionsOf(const core::Json &object)
{
    return conditionsIn(at(object, {"status", "conditions"}));
}

const kube::Condition *find(const std::vector<kube::Condition> &conditions, std::string_view type)
{
    const auto found = std::find_if(conditions.begin(), conditions.end(),
                                    [&](const kube::Condition &condition) { return condition.type == type; });
    return found == conditions.end() ? nullptr : &*found;
}

bool isTrue(const std::vector<kube::Condition> &conditions, std::string_view type)
{
    const kube::Condition *condition = find(conditions, type);
    return condition && condition->status == kube::ConditionStatus::True;
}

bool isFalse(const std::vector<kube::Condition> &conditions, std::string_view type)
{
    const kube::Condition *condition = find(conditions, type);
    return condition && condition->status == kube::ConditionStatus::False;
}

std::string words(const kube::Condition &condition)
{
    const std::string &reason = condition.reason.str();
    if (reason.empty() || condition.message.empty())
        return reason + condition.message;
    return reason + ": " + condition.message;
}

} // namespace binnacle::cluster::rules
