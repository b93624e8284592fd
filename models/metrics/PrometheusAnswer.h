// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "metrics/Series.h"

#include <optional>
#include <string>

namespace binnacle::metrics {

/// Pure: the bodies of Prometheus' HTTP API (prometheus.io/docs/prometheus/latest/querying/api), version 2.0 and later.
/// An answer of another shape is a Protocol error that says what came instead.
/// @{
[[nodiscard]] core::Result<QueryResult> queryResultFrom(const std::string &body);
/// `data` of an answer whose status is "success".
[[nodiscard]] core::Result<core::Json> dataFrom(const std::string &body);
/// What of an object is text.
[[nodiscard]] Labels labelsFrom(const core::Json &object);
/// @}

/// Where in a PromQL expression a mistake is. Both are counted from 1; the column in bytes, as Prometheus does.
struct SyntaxError
{
    int line = 1;
    int column = 1;
    std::string message; ///< without the place: "unexpected end of input"
};

/// The place that Prometheus' message names: `invalid parameter "query": 1:7: parse error: unexpected ...`. Nothing
/// when it names none.
[[nodiscard]] std::optional<SyntaxError> syntaxErrorOf(const core::Error &error);
/// Of UTF-8 text: the character (UTF-16 units, as Qt counts) at which this place is; the end when it is beyond it.
[[nodiscard]] int characterAt(const std::string &expression, const SyntaxError &place);

} // namespace binnacle::metrics
