// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/prometheus/Expression.h"

#include <tl/expected.hpp>

namespace binnacle::simulator::prometheus {

/// Parses PromQL as far as the demo cluster can compute it. Whatever it cannot is refused as Prometheus refuses what is
/// no PromQL, so that nothing is answered that a real one would answer otherwise.
[[nodiscard]] tl::expected<ExpressionPointer, SyntaxProblem> parse(const std::string &text);

} // namespace binnacle::simulator::prometheus
