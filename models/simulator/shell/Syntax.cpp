// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/shell/Syntax.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace binnacle::simulator {

namespace {

constexpr int deepest = 50;
constexpr std::string_view separators = " \t\n;&|<>()";

std::size_t endOfBracket(std::string_view text, std::size_t start, char close)
{
    for (std::size_t at = start; at < text.size(); ++at) {
        if (text[at] == close)
            return at + 1;
        if (close == '"' && text[at] == '\'')
            continue; // no quote in double quotes
        if (const auto end = endOfQuoted(text, at); end != at) {
            if (end == std::string_view::npos)
                return end;
            at = end - 1;
        }
    }
    return std::string_view::npos;
}

struct Token
{
    enum class Kind { Word, Operator, End };
    Kind kind = Kind::End;
    std::string text;
};

core::Error syntaxError(const std::string &what)
{
    return core::makeError(core::ErrorKind::Usage, "syntax error: " + what);
}

core::Result<std::vector<Token>> tokens(std::string_view text)
{
    std::vector<Token> result;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == ' ' || c == '\t' || text.substr(at, 2) == "\\\n") {
            at += c == '\\' ? 2 : 1;
        } else if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
        } else if (separators.find(c) != std::string_view::npos) {
            static constexpr std::array<std::string_view, 5> pairs{"&&", "||", ">>", ">&", "<<"};
            const auto pair = text.substr(at, 2);
            const bool two = std::find(pairs.begin(), pairs.end(), pair) != pairs.end();
            result.push_back({Token::Kind::Operator, std::string(two ? pair : text.substr(at, 1))});
            at += two ? 2 : 1;
        } else {
            const std::size_t start = at;
            while (at < text.size() && separators.find(text[at]) == std::string_view::npos) {
                const auto end = endOfQuoted(text, at);
                if (end == std::string_view::npos)
                    return core::fail(syntaxError("unterminated quoted string"));
                at = std::max(end, at + 1);
            }
            std::string word(text.substr(start, at - start));
            const bool number = std::all_of(word.begin(), word.end(), [](char d) { return std::isdigit(d) != 0; });
            const bool redirects = number && at < text.size() && (text[at] == '<' || text[at] == '>');
            result.push_back({redirects ? Token::Kind::Operator : Token::Kind::Word, std::move(word)});
        }
    }
    result.push_back({});
    return result;
}

class Parser
{
public:
    explicit Parser(std::vector<Token> input) : m_tokens(std::move(input)) {}

    CommandPointer parse()
    {
        auto script = list({});
        if (m_problem.empty() && !isEnd())
            unexpected();
        return script;
    }
    [[nodiscard]] const std::string &problem() const { return m_problem; }

private:
    [[nodiscard]] const Token &now() const { return m_tokens[m_position]; }
    [[nodiscard]] bool isEnd() const { return now().kind == Token::Kind::End; }
    [[nodiscard]] bool isOperator(std::string_view text) const
    {
        return now().kind == Token::Kind::Operator && now().text == text;
    }
    [[nodiscard]] bool isWord(std::string_view text) const
    {
        return now().kind == Token::Kind::Word && now().text == text;
    }
    bool take(std::string_view text)
    {
        if (!isOperator(text))
            return false;
        ++m_position;
        return true;
    }
    void unexpected()
    {
        if (m_problem.empty())
            m_problem = isEnd() ? "unexpected end of file" : "unexpected \"" + now().text + "\"";
    }
    void expectWord(std::string_view text)
    {
        if (isWord(text))
            ++m_position;
        else
            unexpected();
    }
    void skipLines()
    {
        while (take("\n"))
            continue;
    }

    static CommandPointer made(Command::Kind kind, std::vector<CommandPointer> parts, std::string name = {})
    {
        Command command;
        command.kind = kind;
        command.parts = std::move(parts);
        command.name = std::move(name);
        return std::make_shared<const Command>(std::move(command));
    }

