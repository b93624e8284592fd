// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// How many pods a workload has.
[[nodiscard]] std::vector<FormAction> scaleForms();

} // namespace binnacle::gui
