// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Stack.h"

namespace binnacle::stack {

/// Every key is a parameter of the stack, and every value of its type; else a usage error that lists what there is.
[[nodiscard]] core::Result<void> checkParameters(const Stack &stack, const std::map<std::string, std::string> &values);

/// Writes the given values, and the defaults of the others, into the objects. A value that finds no field to go to is
/// an error.
[[nodiscard]] core::Result<void> applyParameters(const Stack &stack, const std::map<std::string, std::string> &values,
                                                 std::vector<core::Json> &objects);

/// Whether the text fits the glob: "*" any text, "?" one letter; an empty glob fits everything.
[[nodiscard]] bool fitsGlob(const std::string &glob, const std::string &text);

} // namespace binnacle::stack
