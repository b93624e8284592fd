// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "simulator/Schema.h"

namespace binnacle::simulator {

/// RFC 6902. An operation that cannot be carried out is an Invalid error that says which.
[[nodiscard]] core::Result<core::Json> applyJsonPatch(const core::Json &object, const core::Json &patch);

/// RFC 7386.
[[nodiscard]] core::Json applyMergePatch(const core::Json &object, const core::Json &patch);

/// Kubernetes' strategic merge patch: lists with a patch key merge by it; the directives $patch,
/// $deleteFromPrimitiveList, $setElementOrder and $retainKeys do what the API documentation of
/// update-api-object-kubectl-patch says.
[[nodiscard]] core::Json applyStrategicPatch(const SchemaType &type, const core::Json &object, const core::Json &patch);

} // namespace binnacle::simulator
