// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator::prometheus {

using Labels = std::map<std::string, std::string>;

struct Matcher
{
    enum class Operator { Equal, NotEqual, Matches, MatchesNot };
    std::string label;
    Operator op = Operator::Equal;
    std::string value;
    std::shared_ptr<const std::regex> expression; ///< of Matches and MatchesNot; anchored

    [[nodiscard]] bool matches(const Labels &labels) const;
};

enum class Type { Scalar, Vector, Matrix, String };
[[nodiscard]] const char *toString(Type type);

struct Expression;
using ExpressionPointer = std::shared_ptr<const Expression>;

/// A parsed PromQL expression.
struct Expression
{
    enum class Kind { Number, String, Selector, Range, Subquery, Call, Aggregation, Binary, Negation };
    enum class Group { None, Left, Right };

    Kind kind = Kind::Number;
    Type type = Type::Scalar;
    std::size_t position = 0; ///< of its first byte in the text
    double number = 0;
    std::string text; ///< a string's value; the name of a function, aggregation or operator
    std::vector<Matcher> matchers;
    std::int64_t range = 0;  ///< milliseconds, of Range and Subquery
    std::int64_t step = 0;   ///< milliseconds, of Subquery; 0: the default
    std::int64_t offset = 0; ///< milliseconds, of Selector, Range and Subquery
    std::vector<ExpressionPointer>
        parts;                       ///< arguments; a binary's two sides; an aggregation's parameter, if any, first
    std::vector<std::string> labels; ///< of by, without, on or ignoring
    bool excludes = true;            ///< the labels are those of without or ignoring
    bool returnsBool = false;
    Group group = Group::None;
    std::vector<std::string> include; ///< of group_left and group_right
};

/// Why a text is no expression, as Prometheus 2.53 says it: "1:5: parse error: unexpected end of input".
struct SyntaxProblem
{
    std::string message;
};

} // namespace binnacle::simulator::prometheus
