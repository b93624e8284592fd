// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/LabelSelector.h"

#include <nlohmann/json.hpp>

#include <cctype>
#include <optional>

namespace binnacle::cluster {

namespace {

using core::Json;
using core::Result;

bool isWordLetter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-_./").find(c) != std::string::npos;
}

/// Reads one selector from left to right.
class Reader
{
public:
    explicit Reader(const std::string &text) : m_text(text) {}

    Result<Json> read()
    {
        Json expressions = Json::array();
        skipSpace();
        while (m_at < m_text.size()) {
            auto requirement = readRequirement();
            if (!requirement)
                return core::fail(requirement.error());
            expressions.push_back(*std::move(requirement));
            skipSpace();
            if (m_at < m_text.size() && !take(","))
                return fail("a comma");
            skipSpace();
        }
        return Json{{"matchExpressions", std::move(expressions)}};
    }

private:
    Result<Json> readRequirement()
    {
        const bool absent = take("!");
        const std::string key = word();
        if (key.empty())
            return fail("a label's name");
        if (absent)
            return Json{{"key", key}, {"operator", "DoesNotExist"}};
        skipSpace();
        if (take("!="))
            return equality(key, "NotIn");
        if (take("==") || take("="))
            return equality(key, "In");
        const std::size_t before = m_at;
        const std::string verb = word();
        if (verb == "in" || verb == "notin")
            return set(key, verb == "in" ? "In" : "NotIn");
        m_at = before;
        if (!verb.empty())
            return fail("=, !=, in or notin");
        return Json{{"key", key}, {"operator", "Exists"}};
    }

    /// An empty value is a value: labels may be empty.
    Json equality(const std::string &key, const char *verb)
    {
        skipSpace();
        return {{"key", key}, {"operator", verb}, {"values", Json::array({word()})}};
    }

    Result<Json> set(const std::string &key, const char *verb)
    {
        skipSpace();
        if (!take("("))
            return fail("an opening parenthesis");
        Json values = Json::array();
        do {
            skipSpace();
            values.push_back(word());
            skipSpace();
        } while (take(","));
        if (!take(")"))
            return fail("a closing parenthesis");
        return Json{{"key", key}, {"operator", verb}, {"values", std::move(values)}};
    }

    void skipSpace()
    {
        while (m_at < m_text.size() && std::isspace(static_cast<unsigned char>(m_text[m_at])) != 0)
            ++m_at;
    }
    bool take(std::string_view token)
    {
        if (m_text.compare(m_at, token.size(), token) != 0)
            return false;
        m_at += token.size();
        return true;
    }
    std::string word()
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && isWordLetter(m_text[m_at]))
            ++m_at;
        return m_text.substr(begin, m_at - begin);
    }
    [[nodiscard]] Result<Json> fail(const char *expected) const
    {
        return core::fail(core::ErrorKind::Usage,
                          "the label selector needs " + std::string(expected) + " at character " +
                              std::to_string(m_at + 1),
                          "write it as for kubectl -l: app=web,tier in (db,cache),!canary");
    }

    const std::string &m_text;
    std::size_t m_at = 0;
};

} // namespace

Result<Json> parseLabelSelector(const std::string &text)
{
    return Reader(text).read();
}

} // namespace binnacle::cluster
