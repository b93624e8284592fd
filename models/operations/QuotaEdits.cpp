// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/QuotaEdits.h"

#include "core/FieldPath.h"
#include "operations/FieldEdits.h"
#include "stack/LimitRangeRules.h"
#include "stack/QuotaReport.h"
#include "stack/Workloads.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::ErrorKind;
using core::Json;
using core::Result;

constexpr const char *limitsPath = "/spec/limits";
constexpr const char *ratio = "maxLimitRequestRatio";

/// "requests.cpu=10" and "pods-", taken apart.
struct Assignment
{
    std::string name;
    std::optional<std::string> text; ///< nothing: removed
};

Result<Assignment> assignmentOf(const std::string &word)
{
    if (const auto equals = word.find('='); equals != std::string::npos && equals > 0)
        return Assignment{word.substr(0, equals), word.substr(equals + 1)};
    if (word.size() > 1 && word.ends_with('-') && word.find('=') == std::string::npos)
        return Assignment{word.substr(0, word.size() - 1), std::nullopt};
    return core::fail(ErrorKind::Usage, "\"" + word + "\" is no change",
                      "write NAME=AMOUNT to set a value, NAME- to remove it");
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// A value of a limit range as typed: "container.max.cpu".
struct LimitName
{
    std::string type;
    std::string bound;
    std::string resource;
};

Result<LimitName> limitNameOf(const std::string &text)
{
    static const std::map<std::string, std::string> types{{"container", "Container"},
                                                          {"pod", "Pod"},
                                                          {"pvc", "PersistentVolumeClaim"},
                                                          {"persistentvolumeclaim", "PersistentVolumeClaim"}};
    static const std::map<std::string, std::string> bounds{{"min", "min"},
                                                           {"max", "max"},
                                                           {"default", "default"},
                                                           {"defaultrequest", "defaultRequest"},
                                                           {"request", "defaultRequest"},
                                                           {"ratio", ratio},
                                                           {"maxlimitrequestratio", ratio}};
    const auto first = text.find('.');
    const auto second = first == std::string::npos ? first : text.find('.', first + 1);
    if (second != std::string::npos && second + 1 < text.size()) {
        const auto type = types.find(lower(text.substr(0, first)));
        const auto bound = bounds.find(lower(text.substr(first + 1, second - first - 1)));
        if (type != types.end() && bound != bounds.end()) {
            if (!stack::hasBound(type->second, bound->second))
                return core::fail(ErrorKind::Usage, "only containers have a " + bound->second + ", not " + type->second,
                                  "set min or max there");
            return LimitName{type->second, bound->second, text.substr(second + 1)};
        }
    }
    return core::fail(ErrorKind::Usage, "\"" + text + "\" is no value of a limit range",
                      "write TYPE.BOUND.RESOURCE, such as container.max.cpu, pod.min.memory or pvc.max.storage; bounds "
                      "are min, max, default, defaultRequest and ratio");
}

const Json &itemOf(const Json &limitRange, const std::string &type)
{
    static const Json none;
    for (const Json &item : stack::valueAt(limitRange, {"spec", "limits"})) {
        if (stack::textAt(item, {"type"}) == type)
            return item;
    }
    return none;
}

bool isEmpty(const Json &item)
{
    return std::none_of(stack::limitBounds.begin(), stack::limitBounds.end(), [&](const char *bound) {
        const Json &values = stack::valueAt(item, {bound});
        return values.is_object() && !values.empty();
    });
}

/// Without what completedLimit() gave it for the resource, unless the object had that before.
Json withoutFilledIn(const Json &base, Json item, const std::string &resource)
{
    for (const char *const bound : {"defaultRequest", "default"}) {
        const Json present = stack::valueAt(item, {bound, resource});
        if (present.is_null() || !stack::valueAt(base, {bound, resource}).is_null())
            continue;
        Json without = item;
        without[bound].erase(resource);
        if (stack::valueAt(stack::completedLimit(without), {bound, resource}) == present)
            item = std::move(without);
    }
    return item;
}

core::Error withName(core::Error error, const std::string &name)
{
    error.message = name + ": " + error.message;
    return error;
}

Result<TypedChange> finished(const Json &before, Json after, const std::vector<std::string> &paths, std::string summary)
{
    auto edit = editsBetween(before, after, paths);
    if (!edit)
        return core::fail(std::move(edit.error()));
    return TypedChange{std::move(after), std::move(*edit), std::move(summary)};
}

void addTo(std::string &summary, const std::string &name, const Json &value)
{
    summary +=
        (summary.empty() ? "" : ", ") + name + (value.is_null() ? " not limited" : " " + value.get<std::string>());
}

} // namespace

std::string hardPath(const std::string &resource)
{
    return "/spec/hard/" + core::pointerSegment(resource);
}

std::string limitPath(const std::string &type, const std::string &bound, const std::string &resource)
{
    return std::string(limitsPath) + "/[type=" + core::pointerSegment(type) + "]/" + bound + "/" +
           core::pointerSegment(resource);
}

Result<Json> canonicalAmount(const std::string &resource, const std::string &typed)
{
    const auto amount = core::typedQuantity(typed, stack::amountOf(resource));
    if (!amount)
        return core::fail(amount.error());
    return Json(amount->canonical());
}

