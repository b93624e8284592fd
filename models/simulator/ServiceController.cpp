// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controllers.h"
#include "simulator/Selector.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

/// Keeps Endpoints and EndpointSlices, and gives load balancers an address.
class ServiceController final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override
    {
        if (event.collection != "pods")
            return;
        const std::string nameSpace = nameOf(event.object->object()).nameSpace;
        const auto &services = m_state.storage.all(collection());
        for (auto service = services.lower_bound({nameSpace, {}});
             service != services.end() && service->first.nameSpace == nameSpace; ++service) {
            const auto selector = LabelSelector::fromMap(at(service->second->object(), {"spec", "selector"}));
            if (selector.matches(at(event.object->object(), {"metadata", "labels"})) ||
                (event.previous && selector.matches(at(event.previous->object(), {"metadata", "labels"}))))
                enqueue(service->first);
        }
    }

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        const ObjectName sliceName{name.nameSpace,
                                   name.name + "-" + sha1Hex(name.nameSpace + "/" + name.name).substr(0, 5)};
        if (!stored) {
            m_state.storage.remove("endpoints", name);
            m_state.storage.remove("endpointslices.discovery.k8s.io", sliceName);
            return {};
        }
        const Json &service = stored->object();
        balance(name, service);
        const Json &selector = at(service, {"spec", "selector"});
        if (!selector.is_object() || selector.empty() || textAt(service, {"spec", "type"}) == "ExternalName")
            return {};
        Backends backends = collect(service);
        Json labels = at(service, {"metadata", "labels"}).is_object() ? service["metadata"]["labels"] : Json::object();
        writeEndpoints(name, labels, backends);
        writeSlice(sliceName, service, labels, backends);
        return {};
    }

