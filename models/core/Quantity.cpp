// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Quantity.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>

namespace binnacle::core {

using boost::multiprecision::cpp_int;

namespace {

constexpr int nanoExponent = -9;
/// Far beyond any resource, near enough that no text can make the arithmetic below slow.
constexpr int maxExponent = 4096;
constexpr std::size_t maxLength = 4096;
/// What fits an int64 without loss: apimachinery's maxInt64Factors.
constexpr int maxInt64Digits = 18;

struct Suffix
{
    std::string_view text;
    int base;
    int exponent;
};

constexpr std::array<Suffix, 16> suffixes{{{"n", 10, -9},
                                           {"u", 10, -6},
                                           {"m", 10, -3},
                                           {"", 10, 0},
                                           {"k", 10, 3},
                                           {"M", 10, 6},
                                           {"G", 10, 9},
                                           {"T", 10, 12},
                                           {"P", 10, 15},
                                           {"E", 10, 18},
                                           {"Ki", 2, 10},
                                           {"Mi", 2, 20},
                                           {"Gi", 2, 30},
                                           {"Ti", 2, 40},
                                           {"Pi", 2, 50},
                                           {"Ei", 2, 60}}};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

struct Parts
{
    bool negative = false;
    std::string digits;   ///< before the point, without leading zeros, at least "0"
    std::string fraction; ///< after it
    std::string_view suffix;
};

Parts split(std::string_view text)
{
    Parts parts;
    std::size_t at = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        parts.negative = text[0] == '-';
        at = 1;
    }
    while (at < text.size() && text[at] == '0')
        ++at;
    while (at < text.size() && isDigit(text[at]))
        parts.digits += text[at++];
    if (parts.digits.empty())
        parts.digits = "0";
    if (at < text.size() && text[at] == '.') {
        ++at;
        while (at < text.size() && isDigit(text[at]))
            parts.fraction += text[at++];
    }
    parts.suffix = text.substr(at);
    return parts;
}

struct Scale
{
    Quantity::Format format;
    int base;
    int exponent;
};

std::optional<Scale> scaleOf(std::string_view suffix)
{
    for (const auto &known : suffixes) {
        if (known.text == suffix)
            return Scale{known.base == 2 ? Quantity::Format::BinarySI : Quantity::Format::DecimalSI, known.base,
                         known.exponent};
    }
    if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E'))
        return std::nullopt;
    const auto number = suffix.substr(suffix[1] == '+' ? 2 : 1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), exponent);
    if (error != std::errc{} || end != number.data() + number.size() || number.empty() ||
        std::abs(exponent) > maxExponent || (suffix[1] == '+' && number[0] == '-'))
        return std::nullopt;
    return Scale{Quantity::Format::DecimalExponent, 10, exponent};
}

cpp_int power(int base, int exponent)
{
    return boost::multiprecision::pow(cpp_int(base), static_cast<unsigned>(exponent));
}

/// Quotient rounded away from zero; both operands positive.
cpp_int divideUp(const cpp_int &value, const cpp_int &by)
{
    return (value + by - 1) / by;
}

/// Whether apimachinery keeps the text as it is (the branch "if the number is in canonical form, reuse the string").
bool isKeptVerbatim(const Parts &parts, const Scale &scale)
{
    const std::string shifted = parts.digits + parts.fraction;
    if (scale.format == Quantity::Format::BinarySI)
        return parts.fraction.empty() && (cpp_int(parts.digits) & 7) != 0;
    const int exponent = scale.exponent - static_cast<int>(parts.fraction.size());
    return exponent % 3 == 0 && !(shifted.size() >= 3 && shifted.ends_with("000")) && shifted[0] != '0';
}

/// Whether apimachinery's int64 path takes it; only there is a text ever kept verbatim.
bool isInt64Path(const Parts &parts, const Scale &scale)
{
    const int digits = static_cast<int>(parts.digits.size() + parts.fraction.size());
    if (scale.format == Quantity::Format::BinarySI) {
        const int precision = 15 - static_cast<int>(parts.digits.size()) -
                              static_cast<int>(static_cast<float>(scale.exponent) * 3 / 10) - 1;
        return parts.fraction.empty() && precision >= 0;
    }
    return digits <= maxInt64Digits && scale.exponent - static_cast<int>(parts.fraction.size()) >= nanoExponent;
}

} // namespace

