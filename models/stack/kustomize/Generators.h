// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

/// Makes the config maps and secrets of a kustomization, and adds, replaces or merges them as their behavior says.
[[nodiscard]] core::Result<void> runGenerators(Resources &resources, const Kustomization &kustomization);

} // namespace binnacle::stack::kustomize
