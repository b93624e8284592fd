// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// Forwarding ports to pods, and to what has pods behind it.
[[nodiscard]] std::vector<FormAction> forwardForms();

} // namespace binnacle::gui
