// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// Secrets and config maps: their keys, and new ones.
[[nodiscard]] std::vector<FormAction> secretForms();

} // namespace binnacle::gui
