// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Configuration.h"

namespace binnacle::stack::kustomize {

namespace {

std::vector<FieldSpec> join(std::vector<FieldSpec> first, const std::vector<FieldSpec> &second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

const std::vector<FieldSpec> metadataLabels = {{{}, "metadata/labels", true}};

/// Labels of what a workload makes: kustomize's default field specs.
const std::vector<FieldSpec> templateLabels = {
    {{"", "v1", "ReplicationController"}, "spec/template/metadata/labels", true},
    {{"", "", "Deployment"}, "spec/template/metadata/labels", true},
    {{"", "", "ReplicaSet"}, "spec/template/metadata/labels", true},
    {{"", "", "DaemonSet"}, "spec/template/metadata/labels", true},
    {{"apps", "", "StatefulSet"}, "spec/template/metadata/labels", true},
    {{"apps", "", "StatefulSet"}, "spec/volumeClaimTemplates[]/metadata/labels", true},
    {{"batch", "", "Job"}, "spec/template/metadata/labels", true},
    {{"batch", "", "CronJob"}, "spec/jobTemplate/metadata/labels", true},
    {{"batch", "", "CronJob"}, "spec/jobTemplate/spec/template/metadata/labels", true},
};

std::vector<FieldSpec> selectorLabels()
{
    std::vector<FieldSpec> specs = {
        {{"", "v1", "Service"}, "spec/selector", true},
        {{"", "v1", "ReplicationController"}, "spec/selector", true},
        {{"", "", "Deployment"}, "spec/selector/matchLabels", true},
        {{"", "", "ReplicaSet"}, "spec/selector/matchLabels", true},
        {{"", "", "DaemonSet"}, "spec/selector/matchLabels", true},
        {{"apps", "", "StatefulSet"}, "spec/selector/matchLabels", true},
        {{"batch", "", "Job"}, "spec/selector/matchLabels", false},
        {{"batch", "", "CronJob"}, "spec/jobTemplate/spec/selector/matchLabels", false},
        {{"policy", "", "PodDisruptionBudget"}, "spec/selector/matchLabels", false},
        {{"networking.k8s.io", "", "NetworkPolicy"}, "spec/podSelector/matchLabels", false},
        {{"networking.k8s.io", "", "NetworkPolicy"}, "spec/ingress/from/podSelector/matchLabels", false},
        {{"networking.k8s.io", "", "NetworkPolicy"}, "spec/egress/to/podSelector/matchLabels", false},
    };
    for (const char *kind : {"Deployment", "StatefulSet"}) {
        const Gvk gvk{"apps", "", kind};
        for (const char *affinity : {"podAffinity", "podAntiAffinity"}) {
            const std::string base = std::string("spec/template/spec/affinity/") + affinity;
            specs.push_back(
                {gvk,
                 base + "/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
                 false});
            specs.push_back(
                {gvk, base + "/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels", false});
        }
        specs.push_back({gvk, "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false});
    }
    return join(std::move(specs), join(metadataLabels, templateLabels));
}

const std::vector<FieldSpec> annotationSpecs = {
    {{}, "metadata/annotations", true},
    {{"", "v1", "ReplicationController"}, "spec/template/metadata/annotations", true},
    {{"", "", "Deployment"}, "spec/template/metadata/annotations", true},
    {{"", "", "ReplicaSet"}, "spec/template/metadata/annotations", true},
    {{"", "", "DaemonSet"}, "spec/template/metadata/annotations", true},
    {{"", "", "StatefulSet"}, "spec/template/metadata/annotations", true},
    {{"batch", "", "Job"}, "spec/template/metadata/annotations", true},
    {{"batch", "", "CronJob"}, "spec/jobTemplate/metadata/annotations", true},
    {{"batch", "", "CronJob"}, "spec/jobTemplate/spec/template/metadata/annotations", true},
};

using Paths = std::vector<const char *>;

struct PodHolder
{
    const char *kind;
    const char *podSpec;
};

const std::vector<PodHolder> templated = {
    {"Pod", "spec"},
    {"PodTemplate", "template/spec"},
    {"Deployment", "spec/template/spec"},
    {"ReplicaSet", "spec/template/spec"},
    {"DaemonSet", "spec/template/spec"},
    {"StatefulSet", "spec/template/spec"},
    {"Job", "spec/template/spec"},
    {"CronJob", "spec/jobTemplate/spec/template/spec"},
};
const std::vector<PodHolder> accounted = {
    {"Pod", "spec"},
    {"StatefulSet", "spec/template/spec"},
    {"Deployment", "spec/template/spec"},
    {"ReplicationController", "spec/template/spec"},
    {"CronJob", "spec/jobTemplate/spec/template/spec"},
    {"Job", "spec/template/spec"},
    {"DaemonSet", "spec/template/spec"},
};

void addPodFields(std::vector<FieldSpec> &fields, const std::vector<PodHolder> &holders, const Paths &paths)
{
    for (const PodHolder &holder : holders) {
        for (const char *path : paths) {
            fields.push_back({{"", "", holder.kind}, std::string(holder.podSpec) + "/" + path, false});
        }
    }
}

void addFields(std::vector<FieldSpec> &fields, const Gvk &gvk, const Paths &paths)
{
    for (const char *path : paths) {
        fields.push_back({gvk, path, false});
    }
}

ReferenceRule configMapRule()
{
    ReferenceRule rule{{"", "v1", "ConfigMap"}, {}};
    addPodFields(rule.fields, templated,
                 {"volumes/configMap/name", "containers/env/valueFrom/configMapKeyRef/name",
                  "initContainers/env/valueFrom/configMapKeyRef/name", "containers/envFrom/configMapRef/name",
                  "initContainers/envFrom/configMapRef/name", "volumes/projected/sources/configMap/name"});
    addFields(rule.fields, {"", "", "Node"}, {"spec/configSource/configMap"});
    addFields(rule.fields, {"", "", "Role"}, {"rules/resourceNames"});
    addFields(rule.fields, {"", "", "ClusterRole"}, {"rules/resourceNames"});
    addFields(rule.fields, {"", "", "Ingress"},
              {"metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"});
    return rule;
}

ReferenceRule secretRule()
{
    ReferenceRule rule{{"", "v1", "Secret"}, {}};
    addPodFields(rule.fields, templated,
                 {"volumes/secret/secretName", "containers/env/valueFrom/secretKeyRef/name",
                  "initContainers/env/valueFrom/secretKeyRef/name", "containers/envFrom/secretRef/name",
                  "initContainers/envFrom/secretRef/name", "imagePullSecrets/name",
                  "volumes/projected/sources/secret/name"});
    addFields(rule.fields, {"", "", "Ingress"},
              {"spec/tls/secretName", "metadata/annotations/ingress.kubernetes.io\\/auth-secret",
               "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
               "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret"});
    addFields(rule.fields, {"", "", "ServiceAccount"}, {"imagePullSecrets/name"});
    addFields(
        rule.fields, {"", "", "StorageClass"},
        {"parameters/secretName", "parameters/adminSecretName", "parameters/userSecretName", "parameters/secretRef"});
    addFields(rule.fields, {"", "", "Role"}, {"rules/resourceNames"});
    addFields(rule.fields, {"", "", "ClusterRole"}, {"rules/resourceNames"});
    addFields(rule.fields, {"serving.knative.dev", "v1", "Service"},
              {"spec/template/spec/containers/env/valueFrom/secretKeyRef/name"});
    addFields(rule.fields, {"", "", "PersistentVolume"}, {"spec/azureFile/secretName"});
    return rule;
}

ReferenceRule serviceRule()
{
    ReferenceRule rule{{"", "v1", "Service"}, {}};
    addFields(rule.fields, {"apps", "", "StatefulSet"}, {"spec/serviceName"});
    addFields(rule.fields, {"", "", "Ingress"},
              {"spec/rules/http/paths/backend/serviceName", "spec/backend/serviceName",
               "spec/rules/http/paths/backend/service/name", "spec/defaultBackend/service/name"});
    addFields(rule.fields, {"apiregistration.k8s.io", "", "APIService"}, {"spec/service/name"});
    addFields(rule.fields, {"admissionregistration.k8s.io", "", "ValidatingWebhookConfiguration"},
              {"webhooks/clientConfig/service"});
    addFields(rule.fields, {"admissionregistration.k8s.io", "", "MutatingWebhookConfiguration"},
              {"webhooks/clientConfig/service"});
    return rule;
}

std::vector<ReferenceRule> nameReferences()
{
    const std::string rbac = "rbac.authorization.k8s.io";
    std::vector<ReferenceRule> rules;
    for (const char *kind : {"Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"}) {
        rules.push_back({{"", "", kind}, {{{"", "", "HorizontalPodAutoscaler"}, "spec/scaleTargetRef/name", false}}});
    }
    rules.push_back(configMapRule());
    rules.push_back(secretRule());
    rules.push_back(serviceRule());
    rules.push_back({{rbac, "", "Role"}, {{{rbac, "", "RoleBinding"}, "roleRef/name", false}}});
    rules.push_back({{rbac, "", "ClusterRole"},
                     {{{rbac, "", "RoleBinding"}, "roleRef/name", false},
                      {{rbac, "", "ClusterRoleBinding"}, "roleRef/name", false}}});
    ReferenceRule accounts{
        {"", "v1", "ServiceAccount"},
        {{{rbac, "", "RoleBinding"}, "subjects", false}, {{rbac, "", "ClusterRoleBinding"}, "subjects", false}}};
    addPodFields(accounts.fields, accounted, {"serviceAccountName"});
    rules.push_back(accounts);
    ReferenceRule claims{{"", "v1", "PersistentVolumeClaim"}, {}};
    addPodFields(claims.fields, accounted, {"volumes/persistentVolumeClaim/claimName"});
    rules.push_back(claims);
    rules.push_back({{"", "v1", "PersistentVolume"},
                     {{{"", "", "PersistentVolumeClaim"}, "spec/volumeName", false},
                      {{"", "", "ClusterRole"}, "rules/resourceNames", false}}});
    rules.push_back({{"storage.k8s.io", "v1", "StorageClass"},
                     {{{"", "", "PersistentVolume"}, "spec/storageClassName", false},
                      {{"", "", "PersistentVolumeClaim"}, "spec/storageClassName", false},
                      {{"", "", "StatefulSet"}, "spec/volumeClaimTemplates/spec/storageClassName", false}}});
    ReferenceRule priorities{{"scheduling.k8s.io", "v1", "PriorityClass"}, {}};
    addPodFields(priorities.fields, accounted, {"priorityClassName"});
    rules.push_back(priorities);
    return rules;
}

/// `$(NAME)` of vars is looked for in what containers are started with.
std::vector<FieldSpec> varReferences()
{
    std::vector<FieldSpec> fields;
    for (const PodHolder &holder : templated) {
        if (std::string(holder.kind) == "PodTemplate") {
            continue;
        }
        for (const char *containers : {"containers", "initContainers"}) {
            for (const char *field : {"args", "command", "env/value", "volumeMounts/mountPath"}) {
                fields.push_back(
                    {{"", "", holder.kind}, std::string(holder.podSpec) + "/" + containers + "/" + field, false});
            }
        }
    }
    addFields(fields, {"", "", "Ingress"}, {"spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"});
    addFields(fields, {"", "", "Service"}, {"spec/ports/port", "spec/ports/targetPort"});
    addFields(fields, {}, {"metadata/labels", "metadata/annotations"});
    addFields(fields, {"", "", "PersistentVolume"}, {"spec/nfs/server"});
    for (const PodHolder &holder : templated) {
        const std::string kind = holder.kind;
        if (kind != "PodTemplate" && kind != "StatefulSet" && kind != "CronJob") {
            fields.push_back({{"", "", kind}, std::string(holder.podSpec) + "/volumes/nfs/server", false});
        }
    }
    addFields(fields, {"", "", "StatefulSet"}, {"spec/volumeClaimTemplates/spec/nfs/server"});
    addFields(fields, {"", "", "Deployment"}, {"spec/template/metadata/annotations"});
    return fields;
}

Configuration make()
{
    Configuration all;
    all.namePrefix = {{{}, "metadata/name", false}};
    all.nameSuffix = all.namePrefix;
    all.nameSpace = {
        {{"", "", "Namespace"}, "metadata/name", true},
        {{"apiregistration.k8s.io", "", "APIService"}, "spec/service/namespace", true},
        {{"apiextensions.k8s.io", "", "CustomResourceDefinition"},
         "spec/conversion/webhook/clientConfig/service/namespace",
         false},
    };
    all.labels = metadataLabels;
    all.templateLabels = join(metadataLabels, templateLabels);
    all.commonLabels = selectorLabels();
    all.commonAnnotations = annotationSpecs;
    all.images = {
        {{}, "spec/containers[]/image", true},
        {{}, "spec/initContainers[]/image", true},
        {{}, "spec/template/spec/containers[]/image", true},
        {{}, "spec/template/spec/initContainers[]/image", true},
    };
    for (const char *kind : {"Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"}) {
        all.replicas.push_back({{"", "", kind}, "spec/replicas", true});
    }
    all.varReference = varReferences();
    all.nameReference = nameReferences();
    return all;
}

} // namespace

const Configuration &builtInConfiguration()
{
    static const Configuration all = make();
    return all;
}

} // namespace binnacle::stack::kustomize
