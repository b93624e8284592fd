// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/Parser.h"

#include "simulator/Text.h"
#include "simulator/prometheus/Functions.h"
#include "simulator/prometheus/Lexer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace binnacle::simulator::prometheus {

namespace {

using Kind = Expression::Kind;

constexpr std::array<std::array<std::string_view, 6>, 5> levels = {
    {{"or"}, {"and", "unless"}, {"==", "!=", "<=", "<", ">=", ">"}, {"+", "-"}, {"*", "/", "%"}}};

bool isSetOperator(std::string_view name)
{
    return name == "and" || name == "or" || name == "unless";
}

bool isComparison(std::string_view name)
{
    return std::find(levels[2].begin(), levels[2].end(), name) != levels[2].end();
}

double numberFrom(const std::string &text)
{
    const std::string lowered = lower(text);
    if (lowered == "inf")
        return std::numeric_limits<double>::infinity();
    if (lowered == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    return std::strtod(text.c_str(), nullptr);
}

/// Recursive descent; a problem is thrown up to parse() as this.
struct Failure
{
    std::size_t position;
    std::string message;
    bool somewhere = true; ///< false: at no place in the text
};

class Parser
{
public:
    explicit Parser(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

    ExpressionPointer run()
    {
        if (token().kind == Token::Kind::End)
            throw Failure{0, "no expression found in input", false};
        ExpressionPointer result = binary(0);
        if (token().kind != Token::Kind::End)
            unexpected("");
        return result;
    }

private:
    using Building = std::shared_ptr<Expression>;

    [[nodiscard]] const Token &token() const { return m_tokens[m_at]; }
    void step()
    {
        if (m_at + 1 < m_tokens.size())
            ++m_at;
    }
    [[noreturn]] void fail(std::size_t position, const std::string &message) const
    {
        // What the lexer found wrong comes first: Prometheus reads ahead.
        throw Failure{position, message};
    }
    [[noreturn]] void unexpected(const std::string &context, const std::string &expected = {}) const
    {
        if (token().kind == Token::Kind::Error)
            throw Failure{token().position, token().text};
        std::string message = "unexpected " + token().describe();
        if (!context.empty())
            message += " in " + context;
        if (!expected.empty())
            message += ", expected " + expected;
        throw Failure{token().position, message};
    }
    void expect(std::string_view symbol, const std::string &context, const std::string &expected)
    {
        if (!token().is(symbol))
            unexpected(context, expected);
        step();
    }
    static Building make(Kind kind, Type type, std::size_t position)
    {
        auto made = std::make_shared<Expression>();
        made->kind = kind;
        made->type = type;
        made->position = position;
        return made;
    }

    [[nodiscard]] std::string operatorAt(std::size_t level) const
    {
        const std::string text = token().kind == Token::Kind::Identifier ? lower(token().text) : token().text;
        if (token().kind != Token::Kind::Identifier && token().kind != Token::Kind::Symbol)
            return {};
        const auto &names = levels[level];
        return !text.empty() && std::find(names.begin(), names.end(), text) != names.end() ? text : std::string();
    }

    ExpressionPointer binary(std::size_t level)
    {
        if (level == levels.size())
            return power();
        ExpressionPointer left = binary(level + 1);
        for (std::string name = operatorAt(level); !name.empty(); name = operatorAt(level)) {
            const std::size_t place = token().position;
            step();
            const Building made = make(Kind::Binary, Type::Scalar, left->position);
            made->text = name;
            modifiers(*made);
            made->parts = {left, binary(level + 1)};
            check(*made, place);
            left = made;
        }
        return left;
    }

    /// Binds to the right, and before a sign: -2 ^ 2 is -(2 ^ 2).
    ExpressionPointer power()
    {
        if (token().is("-") || token().is("+")) {
            const bool negative = token().is("-");
            const std::size_t position = token().position;
            step();
            ExpressionPointer operand = power();
            if (operand->type != Type::Scalar && operand->type != Type::Vector)
                fail(position, std::string("unary expression only allowed on expressions of type scalar or instant "
                                           "vector, got \"") +
                                   toString(operand->type) + "\"");
            if (!negative)
                return operand;
            const Building made = make(Kind::Negation, operand->type, position);
            made->parts = {std::move(operand)};
            return made;
        }
        ExpressionPointer left = postfix();
        if (!token().is("^"))
            return left;
        const std::size_t place = token().position;
        step();
        const Building made = make(Kind::Binary, Type::Scalar, left->position);
        made->text = "^";
        modifiers(*made);
        made->parts = {std::move(left), power()};
        check(*made, place);
        return made;
    }

    void modifiers(Expression &made)
    {
        if (token().isWord("bool")) {
            made.returnsBool = true;
            step();
        }
        if (token().isWord("on") || token().isWord("ignoring")) {
            made.excludes = token().isWord("ignoring");
            step();
            made.labels = grouping();
        }
        if (token().isWord("group_left") || token().isWord("group_right")) {
            made.group = token().isWord("group_left") ? Expression::Group::Left : Expression::Group::Right;
            step();
            if (token().is("("))
                made.include = grouping();
        }
    }

    void check(Expression &made, std::size_t place) const
    {
        const Type left = made.parts[0]->type;
        const Type right = made.parts[1]->type;
        const auto isNumber = [](Type type) { return type == Type::Scalar || type == Type::Vector; };
        for (const auto &part : made.parts)
            if (!isNumber(part->type))
                fail(part->position, "binary expression must contain only scalar and instant vector types");
        if (made.returnsBool && !isComparison(made.text))
            fail(place, "bool modifier can only be used on comparison operators");
        if (isComparison(made.text) && !made.returnsBool && left == Type::Scalar && right == Type::Scalar)
            fail(place, "comparisons between scalars must use BOOL modifier");
        if (isSetOperator(made.text) && (left == Type::Scalar || right == Type::Scalar))
            fail(made.position, "set operator \"" + made.text + "\" not allowed in binary scalar expression");
        made.type = left == Type::Scalar && right == Type::Scalar ? Type::Scalar : Type::Vector;
    }

    ExpressionPointer postfix()
    {
        ExpressionPointer inner = primary();
        while (true) {
            if (token().is("["))
                inner = range(inner);
            else if (token().isWord("offset"))
                inner = offset(inner);
            else
                return inner;
        }
    }

    ExpressionPointer range(const ExpressionPointer &inner)
    {
        const std::size_t bracket = token().position;
        step();
        if (token().kind != Token::Kind::Duration)
            unexpected("subquery or range", "duration");
        const std::int64_t length = millisecondsOf(token().text);
        step();
        if (token().is(":")) {
            step();
            const Building made = make(Kind::Subquery, Type::Matrix, inner->position);
            made->range = length;
            if (token().kind == Token::Kind::Duration) {
                made->step = millisecondsOf(token().text);
                step();
            }
            expect("]", "subquery selector", "\"]\"");
            if (inner->type != Type::Vector)
                fail(inner->position, std::string("subquery is only allowed on instant vector, got ") +
                                          toString(inner->type) + " instead");
            made->parts = {inner};
            return made;
        }
        if (!token().is("]"))
            unexpected("subquery or range", "\":\" or \"]\"");
        step();
        if (inner->kind != Kind::Selector)
            fail(bracket, "ranges only allowed for vector selectors");
        const Building made = std::make_shared<Expression>(*inner);
        made->kind = Kind::Range;
        made->type = Type::Matrix;
        made->range = length;
        return made;
    }

    ExpressionPointer offset(const ExpressionPointer &inner)
    {
        const std::size_t place = token().position;
        step();
        const bool negative = token().is("-");
        if (negative)
            step();
        if (token().kind != Token::Kind::Duration)
            unexpected("offset", "duration");
        if (inner->kind != Kind::Selector && inner->kind != Kind::Range && inner->kind != Kind::Subquery)
            fail(place, "offset modifier must be preceded by an instant vector selector or range vector selector or a "
                        "subquery");
        const Building made = std::make_shared<Expression>(*inner);
        made->offset = millisecondsOf(token().text) * (negative ? -1 : 1);
        step();
        return made;
    }

    ExpressionPointer primary()
    {
        const Token first = token();
        if (first.kind == Token::Kind::Number) {
            const Building made = make(Kind::Number, Type::Scalar, first.position);
            made->number = numberFrom(first.text);
            step();
            return made;
        }
        if (first.kind == Token::Kind::String) {
            const Building made = make(Kind::String, Type::String, first.position);
            made->text = first.text;
            step();
            return made;
        }
        if (first.is("(")) {
            step();
            ExpressionPointer inner = binary(0);
            expect(")", "", "");
            return inner;
        }
        if (first.is("{"))
            return selector({}, first.position);
        if (first.kind != Token::Kind::Identifier)
            unexpected("");
        const bool called = m_tokens[m_at + 1].is("(");
        if (isAggregation(lower(first.text)) &&
            (called || m_tokens[m_at + 1].isWord("by") || m_tokens[m_at + 1].isWord("without")))
            return aggregation();
        if (!called && first.describe().find("identifier") == std::string::npos && !isAggregation(lower(first.text)))
            unexpected("");
        step();
        return called ? call(first) : selector(first.text, first.position);
    }

    ExpressionPointer selector(const std::string &name, std::size_t position)
    {
        const Building made = make(Kind::Selector, Type::Vector, position);
        if (!name.empty())
            made->matchers.push_back({"__name__", Matcher::Operator::Equal, name, nullptr});
        if (token().is("{"))
            matchers(*made);
        const bool chooses = std::any_of(made->matchers.begin(), made->matchers.end(), [](const Matcher &matcher) {
            return !matcher.matches({}); // what even an absent label matches chooses nothing
        });
        if (!chooses)
            fail(position, "vector selector must contain at least one non-empty matcher");
        return made;
    }

    void matchers(Expression &made)
    {
        step();
        while (!token().is("}")) {
            if (token().kind != Token::Kind::Identifier)
                unexpected("label matching", "identifier or \"}\"");
            Matcher matcher;
            matcher.label = token().text;
            step();
            static constexpr std::array<std::string_view, 4> operators = {"=", "!=", "=~", "!~"};
            const auto found = std::find(operators.begin(), operators.end(), token().text);
            if (token().kind != Token::Kind::Symbol || found == operators.end())
                unexpected("label matching", "label matching operator");
            matcher.op = static_cast<Matcher::Operator>(found - operators.begin());
            step();
            if (token().kind != Token::Kind::String)
                unexpected("label matching", "string");
            matcher.value = token().text;
            if (matcher.op == Matcher::Operator::Matches || matcher.op == Matcher::Operator::MatchesNot)
                matcher.expression = compiled(matcher.value);
            step();
            made.matchers.push_back(std::move(matcher));
            if (token().is(","))
                step();
            else if (!token().is("}"))
                unexpected("label matching", "\",\" or \"}\"");
        }
        step();
    }

    [[nodiscard]] std::shared_ptr<const std::regex> compiled(const std::string &pattern) const
    {
        try {
            return std::make_shared<const std::regex>(pattern, std::regex::ECMAScript | std::regex::optimize);
        } catch (const std::regex_error &problem) {
            fail(token().position, "error parsing regexp: " + std::string(problem.what()) + ": `" + pattern + "`");
        }
    }

    std::vector<std::string> grouping()
    {
        expect("(", "grouping opts", "\"(\"");
        std::vector<std::string> names;
        while (!token().is(")")) {
            if (token().kind != Token::Kind::Identifier)
                unexpected("grouping opts", "label");
            names.push_back(token().text);
            step();
            if (token().is(","))
                step();
            else if (!token().is(")"))
                unexpected("grouping opts", "\",\" or \")\"");
        }
        step();
        return names;
    }

    void groupingOf(Expression &made)
    {
        if (!token().isWord("by") && !token().isWord("without"))
            return;
        made.excludes = token().isWord("without");
        step();
        made.labels = grouping();
    }

    std::vector<ExpressionPointer> arguments()
    {
        std::vector<ExpressionPointer> parts;
        step();
        while (!token().is(")")) {
            parts.push_back(binary(0));
            if (token().is(","))
                step();
            else if (!token().is(")"))
                unexpected("");
        }
        step();
        return parts;
    }

    ExpressionPointer aggregation()
    {
        const Building made = make(Kind::Aggregation, Type::Vector, token().position);
        made->text = lower(token().text);
        made->excludes = false;
        step();
        groupingOf(*made);
        if (!token().is("("))
            unexpected("aggregation");
        made->parts = arguments();
        groupingOf(*made);
        const bool parameter = made->text == "topk" || made->text == "bottomk" || made->text == "quantile";
        const std::size_t wanted = parameter ? 2 : 1;
        if (made->parts.empty())
            fail(made->position, "no arguments for aggregate expression provided");
        if (made->parts.size() != wanted)
            fail(made->position, "wrong number of arguments for aggregate expression provided, expected " +
                                     std::to_string(wanted) + ", got " + std::to_string(made->parts.size()));
        expectType(*made->parts.back(), Type::Vector, "aggregation expression");
        if (parameter)
            expectType(*made->parts.front(), Type::Scalar, "aggregation parameter");
        return made;
    }

    void expectType(const Expression &part, Type type, const std::string &where) const
    {
        if (part.type != type)
            fail(part.position,
                 std::string("expected type ") + toString(type) + " in " + where + ", got " + toString(part.type));
    }

    ExpressionPointer call(const Token &name)
    {
        const Signature *const signature = signatureOf(name.text);
        if (signature == nullptr)
            fail(name.position, "unknown function with name \"" + name.text + "\"");
        const Building made = make(Kind::Call, signature->result, name.position);
        made->text = name.text;
        made->parts = arguments();
        const std::size_t most = signature->arguments.size();
        const std::size_t least = most - (signature->optional || signature->variadic ? 1 : 0);
        const std::size_t given = made->parts.size();
        const std::string got = " argument(s) in call to \"" + name.text + "\", got " + std::to_string(given);
        if (least == most && given != most)
            fail(name.position, "expected " + std::to_string(most) + got);
        if (given < least)
            fail(name.position, "expected at least " + std::to_string(least) + got);
        if (given > most && !signature->variadic)
            fail(name.position, "expected at most " + std::to_string(most) + got);
        for (std::size_t i = 0; i < given; ++i)
            expectType(*made->parts[i], signature->arguments[std::min(i, most - 1)],
                       "call to function \"" + name.text + "\"");
        return made;
    }

    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
};

std::string placeIn(const std::string &text, std::size_t position)
{
    const auto before = std::string_view(text).substr(0, position);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const auto column = position - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return std::to_string(line) + ":" + std::to_string(column);
}

} // namespace

tl::expected<ExpressionPointer, SyntaxProblem> parse(const std::string &text)
{
    try {
        return Parser(tokensOf(text)).run();
    } catch (const Failure &failure) {
        return tl::unexpected(
            SyntaxProblem{(failure.somewhere ? placeIn(text, failure.position) : std::string("unknown position")) +
                          ": parse error: " + failure.message});
    }
}

} // namespace binnacle::simulator::prometheus
