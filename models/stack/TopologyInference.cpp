// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Fields.h"
#include "stack/Topology.h"
#include "stack/TopologyReferences.h"
#include "stack/TopologyWorkload.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

namespace binnacle::stack {

namespace {

using cluster::rules::at;
using cluster::rules::integer;
using cluster::rules::text;
using core::Json;

std::string lower(std::string word)
{
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    return word;
}

bool containsAny(const std::string &words, std::initializer_list<std::string_view> parts)
{
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return words.find(part) != std::string::npos; });
}

/// Image names, which say more of what a workload is than its own name.
std::string imagesOf(const kube::ObjectRecord &workload)
{
    std::string images;
    if (const auto *pod = std::get_if<kube::PodRecord>(&workload.body)) {
        for (const auto &container : pod->containers)
            images += container.image.str() + " ";
    }
    const Json *podTemplate = workload.json() ? podTemplateOf(*workload.json()) : nullptr;
    const Json *containers = podTemplate ? at(*podTemplate, {"spec", "containers"}) : nullptr;
    if (containers && containers->is_array())
        for (const Json &container : *containers)
            images += text(container, {"image"}) + " ";
    return lower(images);
}

bool watchesOthers(const std::string &words)
{
    return containsAny(words, {"prometheus",
                               "grafana",
                               "alertmanager",
                               "loki",
                               "promtail",
                               "fluent",
                               "filebeat",
                               "jaeger",
                               "zipkin",
                               "node-exporter",
                               "kube-state-metrics",
                               "metrics-server",
                               "otel",
                               "opentelemetry",
                               "tempo",
                               "vector",
                               "datadog",
                               "logstash",
                               "kibana",
                               "cadvisor"});
}

bool keepsData(const std::string &words)
{
    return containsAny(words, {"postgres",  "mysql",         "mariadb",    "redis",     "mongo",    "cassandra",
                               "memcached", "elasticsearch", "opensearch", "kafka",     "rabbitmq", "minio",
                               "etcd",      "clickhouse",    "cockroach",  "zookeeper", "nats",     "influx",
                               "valkey",    "couchdb",       "neo4j",      "qdrant",    "weaviate", "milvus"});
}

class Inference
{
public:
    Inference(const cluster::Store &store, const std::set<core::Namespace> &nameSpaces)
        : m_store(store), m_wanted(nameSpaces), m_services(store)
    {
    }