private:
    struct Backends
    {
        Json ready = Json::array();
        Json unready = Json::array();
        Json ports = Json::array();
        Json slice = Json::array();
    };

    void balance(const ObjectName &name, const Json &service)
    {
        if (textAt(service, {"spec", "type"}) != "LoadBalancer" ||
            at(service, {"status", "loadBalancer", "ingress"}).is_array())
            return;
        const std::string address = "192.0.2." + std::to_string(10 + m_state.random.below(200)); // RFC 5737
        m_state.update(collection(), name, [&](Json &changed) {
            changed["status"]["loadBalancer"]["ingress"] = Json::array({{{"ip", address}, {"ipMode", "VIP"}}});
        });
    }

    static Json targetPort(const Json &port, const Json &pod)
    {
        const Json &target = at(port, {"targetPort"});
        if (!target.is_string())
            return target.is_null() ? at(port, {"port"}) : target;
        for (const Json &container : at(pod, {"spec", "containers"}))
            for (const Json &candidate : at(container, {"ports"}))
                if (at(candidate, {"name"}) == target)
                    return candidate["containerPort"];
        return {};
    }

    [[nodiscard]] Backends collect(const Json &service) const
    {
        Backends backends;
        const std::string nameSpace = nameOf(service).nameSpace;
        const auto selector = LabelSelector::fromMap(at(service, {"spec", "selector"}));
        const auto &pods = m_state.storage.all("pods");
        for (auto entry = pods.lower_bound({nameSpace, {}}); entry != pods.end() && entry->first.nameSpace == nameSpace;
             ++entry) {
            const Json &pod = entry->second->object();
            const std::string address = textAt(pod, {"status", "podIP"});
            if (!selector.matches(at(pod, {"metadata", "labels"})) || address.empty() || isPodFinished(pod))
                continue;
            const bool terminating = isBeingDeleted(pod);
            const bool ready =
                (isPodReady(pod) && !terminating) || flagAt(service, {"spec", "publishNotReadyAddresses"});
            const Json target = {{"kind", "Pod"},
                                 {"namespace", nameSpace},
                                 {"name", entry->first.name},
                                 {"uid", pod["metadata"]["uid"]}};
            Json endpoint = {{"ip", address}, {"nodeName", textAt(pod, {"spec", "nodeName"})}, {"targetRef", target}};
            if (pod["spec"].contains("hostname") && pod["spec"].contains("subdomain"))
                endpoint["hostname"] = pod["spec"]["hostname"];
            if (!terminating)
                (ready ? backends.ready : backends.unready).push_back(endpoint);
            backends.slice.push_back(
                {{"addresses", {address}},
                 {"conditions", {{"ready", ready}, {"serving", isPodReady(pod)}, {"terminating", terminating}}},
                 {"nodeName", endpoint["nodeName"]},
                 {"targetRef", target}});
            if (backends.ports.empty())
                backends.ports = portsFor(service, pod);
        }
        return backends;
    }

    static Json portsFor(const Json &service, const Json &pod)
    {
        Json ports = Json::array();
        for (const Json &port : at(service, {"spec", "ports"})) {
            const Json number = targetPort(port, pod);
            if (!number.is_number())
                continue;
            Json entry = {{"port", number}, {"protocol", textAt(port, {"protocol"})}};
            if (port.contains("name"))
                entry["name"] = port["name"];
            ports.push_back(std::move(entry));
        }
        return ports;
    }

    void write(const std::string &kept, const ObjectName &name, Json object)
    {
        if (const StoredPointer old = m_state.storage.get(kept, name)) {
            m_state.update(kept, name, [&](Json &changed) {
                for (const char *const field : {"subsets", "endpoints", "ports"}) {
                    if (object.contains(field))
                        changed[field] = object[field];
                    else
                        changed.erase(field);
                }
            });
            return;
        }
        const StoredPointer space = m_state.storage.get("namespaces", {{}, name.nameSpace});
        if (!space || isBeingDeleted(space->object()))
            return;
        object["metadata"]["name"] = name.name;
        object["metadata"]["namespace"] = name.nameSpace;
        object["metadata"]["uid"] = m_state.newUid();
        object["metadata"]["creationTimestamp"] = m_state.timeText();
        m_state.storage.put(kept, std::move(object));
    }

    void writeEndpoints(const ObjectName &name, const Json &labels, const Backends &backends)
    {
        Json object = {{"apiVersion", "v1"}, {"kind", "Endpoints"}, {"metadata", {{"labels", labels}}}};
        Json subset = {{"ports", backends.ports}};
        if (!backends.ready.empty())
            subset["addresses"] = backends.ready;
        if (!backends.unready.empty())
            subset["notReadyAddresses"] = backends.unready;
        if (subset.size() > 1)
            object["subsets"] = Json::array({std::move(subset)});
        write("endpoints", name, std::move(object));
    }

    void writeSlice(const ObjectName &name, const Json &service, Json labels, const Backends &backends)
    {
        labels["kubernetes.io/service-name"] = nameOf(service).name;
        labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io";
        Json object = {
            {"apiVersion", "discovery.k8s.io/v1"},
            {"kind", "EndpointSlice"},
            {"metadata", {{"labels", std::move(labels)}, {"ownerReferences", {controllerReference(service)}}}},
            {"addressType", "IPv4"},
            {"ports", backends.ports},
            {"endpoints", backends.slice}};
        write("endpointslices.discovery.k8s.io", name, std::move(object));
    }
};

/// An ingress controller that takes every ingress whose class exists, or that names none.
class IngressController final : public Controller
{
public:
    using Controller::Controller;

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored || at(stored->object(), {"status", "loadBalancer", "ingress"}).is_array())
            return {};
        const std::string wanted = textAt(stored->object(), {"spec", "ingressClassName"});
        if (!wanted.empty() && !m_state.storage.get("ingressclasses.networking.k8s.io", {{}, wanted}))
            return std::chrono::seconds(5);
        m_state.update(collection(), name, [](Json &ingress) {
            ingress["status"]["loadBalancer"]["ingress"] = Json::array({{{"ip", "192.0.2.1"}}}); // RFC 5737
        });
        m_state.recordEvent(stored->object(), "Normal", "Sync", "Scheduled for sync", "ingress-controller");
        return {};
    }
};

} // namespace

ControllerPointer makeServiceController(ClusterState &state, Registry &registry)
{
    return std::make_unique<ServiceController>(state, registry, "services");
}

ControllerPointer makeIngressController(ClusterState &state, Registry &registry)
{
    return std::make_unique<IngressController>(state, registry, "ingresses.networking.k8s.io");
}

} // namespace binnacle::simulator
