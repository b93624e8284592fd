// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/StrategicMerge.h"

#include "stack/kustomize/ElementList.h"
#include "stack/kustomize/MergeKeys.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

using Keys = std::vector<std::string>;

enum class Directive { Merge, Replace, Delete };

core::Error patchError(const std::string &path, const std::string &what)
{
    return core::makeError(core::ErrorKind::Configuration,
                           "the patch at " + (path.empty() ? "its root" : path) + ": " + what, "Correct the patch.");
}

class Merge
{
public:
    Merge(Gvk gvk, const Schema &schema) : m_gvk(std::move(gvk)), m_schema(schema) {}

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
        if (!target.is_null() && !target.is_array()) {
            return core::fail(patchError(path, "it has a list where the object has none"));
        }
        const auto rule = m_schema.isEmpty() ? mergeKeysOf(m_gvk, path) : m_schema.mergeKeys(m_gvk, path);
        if (!rule || takeListReplacement(patch) || target.is_null()) {
            target = core::Json::array();
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

    /// The elements of the patch come first, in their order, each in the form that merging with the one of the same
    /// keys gives.
    core::Result<bool> mergeElements(core::Json &target, core::Json &patch, const Keys &keys, const std::string &path)
    {
        ElementList old(target);
        ElementList changes(patch);
        auto all = changes.values(keys);
        if (std::any_of(all.begin(), all.end(), [](const Keys &values) {
                return std::all_of(values.begin(), values.end(), [](const std::string &text) { return text.empty(); });
            })) {
            return core::fail(
                patchError(path, "an element lacks '" + keys.front() + "', by which this list is merged"));
        }
        for (const Keys &values : old.values(keys)) {
            all.push_back(values);
        }
        dropRepeated(all);
        if (keys.size() > 1) {
            unify(all);
        }
        core::Json merged = core::Json::array();
        AskedFor asked;
        for (const Keys &values : all) {
            asked = askedFor(all, values, keys);
            const AskedFor own = askedFor({asked.values}, asked.values, asked.keys);
            core::Json *const before = old.find(own.keys, own.values);
            core::Json *const change = changes.find(own.keys, own.values);
            auto element = mergedElement(before, change, path);
            if (!element) {
                return core::fail(element.error());
            }
            if (element->is_null() || (element->is_object() && element->empty())) {
                old.remove(asked.keys, asked.values);
            } else {
                ElementList(merged).set(*element, asked.keys, asked.values);
            }
        }
        ElementList(merged).append(target, asked.keys);
        target = std::move(merged);
        return true;
    }

    /// The element as it is to be; `before` is changed with it, unless the patch replaces it.
    core::Result<core::Json> mergedElement(core::Json *before, const core::Json *change, const std::string &path)
    {
        if (change == nullptr) {
            return before == nullptr ? core::Json(nullptr) : *before;
        }
        const bool replaces = change->is_object() && change->value("$patch", core::Json()) == "replace";
        core::Json fresh = before == nullptr ? core::Json(nullptr) : *before;
        auto kept = value(fresh, *change, path);
        if (!kept) {
            return core::fail(kept.error());
        }
        if (!*kept) {
            return core::Json(nullptr);
        }
        if (before != nullptr && !replaces) {
            *before = fresh;
        }
        return fresh;
    }

    static void dropRepeated(std::vector<Keys> &all)
    {
        std::vector<Keys> once;
        for (Keys &values : all) {
            if (std::find(once.begin(), once.end(), values) == once.end()) {
                once.push_back(std::move(values));
            }
        }
        all = std::move(once);
    }

    Gvk m_gvk;
    const Schema &m_schema;
};

} // namespace

core::Result<void> strategicMerge(core::Json &target, const core::Json &patch, const Schema &schema)
{
    if (patch.is_object() && patch.value("$patch", core::Json()) == "replace") {
        return {}; // of a whole object this has no effect in kustomize
    }
    auto kept = Merge(gvkOf(target), schema).value(target, patch, "");
    if (!kept) {
        return core::fail(kept.error());
    }
    if (!*kept) {
        target = nullptr;
    }
    return {};
}

} // namespace binnacle::stack::kustomize