/// Conversions between the stored digits and big integers, kept out of the header with the big-integer library.
struct QuantityArithmetic
{
    static cpp_int unscaled(const Quantity &quantity, int exponent)
    {
        if (quantity.m_digits.empty())
            return 0;
        cpp_int value(quantity.m_digits);
        if (quantity.m_exponent >= exponent)
            value *= power(10, quantity.m_exponent - exponent);
        else
            value = divideUp(value, power(10, exponent - quantity.m_exponent));
        return quantity.m_negative ? cpp_int(-value) : value;
    }

    static void set(Quantity &quantity, cpp_int value, int exponent)
    {
        quantity.m_negative = value < 0;
        if (quantity.m_negative)
            value = -value;
        if (exponent < nanoExponent) {
            value = divideUp(value, power(10, nanoExponent - exponent));
            exponent = nanoExponent;
        }
        quantity.m_digits = value == 0 ? std::string() : value.str();
        quantity.m_exponent = quantity.m_digits.empty() ? 0 : exponent;
        while (quantity.m_digits.ends_with('0')) {
            quantity.m_digits.pop_back();
            ++quantity.m_exponent;
        }
        quantity.m_verbatim.clear();
    }

    static int commonExponent(const Quantity &a, const Quantity &b) { return std::min(a.m_exponent, b.m_exponent); }
};

Result<Quantity> Quantity::parse(std::string_view text)
{
    const auto invalid = [&](std::string why) {
        return fail(ErrorKind::Invalid, "'" + std::string(text) + "' is not a quantity: " + std::move(why),
                    "write a number with an optional suffix, such as 500m, 2, 1.5Gi or 1e3");
    };
    if (text.empty())
        return invalid("it is empty");
    if (text.size() > maxLength)
        return fail(ErrorKind::Invalid, "a text of " + std::to_string(text.size()) + " characters is not a quantity",
                    "write a number with an optional suffix, such as 500m, 2, 1.5Gi or 1e3");
    const Parts parts = split(text);
    const auto scale = scaleOf(parts.suffix);
    if (!scale)
        return invalid("unknown suffix '" + std::string(parts.suffix) +
                       "' (known: n u m k M G T P E, Ki Mi Gi Ti Pi Ei, e<number>)");
    // apimachinery takes a missing number as 0 on its int64 path, and not beyond it.
    if (!isDigit(text[0]) &&
        std::none_of(text.begin(), text.end() - static_cast<std::ptrdiff_t>(parts.suffix.size()), isDigit) &&
        !isInt64Path(parts, *scale))
        return invalid("it has no number before '" + std::string(parts.suffix) + "'");

    Quantity quantity;
    quantity.m_format = scale->format;
    cpp_int value(parts.digits == "0" && !parts.fraction.empty() ? "0" : parts.digits);
    if (!parts.fraction.empty()) {
        // cpp_int reads a leading zero as octal.
        const auto significant = parts.fraction.find_first_not_of('0');
        value *= power(10, static_cast<int>(parts.fraction.size()));
        if (significant != std::string::npos)
            value += cpp_int(parts.fraction.substr(significant));
    }
    int exponent = -static_cast<int>(parts.fraction.size());
    if (scale->base == 2)
        value *= power(2, scale->exponent);
    else
        exponent += scale->exponent;
    QuantityArithmetic::set(quantity, parts.negative ? cpp_int(-value) : value, exponent);

    if (scale->format == Format::BinarySI) {
        const cpp_int limit = std::numeric_limits<long long>::max();
        if (abs(QuantityArithmetic::unscaled(quantity, nanoExponent)) > limit * power(10, -nanoExponent))
            QuantityArithmetic::set(quantity, parts.negative ? cpp_int(-limit) : limit, 0);
        if (!parts.fraction.empty() && quantity.m_exponent < 0 && std::abs(quantity.toDouble()) < 1)
            quantity.m_format = Format::DecimalSI;
    }
    if (isInt64Path(parts, *scale) && isKeptVerbatim(parts, *scale))
        quantity.m_verbatim = text;
    return quantity;
}

