// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Situation.h"

namespace binnacle::stack {

/// The cluster's and the stack's; empty too where this user may not list them.
[[nodiscard]] std::vector<const core::Json *> storageClassesOf(const Situation &situation);

/// What a claim that names no class is given; empty: there is none, or it is not known. Of several the one made last
/// (admission plug-in DefaultStorageClass since 1.26).
[[nodiscard]] std::string defaultStorageClass(const Situation &situation);

/// The class as a claim says it, in its spec or in the annotation of before 1.6; null: it says nothing.
[[nodiscard]] const core::Json &namedStorageClass(const core::Json &claim);

} // namespace binnacle::stack
