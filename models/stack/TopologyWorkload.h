// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/Topology.h"
#include "stack/TopologyReach.h"

#include <vector>

namespace binnacle::stack {

/// The pod template of a workload's JSON, or nullptr: spec.template, or spec.jobTemplate.spec.template of a CronJob.
[[nodiscard]] const core::Json *podTemplateOf(const core::Json &workload);
[[nodiscard]] Labels templateLabels(const kube::ObjectRecord &workload);
/// Where the workload's pods stand in the network. A bare pod's labels are its own.
[[nodiscard]] Endpoint endpointOf(const kube::ObjectRecord &workload);

/// The pods that a workload runs, in order of name: through replica sets and jobs; without those that have ended and
/// were replaced.
[[nodiscard]] std::vector<kube::RecordPointer> podsOf(const kube::ObjectRecord &workload, const cluster::Store &store);

struct Replicas
{
    int ready = 0;
    int desired = 0;
};

[[nodiscard]] Replicas replicasOf(const kube::ObjectRecord &workload);

/// The pod port behind a service port: its targetPort, looked up by name in the target's template where it is one.
/// Nothing when the service has no such port.
struct PortMatch
{
    bool found = false;
    int podPort = 0; ///< 0: a name that the template does not know
};

[[nodiscard]] PortMatch podPortOf(const core::Json &service, int port, const Endpoint &target);

/// The states of components and flows in the store: what topologyOf and inferTopology share.
[[nodiscard]] Topology assemble(std::vector<Component> components, std::vector<Flow> flows,
                                std::vector<core::Namespace> nameSpaces, const cluster::Store &store);

} // namespace binnacle::stack
