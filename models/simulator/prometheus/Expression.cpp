// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/prometheus/Expression.h"

namespace binnacle::simulator::prometheus {

bool Matcher::matches(const Labels &labels) const
{
    static const std::string absent;
    const auto found = labels.find(label);
    const std::string &text = found == labels.end() ? absent : found->second;
    switch (op) {
    case Operator::Equal:
        return text == value;
    case Operator::NotEqual:
        return text != value;
    case Operator::Matches:
        return std::regex_match(text, *expression);
    case Operator::MatchesNot:
        return !std::regex_match(text, *expression);
    }
    return false;
}

const char *toString(Type type)
{
    switch (type) {
    case Type::Scalar:
        return "scalar";
    case Type::Vector:
        return "instant vector";
    case Type::Matrix:
        return "range vector";
    case Type::String:
        return "string";
    }
    return "";
}

} // namespace binnacle::simulator::prometheus
