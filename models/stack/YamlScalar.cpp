// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/YamlScalar.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <regex>

namespace binnacle::stack {

namespace {

bool isOneOf(const std::string &text, std::initializer_list<const char *> words)
{
    return std::any_of(words.begin(), words.end(), [&](const char *word) { return text == word; });
}

std::optional<core::Json> parseInteger(std::string digits)
{
    const bool negative = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
        digits.erase(0, 1);
    }
    int base = 10;
    if (digits.size() > 2 && digits[0] == '0') {
        const char mark = static_cast<char>(std::tolower(static_cast<unsigned char>(digits[1])));
        base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    }
    if (base != 10) {
        digits.erase(0, 2);
    } else if (digits.size() > 1 && digits[0] == '0') {
        base = 8; // YAML 1.1's octal, which go-yaml still reads
    }
    unsigned long long value = 0;
    const char *end = digits.data() + digits.size();
    const auto [stop, status] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || stop != end || status != std::errc{}) {
        return std::nullopt;
    }
    if (!negative) {
        return value <= static_cast<unsigned long long>(INT64_MAX) ? core::Json(static_cast<std::int64_t>(value))
                                                                   : core::Json(value);
    }
    if (value > static_cast<unsigned long long>(INT64_MAX) + 1) {
        return std::nullopt;
    }
    return core::Json(static_cast<std::int64_t>(0 - value));
}

/// Go prints a float without a fraction as an integer, and that is how the API server gets to see it.
core::Json numberFrom(double value)
{
    if (std::trunc(value) == value && std::abs(value) < 9007199254740992.0) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

/// The forms of a time that go-yaml takes for a timestamp, as the RFC 3339 text that it becomes in JSON.
std::optional<std::string> parseTimestamp(const std::string &text)
{
    static const std::regex form(
        R"((\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?)");
    std::smatch match;
    if (text.size() < 8 || !std::regex_match(text, match, form)) {
        return std::nullopt;
    }
    const bool hasTime = match[4].matched;
    const bool spaced = hasTime && match[4] == " ";
    if (hasTime && spaced == match[9].matched) {
        return std::nullopt; // with T a zone is needed, after a blank none is known
    }
    const auto number = [&](std::size_t group) {
        return match[group].matched ? std::atoi(match[group].str().c_str()) : 0;
    };
    if (number(2) < 1 || number(2) > 12 || number(3) < 1 || number(3) > 31 || number(5) > 23 || number(6) > 59 ||
        number(7) > 59) {
        return std::nullopt;
    }
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d", number(1), number(2), number(3),
                  number(5), number(6), number(7));
    std::string fraction = match[8].str();
    while (!fraction.empty() && (fraction.back() == '0' || fraction.back() == '.')) {
        fraction.pop_back();
    }
    return buffer.data() + fraction + (match[9].matched ? match[9].str() : "Z");
}

} // namespace

std::optional<core::Json> resolvePlainScalar(const std::string &text)
{
    if (isOneOf(text, {"", "~", "null", "Null", "NULL"})) {
        return core::Json(nullptr);
    }
    if (isOneOf(text, {"true", "True", "TRUE"})) {
        return core::Json(true);
    }
    if (isOneOf(text, {"false", "False", "FALSE"})) {
        return core::Json(false);
    }
    if (isOneOf(text, {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf",
                       "-.INF"})) {
        return std::nullopt;
    }
    const char first = text.front();
    if (first != '+' && first != '-' && first != '.' && (first < '0' || first > '9')) {
        return core::Json(text);
    }
    if (auto time = parseTimestamp(text)) {
        return core::Json(*time);
    }
    std::string plain = text;
    plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
    if (auto integer = parseInteger(plain)) {
        return integer;
    }
    static const std::regex number(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
    if (std::regex_match(plain, number)) {
        const double value = std::strtod(plain.c_str(), nullptr);
        if (std::isfinite(value)) {
            return numberFrom(value);
        }
    }
    return core::Json(text);
}

} // namespace binnacle::stack
