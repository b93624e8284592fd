// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/forms/FormAction.h"

#include <vector>

namespace binnacle::gui {

/// New values for passwords and keys, of a Secret or of the component that one opens.
[[nodiscard]] std::vector<FormAction> rotationForms();

/// After a crash: opens the dialog for a rotation in this cluster that was interrupted and that no process is at.
void offerInterruptedRotations(FormHost &host);
/// The same for one that the journal names; says so when there is nothing left to do.
void openInterruptedRotation(FormHost &host, const std::string &runbook);

} // namespace binnacle::gui
