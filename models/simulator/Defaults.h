// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ResourceTable.h"

namespace binnacle::simulator {

/// Fills what the API server fills (the "defaults to" sentences of the API reference), so that applying a
/// manifest again changes nothing. Only adds, never overwrites.
void setDefaults(const Resource &resource, core::Json &object);

/// The defaults of a pod's spec or of a template's.
void setPodSpecDefaults(core::Json &spec);

} // namespace binnacle::simulator
