// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/ClusterState.h"
#include "simulator/Registry.h"

#include <set>
#include <string>

namespace binnacle::simulator {

/// What the controllers of StatefulSets and DaemonSets do about their history
/// (k8s.io/kubernetes/pkg/controller/history): each pod template is kept in a ControllerRevision named after its hash,
/// going back to one gives it the newest number, and those beyond spec.revisionHistoryLimit that no pod has are
/// removed, the oldest first. `hashLabel`: under which the hash is. `live`: names of revisions that pods have. Returns
/// the name of the current one; empty: a quota refuses it.
[[nodiscard]] std::string keepRevision(ClusterState &state, Registry &registry, const core::Json &set,
                                       const std::string &hashLabel, const std::set<std::string> &live);

/// An object's annotations as its revisions get them: without those by which kubectl and controllers keep books.
[[nodiscard]] core::Json annotationsForRevision(const core::Json &object);

} // namespace binnacle::simulator
