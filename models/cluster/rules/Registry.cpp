// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/rules/Rule.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace binnacle::cluster::rules {

namespace {

struct Entry
{
    std::string_view group;
    std::string_view kind;
    Rule rule;
};

// "extensions" is where Kubernetes before 1.22 also served these kinds; a file may still say so.
constexpr std::array entries{
    Entry{"apps", "Deployment", deploymentHealth},
    Entry{"extensions", "Deployment", deploymentHealth},
    Entry{"apps", "StatefulSet", statefulSetHealth},
    Entry{"apps", "DaemonSet", daemonSetHealth},
    Entry{"extensions", "DaemonSet", daemonSetHealth},
    Entry{"apps", "ReplicaSet", replicaSetHealth},
    Entry{"extensions", "ReplicaSet", replicaSetHealth},
    Entry{"", "ReplicationController", replicationControllerHealth},
    Entry{"", "Pod", podHealth},
    Entry{"batch", "Job", jobHealth},
    Entry{"batch", "CronJob", cronJobHealth},
    Entry{"", "Service", serviceHealth},
    Entry{"networking.k8s.io", "Ingress", ingressHealth},
    Entry{"extensions", "Ingress", ingressHealth},
    Entry{"", "PersistentVolumeClaim", claimHealth},
    Entry{"", "PersistentVolume", volumeHealth},
    Entry{"autoscaling", "HorizontalPodAutoscaler", autoscalerHealth},
    Entry{"policy", "PodDisruptionBudget", disruptionBudgetHealth},
    Entry{"", "ResourceQuota", quotaHealth},
    Entry{"", "Namespace", namespaceHealth},
    Entry{"", "Node", nodeHealth},
    Entry{"apiextensions.k8s.io", "CustomResourceDefinition", definitionHealth},
    Entry{"apiregistration.k8s.io", "APIService", apiServiceHealth},
    Entry{"", "ConfigMap", existenceHealth},
    Entry{"", "Secret", existenceHealth},
    Entry{"", "ServiceAccount", existenceHealth},
    Entry{"", "LimitRange", existenceHealth},
    Entry{"", "Endpoints", existenceHealth},
    Entry{"", "Event", existenceHealth},
    Entry{"", "PodTemplate", existenceHealth},
    Entry{"events.k8s.io", "Event", existenceHealth},
    Entry{"discovery.k8s.io", "EndpointSlice", existenceHealth},
    Entry{"apps", "ControllerRevision", existenceHealth},
    Entry{"coordination.k8s.io", "Lease", existenceHealth},
    Entry{"rbac.authorization.k8s.io", "Role", existenceHealth},
    Entry{"rbac.authorization.k8s.io", "RoleBinding", existenceHealth},
    Entry{"rbac.authorization.k8s.io", "ClusterRole", existenceHealth},
    Entry{"rbac.authorization.k8s.io", "ClusterRoleBinding", existenceHealth},
    Entry{"networking.k8s.io", "NetworkPolicy", existenceHealth},
    Entry{"extensions", "NetworkPolicy", existenceHealth},
    Entry{"networking.k8s.io", "IngressClass", existenceHealth},
    Entry{"scheduling.k8s.io", "PriorityClass", existenceHealth},
    Entry{"storage.k8s.io", "StorageClass", existenceHealth},
    Entry{"storage.k8s.io", "CSIDriver", existenceHealth},
    Entry{"storage.k8s.io", "CSINode", existenceHealth},
    Entry{"storage.k8s.io", "CSIStorageCapacity", existenceHealth},
    Entry{"storage.k8s.io", "VolumeAttributesClass", existenceHealth},
    Entry{"node.k8s.io", "RuntimeClass", existenceHealth},
    Entry{"policy", "PodSecurityPolicy", existenceHealth},
    Entry{"admissionregistration.k8s.io", "MutatingWebhookConfiguration", existenceHealth},
    Entry{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", existenceHealth},
    Entry{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", existenceHealth},
    Entry{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", existenceHealth},
    Entry{"flowcontrol.apiserver.k8s.io", "FlowSchema", existenceHealth},
    Entry{"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", existenceHealth},
};

} // namespace

Rule ruleFor(const core::GroupKind &kind)
{
    const auto *const found = std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) {
        return entry.kind == kind.kind && entry.group == kind.group;
    });
    return found == entries.end() ? conditionsHealth : found->rule;
}

} // namespace binnacle::cluster::rules
