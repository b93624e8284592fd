// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// What a namespace may use, and what its containers may ask for.
[[nodiscard]] std::vector<FormAction> quotaForms();

} // namespace binnacle::gui
