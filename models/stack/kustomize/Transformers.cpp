// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Transformers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
#include <set>

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

void setEntries(Resources &resources, const std::vector<FieldSpec> &specs, const StringMap &entries)
{
    if (entries.empty()) {
        return;
    }
    for (Resource &resource : resources) {
        const Gvk gvk = resource.gvk();
        for (const FieldSpec &spec : specs) {
            if (!gvk.isSelectedBy(spec.gvk)) {
                continue;
            }
            visitField(resource.object, spec.path, spec.create, [&](core::Json &node) {
                if (node.is_null()) {
                    node = core::Json::object();
                }
                if (node.is_object()) {
                    for (const auto &[key, value] : entries) {
                        node[key] = value;
                    }
                }
            });
        }
    }
}

/// Names that other software fixes: renaming these would break them.
bool keepsItsName(const Gvk &gvk)
{
    return gvk.kind == "CustomResourceDefinition" || gvk.kind == "Namespace" ||
           (gvk.kind == "APIService" && gvk.group == "apiregistration.k8s.io");
}

const std::vector<FieldSpec> namespaceSpecs = {
    {{"", "", "Namespace"}, "metadata/name", true},
    {{"apiregistration.k8s.io", "", "APIService"}, "spec/service/namespace", true},
    {{"apiextensions.k8s.io", "", "CustomResourceDefinition"},
     "spec/conversion/webhook/clientConfig/service/namespace",
     false},
};

void setDefaultSubjects(core::Json &object, const std::string &nameSpace)
{
    visitField(object, "subjects", false, [&](core::Json &subjects) {
        for (core::Json &subject : subjects) {
            if (subject.is_object() && subject.value("name", core::Json()) == "default") {
                subject["namespace"] = nameSpace;
            }
        }
    });
}

struct ImageName
{
    std::string name;
    std::string tag;
    std::string digest;
};

/// "host:5000/name:tag@sha256:..." in its parts.
ImageName splitImage(const std::string &image)
{
    ImageName parts{image, {}, {}};
    if (const auto at = parts.name.find('@'); at != std::string::npos) {
        parts.digest = parts.name.substr(at + 1);
        parts.name.resize(at);
    }
    const auto slash = parts.name.rfind('/');
    const auto colon = parts.name.rfind(':');
    if (colon != std::string::npos && (slash == std::string::npos || colon > slash)) {
        parts.tag = parts.name.substr(colon + 1);
        parts.name.resize(colon);
    }
    return parts;
}

std::string changeImage(const std::string &image, const ImageRule &rule)
{
    ImageName parts = splitImage(image);
    if (!rule.newName.empty()) {
        parts.name = rule.newName;
    }
    if (!rule.newTag.empty() || !rule.digest.empty()) {
        parts.tag = rule.newTag;
        parts.digest = rule.digest;
    } else if (!rule.tagSuffix.empty()) {
        parts.tag += rule.tagSuffix;
        parts.digest.clear();
    }
    return parts.name + (parts.tag.empty() ? "" : ":" + parts.tag) + (parts.digest.empty() ? "" : "@" + parts.digest);
}

/// Containers are looked for at any depth, so that those of custom resources are found too.
void visitContainers(core::Json &node, const std::function<void(core::Json &)> &visitor)
{
    if (node.is_array()) {
        for (core::Json &item : node) {
            visitContainers(item, visitor);
        }
        return;
    }
    if (!node.is_object()) {
        return;
    }
    for (auto &[key, value] : node.items()) {
        if ((key == "containers" || key == "initContainers") && value.is_array()) {
            for (core::Json &container : value) {
                if (container.is_object() && container.contains("image") && container["image"].is_string()) {
                    visitor(container["image"]);
                }
            }
        }
        visitContainers(value, visitor);
    }
}

} // namespace

