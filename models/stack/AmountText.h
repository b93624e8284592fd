// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Quantity.h"

#include <string>

namespace binnacle::stack {

/// An amount of what a quota or limit range names, as people write it and still exact: "399.9m" rather than "399900u",
/// "33415.75Ki" rather than "34217728" bytes. `resource`: "requests.cpu", "memory", "pods".
[[nodiscard]] std::string amountText(const std::string &resource, const core::Quantity &amount);

} // namespace binnacle::stack
