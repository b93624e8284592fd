// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Order.h"

#include <algorithm>
#include <tuple>

namespace binnacle::stack::kustomize {

namespace {

const std::vector<std::string> defaultFirst = {
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
};
const std::vector<std::string> defaultLast = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"};

long long rank(const std::string &kind, const std::vector<std::string> &first, const std::vector<std::string> &last)
{
    if (const auto found = std::find(last.begin(), last.end(), kind); found != last.end()) {
        return 1 + (found - last.begin());
    }
    const auto found = std::find(first.begin(), first.end(), kind);
    return found == first.end() ? 0 : found - first.end();
}

std::string orElse(const std::string &text, const char *otherwise)
{
    return text.empty() ? otherwise : text;
}

} // namespace

void sortResources(Resources &resources, const std::optional<SortRule> &rule)
{
    if (rule && !rule->legacy) {
        return;
    }
    const auto &first = rule && rule->hasLists ? rule->first : defaultFirst;
    const auto &last = rule && rule->hasLists ? rule->last : defaultLast;
    const auto key = [&](const Resource &resource) {
        const ResourceId id = resource.id();
        // The texts that kustomize compares, so that ties fall the same way.
        return std::tuple(rank(id.gvk.kind, first, last),
                          orElse(id.gvk.group, "~G") + "_" + orElse(id.gvk.version, "~V") + "_" +
                              orElse(id.gvk.kind, "~K"),
                          orElse(id.nameSpace, "~X") + "|" + orElse(id.name, "~N"));
    };
    std::stable_sort(resources.begin(), resources.end(),
                     [&](const Resource &a, const Resource &b) { return key(a) < key(b); });
}

} // namespace binnacle::stack::kustomize
