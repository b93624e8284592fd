// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator::prometheus {

struct Token
{
    enum class Kind { End, Identifier, Number, Duration, String, Symbol, Error };
    Kind kind = Kind::End;
    std::string text; ///< as written; of String its value; of Error what is wrong
    std::size_t position = 0;

    [[nodiscard]] bool is(std::string_view symbol) const { return kind == Kind::Symbol && text == symbol; }
    [[nodiscard]] bool isWord(std::string_view word) const;
    /// As error messages name it: `identifier "bar"`, `<op:*>`, `end of input`.
    [[nodiscard]] std::string describe() const;
};

/// The tokens of a PromQL text; the last is End or Error.
[[nodiscard]] std::vector<Token> tokensOf(std::string_view text);

/// "5m" in milliseconds; 0: not a duration.
[[nodiscard]] long long millisecondsOf(std::string_view duration);
[[nodiscard]] bool isAggregation(std::string_view name);

} // namespace binnacle::simulator::prometheus
