// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/NameReferences.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

/// Objects of `target` are referred to by these fields.
struct ReferenceRule
{
    Gvk target;
    std::vector<FieldSpec> fields;
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
    addFields(rule.fields, {"", "", "HTTPRoute"}, {"spec/rules/backendRefs/name"});
    return rule;
}

std::vector<ReferenceRule> makeRules()
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

bool sameEnding(const std::vector<std::string> &a, const std::vector<std::string> &b)
{
    const auto &shorter = a.size() <= b.size() ? a : b;
    const auto &longer = a.size() <= b.size() ? b : a;
    if (shorter.empty()) {
        return longer.empty();
    }
    return std::equal(shorter.rbegin(), shorter.rend(), longer.rbegin());
}

using Candidates = std::vector<const Resource *>;

class Referrer
{
public:
    Referrer(Resource &resource, const Resources &all) : m_resource(resource), m_id(resource.id()), m_all(all) {}

    core::Result<void> follow(const Gvk &target, const FieldSpec &field)
    {
        m_target = &target;
        m_field = &field;
        std::optional<core::Error> failure;
        visitField(m_resource.object, field.path, false, [&](core::Json &node) {
            if (auto done = set(node); !done && !failure) {
                failure = done.error();
            }
        });
        return failure ? core::Result<void>(core::fail(*failure)) : core::Result<void>{};
    }

private:
    core::Result<void> set(core::Json &node)
    {
        if (node.is_string()) {
            return setScalar(node);
        }
        if (node.is_object()) {
            return setMap(node);
        }
        if (node.is_array()) {
            for (core::Json &item : node) {
                if (auto done = set(item); !done) {
                    return done;
                }
            }
        }
        return {};
    }

    core::Result<void> setScalar(core::Json &node)
    {
        const auto name = node.get<std::string>();
        auto referral = select(name, everything(), false);
        if (!referral) {
            return core::fail(referral.error());
        }
        if (*referral != nullptr) {
            node = (*referral)->name();
        }
        return {};
    }

    /// A subject, or a webhook's service: name and namespace together say who is meant.
    core::Result<void> setMap(core::Json &node)
    {
        if (!node.contains("name") || !node["name"].is_string()) {
            return {};
        }
        auto candidates = everything();
        if (node.contains("namespace") && node["namespace"].is_string()) {
            const auto nameSpace = node["namespace"].get<std::string>();
            const auto in = [&](bool original) {
                Candidates found;
                for (const Resource *candidate : candidates) {
                    const ResourceId id = original ? candidate->originalId() : candidate->id();
                    if (!id.gvk.isClusterScoped() && id.effectiveNamespace() == nameSpace) {
                        found.push_back(candidate);
                    }
                }
                return found;
            };
            auto original = in(true);
            candidates = original.empty() ? in(false) : original;
        }
        const auto name = node["name"].get<std::string>();
        auto referral = select(name, candidates, true);
        if (!referral) {
            return core::fail(referral.error());
        }
        if (*referral == nullptr || ((*referral)->name() == name && (*referral)->nameSpace().empty())) {
            return {};
        }
        node["name"] = (*referral)->name();
        if (!(*referral)->nameSpace().empty()) {
            node["namespace"] = (*referral)->nameSpace();
        }
        return {};
    }

    [[nodiscard]] Candidates everything() const
    {
        Candidates all;
        for (const Resource &resource : m_all) {
            all.push_back(&resource);
        }
        return all;
    }

    [[nodiscard]] bool isReachable(const Resource &candidate) const
    {
        const ResourceId id = candidate.id();
        return m_id.gvk.isClusterScoped() || id.gvk.isClusterScoped() || id.gvk.kind == "ServiceAccount" ||
               id.effectiveNamespace() == m_id.effectiveNamespace();
    }

    [[nodiscard]] bool fitsRoleRef(const Resource &candidate) const
    {
        const std::string &path = m_field->path;
        if (path.size() < 12 || path.compare(path.size() - 12, 12, "roleRef/name") != 0) {
            return true;
        }
        const core::Json &object = m_resource.object;
        const core::Json roleRef = object.value("roleRef", core::Json::object());
        if (!roleRef.contains("apiGroup") || !roleRef.contains("kind") || !roleRef["apiGroup"].is_string() ||
            !roleRef["kind"].is_string()) {
            return true;
        }
        const Gvk wanted{roleRef["apiGroup"], "", roleRef["kind"]};
        return std::any_of(candidate.previous.begin(), candidate.previous.end(),
                           [&](const ResourceId &id) { return id.gvk.isSelectedBy(wanted); });
    }

    core::Result<const Resource *> select(const std::string &name, Candidates candidates, bool withNamespace) const
    {
        const auto keep = [&](const auto &predicate) {
            candidates.erase(
                std::remove_if(candidates.begin(), candidates.end(), [&](const Resource *c) { return !predicate(*c); }),
                candidates.end());
        };
        keep([&](const Resource &c) {
            return std::any_of(c.previous.begin(), c.previous.end(),
                               [&](const ResourceId &id) { return id.name == name; }) &&
                   std::any_of(c.previous.begin(), c.previous.end(),
                               [&](const ResourceId &id) { return id.gvk.isSelectedBy(*m_target); });
        });
        keep([&](const Resource &c) { return fitsRoleRef(c) && isReachable(c); });
        if (candidates.size() > 1) {
            keep([&](const Resource &c) {
                return sameEnding(c.prefixes, m_resource.prefixes) && sameEnding(c.suffixes, m_resource.suffixes);
            });
        }
        if (candidates.empty()) {
            return nullptr;
        }
        const Resource *first = candidates.front();
        const bool alike = std::all_of(candidates.begin(), candidates.end(), [&](const Resource *c) {
            return c->name() == first->name() && (!withNamespace || c->nameSpace() == first->nameSpace());
        });
        if (!alike) {
            return core::fail(core::ErrorKind::Configuration,
                              m_id.describe() + ": '" + name + "' at " + m_field->path + " may mean " +
                                  candidates[0]->id().describe() + " or " + candidates[1]->id().describe(),
                              "Give one of them another name.");
        }
        return first;
    }

    Resource &m_resource;
    ResourceId m_id;
    const Resources &m_all;
    const Gvk *m_target = nullptr;
    const FieldSpec *m_field = nullptr;
};

} // namespace

core::Result<void> fixNameReferences(Resources &resources)
{
    static const std::vector<ReferenceRule> rules = makeRules();
    for (Resource &resource : resources) {
        Referrer referrer(resource, resources);
        const Gvk gvk = resource.originalId().gvk;
        for (const ReferenceRule &rule : rules) {
            for (const FieldSpec &field : rule.fields) {
                if (!gvk.isSelectedBy(field.gvk)) {
                    continue;
                }
                if (auto done = referrer.follow(rule.target, field); !done) {
                    return done;
                }
            }
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize
