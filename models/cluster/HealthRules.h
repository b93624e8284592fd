// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"
#include "cluster/Store.h"

namespace binnacle::cluster {

/// The health of one object from its own status and what the store knows of its children (pods of a workload,
/// endpoints of a service). Pure: reads the store, its clock, nothing else. A kind without a rule is Healthy only when
/// its status conditions say so, and Unknown when they say nothing.
[[nodiscard]] Health healthOf(const kube::ObjectRecord &object, const Store &store);

/// Of an object that should exist: Missing when the store has a live feed for its kind and does not hold it, Unknown
/// when no feed can tell.
[[nodiscard]] Health healthOf(const kube::ObjectKey &key, const Store &store);

} // namespace binnacle::cluster
