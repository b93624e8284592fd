// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/ResourceTable.h"

#include "simulator/Text.h"

#include <algorithm>

namespace binnacle::simulator {

namespace {

/// apiVersion plural kind flags shortNames categories; flags: n namespaced, s status, c scale, r read-only.
constexpr std::string_view builtIn = R"(
v1 bindings Binding n - -
v1 componentstatuses ComponentStatus - cs -
v1 configmaps ConfigMap n cm -
v1 endpoints Endpoints n ep -
v1 events Event n ev -
v1 limitranges LimitRange n limits -
v1 namespaces Namespace s ns -
v1 nodes Node s no -
v1 persistentvolumeclaims PersistentVolumeClaim ns pvc -
v1 persistentvolumes PersistentVolume s pv -
v1 pods Pod ns po all
v1 podtemplates PodTemplate n - -
v1 replicationcontrollers ReplicationController nsc rc all
v1 resourcequotas ResourceQuota ns quota -
v1 secrets Secret n - -
v1 serviceaccounts ServiceAccount n sa -
v1 services Service ns svc all
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition s crd,crds api-extensions
apps/v1 controllerrevisions ControllerRevision n - -
apps/v1 daemonsets DaemonSet ns ds all
apps/v1 deployments Deployment nsc deploy all
apps/v1 replicasets ReplicaSet nsc rs all
apps/v1 statefulsets StatefulSet nsc sts all
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler ns hpa all
autoscaling/v1 horizontalpodautoscalers HorizontalPodAutoscaler ns hpa all
batch/v1 cronjobs CronJob ns cj all
batch/v1 jobs Job ns - all
coordination.k8s.io/v1 leases Lease n - -
discovery.k8s.io/v1 endpointslices EndpointSlice n - -
events.k8s.io/v1 events Event n ev -
metrics.k8s.io/v1beta1 nodes NodeMetrics r - -
metrics.k8s.io/v1beta1 pods PodMetrics nr - -
networking.k8s.io/v1 ingressclasses IngressClass - - -
networking.k8s.io/v1 ingresses Ingress ns ing -
networking.k8s.io/v1 networkpolicies NetworkPolicy n netpol -
policy/v1 poddisruptionbudgets PodDisruptionBudget ns pdb -
authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview - - -
authorization.k8s.io/v1 selfsubjectrulesreviews SelfSubjectRulesReview - - -
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding - - -
rbac.authorization.k8s.io/v1 clusterroles ClusterRole - - -
rbac.authorization.k8s.io/v1 rolebindings RoleBinding n - -
rbac.authorization.k8s.io/v1 roles Role n - -
node.k8s.io/v1 runtimeclasses RuntimeClass - - -
scheduling.k8s.io/v1 priorityclasses PriorityClass - pc -
storage.k8s.io/v1 storageclasses StorageClass - sc -
)";

} // namespace

std::string Resource::collection() const
{
    // Both event APIs show the same objects.
    if (group == "events.k8s.io")
        return plural;
    return qualified();
}

std::vector<std::string> Resource::verbs() const
{
    if (readOnly)
        return {"get", "list"};
    if (plural == "bindings")
        return {"create"};
    return {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
}

ResourceTable::ResourceTable()
{
    for (const std::string &line : split(builtIn, '\n')) {
        const auto words = split(line, ' ');
        if (words.size() < 6)
            continue;
        Resource resource;
        const auto groupVersion = split(words[0], '/');
        resource.group = groupVersion.size() > 1 ? groupVersion[0] : std::string();
        resource.version = groupVersion.back();
        resource.plural = words[1];
        resource.kind = words[2];
        resource.singular = lower(words[2]);
        resource.schema = words[0] == "autoscaling/v1"     ? "HorizontalPodAutoscalerV1"
                          : words[0] == "events.k8s.io/v1" ? "RegardingEvent"
                                                           : resource.kind;
        resource.namespaced = words[3].find('n') != std::string::npos;
        resource.hasStatus = words[3].find('s') != std::string::npos;
        resource.hasScale = words[3].find('c') != std::string::npos;
        resource.readOnly = words[3].find('r') != std::string::npos;
        if (words[4] != "-")
            resource.shortNames = split(words[4], ',');
        if (words[5] != "-")
            resource.categories = split(words[5], ',');
        add(std::move(resource));
    }
}

void ResourceTable::add(Resource resource)
{
    for (const auto &known : m_resources)
        if (known->group == resource.group && known->version == resource.version && known->plural == resource.plural) {
            *known = std::move(resource);
            return;
        }
    m_resources.push_back(std::make_unique<Resource>(std::move(resource)));
}

void ResourceTable::removeCustom(std::string_view group, std::string_view plural)
{
    const auto removed = std::stable_partition(m_resources.begin(), m_resources.end(), [&](const auto &resource) {
        return !resource->custom || resource->group != group || resource->plural != plural;
    });
    std::move(removed, m_resources.end(), std::back_inserter(m_retired));
    m_resources.erase(removed, m_resources.end());
}

const Resource *ResourceTable::find(std::string_view group, std::string_view version, std::string_view plural) const
{
    for (const auto &resource : m_resources)
        if (resource->group == group && resource->version == version && resource->plural == plural)
            return resource.get();
    return nullptr;
}

const Resource *ResourceTable::forKind(std::string_view apiVersion, std::string_view kind) const
{
    for (const auto &resource : m_resources)
        if (resource->kind == kind && resource->apiVersion() == apiVersion)
            return resource.get();
    return nullptr;
}

const Resource *ResourceTable::stored(std::string_view collection) const
{
    for (const auto &resource : m_resources)
        if (!resource->readOnly && resource->collection() == collection)
            return resource.get();
    return nullptr;
}

std::vector<std::string> ResourceTable::groups() const
{
    std::vector<std::string> names;
    for (const auto &resource : m_resources)
        if (!resource->group.empty() && std::find(names.begin(), names.end(), resource->group) == names.end())
            names.push_back(resource->group);
    return names;
}

std::vector<std::string> ResourceTable::versions(std::string_view group) const
{
    std::vector<std::string> names;
    for (const auto &resource : m_resources)
        if (resource->group == group && std::find(names.begin(), names.end(), resource->version) == names.end())
            names.push_back(resource->version);
    return names;
}

} // namespace binnacle::simulator
