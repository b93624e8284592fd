// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/TypedQuantity.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace binnacle::core {

namespace {

struct Unit
{
    std::string_view word; ///< in lower case
    std::string_view suffix;
};

constexpr std::array<Unit, 11> coreUnits{{{"core", ""},
                                          {"cores", ""},
                                          {"cpu", ""},
                                          {"cpus", ""},
                                          {"vcpu", ""},
                                          {"vcpus", ""},
                                          {"mcpu", "m"},
                                          {"millicore", "m"},
                                          {"millicores", "m"},
                                          {"millicpu", "m"},
                                          {"millicpus", "m"}}};

// Lower-case k, g and t are not suffixes of Kubernetes (but for k), and mean nothing else of memory; m does: milli.
constexpr std::array<Unit, 31> byteUnits{
    {{"b", ""},      {"byte", ""},     {"bytes", ""},   {"k", "k"},    {"kb", "k"},    {"mb", "M"},    {"g", "G"},
     {"gb", "G"},    {"t", "T"},       {"tb", "T"},     {"p", "P"},    {"pb", "P"},    {"eb", "E"},    {"ki", "Ki"},
     {"kib", "Ki"},  {"mi", "Mi"},     {"mib", "Mi"},   {"gi", "Gi"},  {"gib", "Gi"},  {"ti", "Ti"},   {"tib", "Ti"},
     {"pi", "Pi"},   {"pib", "Pi"},    {"ei", "Ei"},    {"eib", "Ei"}, {"kbyte", "k"}, {"mbyte", "M"}, {"gbyte", "G"},
     {"tbyte", "T"}, {"kibyte", "Ki"}, {"gibyte", "Gi"}}};

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

template <std::size_t size>
std::optional<std::string_view> suffixOf(const std::array<Unit, size> &units, std::string word)
{
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto found = std::find_if(units.begin(), units.end(), [&](const Unit &unit) { return unit.word == word; });
    return found == units.end() ? std::nullopt : std::optional(found->suffix);
}

const char *example(Amount amount)
{
    switch (amount) {
    case Amount::Cores:
        return "write cores, such as 2, 0.5 or 500m";
    case Amount::Bytes:
        return "write a size, such as 512Mi, 20 GiB or 2 GB";
    case Amount::Count:
        break;
    }
    return "write a whole number, such as 5";
}

/// The text as Kubernetes spells it.
std::string spelled(std::string_view text, Amount amount)
{
    const auto end = std::find_if(text.begin(), text.end(), [](unsigned char c) {
        return std::isdigit(c) == 0 && c != '.' && c != '+' && c != '-';
    });
    const std::string number(text.begin(), end);
    const std::string unit(trimmed(text.substr(number.size())));
    if (!unit.empty() && std::isalpha(static_cast<unsigned char>(unit.front())) == 0)
        return std::string(text); // "1 2" is not twelve
    if (!number.empty() && !unit.empty() && !Quantity::parse(number + unit)) {
        const auto suffix = amount == Amount::Cores   ? suffixOf(coreUnits, unit)
                            : amount == Amount::Bytes ? suffixOf(byteUnits, unit)
                                                      : std::nullopt;
        return number + (suffix ? std::string(*suffix) : unit);
    }
    return number + unit;
}

} // namespace

Result<Quantity> typedQuantity(std::string_view typed, Amount amount)
{
    const auto refuse = [&](const std::string &why) {
        return fail(ErrorKind::Invalid, "'" + std::string(trimmed(typed)) + "' " + why, example(amount));
    };
    const std::string text = spelled(trimmed(typed), amount);
    if (std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
        return refuse(text.empty() ? "is empty" : "holds no number");
    const auto quantity = Quantity::parse(text);
    if (!quantity)
        return refuse("is not an amount that Kubernetes knows");
    if (quantity->isNegative())
        return refuse("is negative");
    const bool whole = *quantity == Quantity::parse(std::to_string(quantity->value())).value();
    if (amount == Amount::Cores && quantity->format() == Quantity::Format::BinarySI)
        return refuse("is a size, not a number of cores");
    if (amount == Amount::Count && !whole)
        return refuse("is not a whole number");
    // 0.1Gi is a fraction of a byte too, but nobody means one by it: the server rounds it up.
    if (amount == Amount::Bytes && !whole && text.ends_with('m'))
        return refuse("is " + quantity->decimal() + " bytes: m stands for a thousandth, Mi or M for millions");
    return *quantity;
}

} // namespace binnacle::core
