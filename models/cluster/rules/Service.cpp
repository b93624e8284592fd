// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Common.h"
#include "cluster/rules/Endpoints.h"
#include "cluster/rules/Fields.h"
#include "cluster/rules/Rule.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::cluster::rules {

namespace {

const core::GroupKind endpointSliceKind{"discovery.k8s.io", "EndpointSlice"};
const core::GroupKind endpointsKind{"", "Endpoints"};

bool isLive(const core::GroupKind &kind, const core::Namespace &nameSpace, const Store &store)
{
    const FeedStatus *feed = store.feedFor(kind, nameSpace);
    return feed && (feed->state == FeedState::Live || feed->state == FeedState::Stale);
}

int addresses(const core::Json &subset, const char *field)
{
    const core::Json *list = at(subset, {field});
    return list && list->is_array() ? static_cast<int>(list->size()) : 0;
}

bool selects(const core::Json &selector, const kube::ObjectMeta &meta)
{
    return std::all_of(selector.items().begin(), selector.items().end(), [&](const auto &entry) {
        return entry.value().is_string() && meta.label(entry.key()) == entry.value().template get<std::string>();
    });
}

std::string selectorWords(const core::Json &selector)
{
    std::string words;
    for (const auto &entry : selector.items())
        words += (words.empty() ? "" : ",") + entry.key() + "=" +
                 (entry.value().is_string() ? entry.value().get<std::string>() : "");
    return words;
}

/// Nothing behind the service is ready: say whether that is about to change.
Health withoutEndpoints(const kube::ObjectRecord &object, const core::Json &json, const EndpointCount &count,
                        const Store &store)
{
    const core::Json *selector = at(json, {"spec", "selector"});
    if (!selector || !selector->is_object() || selector->empty())
        return degraded("it has no selector, and nobody gave it endpoints");
    std::vector<kube::RecordPointer> pods = store.list({"", "Pod"}, core::Namespace(object.meta.nameSpace.str()));
    std::erase_if(pods, [&](const auto &pod) { return !selects(*selector, pod->meta); });
    const PodVerdict verdict = worstPod(pods, store);
    const std::string words = "no ready endpoints";
    if (verdict.worst.state == HealthState::Degraded)
        return degraded(words + ": " + verdict.describe());
    if (count.notReady > 0 || verdict.worst.state != HealthState::Healthy)
        return progressing(words + (verdict.pod.empty() ? ", " + std::to_string(count.notReady) + " not ready"
                                                        : ": " + verdict.describe()));
    if (pods.empty())
        return degraded(words + ": no pod matches " + selectorWords(*selector));
    return progressing(words + " yet");
}

} // namespace

EndpointCount endpointsOf(const kube::ObjectKey &service, const Store &store)
{
    EndpointCount count;
    count.known = isLive(endpointSliceKind, service.nameSpace, store);
    for (const auto &record : store.list(endpointSliceKind, service.nameSpace)) {
        const auto *slice = std::get_if<kube::EndpointSliceRecord>(&record->body);
        if (!slice || !(slice->service == std::string_view(service.name)))
            continue;
        count.known = true; // objects from a file have no feed, but what is there counts
        count.ready += slice->ready;
        count.notReady += slice->notReady;
    }
    if (count.known)
        return count;
    const kube::RecordPointer record = store.find({endpointsKind, service.nameSpace, service.name});
    count.known = record || isLive(endpointsKind, service.nameSpace, store);
    const core::Json *subsets = record && record->json() ? at(*record->json(), {"subsets"}) : nullptr;
    if (subsets && subsets->is_array()) {
        for (const core::Json &subset : *subsets) {
            count.ready += addresses(subset, "addresses");
            count.notReady += addresses(subset, "notReadyAddresses");
        }
    }
    return count;
}

Health serviceHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const std::string type = text(*json, {"spec", "type"});
    if (type == "ExternalName")
        return healthy("stands for " + text(*json, {"spec", "externalName"}));
    if (type == "LoadBalancer") {
        const core::Json *ingress = at(*json, {"status", "loadBalancer", "ingress"});
        if (!ingress || !ingress->is_array() || ingress->empty())
            return progressing("no load balancer has given it an address");
    }
    const EndpointCount count = endpointsOf(object.key(), store);
    if (!count.known)
        return healthy(text(*json, {"spec", "clusterIP"}) == "None" ? "headless" : "served");
    if (count.ready == 0)
        return withoutEndpoints(object, *json, count, store);
    return healthy(ofDesired(count.ready, count.ready + count.notReady, "endpoints ready"));
}

std::string missingIngressClass(const kube::ObjectRecord &object, const Store &store)
{
    static const core::GroupKind classKind{"networking.k8s.io", "IngressClass"};
    const core::Json *json = object.json();
    const std::string name = json ? text(*json, {"spec", "ingressClassName"}) : std::string();
    const FeedStatus *feed = store.feedFor(classKind, {});
    if (name.empty() || !feed || feed->state != FeedState::Live || store.find({classKind, {}, name}))
        return {};
    return name;
}

Health ingressHealth(const kube::ObjectRecord &object, const Store &store)
{
    const core::Json *json = object.json();
    if (!json)
        return unknown("only its metadata is known");
    const core::Namespace nameSpace(object.meta.nameSpace.str());
    const core::Json *rules = at(*json, {"spec", "rules"});
    if (rules && rules->is_array() && isLive({"", "Service"}, nameSpace, store)) {
        for (const core::Json &rule : *rules) {
            const core::Json *paths = at(rule, {"http", "paths"});
            if (!paths || !paths->is_array())
                continue;
            for (const core::Json &path : *paths) {
                std::string name = text(path, {"backend", "service", "name"});
                if (name.empty()) // networking.k8s.io/v1beta1 and extensions/v1beta1
                    name = text(path, {"backend", "serviceName"});
                if (!name.empty() && !store.find({{"", "Service"}, nameSpace, name}))
                    return degraded("its back end, service " + name + ", does not exist");
            }
        }
    }
    const core::Json *ingress = at(*json, {"status", "loadBalancer", "ingress"});
    if (!ingress || !ingress->is_array() || ingress->empty()) {
        if (const std::string lacking = missingIngressClass(object, store); !lacking.empty())
            return progressing("no ingress controller has taken it: the cluster has no IngressClass " + lacking);
        const std::string name = text(*json, {"spec", "ingressClassName"});
        return progressing("no ingress controller has taken it" + (name.empty() ? "" : " (class " + name + ")"));
    }
    std::string address;
    for (const core::Json &entry : *ingress) {
        const std::string host = text(entry, {"hostname"});
        address = host.empty() ? text(entry, {"ip"}) : host;
        if (!address.empty())
            break;
    }
    return healthy(address.empty() ? "served" : "served at " + address);
}

} // namespace binnacle::cluster::rules