    Topology run()
    {
        for (const char *kind : {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
            collect({"apps", kind});
        collect({"", "ReplicationController"});
        collect({"batch", "CronJob"});
        collect({"batch", "Job"});
        collect({"", "Pod"});
        collect({"networking.k8s.io", "Ingress"});
        attachServices();
        inferIngressFlows();
        for (std::size_t i = 0; i < m_components.size(); ++i)
            inferMentions(i);
        inferScrapes();
        assignTiers();
        return finish();
    }

private:
    [[nodiscard]] bool wants(const core::Namespace &nameSpace) const
    {
        return m_wanted.empty() || m_wanted.count(nameSpace) != 0;
    }

    /// What another component already stands for, or what is only left over, is not drawn on its own.
    [[nodiscard]] bool isDrawn(const kube::ObjectRecord &object) const
    {
        const kube::OwnerReference *controller = object.meta.controller();
        const std::string owner = controller ? controller->kind.str() : std::string();
        if (const auto *set = std::get_if<kube::ReplicaSetRecord>(&object.body))
            return owner != "Deployment" && set->desired > 0;
        if (std::holds_alternative<kube::JobRecord>(object.body))
            return owner != "CronJob";
        if (const auto *pod = std::get_if<kube::PodRecord>(&object.body)) {
            const bool ended = pod->phase == kube::PodPhase::Succeeded || pod->phase == kube::PodPhase::Failed;
            return owner.empty() && !ended;
        }
        return true;
    }

    void collect(const core::GroupKind &kind)
    {
        for (auto &object : m_store.list(kind)) {
            const core::Namespace nameSpace(object->meta.nameSpace.str());
            if (!wants(nameSpace) || !isDrawn(*object))
                continue;
            Component component;
            component.id = idOf(*object);
            component.title = object->meta.name;
            component.workload = object->key();
            addVolumes(component, *object);
            m_ids.insert(component.id);
            m_components.push_back(std::move(component));
            m_endpoints.push_back(endpointOf(*object));
            m_words.push_back(lower(object->meta.name) + " " + imagesOf(*object));
            m_objects.push_back(std::move(object));
        }
    }

    /// "namespace/name" for what serves, "namespace/kind/name" for the rest: an id does not change when other objects
    /// come, and an ingress may be named like its deployment.
    [[nodiscard]] std::string idOf(const kube::ObjectRecord &object) const
    {
        const std::string &kind = object.gvk.kind;
        const std::string prefix = object.meta.nameSpace.str() + "/";
        const bool serves = kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet";
        if (serves && m_ids.count(prefix + object.meta.name) == 0)
            return prefix + object.meta.name;
        return prefix + lower(kind) + "/" + object.meta.name;
    }

    void addVolumes(Component &component, const kube::ObjectRecord &object) const
    {
        std::set<std::string> claims;
        const Json *podTemplate = object.json() ? podTemplateOf(*object.json()) : nullptr;
        const Json *volumes = podTemplate ? at(*podTemplate, {"spec", "volumes"}) : nullptr;
        if (volumes && volumes->is_array())
            for (const Json &volume : *volumes)
                if (std::string name = text(volume, {"persistentVolumeClaim", "claimName"}); !name.empty())
                    claims.insert(std::move(name));
        if (object.gvk.kind != "CronJob" && object.gvk.kind != "Job")
            for (const auto &pod : podsOf(object, m_store))
                if (const auto *record = std::get_if<kube::PodRecord>(&pod->body))
                    for (const auto &claim : record->claims)
                        claims.insert(claim.str());
        for (const std::string &claim : claims)
            component.volumes.push_back({{"", "PersistentVolumeClaim"}, component.workload.nameSpace, claim});
    }

    void attachServices()
    {
        std::multimap<std::string, std::size_t> byNamespace;
        for (std::size_t i = 0; i < m_components.size(); ++i)
            byNamespace.emplace(m_components[i].workload.nameSpace.value(), i);
        for (const auto &service : m_store.list({"", "Service"})) {
            const Json *selector = service->json() ? at(*service->json(), {"spec", "selector"}) : nullptr;
            if (!selector || !selector->is_object() || selector->empty())
                continue;
            const Json asSelector{{"matchLabels", *selector}};
            const auto [first, last] = byNamespace.equal_range(service->meta.nameSpace.str());
            for (auto entry = first; entry != last; ++entry) {
                Component &component = m_components[entry->second];
                const std::string &kind = component.workload.kind.kind;
                if (kind == "Ingress" || kind == "Job" || kind == "CronJob" ||
                    !matches(&asSelector, m_endpoints[entry->second].labels))
                    continue;
                component.services.push_back(service->key());
                m_behind[service->key()].push_back(entry->second);
            }
            fromOutside(*service);
        }
    }

    void fromOutside(const kube::ObjectRecord &service)
    {
        const std::string type = text(*service.json(), {"spec", "type"});
        if (type == "LoadBalancer" || type == "NodePort")
            addFlows("internet", service.key(), 0, FlowKind::Request,
                     "Service " + service.meta.nameSpace.str() + "/" + service.meta.name + " (" + type + ")");
    }

    void addFlow(Flow flow)
    {
        if (flow.from == flow.to)
            return;
        const auto key = std::tuple(flow.from, flow.to, flow.port, flow.kind);
        const auto found = m_flows.find(key);
        if (found == m_flows.end())
            m_flows.emplace(key, std::move(flow));
    }

    [[nodiscard]] static std::pair<int, std::string> firstPort(const Json &service)
    {
        const Json *ports = at(service, {"spec", "ports"});
        if (!ports || !ports->is_array() || ports->empty())
            return {0, "TCP"};
        const std::string protocol = text(ports->front(), {"protocol"});
        return {static_cast<int>(integer(ports->front(), {"port"})), protocol.empty() ? "TCP" : protocol};
    }

    /// To every component behind the service.
    void addFlows(const std::string &from, const kube::ObjectKey &service, int port, FlowKind kind,
                  const std::string &evidence)
    {
        const kube::RecordPointer record = m_store.find(service);
        const auto behind = m_behind.find(service);
        if (!record || !record->json() || behind == m_behind.end())
            return;
        const auto [ownPort, protocol] = firstPort(*record->json());
        for (const std::size_t target : behind->second)
            addFlow({from, m_components[target].id, protocol, port == 0 ? ownPort : port, kind, evidence});
    }

    void inferIngressFlows()
    {
        for (std::size_t i = 0; i < m_components.size(); ++i) {
            const Json *json = m_objects[i]->json();
            if (m_components[i].workload.kind.kind != "Ingress" || !json)
                continue;
            const std::string evidence = m_components[i].workload.describe();
            addFlow({"internet", m_components[i].id, "TCP", at(*json, {"spec", "tls"}) ? 443 : 80, FlowKind::Request,
                     evidence});
            for (const char *fallback : {"defaultBackend", "backend"})
                if (const Json *backend = at(*json, {"spec", fallback}))
                    ingressBackend(i, *backend, evidence);
            const Json *rules = at(*json, {"spec", "rules"});
            if (!rules || !rules->is_array())
                continue;
            for (const Json &rule : *rules) {
                const Json *paths = at(rule, {"http", "paths"});
                if (!paths || !paths->is_array())
                    continue;
                for (const Json &path : *paths)
                    if (const Json *backend = at(path, {"backend"}))
                        ingressBackend(i, *backend, evidence);
            }
        }
    }

    void ingressBackend(std::size_t ingress, const Json &backend, const std::string &evidence)
    {
        std::string name = text(backend, {"service", "name"});
        int port = static_cast<int>(integer(backend, {"service", "port", "number"}));
        std::string portName = text(backend, {"service", "port", "name"});
        if (name.empty()) { // networking.k8s.io/v1beta1
            name = text(backend, {"serviceName"});
            port = static_cast<int>(integer(backend, {"servicePort"}));
            portName = text(backend, {"servicePort"});
        }
        const kube::ObjectKey service{{"", "Service"}, m_components[ingress].workload.nameSpace, name};
        const kube::RecordPointer record = m_store.find(service);
        const Json *ports = record && record->json() ? at(*record->json(), {"spec", "ports"}) : nullptr;
        if (port == 0 && ports && ports->is_array())
            for (const Json &entry : *ports)
                if (text(entry, {"name"}) == portName)
                    port = static_cast<int>(integer(entry, {"port"}));
        addFlows(m_components[ingress].id, service, port, FlowKind::Request, evidence);
    }

    void inferMentions(std::size_t i)
    {
        const Json *podTemplate = m_objects[i]->json() ? podTemplateOf(*m_objects[i]->json()) : nullptr;
        if (!podTemplate)
            return;
        const std::string nameSpace = m_components[i].workload.nameSpace.value();
        for (const ConfigurationText &entry : configurationOf(*podTemplate, nameSpace, m_store)) {
            const bool scrapes = entry.text.find("scrape_configs") != std::string::npos;
            m_scrapers[i] = m_scrapers[i] || (scrapes && entry.text.find("kubernetes_sd_configs") != std::string::npos);
            const bool ships = containsAny(m_words[i], {"fluent", "filebeat", "promtail", "logstash", "vector"});
            const FlowKind kind = scrapes ? FlowKind::Scrape : ships ? FlowKind::Logs : FlowKind::Request;
            for (const ServiceMention &mention : mentionsIn(entry.text, nameSpace, entry.hosts, m_services))
                addFlows(m_components[i].id, {{"", "Service"}, core::Namespace(mention.nameSpace), mention.name},
                         mention.port, kind, entry.where + " of " + m_components[i].workload.describe());
        }
    }

    /// The annotations that Prometheus' own example configuration discovers pods by.
    void inferScrapes()
    {
        for (const auto &[scraper, discovers] : m_scrapers) {
            if (!discovers)
                continue;
            for (std::size_t i = 0; i < m_components.size(); ++i) {
                const Json *json = m_objects[i]->json();
                const Json *podTemplate = json ? podTemplateOf(*json) : nullptr;
                if (!podTemplate || text(*podTemplate, {"metadata", "annotations", "prometheus.io/scrape"}) != "true")
                    continue;
                const std::string port = text(*podTemplate, {"metadata", "annotations", "prometheus.io/port"});
                const bool isNumber =
                    !port.empty() && port.size() <= 5 &&
                    std::all_of(port.begin(), port.end(), [](unsigned char c) { return std::isdigit(c); });
                addFlow({m_components[scraper].id, m_components[i].id, "TCP", isNumber ? std::stoi(port) : 0,
                         FlowKind::Scrape,
                         "annotation prometheus.io/scrape of " + m_components[i].workload.describe()});
            }
        }
    }

    void assignTiers()
    {
        std::set<std::string> entered;
        std::set<std::string> called;
        std::set<std::string> calls;
        std::set<std::string> ingresses;
        for (const Component &component : m_components)
            if (component.workload.kind.kind == "Ingress")
                ingresses.insert(component.id);
        for (const auto &[key, flow] : m_flows) {
            if (flow.kind != FlowKind::Request)
                continue;
            calls.insert(flow.from);
            const bool outside = flow.from == "internet" || ingresses.count(flow.from) != 0;
            (outside ? entered : called).insert(flow.to);
        }
        for (std::size_t i = 0; i < m_components.size(); ++i) {
            Component &component = m_components[i];
            const std::string &kind = component.workload.kind.kind;
            if (kind == "Ingress")
                component.tier = "edge";
            else if (watchesOthers(m_words[i]) || (kind == "DaemonSet" && called.count(component.id) == 0))
                component.tier = "monitoring";
            else if (keepsData(m_words[i]) || (kind == "StatefulSet" && calls.count(component.id) == 0))
                component.tier = "data";
            else if (entered.count(component.id) != 0)
                component.tier = "frontend";
            else
                component.tier = "backend";
        }
    }

    Topology finish()
    {
        std::vector<core::Namespace> nameSpaces(m_wanted.begin(), m_wanted.end());
        if (m_wanted.empty()) {
            std::set<core::Namespace> used;
            for (const Component &component : m_components)
                used.insert(component.workload.nameSpace);
            nameSpaces.assign(used.begin(), used.end());
        }
        std::vector<Component> components = std::move(m_components);
        std::sort(components.begin(), components.end(),
                  [](const Component &a, const Component &b) { return a.id < b.id; });
        std::vector<Flow> flows;
        flows.reserve(m_flows.size());
        for (auto &[key, flow] : m_flows)
            flows.push_back(std::move(flow));
        return assemble(std::move(components), std::move(flows), std::move(nameSpaces), m_store);
    }

    const cluster::Store &m_store;
    const std::set<core::Namespace> &m_wanted;
    const ServiceNames m_services;
    std::vector<Component> m_components;
    std::vector<Endpoint> m_endpoints;          ///< of each component
    std::vector<std::string> m_words;           ///< of each component: name and images
    std::vector<kube::RecordPointer> m_objects; ///< of each component
    std::set<std::string> m_ids;
    std::map<kube::ObjectKey, std::vector<std::size_t>> m_behind; ///< components behind a service
    std::map<std::tuple<std::string, std::string, int, FlowKind>, Flow> m_flows;
    std::map<std::size_t, bool> m_scrapers; ///< components whose configuration discovers pods
};

} // namespace

Topology inferTopology(const cluster::Store &store, const std::set<core::Namespace> &nameSpaces)
{
    return Inference(store, nameSpaces).run();
}

} // namespace binnacle::stack
