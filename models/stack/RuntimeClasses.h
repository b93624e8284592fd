// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>

namespace binnacle::stack {

/// What the admission plug-in RuntimeClass does to the pods that name one (plugin/pkg/admission/runtimeclass, KEP-688).
/// @{ `runtimeClass`: null where the pod names none.
/// A pod's spec as it is afterwards: with the class's overhead, node selector and tolerations.
[[nodiscard]] core::Json runtimePodSpec(core::Json podSpec, const core::Json &runtimeClass);
/// Why it refuses the pod, as a person would say it; empty: it does not. Of what runtimePodSpec() made it finds
/// nothing.
[[nodiscard]] std::string runtimeConflict(const core::Json &podSpec, const core::Json &runtimeClass);
/// @}

} // namespace binnacle::stack
