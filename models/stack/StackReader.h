// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Stack.h"

#include <string_view>

namespace binnacle::stack {

/// Reads the text of a stack file. `file` is used to name the place of problems, and its folder to look for base and
/// overlays.
[[nodiscard]] core::Result<Stack> readStack(std::string_view text, const std::string &file);

} // namespace binnacle::stack