    /// Commands up to one of these words, a closing bracket or the end.
    CommandPointer list(const std::vector<std::string_view> &ends)
    {
        std::vector<CommandPointer> parts;
        if (++m_depth > deepest)
            m_problem = "too deeply nested";
        const auto over = [&] {
            return isEnd() || isOperator(")") ||
                   std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return isWord(end); });
        };
        for (skipLines(); m_problem.empty() && !over(); skipLines()) {
            parts.push_back(andOr());
            if (!take(";") && !take("&") && !isOperator("\n") && !over())
                unexpected();
        }
        --m_depth;
        return made(Command::Kind::Sequence, std::move(parts));
    }

    CommandPointer andOr()
    {
        auto left = pipeline();
        while (m_problem.empty()) {
            const bool isAnd = take("&&");
            if (!isAnd && !take("||"))
                break;
            skipLines();
            left = made(isAnd ? Command::Kind::And : Command::Kind::Or, {left, pipeline()});
        }
        return left;
    }

    CommandPointer pipeline()
    {
        const bool negated = isWord("!");
        m_position += negated ? 1 : 0;
        std::vector<CommandPointer> parts{command()};
        while (m_problem.empty() && take("|")) {
            skipLines();
            parts.push_back(command());
        }
        auto result = parts.size() == 1 ? parts.front() : made(Command::Kind::Pipeline, std::move(parts));
        return negated ? made(Command::Kind::Not, {result}) : result;
    }

    CommandPointer command()
    {
        if (isWord("if")) {
            ++m_position;
            return conditional();
        }
        if (isWord("{") || isOperator("(")) {
            const bool braces = isWord("{");
            ++m_position;
            Command group;
            group.kind = Command::Kind::Group;
            group.name = braces ? "" : "(";
            group.parts = {list({"}"})};
            if (braces)
                expectWord("}");
            else if (!take(")"))
                unexpected();
            while (m_problem.empty() && redirection(group))
                continue;
            return std::make_shared<const Command>(std::move(group));
        }
        return simple();
    }

    CommandPointer conditional()
    {
        std::vector<CommandPointer> parts{list({"then"})};
        expectWord("then");
        parts.push_back(list({"else", "elif", "fi"}));
        if (isWord("elif")) {
            ++m_position;
            parts.push_back(conditional()); // takes the fi
            return made(Command::Kind::If, std::move(parts));
        }
        if (isWord("else")) {
            ++m_position;
            parts.push_back(list({"fi"}));
        }
        expectWord("fi");
        return made(Command::Kind::If, std::move(parts));
    }

    CommandPointer simple()
    {
        Command command;
        while (m_problem.empty()) {
            if (redirection(command))
                continue;
            if (now().kind != Token::Kind::Word)
                break;
            command.words.push_back(now().text);
            ++m_position;
            if (command.words.size() == 1 && take("(")) {
                if (!take(")"))
                    unexpected();
                skipLines();
                return made(Command::Kind::Function, {this->command()}, command.words.front());
            }
        }
        if (command.words.empty() && command.redirections.empty())
            unexpected();
        return std::make_shared<const Command>(std::move(command));
    }

    bool redirection(Command &command)
    {
        const bool numbered = now().kind == Token::Kind::Operator && std::isdigit(now().text.front()) != 0;
        Redirection redirection;
        const std::string sign = m_tokens[m_position + (numbered ? 1 : 0)].text;
        const bool reads = sign == "<";
        if (now().kind != Token::Kind::Operator || (!reads && sign != ">" && sign != ">>" && sign != ">&"))
            return false;
        redirection.descriptor = numbered ? std::stoi(now().text.substr(0, 1)) : (reads ? 0 : 1);
        redirection.kind = reads          ? Redirection::Kind::Read
                           : sign == ">&" ? Redirection::Kind::Duplicate
                                          : Redirection::Kind::Write;
        m_position += numbered ? 2 : 1;
        if (now().kind != Token::Kind::Word) {
            unexpected();
            return false;
        }
        redirection.target = now().text;
        ++m_position;
        command.redirections.push_back(std::move(redirection));
        return true;
    }

    std::vector<Token> m_tokens;
    std::size_t m_position = 0;
    int m_depth = 0;
    std::string m_problem;
};

} // namespace

std::size_t endOfQuoted(std::string_view text, std::size_t start)
{
    const char c = text[start];
    if (c == '\\')
        return std::min(start + 2, text.size());
    if (c == '\'') {
        const auto end = text.find('\'', start + 1);
        return end == std::string_view::npos ? end : end + 1;
    }
    if (c == '"')
        return endOfBracket(text, start + 1, '"');
    if (text.substr(start, 2) == "${")
        return endOfBracket(text, start + 2, '}');
    if (text.substr(start, 2) == "$(")
        return endOfBracket(text, start + 2, ')');
    return start;
}

core::Result<CommandPointer> parseScript(std::string_view script)
{
    auto words = tokens(script);
    if (!words)
        return core::fail(words.error());
    Parser parser(std::move(*words));
    auto parsed = parser.parse();
    if (!parser.problem().empty())
        return core::fail(syntaxError(parser.problem()));
    return parsed;
}

} // namespace binnacle::simulator
