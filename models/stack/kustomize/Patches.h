// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

/// patchesStrategicMerge: each is a file or the patch itself, and names its object.
[[nodiscard]] core::Result<void> applyStrategicMergePatches(Resources &resources, const Kustomization &kustomization);
/// patches: of both kinds, with or without a target.
[[nodiscard]] core::Result<void> applyPatches(Resources &resources, const Kustomization &kustomization);
/// patchesJson6902.
[[nodiscard]] core::Result<void> applyJsonPatches(Resources &resources, const Kustomization &kustomization);

} // namespace binnacle::stack::kustomize
