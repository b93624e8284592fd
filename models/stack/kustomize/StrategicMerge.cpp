// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/StrategicMerge.h"

#include "stack/kustomize/MergeKeys.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

using Keys = std::vector<std::string>;
using Values = std::vector<std::string>;

enum class Directive { Merge, Replace, Delete };

std::string scalarText(const core::Json &value)
{
    return value.is_string() ? value.get<std::string>() : value.dump();
}

core::Error patchError(const std::string &path, const std::string &what)
{
    return core::makeError(core::ErrorKind::Configuration,
                           "the patch at " + (path.empty() ? "its root" : path) + ": " + what, "Correct the patch.");
}

class Merge
{
public:
    explicit Merge(Gvk gvk) : m_gvk(std::move(gvk)) {}

    /// False: the value is to be removed.
    core::Result<bool> value(core::Json &target, core::Json patch, const std::string &path)
    {
        if (patch.is_null()) {
            return false;
        }
        if (patch.is_object()) {
            return map(target, std::move(patch), path);
        }
        if (patch.is_array()) {
            return list(target, std::move(patch), path);
        }
        if (target.is_structured()) {
            return core::fail(patchError(path, "it has a single value where the object has a map or a list"));
        }
        target = std::move(patch);
        return true;
    }

private:
    core::Result<bool> map(core::Json &target, core::Json patch, const std::string &path)
    {
        auto directive = takeDirective(patch, path);
        if (!directive) {
            return core::fail(directive.error());
        }
        if (*directive == Directive::Delete) {
            return false;
        }
        if (*directive == Directive::Replace || target.is_null()) {
            target = core::Json::object();
        }
        if (!target.is_object()) {
            return core::fail(patchError(path, "it has a map where the object has none"));
        }
        for (auto &[key, item] : patch.items()) {
            const std::string where = path.empty() ? key : path + "." + key;
            if (!key.empty() && key.front() == '$') {
                return core::fail(core::makeError(core::ErrorKind::Unsupported,
                                                  "the patch uses " + where + ", which is not supported",
                                                  "Use $patch: replace or delete, or a JSON 6902 patch."));
            }
            core::Json old = target.contains(key) ? std::move(target[key]) : core::Json(nullptr);
            auto kept = value(old, std::move(item), where);
            if (!kept) {
                return kept;
            }
            if (*kept) {
                target[key] = std::move(old);
            } else {
                target.erase(key);
            }
        }
        return true;
    }

    core::Result<Directive> takeDirective(core::Json &patch, const std::string &path)
    {
        const auto found = patch.find("$patch");
        if (found == patch.end()) {
            return Directive::Merge;
        }
        const std::string word = found->is_string() ? found->get<std::string>() : std::string{};
        patch.erase(found);
        if (word == "delete") {
            return Directive::Delete;
        }
        if (word == "replace") {
            return Directive::Replace;
        }
        if (word == "merge") {
            return Directive::Merge;
        }
        return core::fail(patchError(path, "$patch must be delete, merge or replace"));
    }

    core::Result<bool> list(core::Json &target, core::Json patch, const std::string &path)
    {
        const auto rule = mergeKeysOf(m_gvk, path);
        const bool replaced = takeListReplacement(patch);
        if (!rule || replaced || target.is_null()) {
            target = core::Json::array();
        }
        if (!target.is_array()) {
            return core::fail(patchError(path, "it has a list where the object has none"));
        }
        if (!rule) {
            target = std::move(patch);
            return true;
        }
        return rule->empty() ? mergeScalars(target, patch) : mergeElements(target, patch, *rule, path);
    }

    /// An element that is nothing but {$patch: replace} speaks of its list.
    static bool takeListReplacement(core::Json &patch)
    {
        for (auto item = patch.begin(); item != patch.end(); ++item) {
            if (item->is_object() && item->size() == 1 && item->value("$patch", core::Json()) == "replace") {
                patch.erase(item);
                return true;
            }
        }
        return false;
    }

    static core::Result<bool> mergeScalars(core::Json &target, const core::Json &patch)
    {
        core::Json merged = core::Json::array();
        for (const core::Json *source : {&patch, static_cast<const core::Json *>(&target)}) {
            for (const core::Json &item : *source) {
                if (std::find(merged.begin(), merged.end(), item) == merged.end()) {
                    merged.push_back(item);
                }
            }
        }
        target = std::move(merged);
        return true;
    }

    static Values keyValues(const core::Json &element, const Keys &keys)
    {
        Values values;
        for (const std::string &key : keys) {
            const bool has = element.is_object() && element.contains(key) && !element[key].is_structured();
            values.push_back(has ? scalarText(element[key]) : std::string{});
        }
        return values;
    }

    /// Keys after the first may be missing (`protocol` of a port); then only those that are there are compared.
    static bool sameElement(const core::Json &element, const Keys &keys, const Values &wanted)
    {
        bool compared = false;
        const Values values = keyValues(element, keys);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (wanted[i].empty()) {
                continue;
            }
            compared = true;
            if (values[i] != wanted[i]) {
                return false;
            }
        }
        return compared;
    }

    /// kustomize puts the elements of the patch first, in their order; where a list is merged by two keys (ports), only
    /// those that are new.
    static bool keepsOrder(const core::Json &target, const core::Json &patch, const Keys &keys)
    {
        const auto hasSecond = [&](const core::Json &element) { return !keyValues(element, keys)[1].empty(); };
        return keys.size() > 1 && (std::any_of(target.begin(), target.end(), hasSecond) ||
                                   std::any_of(patch.begin(), patch.end(), hasSecond));
    }

    core::Result<bool> mergeElements(core::Json &target, core::Json &patch, const Keys &keys, const std::string &path)
    {
        core::Json merged = core::Json::array();
        const bool inPlace = keepsOrder(target, patch, keys);
        for (core::Json &item : patch) {
            const Values wanted = keyValues(item, keys);
            if (std::all_of(wanted.begin(), wanted.end(), [](const std::string &text) { return text.empty(); })) {
                return core::fail(
                    patchError(path, "an element lacks '" + keys.front() + "', by which this list is merged"));
            }
            const auto same = [&](const core::Json &element) { return sameElement(element, keys, wanted); };
            auto old = std::find_if(target.begin(), target.end(), same);
            core::Json element = old == target.end() ? core::Json(nullptr) : *old;
            auto kept = value(element, std::move(item), path);
            if (!kept) {
                return kept;
            }
            if (!*kept || (element.is_object() && element.empty())) {
                target.erase(std::remove_if(target.begin(), target.end(), same), target.end());
                continue;
            }
            if (old != target.end() && inPlace) {
                *old = std::move(element);
                continue;
            }
            if (old != target.end()) {
                target.erase(old);
            }
            const auto earlier = std::find_if(merged.begin(), merged.end(), same);
            if (earlier == merged.end()) {
                merged.push_back(std::move(element));
            } else {
                *earlier = std::move(element);
            }
        }
        for (core::Json &item : target) {
            merged.push_back(std::move(item));
        }
        target = std::move(merged);
        return true;
    }

    Gvk m_gvk;
};

} // namespace

core::Result<void> strategicMerge(core::Json &target, const core::Json &patch)
{
    auto kept = Merge(gvkOf(target)).value(target, patch, "");
    if (!kept) {
        return core::fail(kept.error());
    }
    if (!*kept) {
        target = nullptr;
    }
    return {};
}

} // namespace binnacle::stack::kustomize
