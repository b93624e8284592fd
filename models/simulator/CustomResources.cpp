// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/CustomResources.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <regex>

namespace binnacle::simulator {

using core::Json;

namespace {

const Json nothing;

void wrong(std::vector<ApiCause> &causes, const std::string &path, const Json &value, const std::string &rule)
{
    causes.push_back({"FieldValueInvalid", "Invalid value: " + value.dump() + ": " + path + " in body " + rule, path});
}

/// `size` of `value` against two bounds of the schema.
void checkBounds(const Json &schema, const Json &value, double size, const char *least, const char *most,
                 const std::string &what, const std::string &path, std::vector<ApiCause> &causes)
{
    const Json &minimum = at(schema, {least});
    const Json &maximum = at(schema, {most});
    if (minimum.is_number() && size < minimum.get<double>())
        wrong(causes, path, value, "should " + what + " greater than or equal to " + minimum.dump());
    if (maximum.is_number() && size > maximum.get<double>())
        wrong(causes, path, value, "should " + what + " less than or equal to " + maximum.dump());
}

void checkText(const Json &schema, const Json &value, const std::string &path, std::vector<ApiCause> &causes)
{
    const auto &text = value.get_ref<const std::string &>();
    if (const Json &least = at(schema, {"minLength"}); least.is_number() && text.size() < least.get<std::size_t>())
        wrong(causes, path, value, "should be at least " + least.dump() + " chars long");
    if (const Json &most = at(schema, {"maxLength"}); most.is_number() && text.size() > most.get<std::size_t>())
        wrong(causes, path, value, "should be at most " + most.dump() + " chars long");
    const std::string pattern = textAt(schema, {"pattern"});
    if (pattern.empty())
        return;
    try {
        if (!std::regex_search(text, std::regex(pattern, std::regex::ECMAScript)))
            wrong(causes, path, value, "should match '" + pattern + "'");
    } catch (const std::regex_error &) {
        return; // Go's syntax allows what ECMAScript's does not
    }
}

void checkObject(const Json &schema, const Json &value, const std::string &path, std::vector<ApiCause> &causes)
{
    const auto below = [&](const std::string &name) { return path.empty() ? name : path + "." + name; };
    for (const Json &name : at(schema, {"required"}))
        if (name.is_string() && !value.contains(name.get<std::string>()))
            causes.push_back({"FieldValueRequired", "Required value", below(name.get<std::string>())});
    const Json &properties = at(schema, {"properties"});
    const Json &others = at(schema, {"additionalProperties"});
    for (const auto &[name, member] : value.items()) {
        const bool known = properties.is_object() && properties.contains(name);
        validateCustom(known ? properties[name] : others, member, below(name), causes);
    }
}

/// One step of a path, "[0]" or "[?(@.type==\"Ready\")]".
const Json &choose(const Json &list, std::string_view step)
{
    if (!list.is_array())
        return nothing;
    if (!startsWith(step, "?(@.")) {
        const auto index = static_cast<std::size_t>(std::atoll(std::string(step).c_str()));
        return index < list.size() ? list[index] : nothing;
    }
    const auto equals = step.find("==");
    if (equals == std::string_view::npos)
        return nothing;
    std::string_view field = step.substr(4, equals - 4);
    std::string_view wanted = step.substr(equals + 2, step.size() - equals - 3);
    if (wanted.size() >= 2 && (wanted.front() == '"' || wanted.front() == '\''))
        wanted = wanted.substr(1, wanted.size() - 2);
    for (const Json &item : list)
        if (textAt(item, {field}) == wanted)
            return item;
    return nothing;
}

} // namespace

void setCustomDefaults(const Json &schema, Json &value)
{
    if (value.is_array()) {
        for (Json &item : value)
            setCustomDefaults(at(schema, {"items"}), item);
        return;
    }
    if (!value.is_object())
        return;
    const Json &properties = at(schema, {"properties"});
    if (properties.is_object()) {
        for (const auto &[name, below] : properties.items())
            if (!value.contains(name) && below.is_object() && below.contains("default"))
                value[name] = below["default"];
    }
    const Json &others = at(schema, {"additionalProperties"});
    for (auto &[name, member] : value.items())
        setCustomDefaults(properties.is_object() && properties.contains(name) ? properties[name] : others, member);
}

void validateCustom(const Json &schema, const Json &value, const std::string &path, std::vector<ApiCause> &causes)
{
    if (!schema.is_object())
        return;
    if (const Json &allowed = at(schema, {"enum"}); allowed.is_array()) {
        std::vector<std::string> names;
        bool found = false;
        for (const Json &name : allowed) {
            found = found || name == value;
            names.push_back(name.dump());
        }
        if (!found)
            causes.push_back({"FieldValueNotSupported",
                              "Unsupported value: " + value.dump() + ": supported values: " + join(names, ", "), path});
    }
    if (value.is_number())
        checkBounds(schema, value, value.get<double>(), "minimum", "maximum", "be", path, causes);
    if (value.is_string())
        checkText(schema, value, path, causes);
    if (value.is_array()) {
        checkBounds(schema, value, static_cast<double>(value.size()), "minItems", "maxItems", "have a number of items",
                    path, causes);
        for (std::size_t index = 0; index < value.size(); ++index)
            validateCustom(at(schema, {"items"}), value[index], path + "[" + std::to_string(index) + "]", causes);
    }
    if (value.is_object())
        checkObject(schema, value, path, causes);
}

const Json &atJsonPath(const Json &object, std::string_view path)
{
    const Json *value = &object;
    while (!path.empty() && !value->is_null()) {
        if (path.front() == '[') {
            const auto end = path.find(']');
            value = &choose(*value, path.substr(1, end - 1));
            path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
            continue;
        }
        path.remove_prefix(path.front() == '.' ? 1 : 0);
        std::string name;
        std::size_t length = 0;
        // A dot in a name is written "\.".
        for (; length < path.size() && path[length] != '.' && path[length] != '['; ++length) {
            if (path[length] == '\\' && length + 1 < path.size())
                ++length;
            name += path[length];
        }
        value = &at(*value, {name});
        path.remove_prefix(length);
    }
    return *value;
}

} // namespace binnacle::simulator
