// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogFields.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace binnacle::logs {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr int deepest = 8;

void flatten(const OrderedJson &object, const std::string &prefix, int depth, std::vector<LogField> &fields)
{
    for (const auto &[name, value] : object.items()) {
        const std::string path = prefix + name;
        if (value.is_object() && !value.empty() && depth < deepest)
            flatten(value, path + ".", depth + 1, fields);
        else if (value.is_string())
            fields.push_back({path, value.get<std::string>()});
        else
            fields.push_back({path, value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace)});
    }
}

bool isNameLetter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
}

/// A value in quotes, with \" and \\ and \n undone; moves `at` behind it.
std::string quoted(std::string_view line, std::size_t &at)
{
    std::string value;
    for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\' && at + 1 < line.size()) {
            ++at;
            value += line[at] == 'n' ? '\n' : line[at] == 't' ? '\t' : line[at];
        } else {
            value += line[at];
        }
    }
    at = std::min(at + 1, line.size());
    return value;
}

std::vector<LogField> logfmtFields(std::string_view line)
{
    std::vector<LogField> fields;
    std::size_t at = 0;
    while (at < line.size()) {
        const std::size_t begin = at;
        while (at < line.size() && isNameLetter(line[at]))
            ++at;
        if (at == begin || at >= line.size() || line[at] != '=') {
            at = std::min(line.find(' ', at), line.size());
        } else {
            LogField field{std::string(line.substr(begin, at - begin)), {}};
            ++at;
            if (at < line.size() && line[at] == '"') {
                field.value = quoted(line, at);
            } else {
                const auto end = std::min(line.find(' ', at), line.size());
                field.value = line.substr(at, end - at);
                at = end;
            }
            fields.push_back(std::move(field));
        }
        while (at < line.size() && line[at] == ' ')
            ++at;
    }
    if (fields.size() < 2)
        fields.clear();
    return fields;
}

} // namespace

std::vector<LogField> fieldsOf(std::string_view line)
{
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    line.remove_prefix(begin);
    if (line.front() != '{')
        return logfmtFields(line);
    std::vector<LogField> fields;
    const auto object = OrderedJson::parse(line, nullptr, false);
    if (object.is_object())
        flatten(object, {}, 0, fields);
    return fields;
}

std::string messageOf(const std::vector<LogField> &fields)
{
    for (const char *const name : {"msg", "message", "log", "event"}) {
        const auto found =
            std::find_if(fields.begin(), fields.end(), [name](const auto &field) { return field.name == name; });
        if (found != fields.end())
            return found->value;
    }
    return {};
}

} // namespace binnacle::logs
