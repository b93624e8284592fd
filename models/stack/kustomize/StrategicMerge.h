// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "stack/kustomize/Resource.h"
#include "stack/kustomize/Schema.h"

namespace binnacle::stack::kustomize {

/// Applies a strategic merge patch as kustomize does: lists of the built-in kinds that have a merge key are merged by
/// it, elements of the patch first; other lists are replaced; null removes; $patch: delete and replace are obeyed. An
/// object that the patch deletes becomes null.
[[nodiscard]] core::Result<void> strategicMerge(core::Json &target, const core::Json &patch, const Schema &schema);

} // namespace binnacle::stack::kustomize
