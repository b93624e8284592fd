// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

namespace binnacle::kube {

/// Writes quantities that are given as numbers ("cpu: 1") as text, in the built-in kinds that hold some. Kubernetes
/// takes both, but server-side apply of older servers (seen on 1.20) knows them as strings only and refuses numbers.
void writeQuantitiesAsText(core::Json &object);

} // namespace binnacle::kube
