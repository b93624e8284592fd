// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "stack/kustomize/Transformers.h"

namespace binnacle::stack::kustomize {

/// Writes the names that objects have now wherever another object refers to one by a name that it had before: a config
/// map's hash, a prefix, a service account's namespace.
[[nodiscard]] core::Result<void> fixNameReferences(Resources &resources, const std::vector<ReferenceRule> &rules);

} // namespace binnacle::stack::kustomize
