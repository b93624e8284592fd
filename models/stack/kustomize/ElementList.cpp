// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/ElementList.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace binnacle::stack::kustomize {

namespace {

using Texts = ElementList::Texts;

/// The text of a single value; std::nullopt where there is none.
std::optional<std::string> textOf(const core::Json &element, const std::string &key)
{
    const auto found = element.is_object() ? element.find(key) : element.end();
    if (found == element.end() || found->is_null() || found->is_structured()) {
        return std::nullopt;
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

bool fits(const core::Json &element, const Texts &keys, const Texts &values)
{
    bool fitting = false;
    for (std::size_t i = 0; i < std::min(keys.size(), values.size()); ++i) {
        const auto text = textOf(element, keys[i]);
        if (!text || (!values[i].empty() && *text != values[i])) {
            return false;
        }
        fitting = true;
    }
    return fitting;
}

std::optional<Texts> unified(const Texts &a, const Texts &b)
{
    bool common = false;
    Texts both;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && !a[i].empty() && !b[i].empty()) {
            return std::nullopt;
        }
        common = common || a[i] == b[i];
        both.push_back(a[i].empty() ? b[i] : a[i]);
    }
    return common ? std::optional(both) : std::nullopt;
}

} // namespace

std::vector<Texts> ElementList::values(const Texts &keys) const
{
    std::vector<Texts> all;
    for (const core::Json &element : m_list) {
        Texts texts;
        for (const std::string &key : keys) {
            texts.push_back(textOf(element, key).value_or(""));
        }
        all.push_back(std::move(texts));
    }
    return all;
}

core::Json *ElementList::find(const Texts &keys, const Texts &values)
{
    const auto found = std::find_if(m_list.begin(), m_list.end(),
                                    [&](const core::Json &element) { return fits(element, keys, values); });
    return found == m_list.end() ? nullptr : &*found;
}

void ElementList::remove(const Texts &keys, const Texts &values)
{
    m_list.erase(std::remove_if(m_list.begin(), m_list.end(),
                                [&](const core::Json &element) { return fits(element, keys, values); }),
                 m_list.end());
}

void ElementList::set(const core::Json &element, const Texts &keys, const Texts &values)
{
    bool found = false;
    for (core::Json &other : m_list) {
        if (fits(other, keys, values)) {
            other = element;
            found = true;
        }
    }
    if (!found) {
        m_list.push_back(element);
    }
}

void ElementList::append(const core::Json &other, const Texts &keys)
{
    for (const core::Json &element : other) {
        Texts values;
        for (const std::string &key : keys) {
            if (const auto text = textOf(element, key)) {
                values.push_back(*text);
            } else {
                m_list.push_back(element);
            }
        }
        if (keys.size() > 1) {
            remove(keys, values);
        }
        if (!values.empty()) {
            set(element, keys, values);
        }
    }
}

AskedFor askedFor(const std::vector<Texts> &all, const Texts &values, const Texts &keys)
{
    AskedFor asked;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (std::any_of(all.begin(), all.end(), [&](const Texts &each) { return !each[i].empty(); })) {
            asked.keys.push_back(keys[i]);
            asked.values.push_back(values[i]);
        }
    }
    return asked.keys.empty() ? AskedFor{keys, values} : asked;
}

void unify(std::vector<Texts> &all)
{
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < all.size(); ++j) {
            if (const auto both = unified(all[i], all[j])) {
                all[i] = *both;
                all[j] = *both;
            }
        }
    }
}

} // namespace binnacle::stack::kustomize