core::Result<void> applyNamespace(Resources &resources, const std::string &nameSpace)
{
    if (nameSpace.empty()) {
        return {};
    }
    std::vector<ResourceId> ids;
    for (Resource &resource : resources) {
        const Gvk gvk = resource.gvk();
        resource.rememberId();
        if (!gvk.isClusterScoped()) {
            resource.setNamespace(nameSpace);
        }
        if (gvk.kind == "RoleBinding" || gvk.kind == "ClusterRoleBinding") {
            setDefaultSubjects(resource.object, nameSpace);
        }
        for (const FieldSpec &spec : namespaceSpecs) {
            if (gvk.isSelectedBy(spec.gvk)) {
                visitField(resource.object, spec.path, spec.create, [&](core::Json &node) { node = nameSpace; });
            }
        }
        const ResourceId id = resource.id();
        if (std::any_of(ids.begin(), ids.end(), [&](const ResourceId &other) { return other.matches(id); })) {
            return core::fail(core::ErrorKind::Configuration,
                              "namespace: " + nameSpace + " gives two objects the same identity, " + id.describe(),
                              "Give the objects different names, or set the namespace in only one of them.");
        }
        ids.push_back(id);
    }
    return {};
}

void applyPrefix(Resources &resources, const std::string &prefix)
{
    for (Resource &resource : resources) {
        if (!prefix.empty() && !keepsItsName(resource.gvk())) {
            resource.rememberId();
            resource.prefixes.push_back(prefix);
            resource.setName(prefix + resource.name());
        }
    }
}

void applySuffix(Resources &resources, const std::string &suffix)
{
    for (Resource &resource : resources) {
        if (!suffix.empty() && !keepsItsName(resource.gvk())) {
            resource.rememberId();
            resource.suffixes.push_back(suffix);
            resource.setName(resource.name() + suffix);
        }
    }
}

void applyLabels(Resources &resources, const LabelRule &rule)
{
    std::vector<FieldSpec> specs = rule.fields;
    if (rule.includeSelectors) {
        specs = join(std::move(specs), selectorLabels());
    } else {
        specs = join(std::move(specs), rule.includeTemplates ? join(metadataLabels, templateLabels) : metadataLabels);
    }
    setEntries(resources, specs, rule.pairs);
}

void applyCommonLabels(Resources &resources, const StringMap &labels)
{
    setEntries(resources, selectorLabels(), labels);
}

void applyAnnotations(Resources &resources, const StringMap &annotations)
{
    setEntries(resources, annotationSpecs, annotations);
}

core::Result<void> applyImage(Resources &resources, const ImageRule &rule)
{
    try {
        const std::regex pattern("^" + rule.name + "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$");
        for (Resource &resource : resources) {
            if (resource.gvk().kind == "CustomResourceDefinition") {
                continue;
            }
            visitContainers(resource.object, [&](core::Json &image) {
                const auto text = image.get<std::string>();
                if (std::regex_match(text, pattern)) {
                    image = changeImage(text, rule);
                }
            });
        }
    } catch (const std::regex_error &) {
        return core::fail(core::ErrorKind::Configuration, "images: '" + rule.name + "' cannot be used as an image name",
                          "Correct the kustomization.");
    }
    return {};
}

core::Result<void> applyReplicas(Resources &resources, const ReplicaRule &rule)
{
    static const std::set<std::string> kinds = {"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"};
    bool found = false;
    for (Resource &resource : resources) {
        const auto named = [&](const ResourceId &id) { return id.name == rule.name; };
        const bool wanted =
            named(resource.id()) || std::any_of(resource.previous.begin(), resource.previous.end(), named);
        if (wanted && kinds.contains(resource.gvk().kind)) {
            found = true;
            visitField(resource.object, "spec/replicas", true, [&](core::Json &node) { node = rule.count; });
        }
    }
    if (!found) {
        return core::fail(core::ErrorKind::Configuration,
                          "replicas: there is no Deployment, ReplicaSet, ReplicationController or StatefulSet named '" +
                              rule.name + "'",
                          "Correct the name in the kustomization.");
    }
    return {};
}

} // namespace binnacle::stack::kustomize
