// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/HealthRules.h"
#include "stack/Stack.h"

#include <set>

namespace binnacle::stack {

struct ComponentState
{
    Component component;
    cluster::Health health;
    int ready = 0;
    int desired = 0;
    struct Pod
    {
        kube::ObjectKey key;
        std::string uid;
        cluster::Health health;
    };
    std::vector<Pod> pods; ///< in order of name
};

struct FlowState
{
    Flow flow;
    bool broken = false;
    std::string reason; ///< why broken: "backend-service has no ready endpoints"
};

struct NamespaceState
{
    core::Namespace name;
    cluster::Health worst;
    struct Gauge
    {
        std::string resource;
        std::string used;
        std::string hard;
        double fraction = 0;
    };
    std::vector<Gauge> quota;
};

/// The living picture as a value: equal stores give equal topologies, whatever the order of arrival.
struct Topology
{
    std::vector<NamespaceState> nameSpaces;
    std::vector<ComponentState> components;
    std::vector<FlowState> flows;

    /// The design's `topology -o json`.
    [[nodiscard]] core::Json toJson() const;
    [[nodiscard]] std::string toDot() const;
};

/// Of a stack: its declared components and flows, with the store's state. A declared component that is not in the
/// cluster is Missing.
[[nodiscard]] Topology topologyOf(const Stack &stack, const cluster::Store &store);
/// Of a cluster without a stack file: components from workloads, flows from ingress back ends, service selectors and
/// *.svc.cluster.local names in environment and config maps.
[[nodiscard]] Topology inferTopology(const cluster::Store &store, const std::set<core::Namespace> &nameSpaces);

} // namespace binnacle::stack
