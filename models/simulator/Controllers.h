// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Controller.h"

#include <memory>

namespace binnacle::simulator {

/// The makers of all control loops; each loop is a class of its own in the source file of the same name.
using ControllerPointer = std::unique_ptr<Controller>;
[[nodiscard]] ControllerPointer makeDeploymentController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeReplicaSetController(ClusterState &state, Registry &registry,
                                                         const std::string &collection);
[[nodiscard]] ControllerPointer makeStatefulSetController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeDaemonSetController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeJobController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeCronJobController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeServiceController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeIngressController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeVolumeController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeAutoscalerController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeDisruptionController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeQuotaController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeNamespaceController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeDefinitionController(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeGarbageCollector(ClusterState &state, Registry &registry);
[[nodiscard]] ControllerPointer makeKubelet(ClusterState &state, Registry &registry);

} // namespace binnacle::simulator
