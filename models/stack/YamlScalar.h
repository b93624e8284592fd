// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <optional>
#include <string>

namespace binnacle::stack {

/// What an unquoted word means. std::nullopt: a number that JSON cannot hold (.inf, .nan).
[[nodiscard]] std::optional<core::Json> resolvePlainScalar(const std::string &text);

} // namespace binnacle::stack
