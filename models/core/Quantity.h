// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <compare>
#include <string>
#include <string_view>

namespace binnacle::core {

/// A Kubernetes quantity, parsed and printed by the rules of apimachinery's pkg/api/resource: exact down to a
/// nano-unit, rounded away from zero below it, binary quantities capped at 2^63-1. Compared as numbers.
class Quantity
{
public:
    enum class Format { DecimalSI, BinarySI, DecimalExponent };

    Quantity() = default;
    /// Surrounding white space is not accepted: trim what people type first.
    [[nodiscard]] static Result<Quantity> parse(std::string_view text);
    [[nodiscard]] static Quantity fromMilli(long long milli);
    [[nodiscard]] static Quantity fromBytes(long long bytes);

    /// As the API server writes the value back. A text that it counts as canonical already comes back verbatim
    /// ("+1", "1."); exponents beyond E are written as "e21", as servers do since 1.34 (older ones drop the exponent).
    [[nodiscard]] std::string canonical() const;
    /// The exact value as a plain decimal: "0.5", "21474836480".
    [[nodiscard]] std::string decimal() const;
    /// Rounded away from zero, saturated at the limits of long long.
    [[nodiscard]] long long value() const { return scaled(0); }
    [[nodiscard]] long long milliValue() const { return scaled(-3); }
    [[nodiscard]] double toDouble() const;
    [[nodiscard]] bool isZero() const { return m_digits.empty(); }
    [[nodiscard]] bool isNegative() const { return m_negative; }
    [[nodiscard]] Format format() const { return m_format; }

    friend Quantity operator+(const Quantity &a, const Quantity &b);
    friend Quantity operator-(const Quantity &a, const Quantity &b);
    friend Quantity operator*(const Quantity &a, long long times);
    friend bool operator==(const Quantity &a, const Quantity &b) { return (a <=> b) == 0; }
    friend std::strong_ordering operator<=>(const Quantity &a, const Quantity &b);

private:
    friend struct QuantityArithmetic;

    /// The value in units of 10^exponent.
    [[nodiscard]] long long scaled(int exponent) const;

    std::string m_digits; ///< decimal, no leading or trailing zeros; empty: zero
    int m_exponent = 0;   ///< the value is m_digits × 10^m_exponent
    bool m_negative = false;
    Format m_format = Format::DecimalSI;
    std::string m_verbatim; ///< what was parsed, where the API server keeps it
};

} // namespace binnacle::core
