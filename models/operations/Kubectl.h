// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/Plan.h"

#include <string>

namespace binnacle::operations {

/// What an operator would type to do the same by hand; a Secret's values are shown as ***.
[[nodiscard]] std::string kubectlFor(const runbook::Plan &plan, const runbook::Task &task);

} // namespace binnacle::operations
