// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Console.h"

#include <vector>

namespace binnacle::ctl {

/// Hard against used of each resource, coloured from 80 % on. `withNamespace`: as the first column.
[[nodiscard]] std::string quotaTable(const Console &console, const std::vector<core::Json> &quotas, bool withNamespace);
/// Each resource's values, one row for a type and resource.
[[nodiscard]] std::string limitRangeTable(const Console &console, const std::vector<core::Json> &ranges,
                                          bool withNamespace);

/// See stack::QuotaReport::toJson().
[[nodiscard]] core::Json quotasToJson(const std::vector<core::Json> &quotas);
/// [{"namespace","name","limits":[{"type","resource","min","defaultRequest","default","max","maxLimitRequestRatio"}]}]
[[nodiscard]] core::Json limitRangesToJson(const std::vector<core::Json> &ranges);

} // namespace binnacle::ctl
