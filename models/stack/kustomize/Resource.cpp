// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Resource.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace binnacle::stack::kustomize {

namespace {

/// The built-in kinds without a namespace; a kind that is not known counts as namespaced.
const std::set<std::pair<std::string, std::string>> clusterScopedKinds = {
    {"", "ComponentStatus"},
    {"", "Namespace"},
    {"", "Node"},
    {"", "PersistentVolume"},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"},
    {"apiextensions.k8s.io", "CustomResourceDefinition"},
    {"apiregistration.k8s.io", "APIService"},
    {"authentication.k8s.io", "SelfSubjectReview"},
    {"authentication.k8s.io", "TokenReview"},
    {"authorization.k8s.io", "SelfSubjectAccessReview"},
    {"authorization.k8s.io", "SelfSubjectRulesReview"},
    {"authorization.k8s.io", "SubjectAccessReview"},
    {"certificates.k8s.io", "CertificateSigningRequest"},
    {"certificates.k8s.io", "ClusterTrustBundle"},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema"},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"},
    {"internal.apiserver.k8s.io", "StorageVersion"},
    {"networking.k8s.io", "ClusterCIDR"},
    {"networking.k8s.io", "IPAddress"},
    {"networking.k8s.io", "IngressClass"},
    {"networking.k8s.io", "ServiceCIDR"},
    {"node.k8s.io", "RuntimeClass"},
    {"policy", "PodSecurityPolicy"},
    {"rbac.authorization.k8s.io", "ClusterRole"},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
    {"resource.k8s.io", "DeviceClass"},
    {"resource.k8s.io", "ResourceClass"},
    {"resource.k8s.io", "ResourceSlice"},
    {"scheduling.k8s.io", "PriorityClass"},
    {"storage.k8s.io", "CSIDriver"},
    {"storage.k8s.io", "CSINode"},
    {"storage.k8s.io", "StorageClass"},
    {"storage.k8s.io", "VolumeAttachment"},
    {"storage.k8s.io", "VolumeAttributesClass"},
    {"storagemigration.k8s.io", "StorageVersionMigration"},
};

bool fits(const std::string &value, const std::string &selector)
{
    return selector.empty() || selector == value;
}

std::string textOf(const core::Json &object, const char *field)
{
    const auto found = object.is_object() ? object.find(field) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

} // namespace

bool Gvk::isSelectedBy(const Gvk &selector) const
{
    return fits(group, selector.group) && fits(version, selector.version) && fits(kind, selector.kind);
}

bool Gvk::isClusterScoped() const
{
    return clusterScopedKinds.contains({group, kind});
}

std::string ResourceId::effectiveNamespace() const
{
    if (gvk.isClusterScoped()) {
        return "_non_namespaceable_";
    }
    return nameSpace.empty() ? "default" : nameSpace;
}

bool ResourceId::matches(const ResourceId &other) const
{
    return gvk == other.gvk && name == other.name && effectiveNamespace() == other.effectiveNamespace();
}

std::string ResourceId::describe() const
{
    return gvk.kind + " " + (nameSpace.empty() ? name : nameSpace + "/" + name);
}

Gvk gvkOf(const core::Json &object)
{
    const std::string apiVersion = textOf(object, "apiVersion");
    const auto slash = apiVersion.find('/');
    Gvk gvk;
    gvk.kind = textOf(object, "kind");
    gvk.group = slash == std::string::npos ? std::string{} : apiVersion.substr(0, slash);
    gvk.version = slash == std::string::npos ? apiVersion : apiVersion.substr(slash + 1);
    return gvk;
}

std::string metadataText(const core::Json &object, const char *field)
{
    const auto metadata = object.is_object() ? object.find("metadata") : object.end();
    return metadata == object.end() ? std::string{} : textOf(*metadata, field);
}

void tidyAnnotations(core::Json &object)
{
    const auto metadata = object.is_object() ? object.find("metadata") : object.end();
    if (metadata == object.end() || !metadata->is_object() || !metadata->contains("annotations")) {
        return;
    }
    core::Json &annotations = (*metadata)["annotations"];
    if (annotations.is_object()) {
        for (const char *mark : {"config.kubernetes.io/index", "config.kubernetes.io/path", "config.k8s.io/id",
                                 "internal.config.kubernetes.io/index", "internal.config.kubernetes.io/path",
                                 "internal.config.kubernetes.io/id"}) {
            annotations.erase(mark);
        }
        for (core::Json &value : annotations) {
            if (!value.is_string() && !value.is_structured()) {
                value = value.is_null() ? std::string{} : value.dump();
            }
        }
    }
    if (annotations.empty()) {
        metadata->erase("annotations");
    }
}

Gvk Resource::gvk() const
{
    return gvkOf(object);
}

std::string Resource::name() const
{
    return metadataText(object, "name");
}

std::string Resource::nameSpace() const
{
    return metadataText(object, "namespace");
}

ResourceId Resource::id() const
{
    return {gvk(), nameSpace(), name()};
}

ResourceId Resource::originalId() const
{
    return previous.empty() ? id() : previous.front();
}

bool Resource::hasId(const ResourceId &wanted) const
{
    return id().matches(wanted) ||
           std::any_of(previous.begin(), previous.end(), [&](const ResourceId &old) { return old.matches(wanted); });
}

void Resource::rememberId()
{
    previous.push_back(id());
}

void Resource::setName(const std::string &name)
{
    object["metadata"]["name"] = name;
}

void Resource::setNamespace(const std::string &nameSpace)
{
    object["metadata"]["namespace"] = nameSpace;
}

} // namespace binnacle::stack::kustomize
