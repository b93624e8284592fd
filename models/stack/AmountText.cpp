// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/AmountText.h"

#include "stack/QuotaReport.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace binnacle::stack {

namespace {

constexpr std::size_t decimals = 3; ///< as many as people read at a glance

std::string withoutTrailing(std::string digits, char what)
{
    while (!digits.empty() && digits.back() == what)
        digits.pop_back();
    return digits;
}

/// Cores as thousandths: the point of the plain decimal moved.
std::string inMilli(const core::Quantity &amount)
{
    std::string text = amount.decimal();
    const bool negative = text.starts_with('-');
    text.erase(0, negative ? 1 : 0);
    const auto point = std::min(text.find('.'), text.size());
    std::string whole = text.substr(0, point);
    std::string fraction = point < text.size() ? text.substr(point + 1) : std::string();
    fraction.resize(std::max(fraction.size(), decimals), '0');
    whole += fraction.substr(0, decimals);
    const std::string rest = withoutTrailing(fraction.substr(decimals), '0');
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    return (negative ? "-" : "") + whole + (rest.empty() ? "" : "." + rest) + "m";
}

/// In the largest unit in which the amount has few decimals; empty: there is none.
std::string inUnits(long long bytes)
{
    static const std::array<std::pair<const char *, long long>, 10> units = {{{"Pi", 1LL << 50},
                                                                              {"Ti", 1LL << 40},
                                                                              {"Gi", 1LL << 30},
                                                                              {"Mi", 1LL << 20},
                                                                              {"Ki", 1LL << 10},
                                                                              {"P", 1'000'000'000'000'000LL},
                                                                              {"T", 1'000'000'000'000LL},
                                                                              {"G", 1'000'000'000LL},
                                                                              {"M", 1'000'000LL},
                                                                              {"k", 1'000LL}}};
    for (const auto &[name, unit] : units) {
        const long long rest = bytes % unit * 1000;
        if (bytes < unit || rest % unit != 0)
            continue;
        std::string fraction = std::to_string(1000 + rest / unit).substr(1);
        fraction = withoutTrailing(std::move(fraction), '0');
        return std::to_string(bytes / unit) + (fraction.empty() ? "" : "." + fraction) + name;
    }
    return {};
}

} // namespace

std::string amountText(const std::string &resource, const core::Quantity &amount)
{
    const std::string canonical = amount.canonical();
    const core::Amount kind = amountOf(resource);
    if (kind == core::Amount::Cores && (canonical.ends_with('u') || canonical.ends_with('n')))
        return inMilli(amount);
    const bool isBare = !canonical.empty() && std::isdigit(static_cast<unsigned char>(canonical.back())) != 0;
    const bool isWhole = amount.decimal().find('.') == std::string::npos;
    if (kind == core::Amount::Bytes && isBare && isWhole && !amount.isNegative()) {
        if (std::string units = inUnits(amount.value()); !units.empty())
            return units;
    }
    return canonical;
}

} // namespace binnacle::stack
