// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/MergeKeys.h"

#include <map>
#include <set>

namespace binnacle::stack::kustomize {

namespace {

using Keys = std::vector<std::string>;

/// Where each kind keeps its pod spec.
const std::map<std::pair<std::string, std::string>, std::string> podSpecs = {
    {{"", "Pod"}, "spec"},
    {{"", "PodTemplate"}, "template.spec"},
    {{"", "ReplicationController"}, "spec.template.spec"},
    {{"apps", "DaemonSet"}, "spec.template.spec"},
    {{"apps", "Deployment"}, "spec.template.spec"},
    {{"apps", "ReplicaSet"}, "spec.template.spec"},
    {{"apps", "StatefulSet"}, "spec.template.spec"},
    {{"batch", "CronJob"}, "spec.jobTemplate.spec.template.spec"},
    {{"batch", "Job"}, "spec.template.spec"},
};

const std::map<std::string, Keys> podRules = {
    {"containers", {"name"}},      {"ephemeralContainers", {"name"}},
    {"hostAliases", {"ip"}},       {"imagePullSecrets", {"name"}},
    {"initContainers", {"name"}},  {"resourceClaims", {"name"}},
    {"schedulingGates", {"name"}}, {"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
    {"volumes", {"name"}},
};

const std::map<std::string, Keys> containerRules = {
    {"env", {"name"}},
    {"ports", {"containerPort", "protocol"}},
    {"resources.claims", {"name"}},
    {"volumeDevices", {"devicePath"}},
    {"volumeMounts", {"mountPath"}},
};

const std::map<std::pair<std::string, std::string>, std::map<std::string, Keys>> kindRules = {
    {{"", "Service"}, {{"spec.ports", {"port", "protocol"}}}},
    {{"", "ServiceAccount"}, {{"secrets", {"name"}}}},
    {{"", "Node"}, {{"spec.podCIDRs", {}}}},
    {{"storage.k8s.io", "CSINode"}, {{"spec.drivers", {"name"}}}},
    {{"admissionregistration.k8s.io", "MutatingWebhookConfiguration"}, {{"webhooks", {"name"}}}},
    {{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"}, {{"webhooks", {"name"}}}},
};

/// Groups whose kinds come with the API server, and so with a schema.
const std::set<std::string> builtInGroups = {"",
                                             "admissionregistration.k8s.io",
                                             "apiextensions.k8s.io",
                                             "apiregistration.k8s.io",
                                             "apps",
                                             "authentication.k8s.io",
                                             "authorization.k8s.io",
                                             "autoscaling",
                                             "batch",
                                             "certificates.k8s.io",
                                             "coordination.k8s.io",
                                             "discovery.k8s.io",
                                             "events.k8s.io",
                                             "flowcontrol.apiserver.k8s.io",
                                             "networking.k8s.io",
                                             "node.k8s.io",
                                             "policy",
                                             "rbac.authorization.k8s.io",
                                             "scheduling.k8s.io",
                                             "storage.k8s.io"};

std::optional<Keys> find(const std::map<std::string, Keys> &rules, const std::string &path)
{
    const auto found = rules.find(path);
    return found == rules.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Keys> podRule(const std::string &path)
{
    for (const char *containers : {"containers.", "initContainers.", "ephemeralContainers."}) {
        if (path.rfind(containers, 0) == 0) {
            return find(containerRules, path.substr(std::string(containers).size()));
        }
    }
    return find(podRules, path);
}

} // namespace

std::optional<std::vector<std::string>> mergeKeysOf(const Gvk &gvk, const std::string &path)
{
    // The schema that kustomize brings along is that of Kubernetes 1.21, which has apps/v1 only.
    if (!builtInGroups.contains(gvk.group) || (gvk.group == "apps" && gvk.version != "v1")) {
        return std::nullopt;
    }
    static const std::string finalizers = "metadata.finalizers";
    static const std::string owners = "metadata.ownerReferences";
    const auto endsWith = [&](const std::string &end) {
        return path == end || (path.size() > end.size() &&
                               path.compare(path.size() - end.size() - 1, std::string::npos, "." + end) == 0);
    };
    if (endsWith(finalizers)) {
        return Keys{};
    }
    if (endsWith(owners)) {
        return Keys{"uid"};
    }
    const std::pair<std::string, std::string> kind{gvk.group, gvk.kind};
    if (const auto rules = kindRules.find(kind); rules != kindRules.end()) {
        if (auto rule = find(rules->second, path)) {
            return rule;
        }
    }
    if (const auto pod = podSpecs.find(kind); pod != podSpecs.end() && path.rfind(pod->second + ".", 0) == 0) {
        return podRule(path.substr(pod->second.size() + 1));
    }
    return path == "status.conditions" ? std::optional(Keys{"type"}) : std::nullopt;
}

} // namespace binnacle::stack::kustomize