Result<Json> canonicalLimit(const std::string &bound, const std::string &resource, const std::string &typed)
{
    if (bound != ratio)
        return canonicalAmount(resource, typed);
    const auto amount = core::typedQuantity(typed, core::Amount::Cores); // a plain number with a fraction
    if (!amount)
        return core::fail(ErrorKind::Invalid, "'" + typed + "' is not a ratio", "write a number, such as 2 or 1.5");
    return Json(amount->canonical());
}

std::vector<FieldValue> limitFields(const Json &base, const Json &edited, const std::string &type,
                                    const std::string &bound, const std::string &resource, const Json &value)
{
    const Json present = itemOf(edited, type);
    Json item = present.is_null() ? Json{{"type", type}} : withoutFilledIn(itemOf(base, type), present, resource);
    if (!value.is_null())
        item[bound][resource] = value;
    else if (item.contains(bound))
        item[bound].erase(resource);
    item = stack::completedLimit(std::move(item));
    if (present.is_null() || isEmpty(item)) {
        Json limits = Json::array();
        for (const Json &other : stack::valueAt(edited, {"spec", "limits"})) {
            if (stack::textAt(other, {"type"}) != type)
                limits.push_back(other);
        }
        if (!isEmpty(item))
            limits.push_back(std::move(item));
        return {{limitsPath, std::move(limits)}};
    }
    std::vector<FieldValue> fields;
    for (const char *const each : stack::limitBounds) {
        if (!item.contains(each) && present.contains(each)) { // servers keep no empty group
            fields.emplace_back(std::string(limitsPath) + "/[type=" + core::pointerSegment(type) + "]/" + each, Json());
            continue;
        }
        const Json &now = stack::valueAt(item, {each, resource});
        if (now != stack::valueAt(present, {each, resource}))
            fields.emplace_back(limitPath(type, each, resource), now);
    }
    return fields;
}

Json newQuota(const kube::ObjectKey &key)
{
    return {{"apiVersion", "v1"},
            {"kind", "ResourceQuota"},
            {"metadata", {{"name", key.name}, {"namespace", key.nameSpace.value()}}},
            {"spec", {{"hard", Json::object()}}}};
}

Json newLimitRange(const kube::ObjectKey &key)
{
    return {{"apiVersion", "v1"},
            {"kind", "LimitRange"},
            {"metadata", {{"name", key.name}, {"namespace", key.nameSpace.value()}}},
            {"spec", {{"limits", Json::array()}}}};
}

Result<TypedChange> changedQuota(const Json &quota, const std::vector<std::string> &words)
{
    Json changed = quota;
    std::vector<std::string> paths;
    std::string summary;
    for (const auto &word : words) {
        const auto assignment = assignmentOf(word);
        if (!assignment)
            return core::fail(assignment.error());
        const auto &name = assignment->name;
        Json value;
        if (assignment->text) {
            auto amount = canonicalAmount(name, *assignment->text);
            if (!amount)
                return core::fail(withName(std::move(amount.error()), name));
            value = std::move(*amount);
        } else if (stack::valueAt(changed, {"spec", "hard", name}).is_null()) {
            return core::fail(ErrorKind::Usage, "the quota does not limit " + name + ", so nothing can be removed",
                              "look at `binnaclectl quota`");
        }
        if (value.is_null())
            changed["spec"]["hard"].erase(name);
        else
            changed["spec"]["hard"][name] = value;
        paths.push_back(hardPath(name));
        addTo(summary, name, value);
    }
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return finished(quota, std::move(changed), paths, std::move(summary));
}

Result<TypedChange> changedLimits(const Json &limitRange, const std::vector<std::string> &words)
{
    Json changed = limitRange;
    std::vector<std::string> paths;
    std::string summary;
    for (const auto &word : words) {
        const auto assignment = assignmentOf(word);
        if (!assignment)
            return core::fail(assignment.error());
        const auto name = limitNameOf(assignment->name);
        if (!name)
            return core::fail(name.error());
        Json value;
        if (assignment->text) {
            auto amount = canonicalLimit(name->bound, name->resource, *assignment->text);
            if (!amount)
                return core::fail(withName(std::move(amount.error()), assignment->name));
            value = std::move(*amount);
        } else if (stack::valueAt(itemOf(changed, name->type), {name->bound, name->resource}).is_null()) {
            return core::fail(ErrorKind::Usage, "the limit range has no " + assignment->name + " to remove",
                              "look at `binnaclectl quota limits`");
        }
        for (auto &[path, wanted] : limitFields(limitRange, changed, name->type, name->bound, name->resource, value)) {
            if (auto set = core::FieldPath::parse(path)->set(changed, std::move(wanted)); !set)
                return core::fail(std::move(set.error()));
            if (std::find(paths.begin(), paths.end(), path) == paths.end())
                paths.push_back(path);
        }
        addTo(summary, assignment->name, value);
    }
    if (const auto problems = stack::limitProblems(changed["spec"]["limits"]); !problems.empty()) {
        const auto &first = problems.front();
        return core::fail(ErrorKind::Invalid, first.type + " " + first.resource + ": " + first.text,
                          "for each resource min, defaultRequest, default and max must not fall in this order");
    }
    return finished(limitRange, std::move(changed), paths, std::move(summary));
}

} // namespace binnacle::operations
