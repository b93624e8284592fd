// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "stack/YamlNodes.h"
#include "stack/YamlReader.h"

#include <functional>
#include <map>
#include <optional>
#include <set>

namespace binnacle::stack {

/// What counts as a text: in our own files any single value, in kustomize's only what YAML 1.1 does not read as a
/// number, a boolean or a date.
enum class TextRule { AnyScalar, Strict };

/// Collects every problem of a file, so that all are told at once.
class YamlProblems
{
public:
    explicit YamlProblems(std::string file, TextRule rule = TextRule::AnyScalar) : m_file(std::move(file)), m_rule(rule)
    {
    }
    /// The text of a single value; a problem when it is none.
    [[nodiscard]] std::string textOf(const YAML::Node &value, const std::string &what);
    [[nodiscard]] YamlWords words() const { return m_rule == TextRule::Strict ? YamlWords::Yaml11 : YamlWords::Yaml12; }
    void add(const YAML::Mark &mark, const std::string &what);
    /// A field that exists and that Binnacle does not support: told as such.
    void addUnsupported(const YAML::Mark &mark, const std::string &what);
    [[nodiscard]] bool isEmpty() const { return m_lines.empty(); }
    [[nodiscard]] const std::string &file() const { return m_file; }
    [[nodiscard]] core::Error toError() const;

private:
    std::string m_file;
    TextRule m_rule;
    std::vector<std::string> m_lines;
    bool m_unsupported = false;
};

/// Reads the fields of one map of a file; what is not of the expected kind, or not asked for until finish(), is a
/// problem.
class YamlFields
{
public:
    YamlFields(YAML::Node node, std::string what, YamlProblems &problems);

    [[nodiscard]] bool isMap() const { return m_isMap; }
    [[nodiscard]] YAML::Mark mark() const { return m_node.Mark(); }
    [[nodiscard]] YAML::Mark markOf(const std::string &key) const;
    [[nodiscard]] bool has(const std::string &key) const;
    [[nodiscard]] std::optional<YAML::Node> take(const std::string &key);

    [[nodiscard]] std::string text(const std::string &key, const std::string &otherwise = {});
    [[nodiscard]] std::string requiredText(const std::string &key);
    [[nodiscard]] bool flag(const std::string &key, bool otherwise = false);
    [[nodiscard]] long long number(const std::string &key, long long otherwise = 0);
    [[nodiscard]] std::vector<std::string> texts(const std::string &key);
    [[nodiscard]] std::map<std::string, std::string> textMap(const std::string &key);
    void each(const std::string &key, const std::function<void(const YAML::Node &)> &visitor);
    /// `word` must be one of `words`; its index.
    [[nodiscard]] std::size_t choice(const std::string &key, const std::vector<std::string> &words,
                                     std::size_t otherwise);

    /// Says which keys nobody asked for, with the nearest key that exists.
    void finish();

private:
    YAML::Node m_node;
    std::string m_what;
    YamlProblems &m_problems;
    bool m_isMap = false;
    std::set<std::string> m_known;
};

/// The word of `words` that is most like `word`, or nothing when none is.
[[nodiscard]] std::string nearestWord(const std::string &word, const std::vector<std::string> &words);

} // namespace binnacle::stack
