// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyWorkload.h"

#include "cluster/rules/Fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack {

namespace {

using cluster::rules::at;
using cluster::rules::integer;
using cluster::rules::text;
using core::Json;

bool hasEnded(const kube::ObjectRecord &record)
{
    const auto *pod = std::get_if<kube::PodRecord>(&record.body);
    return pod && (pod->phase == kube::PodPhase::Succeeded || pod->phase == kube::PodPhase::Failed);
}

/// The pods of a cron job's latest run: the others are history.
std::vector<kube::RecordPointer> podsOfLastRun(const kube::ObjectRecord &cronJob, const cluster::Store &store)
{
    kube::RecordPointer last;
    for (const auto &job : store.ownedBy(core::Uid(cronJob.meta.uid))) {
        if (!last || job->meta.created > last->meta.created ||
            (job->meta.created == last->meta.created && job->meta.name > last->meta.name))
            last = job;
    }
    return last ? store.ownedBy(core::Uid(last->meta.uid)) : std::vector<kube::RecordPointer>();
}

} // namespace

const Json *podTemplateOf(const Json &workload)
{
    if (const Json *inJob = at(workload, {"spec", "jobTemplate", "spec", "template"}))
        return inJob;
    return at(workload, {"spec", "template"});
}

Labels templateLabels(const kube::ObjectRecord &workload)
{
    Labels labels;
    const Json *json = workload.json();
    const Json *found = json && podTemplateOf(*json) ? at(*podTemplateOf(*json), {"metadata", "labels"}) : nullptr;
    if (found && found->is_object()) {
        for (const auto &entry : found->items())
            if (entry.value().is_string())
                labels[entry.key()] = entry.value().get<std::string>();
    } else if (!json) {
        // Compact kinds: a pod's own labels; those of replica sets and jobs repeat their template's.
        for (const auto &[key, value] : workload.meta.labels)
            labels[key.str()] = value.str();
    }
    return labels;
}

Endpoint endpointOf(const kube::ObjectRecord &workload)
{
    Endpoint endpoint{core::Namespace(workload.meta.nameSpace.str()), templateLabels(workload), {}};
    const Json *json = workload.json();
    const Json *found = json && podTemplateOf(*json) ? at(*podTemplateOf(*json), {"spec", "containers"}) : nullptr;
    if (!found || !found->is_array())
        return endpoint;
    for (const Json &container : *found) {
        const Json *ports = at(container, {"ports"});
        if (!ports || !ports->is_array())
            continue;
        for (const Json &port : *ports) {
            if (const std::string name = text(port, {"name"}); !name.empty())
                endpoint.namedPorts[name] = static_cast<int>(integer(port, {"containerPort"}));
        }
    }
    return endpoint;
}

std::vector<kube::RecordPointer> podsOf(const kube::ObjectRecord &workload, const cluster::Store &store)
{
    std::vector<kube::RecordPointer> pods;
    const std::string &kind = workload.gvk.kind;
    if (kind == "Pod") {
        if (auto self = store.find(workload.key()))
            pods.push_back(std::move(self));
        return pods;
    }
    if (workload.meta.uid.empty())
        return pods;
    if (kind == "CronJob") {
        pods = podsOfLastRun(workload, store);
    } else {
        for (const auto &child : store.ownedBy(core::Uid(workload.meta.uid))) {
            if (child->gvk.kind == "Pod")
                pods.push_back(child);
            else if (child->gvk.kind == "ReplicaSet")
                for (const auto &pod : store.ownedBy(core::Uid(child->meta.uid)))
                    pods.push_back(pod);
        }
    }
    if (kind != "Job" && kind != "CronJob")
        std::erase_if(pods, [](const auto &pod) { return hasEnded(*pod); });
    std::sort(pods.begin(), pods.end(), [](const auto &a, const auto &b) { return a->meta.name < b->meta.name; });
    return pods;
}

Replicas replicasOf(const kube::ObjectRecord &workload)
{
    const auto asInt = [](long long value) { return static_cast<int>(value); };
    if (const auto *pod = std::get_if<kube::PodRecord>(&workload.body))
        return {cluster::rules::isTrue(pod->conditions, "Ready") ? 1 : 0, 1};
    if (const auto *set = std::get_if<kube::ReplicaSetRecord>(&workload.body))
        return {set->ready, set->desired};
    if (const auto *job = std::get_if<kube::JobRecord>(&workload.body))
        return {job->succeeded, job->completions};
    const Json *json = workload.json();
    if (!json)
        return {};
    const std::string &kind = workload.gvk.kind;
    if (kind == "DaemonSet")
        return {asInt(integer(*json, {"status", "numberReady"})),
                asInt(integer(*json, {"status", "desiredNumberScheduled"}))};
    if (kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicationController")
        return {asInt(integer(*json, {"status", "readyReplicas"})), asInt(integer(*json, {"spec", "replicas"}, 1))};
    return {};
}

PortMatch podPortOf(const Json &service, int port, const Endpoint &target)
{
    const Json *ports = at(service, {"spec", "ports"});
    if (!ports || !ports->is_array())
        return {};
    // A headless service is not translated: clients dial the pod's port.
    const bool headless = text(service, {"spec", "clusterIP"}) == "None";
    for (const Json &entry : *ports) {
        const Json *targetPort = at(entry, {"targetPort"});
        int podPort = static_cast<int>(integer(entry, {"port"}));
        if (targetPort && targetPort->is_number())
            podPort = static_cast<int>(integer(entry, {"targetPort"}));
        else if (targetPort && targetPort->is_string()) {
            const auto named = target.namedPorts.find(targetPort->get<std::string>());
            podPort = named == target.namedPorts.end() ? 0 : named->second;
        }
        if (integer(entry, {"port"}) == port)
            return {true, headless ? port : podPort};
    }
    return {};
}

} // namespace binnacle::stack
