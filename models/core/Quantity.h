// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <compare>
#include <string>
#include <string_view>

namespace binnacle::core {

/// A Kubernetes quantity (apimachinery pkg/api/resource), kept exact to a nano-unit and rounded up beyond, as the
/// API server does. Compared as numbers; printed in the server's canonical form.
class Quantity
{
public:
    enum class Format { DecimalSI, BinarySI, DecimalExponent };

    Quantity() = default;
    [[nodiscard]] static Result<Quantity> parse(std::string_view text);
    [[nodiscard]] static Quantity fromMilli(long long milli);
    [[nodiscard]] static Quantity fromBytes(long long bytes);

    [[nodiscard]] std::string canonical() const;
    /// The exact value as a plain decimal: "0.5", "21474836480".
    [[nodiscard]] std::string decimal() const;
    /// Rounded up, saturated at the limits of long long.
    [[nodiscard]] long long value() const;
    [[nodiscard]] long long milliValue() const;
    [[nodiscard]] double toDouble() const;
    [[nodiscard]] bool isZero() const { return m_nano == 0; }
    [[nodiscard]] Format format() const { return m_format; }

    friend Quantity operator+(const Quantity &a, const Quantity &b);
    friend Quantity operator-(const Quantity &a, const Quantity &b);
    friend Quantity operator*(const Quantity &a, long long times);
    friend bool operator==(const Quantity &a, const Quantity &b) { return a.m_nano == b.m_nano; }
    friend std::strong_ordering operator<=>(const Quantity &a, const Quantity &b);

private:
    __extension__ using Int128 = __int128;

    Int128 m_nano = 0; ///< value × 10⁹
    Format m_format = Format::DecimalSI;
};

} // namespace binnacle::core
