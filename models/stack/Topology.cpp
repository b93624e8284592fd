// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Topology.h"

#include "cluster/rules/Endpoints.h"
#include "cluster/rules/Fields.h"
#include "core/Quantity.h"
#include "stack/TopologyWorkload.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace binnacle::stack {

namespace {

using cluster::Health;
using cluster::HealthState;
using cluster::rules::at;
using cluster::rules::text;
using core::Json;

/// What belongs to a component may make it worse; that it cannot be read, or rests until it is used, does not.
void worsen(Health &health, const kube::ObjectKey &key, const cluster::Store &store)
{
    const Health part = cluster::healthOf(key, store);
    if (part.state <= health.state || part.state == HealthState::Unknown || part.state == HealthState::Suspended)
        return;
    // Missing is said of a component only when its workload is: one without its service is there, and broken.
    health = {part.state == HealthState::Missing ? HealthState::Degraded : part.state,
              key.kind.kind + " " + key.name + ": " + part.reason};
}

ComponentState stateOf(Component component, const cluster::Store &store)
{
    ComponentState state;
    state.health = cluster::healthOf(component.workload, store);
    for (const auto *parts : {&component.services, &component.volumes})
        for (const kube::ObjectKey &key : *parts)
            worsen(state.health, key, store);
    if (const kube::RecordPointer workload = store.find(component.workload)) {
        const Replicas replicas = replicasOf(*workload);
        state.ready = replicas.ready;
        state.desired = replicas.desired;
        for (const auto &pod : podsOf(*workload, store))
            state.pods.push_back({pod->key(), pod->meta.uid, cluster::healthOf(*pod, store)});
    }
    state.component = std::move(component);
    return state;
}

/// The fullest gauge of each resource over all quotas of the namespace.
std::vector<NamespaceState::Gauge> gaugesOf(const core::Namespace &nameSpace, const cluster::Store &store)
{
    std::map<std::string, NamespaceState::Gauge> gauges;
    for (const auto &record : store.list({"", "ResourceQuota"}, nameSpace)) {
        const Json *hard = record->json() ? at(*record->json(), {"status", "hard"}) : nullptr;
        if (!hard || !hard->is_object())
            continue;
        for (const auto &entry : hard->items()) {
            const std::string usedText = text(*record->json(), {"status", "used", entry.key().c_str()});
            const auto limit = core::Quantity::parse(entry.value().is_string() ? entry.value().get<std::string>() : "");
            const auto used = core::Quantity::parse(usedText.empty() ? "0" : usedText);
            if (!limit || !used)
                continue;
            const double fraction = !limit->isZero() ? used->toDouble() / limit->toDouble() : used->isZero() ? 0 : 1;
            NamespaceState::Gauge &gauge = gauges[entry.key()];
            if (gauge.resource.empty() || fraction > gauge.fraction)
                gauge = {entry.key(), used->canonical(), limit->canonical(), fraction};
        }
    }
    std::vector<NamespaceState::Gauge> list;
    list.reserve(gauges.size());
    for (auto &[resource, gauge] : gauges)
        list.push_back(std::move(gauge));
    return list;
}

NamespaceState stateOf(const core::Namespace &nameSpace, const std::vector<ComponentState> &components,
                       const cluster::Store &store)
{
    NamespaceState state;
    state.name = nameSpace;
    state.worst = cluster::healthOf(kube::ObjectKey{{"", "Namespace"}, {}, nameSpace.value()}, store);
    bool any = false;
    for (const ComponentState &component : components) {
        if (!(component.component.workload.nameSpace == nameSpace))
            continue;
        const Health named{component.health.state, component.component.id + ": " + component.health.reason};
        // A namespace object that may not be read says nothing about what is in it.
        state.worst = !any && state.worst.state == HealthState::Unknown ? named : worse(state.worst, named);
        any = true;
    }
    state.quota = gaugesOf(nameSpace, store);
    return state;
}

/// Judges flows between components; indexes them by id once.
class FlowJudge
{
public:
    FlowJudge(const std::vector<ComponentState> &components, const cluster::Store &store) : m_store(store)
    {
        for (const ComponentState &state : components)
            m_components[state.component.id] = &state;
    }

