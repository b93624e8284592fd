// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ClusterState.h"

namespace binnacle::simulator {

/// What the server itself adds to a new object beyond defaults: cluster addresses, selectors of jobs, first phases.
void prepareForCreate(ClusterState &state, const Resource &resource, core::Json &object);

/// What may not change by an update, or follows from it: addresses of a service, keys given as stringData.
void prepareForUpdate(ClusterState &state, const Resource &resource, const core::Json &before, core::Json &object);

/// Between the versions of one kind: autoscaling v1 and v2, events of the core group and of events.k8s.io.
[[nodiscard]] core::Json convertToVersion(const Resource &resource, core::Json stored);
[[nodiscard]] core::Json convertToStored(const Resource &resource, core::Json object);

} // namespace binnacle::simulator
