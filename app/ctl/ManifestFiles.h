// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// The objects of a file ("-": standard input): JSON, or YAML with one or several documents; Lists are opened. Errors
/// name file, line and column.
[[nodiscard]] core::Result<std::vector<core::Json>> readManifests(const std::string &path);

} // namespace binnacle::ctl
