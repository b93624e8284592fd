// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/Plan.h"

#include <string>

namespace binnacle::operations {

/// What an operator would type to do the same by hand; a Secret's values are shown as ***.
[[nodiscard]] std::string kubectlFor(const runbook::Plan &plan, const runbook::Task &task);
/// What shows this object in a terminal.
[[nodiscard]] std::string kubectlGet(const core::ContextName &context, const kube::ObjectKey &object);

} // namespace binnacle::operations
