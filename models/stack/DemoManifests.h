// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <string>

namespace binnacle::stack {

/// The reference application as YAML for a demo cluster: what a deploy of its default overlay makes, so that the demo
/// is the application that the picture, the plans and the checks speak of. Its Secrets hold the word "demo".
[[nodiscard]] core::Result<std::string> demoManifests();

} // namespace binnacle::stack