Quantity Quantity::fromMilli(long long milli)
{
    Quantity quantity;
    QuantityArithmetic::set(quantity, milli, -3);
    return quantity;
}

Quantity Quantity::fromBytes(long long bytes)
{
    Quantity quantity;
    quantity.m_format = Format::BinarySI;
    QuantityArithmetic::set(quantity, bytes, 0);
    return quantity;
}

std::string Quantity::canonical() const
{
    if (!m_verbatim.empty())
        return m_verbatim;
    if (isZero())
        return "0";
    const std::string sign = m_negative ? "-" : "";
    auto format = m_format;
    if (format == Format::BinarySI) {
        cpp_int value = abs(QuantityArithmetic::unscaled(*this, 0));
        // Below 1024, or with a fraction, the server writes a decimal rather than lose precision.
        if (m_exponent >= 0 && value >= 1024) {
            std::size_t times = 0;
            while (value % 1024 == 0 && times < 6) {
                value /= 1024;
                ++times;
            }
            constexpr std::array<std::string_view, 7> binary{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
            return sign + value.str() + std::string(binary[times]);
        }
        format = Format::DecimalSI;
    }
    std::string digits = m_digits;
    int exponent = m_exponent;
    while (exponent % 3 != 0) {
        digits += '0';
        --exponent;
    }
    if (format == Format::DecimalSI) {
        for (const auto &known : suffixes) {
            if (known.base == 10 && known.exponent == exponent)
                return sign + digits + std::string(known.text);
        }
    }
    return sign + digits + (exponent == 0 ? "" : "e" + std::to_string(exponent));
}

std::string Quantity::decimal() const
{
    if (isZero())
        return "0";
    std::string digits = m_digits;
    if (m_exponent >= 0) {
        digits.append(static_cast<std::size_t>(m_exponent), '0');
    } else {
        const auto fraction = static_cast<std::size_t>(-m_exponent);
        if (digits.size() <= fraction)
            digits.insert(0, fraction - digits.size() + 1, '0');
        digits.insert(digits.size() - fraction, ".");
    }
    return (m_negative ? "-" : "") + digits;
}

double Quantity::toDouble() const
{
    // strtod answers infinity beyond its range, where stod would throw.
    const std::string text = (m_negative ? "-" : "") + m_digits + "e" + std::to_string(m_exponent);
    return isZero() ? 0.0 : std::strtod(text.c_str(), nullptr);
}

long long Quantity::scaled(int exponent) const
{
    using Limits = std::numeric_limits<long long>;
    const cpp_int value = QuantityArithmetic::unscaled(*this, exponent);
    if (value > Limits::max())
        return Limits::max();
    if (value < Limits::min())
        return Limits::min();
    return value.convert_to<long long>();
}

Quantity operator+(const Quantity &a, const Quantity &b)
{
    const int exponent = QuantityArithmetic::commonExponent(a, b);
    Quantity sum;
    sum.m_format = a.isZero() ? b.m_format : a.m_format;
    QuantityArithmetic::set(sum, QuantityArithmetic::unscaled(a, exponent) + QuantityArithmetic::unscaled(b, exponent),
                            exponent);
    return sum;
}

Quantity operator-(const Quantity &a, const Quantity &b)
{
    return a + b * -1;
}

Quantity operator*(const Quantity &a, long long times)
{
    Quantity product;
    product.m_format = a.m_format;
    QuantityArithmetic::set(product, QuantityArithmetic::unscaled(a, a.m_exponent) * times, a.m_exponent);
    return product;
}

std::strong_ordering operator<=>(const Quantity &a, const Quantity &b)
{
    const int exponent = QuantityArithmetic::commonExponent(a, b);
    const int order = QuantityArithmetic::unscaled(a, exponent).compare(QuantityArithmetic::unscaled(b, exponent));
    return order <=> 0;
}

} // namespace binnacle::core
