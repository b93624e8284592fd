// SPDX-License-Identifier: GPL-3.0-or-later
// Binary operators over vectors: promql/engine.go's VectorBinop, VectorAnd, VectorOr, VectorUnless, VectorscalarBinop.
#include "simulator/prometheus/Evaluator.h"

#include <cmath>
#include <set>

namespace binnacle::simulator::prometheus {

namespace {

std::string textOf(const Labels &labels)
{
    std::string text;
    for (const auto &[name, value] : labels)
        text += (text.empty() ? "" : ", ") + name + "=\"" + value + "\"";
    return "{" + text + "}";
}

Value setOperation(const Expression &expression, const Value &left, const Value &right)
{
    const auto keyOf = [&expression](const VectorElement &element) {
        return grouped(element.labels, expression.labels, expression.excludes);
    };
    std::set<Labels> keys;
    const bool isOr = expression.text == "or";
    for (const VectorElement &element : isOr ? left.vector : right.vector)
        keys.insert(keyOf(element));
    Value value;
    if (isOr)
        value.vector = left.vector;
    for (const VectorElement &element : isOr ? right.vector : left.vector) {
        const bool matched = keys.count(keyOf(element)) > 0;
        if (matched == (expression.text == "and"))
            value.vector.push_back(element);
    }
    return value;
}

Value withScalar(const Expression &expression, const Value &left, const Value &right)
{
    const bool scalarFirst = left.type == Type::Scalar;
    const bool compares = isComparisonOperator(expression.text);
    Value value;
    for (const VectorElement &element : (scalarFirst ? right : left).vector) {
        const double result = scalarFirst ? operate(expression.text, left.scalar, element.value)
                                          : operate(expression.text, element.value, right.scalar);
        if (compares && !expression.returnsBool) {
            if (result != 0)
                value.vector.push_back(element);
            continue;
        }
        value.vector.push_back({withoutName(element.labels), result, element.time});
    }
    return value;
}

ExecutionProblem duplicates(const char *side, const Labels &key, const VectorElement &a, const VectorElement &b)
{
    return {"found duplicate series for the match group " + textOf(key) + " on the " + side +
            " hand-side of the operation: [" + textOf(b.labels) + ", " + textOf(a.labels) +
            "];many-to-many matching not allowed: matching labels must be unique on one side"};
}

/// Labels of a result: of the side that may have many, or of both when neither has.
Labels resultLabels(const Expression &expression, const Labels &many, const Labels &one, bool dropsName)
{
    Labels labels = dropsName ? withoutName(many) : many;
    if (expression.group == Expression::Group::None)
        return expression.excludes ? grouped(many, expression.labels, true) : grouped(many, expression.labels, false);
    for (const std::string &name : expression.include) {
        const auto found = one.find(name);
        if (found == one.end())
            labels.erase(name);
        else
            labels[name] = found->second;
    }
    return labels;
}

Value ofVectors(const Expression &expression, const Value &left, const Value &right)
{
    // With group_right the left side is the one that has one of each.
    const bool swapped = expression.group == Expression::Group::Right;
    const auto &many = swapped ? right.vector : left.vector;
    const auto &one = swapped ? left.vector : right.vector;
    const bool compares = isComparisonOperator(expression.text);
    const bool dropsName = !compares || expression.returnsBool;
    std::map<Labels, const VectorElement *> byKey;
    for (const VectorElement &element : one) {
        const Labels key = grouped(element.labels, expression.labels, expression.excludes);
        const auto [known, added] = byKey.emplace(key, &element);
        if (!added)
            throw duplicates(swapped ? "left" : "right", key, *known->second, element);
    }
    std::map<Labels, const VectorElement *> matched;
    Value value;
    for (const VectorElement &element : many) {
        const Labels key = grouped(element.labels, expression.labels, expression.excludes);
        const auto found = byKey.find(key);
        if (found == byKey.end())
            continue;
        const double a = swapped ? found->second->value : element.value;
        const double b = swapped ? element.value : found->second->value;
        double result = operate(expression.text, a, b);
        if (compares && !expression.returnsBool) {
            if (result == 0)
                continue;
            result = a;
        }
        if (expression.group == Expression::Group::None) {
            const auto [known, added] = matched.emplace(key, &element);
            if (!added)
                throw duplicates("left", key, *known->second, element);
        }
        Labels labels = resultLabels(expression, element.labels, found->second->labels, dropsName);
        // A filter keeps the series as it is, name and all, unless on() leaves only some labels.
        if (compares && !expression.returnsBool && expression.group == Expression::Group::None && expression.excludes) {
            const auto name = element.labels.find("__name__");
            if (name != element.labels.end())
                labels["__name__"] = name->second;
        }
        value.vector.push_back({std::move(labels), result, element.time});
    }
    return value;
}

} // namespace

Value combine(const Expression &expression, const Value &left, const Value &right)
{
    if (expression.text == "and" || expression.text == "or" || expression.text == "unless")
        return setOperation(expression, left, right);
    if (left.type == Type::Scalar || right.type == Type::Scalar)
        return withScalar(expression, left, right);
    return ofVectors(expression, left, right);
}

bool isComparisonOperator(std::string_view name)
{
    return name == "==" || name == "!=" || name == "<" || name == ">" || name == "<=" || name == ">=";
}

double operate(std::string_view name, double left, double right)
{
    if (name == "+")
        return left + right;
    if (name == "-")
        return left - right;
    if (name == "*")
        return left * right;
    if (name == "/")
        return left / right;
    if (name == "%")
        return std::fmod(left, right);
    if (name == "^")
        return std::pow(left, right);
    if (name == "==")
        return left == right ? 1 : 0;
    if (name == "!=")
        return left != right ? 1 : 0;
    if (name == "<")
        return left < right ? 1 : 0;
    if (name == ">")
        return left > right ? 1 : 0;
    if (name == "<=")
        return left <= right ? 1 : 0;
    return left >= right ? 1 : 0;
}

} // namespace binnacle::simulator::prometheus
