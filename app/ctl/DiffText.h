// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Console.h"
#include "operations/Preview.h"

namespace binnacle::ctl {

/// Each object that would change with its diff, coloured as diffs are.
[[nodiscard]] std::string describeDiffs(const Console &console, const std::vector<operations::ObjectDiff> &diffs);
/// "3 to create, 1 to change, 40 unchanged"
[[nodiscard]] std::string summaryOf(const std::vector<operations::ObjectDiff> &diffs);

} // namespace binnacle::ctl
