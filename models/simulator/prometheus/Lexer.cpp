// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/Lexer.h"

#include "simulator/Text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace binnacle::simulator::prometheus {

namespace {

bool isLetter(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr std::array<std::string_view, 9> aggregations = {"sum",    "avg",  "max",     "min",     "count",
                                                          "stddev", "topk", "bottomk", "quantile"};
constexpr std::array<std::string_view, 10> keywords = {"by",     "without", "on",         "ignoring",    "bool",
                                                       "offset", "group",   "group_left", "group_right", "atan2"};
constexpr std::array<std::string_view, 3> wordOperators = {"and", "or", "unless"};

template <typename List>
bool has(const List &list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

class Lexer
{
public:
    explicit Lexer(std::string_view text) : m_text(text) {}

    std::vector<Token> run()
    {
        while (m_tokens.empty() ||
               (m_tokens.back().kind != Token::Kind::End && m_tokens.back().kind != Token::Kind::Error))
            next();
        return std::move(m_tokens);
    }

private:
    void next()
    {
        skip();
        const char c = at(m_position);
        if (m_position >= m_text.size())
            end();
        else if (isLetter(c) || (c == ':' && m_brackets == 0 && isLetter(at(m_position + 1))))
            word();
        else if (isDigit(c) || (c == '.' && isDigit(at(m_position + 1))))
            number();
        else if (c == '"' || c == '\'' || c == '`')
            string(c);
        else
            symbol();
    }

    void end()
    {
        if (m_braces > 0)
            error("unexpected end of input inside braces");
        else if (m_parentheses > 0 && m_brackets == 0)
            error("unclosed left parenthesis");
        else if (m_brackets > 0)
            error("unclosed left bracket");
        else
            add(Token::Kind::End, {}, m_position);
    }

    void word()
    {
        const auto start = m_position;
        while (isLetter(at(m_position)) || isDigit(at(m_position)) || at(m_position) == ':')
            ++m_position;
        std::string text(m_text.substr(start, m_position - start));
        const std::string lowered = lower(text);
        if (m_braces == 0 && (lowered == "inf" || lowered == "nan"))
            add(Token::Kind::Number, text, start);
        else
            add(Token::Kind::Identifier, std::move(text), start);
    }

    void number()
    {
        const auto start = m_position;
        while (isDigit(at(m_position)) || at(m_position) == '.')
            ++m_position;
        const bool exponent =
            lower(std::string(1, at(m_position))) == "e" &&
            (isDigit(at(m_position + 1)) ||
             ((at(m_position + 1) == '+' || at(m_position + 1) == '-') && isDigit(at(m_position + 2))));
        if (exponent) {
            m_position += 2;
            while (isDigit(at(m_position)))
                ++m_position;
        } else if (isLetter(at(m_position))) {
            const auto digits = m_text.substr(start, m_position - start);
            while (isLetter(at(m_position)) || isDigit(at(m_position)))
                ++m_position;
            const auto text = m_text.substr(start, m_position - start);
            if (millisecondsOf(text) == 0) {
                m_position = start;
                error((m_brackets > 0 ? "bad duration syntax: \"" : "bad number or duration syntax: \"") +
                      std::string(digits) + "\"");
                return;
            }
            add(Token::Kind::Duration, std::string(text), start);
            return;
        }
        add(Token::Kind::Number, std::string(m_text.substr(start, m_position - start)), start);
    }

    void string(char quote)
    {
        const auto start = m_position++;
        std::string value;
        while (m_position < m_text.size() && at(m_position) != quote) {
            char c = at(m_position++);
            if (c == '\n' && quote != '`')
                break;
            if (c == '\\' && quote != '`') {
                c = at(m_position++);
                c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
            }
            value += c;
        }
        if (at(m_position) != quote) {
            m_position = start;
            error("unterminated quoted string");
            return;
        }
        ++m_position;
        add(Token::Kind::String, std::move(value), start);
    }

    void symbol()
    {
        static constexpr std::array<std::string_view, 25> symbols = {"==", "!=", "=~", "!~", "<=", ">=", "<", ">", "=",
                                                                     "+",  "-",  "*",  "/",  "%",  "^",  "(", ")", "{",
                                                                     "}",  "[",  "]",  ",",  ":",  "@",  "!"};
        const auto rest = m_text.substr(m_position);
        const auto found = std::find_if(symbols.begin(), symbols.end(),
                                        [rest](std::string_view each) { return startsWith(rest, each); });
        if (found == symbols.end() || *found == "!") {
            error(std::string("unexpected character: '") + rest.front() + "'");
            return;
        }
        const char first = found->front();
        if (found->size() == 1) {
            m_parentheses += first == '(' ? 1 : first == ')' ? -1 : 0;
            m_braces += first == '{' ? 1 : first == '}' ? -1 : 0;
            m_brackets += first == '[' ? 1 : first == ']' ? -1 : 0;
        }
        if (m_parentheses < 0) {
            ++m_position;
            error("unexpected right parenthesis ')'");
            return;
        }
        add(Token::Kind::Symbol, std::string(*found), m_position);
        m_position += found->size();
    }

    void skip()
    {
        while (m_position < m_text.size()) {
            if (at(m_position) == '#')
                m_position = std::min(m_text.find('\n', m_position), m_text.size());
            else if (std::isspace(static_cast<unsigned char>(at(m_position))) != 0)
                ++m_position;
            else
                break;
        }
    }

    void add(Token::Kind kind, std::string text, std::size_t position)
    {
        m_tokens.push_back({kind, std::move(text), position});
    }
    void error(std::string what) { add(Token::Kind::Error, std::move(what), m_position); }
    [[nodiscard]] char at(std::size_t position) const { return position < m_text.size() ? m_text[position] : '\0'; }

    std::string_view m_text;
    std::size_t m_position = 0;
    int m_parentheses = 0;
    int m_braces = 0;
    int m_brackets = 0;
    std::vector<Token> m_tokens;
};

} // namespace

bool isAggregation(std::string_view name)
{
    return has(aggregations, name) || name == "group";
}

std::vector<Token> tokensOf(std::string_view text)
{
    return Lexer(text).run();
}

bool Token::isWord(std::string_view word) const
{
    return kind == Kind::Identifier && lower(text) == word;
}

std::string Token::describe() const
{
    const std::string lowered = lower(text);
    switch (kind) {
    case Kind::End:
        return "end of input";
    case Kind::Identifier:
        if (isAggregation(lowered))
            return "<aggr:" + lowered + ">";
        if (has(wordOperators, lowered))
            return "<op:" + lowered + ">";
        if (has(keywords, lowered))
            return "<" + lowered + ">";
        return (text.find(':') == std::string::npos ? "identifier \"" : "metric identifier \"") + text + "\"";
    case Kind::Number:
        return "number \"" + text + "\"";
    case Kind::Duration:
        return "duration \"" + text + "\"";
    case Kind::String:
        return "string \"\\\"" + text + "\\\"\"";
    case Kind::Symbol:
        break;
    case Kind::Error:
        return text;
    }
    static constexpr std::string_view plain = "(){}[],:=@";
    return text.size() == 1 && plain.find(text) != std::string_view::npos ? "\"" + text + "\"" : "<op:" + text + ">";
}

long long millisecondsOf(std::string_view duration)
{
    static constexpr std::array<std::pair<std::string_view, long long>, 7> units = {{{"ms", 1},
                                                                                     {"s", 1'000},
                                                                                     {"m", 60'000},
                                                                                     {"h", 3'600'000},
                                                                                     {"d", 86'400'000},
                                                                                     {"w", 604'800'000},
                                                                                     {"y", 31'536'000'000}}};
    long long total = 0;
    while (!duration.empty()) {
        const auto digits = std::min(duration.find_first_not_of("0123456789"), duration.size());
        const auto letters = std::min(duration.find_first_of("0123456789", digits), duration.size()) - digits;
        const auto unit = std::find_if(units.begin(), units.end(), [&](const auto &each) {
            return each.first == duration.substr(digits, letters);
        });
        if (digits == 0 || digits > 9 || unit == units.end())
            return 0;
        total += std::stoll(std::string(duration.substr(0, digits))) * unit->second;
        duration.remove_prefix(digits + letters);
    }
    return total;
}

} // namespace binnacle::simulator::prometheus
