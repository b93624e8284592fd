// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// What the pods of a workload are made of: images and resources, and the size of volumes.
[[nodiscard]] std::vector<FormAction> workloadForms();

} // namespace binnacle::gui
