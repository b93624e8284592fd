// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <string>
#include <vector>

namespace binnacle::stack {

/// Why the Pod Security Standards ("baseline", "restricted"; other levels allow everything) refuse a pod: one sentence
/// for each field. `minorVersion`: the standard of this Kubernetes, as the label enforce-version names it.
/// See https://kubernetes.io/docs/concepts/security/pod-security-standards/.
[[nodiscard]] std::vector<std::string> podSecurityViolations(const core::Json &podSpec, const std::string &level,
                                                             int minorVersion = 1000);

} // namespace binnacle::stack
