// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/FieldPath.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace binnacle::core {

namespace {

std::string unescaped(std::string_view segment)
{
    std::string key;
    for (std::size_t at = 0; at < segment.size(); ++at) {
        const bool escape = segment[at] == '~' && at + 1 < segment.size();
        if (escape && (segment[at + 1] == '0' || segment[at + 1] == '1'))
            key += segment[++at] == '0' ? '~' : '/';
        else
            key += segment[at];
    }
    return key;
}

std::optional<std::size_t> positionIn(const Json &list, const std::string &key)
{
    std::size_t position = 0;
    const auto parsed = std::from_chars(key.data(), key.data() + key.size(), position);
    const bool number = parsed.ec == std::errc() && parsed.ptr == key.data() + key.size();
    return number && position < list.size() ? std::optional(position) : std::nullopt;
}

/// The field of this name; where there is none, "a.b" is b within a.
const Json *memberOf(const Json &element, const std::string &field)
{
    if (!element.is_object())
        return nullptr;
    if (const auto found = element.find(field); found != element.end())
        return &*found;
    const auto dot = field.find('.');
    const auto outer = dot == std::string::npos ? element.end() : element.find(field.substr(0, dot));
    return outer == element.end() ? nullptr : memberOf(*outer, field.substr(dot + 1));
}

std::optional<std::size_t> selectedIn(const Json &list, const std::string &field, const std::string &value)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const Json &element) {
        const Json *member = memberOf(element, field);
        return member != nullptr && *member == value;
    });
    return found == list.end() ? std::nullopt : std::optional<std::size_t>(found - list.begin());
}

} // namespace

std::string pointerSegment(std::string_view key)
{
    std::string segment;
    for (const char c : key)
        segment += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return segment;
}

Result<FieldPath> FieldPath::parse(std::string_view text)
{
    FieldPath path;
    if (text.empty())
        return path;
    if (text.front() != '/')
        return fail(ErrorKind::Usage, "\"" + std::string(text) + "\" is not the path of a field", "begin it with /");
    path.m_text = text;
    for (std::size_t at = 1; at <= text.size();) {
        const auto end = std::min(text.find('/', at), text.size());
        const auto word = text.substr(at, end - at);
        const auto equals = word.find('=');
        const bool selects = word.size() > 2 && word.front() == '[' && word.back() == ']' && equals != word.npos;
        if (selects)
            path.m_segments.push_back(
                {unescaped(word.substr(equals + 1, word.size() - equals - 2)), unescaped(word.substr(1, equals - 1))});
        else
            path.m_segments.push_back({unescaped(word), {}});
        at = end + 1;
    }
    return path;
}

const Json *FieldPath::step(const Json &parent, const Segment &segment)
{
    if (parent.is_object() && segment.selector.empty()) {
        const auto found = parent.find(segment.key);
        return found == parent.end() ? nullptr : &*found;
    }
    if (!parent.is_array())
        return nullptr;
    const auto position =
        segment.selector.empty() ? positionIn(parent, segment.key) : selectedIn(parent, segment.selector, segment.key);
    return position ? &parent[*position] : nullptr;
}

const Json *FieldPath::find(const Json &root) const
{
    const Json *value = &root;
    for (const auto &segment : m_segments) {
        value = step(*value, segment);
        if (value == nullptr)
            return nullptr;
    }
    return value;
}

Json FieldPath::valueIn(const Json &root) const
{
    const auto *found = find(root);
    return found == nullptr ? Json() : *found;
}

Result<void> FieldPath::set(Json &root, Json value) const
{
    Json *parent = &root;
    for (std::size_t index = 0; index < m_segments.size(); ++index) {
        const auto &segment = m_segments[index];
        const bool last = index + 1 == m_segments.size();
        auto *const found = const_cast<Json *>(step(*parent, segment));
        const bool canMake = segment.selector.empty() && (parent->is_object() || parent->is_null());
        if (found == nullptr && value.is_null())
            return {};
        if (found == nullptr && last && !segment.selector.empty() && (parent->is_array() || parent->is_null())) {
            parent->push_back(std::move(value));
            return {};
        }
        if (found == nullptr && !canMake)
            return fail(ErrorKind::NotFound, m_text + " has no place in the object: it lacks \"" + segment.key + "\"");
        if (last && value.is_null()) {
            if (parent->is_object())
                parent->erase(segment.key);
            else
                parent->erase(static_cast<std::size_t>(found - &(*parent)[0]));
            return {};
        }
        parent = found != nullptr ? found : &(*parent)[segment.key];
    }
    *parent = std::move(value);
    return {};
}

void FieldPath::addToPatch(Json &patch, Json value) const
{
    Json *place = &patch;
    for (const auto &segment : m_segments) {
        if (segment.selector.empty()) {
            place = &(*place)[segment.key];
            continue;
        }
        if (place->is_null())
            *place = Json::array();
        const auto known = selectedIn(*place, segment.selector, segment.key);
        if (!known)
            place->push_back({{segment.selector, segment.key}});
        place = known ? &(*place)[*known] : &place->back();
    }
    *place = std::move(value);
}

bool FieldPath::selects() const
{
    return std::any_of(m_segments.begin(), m_segments.end(),
                       [](const Segment &segment) { return !segment.selector.empty(); });
}

std::string FieldPath::forJq() const
{
    std::string expression = ".";
    for (const auto &segment : m_segments) {
        if (!segment.selector.empty())
            expression += "[] | select(." + segment.selector + " == " + Json(segment.key).dump() + ")";
        else
            expression += (expression.back() == ')' ? " | ." : "") + ("[" + Json(segment.key).dump() + "]");
    }
    return expression;
}

std::string FieldPath::serverName(const Json &root) const
{
    std::string name;
    const Json *value = &root;
    for (const auto &segment : m_segments) {
        const bool list = value != nullptr && value->is_array();
        std::optional<std::size_t> position;
        if (list)
            position = segment.selector.empty() ? positionIn(*value, segment.key)
                                                : selectedIn(*value, segment.selector, segment.key);
        if (list && position)
            name += "[" + std::to_string(*position) + "]";
        else if (segment.key.find_first_of("./") != std::string::npos)
            name += "[" + segment.key + "]";
        else
            name += (name.empty() ? "" : ".") + segment.key;
        value = value != nullptr ? step(*value, segment) : nullptr;
    }
    return name;
}

} // namespace binnacle::core
