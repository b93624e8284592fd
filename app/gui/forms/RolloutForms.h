// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// The rollouts of a workload and its revisions.
[[nodiscard]] std::vector<FormAction> rolloutForms();

} // namespace binnacle::gui
