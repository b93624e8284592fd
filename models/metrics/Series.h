// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::metrics {

using Labels = std::map<std::string, std::string>;

/// One value at one moment, exactly as Prometheus sent it.
struct Sample
{
    std::int64_t milliseconds = 0; ///< since 1970; Prometheus knows no finer time
    double value = 0;              ///< may be NaN or infinite
    std::string text;              ///< the value's own characters: "0.30000000000000004", "NaN", "+Inf"

    friend bool operator==(const Sample &, const Sample &) = default;
};

struct Series
{
    Labels labels;
    std::vector<Sample> samples; ///< oldest first
};

enum class ResultType { Matrix, Vector, Scalar, String };

[[nodiscard]] const char *toString(ResultType type);

/// What a query came to. A vector's series have one sample each; a scalar is one series without labels.
struct QueryResult
{
    ResultType type = ResultType::Vector;
    std::vector<Series> series;
    std::vector<std::string> warnings; ///< Prometheus' own, and what of its answer is not shown

    [[nodiscard]] bool isEmpty() const;
};

/// up{job="backend", pod="backend-0"} as PromQL writes it; {} without labels.
[[nodiscard]] std::string describe(const Labels &labels);
/// A value in Prometheus' notation, which from_chars does not read: "NaN", "+Inf", "-Inf", else a decimal number. Not a
/// number: NaN.
[[nodiscard]] double valueFromText(std::string_view text);
/// A PromQL string literal.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace binnacle::metrics
