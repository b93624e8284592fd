// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/YamlFields.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace binnacle::stack {

namespace {

std::size_t editDistance(const std::string &a, const std::string &b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

std::string nearestWord(const std::string &word, const std::vector<std::string> &words)
{
    std::string best;
    std::size_t distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string &candidate : words) {
        if (const std::size_t d = editDistance(word, candidate); d < distance) {
            distance = d;
            best = candidate;
        }
    }
    return best;
}

void YamlProblems::add(const YAML::Mark &mark, const std::string &what)
{
    m_lines.push_back(position(m_file, mark) + ": " + what);
}

void YamlProblems::addUnsupported(const YAML::Mark &mark, const std::string &what)
{
    m_unsupported = true;
    add(mark, what);
}

core::Error YamlProblems::toError() const
{
    std::string message;
    for (const std::string &line : m_lines) {
        message += (message.empty() ? "" : "\n") + line;
    }
    return core::makeError(m_unsupported ? core::ErrorKind::Unsupported : core::ErrorKind::Configuration, message,
                           "Correct the file at these places.");
}

std::string YamlProblems::textOf(const YAML::Node &value, const std::string &what)
{
    if (!value.IsScalar()) {
        if (!value.IsNull()) {
            add(value.Mark(), what + " must be a text");
        }
        return {};
    }
    if (m_rule == TextRule::Strict) {
        const auto read = toJson(value, m_file, words());
        if (read && !read->is_string() && !read->is_null()) {
            add(value.Mark(), what + " must be a text: quote " + value.Scalar());
        }
    }
    return value.Scalar();
}

YamlFields::YamlFields(YAML::Node node, std::string what, YamlProblems &problems)
    : m_node(std::move(node)), m_what(std::move(what)), m_problems(problems)
{
    m_isMap = m_node.IsMap();
    if (!m_isMap) {
        m_problems.add(m_node.Mark(), m_what + " must be a map");
        return;
    }
    std::set<std::string> seen;
    for (const auto &entry : m_node) {
        if (entry.first.IsScalar() && !seen.insert(entry.first.Scalar()).second) {
            m_problems.add(entry.first.Mark(), "the key '" + entry.first.Scalar() + "' is given twice");
        }
    }
}

YAML::Mark YamlFields::markOf(const std::string &key) const
{
    if (m_isMap) {
        for (const auto &entry : m_node) {
            if (entry.first.IsScalar() && entry.first.Scalar() == key) {
                return entry.first.Mark();
            }
        }
    }
    return m_node.Mark();
}

bool YamlFields::has(const std::string &key) const
{
    return m_isMap && static_cast<const YAML::Node &>(m_node)[key].IsDefined();
}

std::optional<YAML::Node> YamlFields::take(const std::string &key)
{
    m_known.insert(key);
    if (!has(key)) {
        return std::nullopt;
    }
    const YAML::Node value = static_cast<const YAML::Node &>(m_node)[key];
    return value.IsNull() ? std::nullopt : std::optional(value);
}

std::string YamlFields::text(const std::string &key, const std::string &otherwise)
{
    const auto value = take(key);
    if (!value) {
        return otherwise;
    }
    return m_problems.textOf(*value, "'" + key + "'");
}

std::string YamlFields::requiredText(const std::string &key)
{
    if (m_isMap && !has(key)) {
        m_problems.add(m_node.Mark(), m_what + " lacks '" + key + "'");
    }
    const auto value = take(key);
    const std::string read = text(key);
    if (has(key) && read.empty() && (!value || value->IsScalar())) {
        m_problems.add(markOf(key), "'" + key + "' of " + m_what + " is empty");
    }
    return read;
}

bool YamlFields::flag(const std::string &key, bool otherwise)
{
    const auto value = take(key);
    if (!value) {
        return otherwise;
    }
    const auto read = toJson(*value, m_problems.file(), m_problems.words());
    if (!read || !read->is_boolean()) {
        m_problems.add(value->Mark(), "'" + key + "' must be true or false");
        return otherwise;
    }
    return read->get<bool>();
}

long long YamlFields::number(const std::string &key, long long otherwise)
{
    const auto value = take(key);
    if (!value) {
        return otherwise;
    }
    const auto read = toJson(*value, m_problems.file(), m_problems.words());
    if (!read || !read->is_number_integer()) {
        m_problems.add(value->Mark(), "'" + key + "' must be a whole number");
        return otherwise;
    }
    return read->get<long long>();
}

std::vector<std::string> YamlFields::texts(const std::string &key)
{
    std::vector<std::string> list;
    each(key, [&](const YAML::Node &item) { list.push_back(m_problems.textOf(item, "each of '" + key + "'")); });
    return list;
}

std::map<std::string, std::string> YamlFields::textMap(const std::string &key)
{
    std::map<std::string, std::string> map;
    const auto value = take(key);
    if (!value) {
        return map;
    }
    if (!value->IsMap()) {
        m_problems.add(value->Mark(), "'" + key + "' must be a map of texts");
        return map;
    }
    for (const auto &entry : *value) {
        if (entry.first.IsScalar()) {
            const std::string name = entry.first.Scalar();
            map[name] = m_problems.textOf(entry.second, "'" + name + "' of '" + key + "'");
        } else {
            m_problems.add(entry.first.Mark(), "'" + key + "' must be a map of texts");
        }
    }
    return map;
}

void YamlFields::each(const std::string &key, const std::function<void(const YAML::Node &)> &visitor)
{
    const auto value = take(key);
    if (!value) {
        return;
    }
    if (!value->IsSequence()) {
        m_problems.add(value->Mark(), "'" + key + "' must be a list");
        return;
    }
    for (const auto &item : *value) {
        visitor(item);
    }
}

std::size_t YamlFields::choice(const std::string &key, const std::vector<std::string> &words, std::size_t otherwise)
{
    const auto value = take(key);
    if (!value) {
        return otherwise;
    }
    const std::string word = value->IsScalar() ? value->Scalar() : std::string{};
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) {
        std::string all;
        for (const std::string &candidate : words) {
            all += (all.empty() ? "" : ", ") + candidate;
        }
        m_problems.add(value->Mark(), "'" + key + "' must be one of: " + all);
        return otherwise;
    }
    return static_cast<std::size_t>(found - words.begin());
}

void YamlFields::finish()
{
    if (!m_isMap) {
        return;
    }
    for (const auto &entry : m_node) {
        const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string{};
        if (m_known.contains(key)) {
            continue;
        }
        const std::string near = nearestWord(key, {m_known.begin(), m_known.end()});
        m_problems.add(entry.first.Mark(), "unknown field '" + key + "' in " + m_what +
                                               (near.empty() ? "" : ": did you mean '" + near + "'?"));
    }
}

} // namespace binnacle::stack