    [[nodiscard]] FlowState judge(Flow flow) const
    {
        FlowState state{std::move(flow), false, {}};
        state.reason = fault(state.flow);
        state.broken = !state.reason.empty();
        return state;
    }

private:
    [[nodiscard]] std::string fault(const Flow &flow) const
    {
        if (flow.to == "internet")
            return {};
        const auto to = m_components.find(flow.to);
        if (to == m_components.end())
            return flow.to + " is not part of the stack";
        const ComponentState &target = *to->second;
        const kube::ObjectKey &workload = target.component.workload;
        if (m_store.find(workload) == nullptr && target.health.state == HealthState::Missing)
            return workload.describe() + " is missing";
        std::vector<int> podPorts;
        if (flow.kind == FlowKind::Scrape) { // a scraper dials pods, not services
            if (!target.pods.empty() && target.ready == 0)
                return target.component.id + " has no ready pod";
        } else if (!target.component.services.empty()) {
            std::string words = serviceFault(flow, target, podPorts);
            if (!words.empty())
                return words;
        }
        const auto from = m_components.find(flow.from);
        if (from == m_components.end() || flow.kind == FlowKind::Logs)
            return {};
        return policyFault(flow, from->second->component.workload, workload, podPorts);
    }

    /// Why no service leads there, or nothing and the pod ports that they lead to.
    [[nodiscard]] std::string serviceFault(const Flow &flow, const ComponentState &target,
                                           std::vector<int> &ports) const
    {
        std::string words;
        bool reachable = false;
        const kube::RecordPointer workload = m_store.find(target.component.workload);
        const Endpoint endpoint = workload ? endpointOf(*workload) : Endpoint();
        for (const kube::ObjectKey &key : target.component.services) {
            const kube::RecordPointer service = m_store.find(key);
            if (!service) {
                if (cluster::healthOf(key, m_store).state == HealthState::Missing)
                    words = words.empty() ? "service " + key.name + " does not exist" : words;
                else
                    reachable = true;
                continue;
            }
            const PortMatch match = flow.port != 0 && service->json() ? podPortOf(*service->json(), flow.port, endpoint)
                                                                      : PortMatch{true, 0};
            if (!match.found && flow.kind == FlowKind::Request) {
                words = words.empty() ? "service " + key.name + " has no port " + std::to_string(flow.port) : words;
                continue;
            }
            const cluster::rules::EndpointCount count = cluster::rules::endpointsOf(key, m_store);
            if (count.known && count.ready == 0 && !isExternal(*service)) {
                words = key.name + " has no ready endpoints";
                continue;
            }
            reachable = true;
            ports.push_back(match.found ? match.podPort : flow.port);
        }
        return reachable ? std::string() : words;
    }

    [[nodiscard]] std::string policyFault(const Flow &flow, const kube::ObjectKey &from, const kube::ObjectKey &to,
                                          std::vector<int> podPorts) const
    {
        const kube::RecordPointer source = m_store.find(from);
        const kube::RecordPointer target = m_store.find(to);
        // An ingress' requests come from its controller's pods, which it does not name.
        if (!source || !target || from.kind.kind == "Ingress" || to.kind.kind == "Ingress")
            return {};
        if (podPorts.empty())
            podPorts.push_back(flow.port);
        std::string words;
        for (const int port : podPorts) {
            if (port == 0)
                return {};
            const auto forbidden = forbiddenBy(endpointOf(*source), endpointOf(*target), flow.protocol, port, m_store);
            if (!forbidden)
                return {};
            words = *forbidden;
        }
        return words;
    }

    [[nodiscard]] static bool isExternal(const kube::ObjectRecord &service)
    {
        return service.json() && text(*service.json(), {"spec", "type"}) == "ExternalName";
    }

    const cluster::Store &m_store;
    std::map<std::string, const ComponentState *> m_components;
};

} // namespace

Topology assemble(std::vector<Component> components, std::vector<Flow> flows, std::vector<core::Namespace> nameSpaces,
                  const cluster::Store &store)
{
    Topology topology;
    topology.components.reserve(components.size());
    for (Component &component : components)
        topology.components.push_back(stateOf(std::move(component), store));
    const FlowJudge judge(topology.components, store);
    topology.flows.reserve(flows.size());
    for (Flow &flow : flows)
        topology.flows.push_back(judge.judge(std::move(flow)));
    for (const core::Namespace &nameSpace : nameSpaces)
        topology.nameSpaces.push_back(stateOf(nameSpace, topology.components, store));
    return topology;
}

Topology topologyOf(const Stack &stack, const cluster::Store &store)
{
    std::vector<core::Namespace> nameSpaces = stack.nameSpaces;
    for (const Component &component : stack.components) {
        const core::Namespace &nameSpace = component.workload.nameSpace;
        if (std::find(nameSpaces.begin(), nameSpaces.end(), nameSpace) == nameSpaces.end())
            nameSpaces.push_back(nameSpace);
    }
    return assemble(stack.components, stack.flows, std::move(nameSpaces), store);
}

} // namespace binnacle::stack
