// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/kustomize/Kustomization.h"

namespace binnacle::stack::kustomize {

/// kubectl's order where the kustomization says nothing: what others need first, then by group, version, kind,
/// namespace and name.
void sortResources(Resources &resources, const std::optional<SortRule> &rule);

} // namespace binnacle::stack::kustomize
