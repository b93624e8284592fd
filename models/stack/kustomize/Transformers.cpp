// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Transformers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

namespace binnacle::stack::kustomize {

namespace {

/// Calls `set` at each place of the specs that the object has, or that is to be made.
void visitFields(Resource &resource, const FieldSpecs &specs, const std::function<void(core::Json &)> &set)
{
    const Gvk gvk = resource.gvk();
    for (const FieldSpec &spec : specs) {
        if (gvk.isSelectedBy(spec.gvk)) {
            visitField(resource.object, spec.path, spec.create, set);
        }
    }
}

/// Names that other software fixes: renaming these would break them.
bool keepsItsName(const Gvk &gvk)
{
    return gvk.kind == "CustomResourceDefinition" || gvk.kind == "Namespace" ||
           (gvk.kind == "APIService" && gvk.group == "apiregistration.k8s.io");
}

/// Role bindings say in each subject whose account it is; kustomize changes the account "default", or all, or none.
void setSubjects(core::Json &object, const NamespaceRule &rule)
{
    if (rule.subjects == SubjectRule::None) {
        return;
    }
    visitField(object, "subjects", false, [&](core::Json &subject) {
        for (core::Json &each : subject) {
            const bool wanted = each.is_object() && (rule.subjects == SubjectRule::All
                                                         ? each.value("kind", core::Json()) == "ServiceAccount"
                                                         : each.value("name", core::Json()) == "default");
            if (wanted && !(rule.unsetOnly && each.contains("namespace"))) {
                each["namespace"] = rule.nameSpace;
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

void rename(Resource &resource, const std::string &prefix, const std::string &suffix, const FieldSpecs &specs)
{
    const Gvk gvk = resource.gvk();
    for (const FieldSpec &spec : specs) {
        if (!gvk.isSelectedBy(spec.gvk)) {
            continue;
        }
        if (spec.path == "metadata/name") {
            if (keepsItsName(gvk)) {
                continue;
            }
            resource.rememberId();
            if (!prefix.empty()) {
                resource.prefixes.push_back(prefix);
            }
            if (!suffix.empty()) {
                resource.suffixes.push_back(suffix);
            }
        }
        visitField(resource.object, spec.path, spec.create, [&](core::Json &node) {
            if (node.is_string() || node.is_null()) {
                node = prefix + (node.is_null() ? "" : node.get<std::string>()) + suffix;
            }
        });
    }
}

} // namespace

core::Result<void> applyNamespace(Resources &resources, const NamespaceRule &rule, const FieldSpecs &specs)
{
    if (rule.nameSpace.empty()) {
        return {};
    }
    std::vector<ResourceId> ids;
    for (Resource &resource : resources) {
        const Gvk gvk = resource.gvk();
        const bool binds = gvk.kind == "RoleBinding" || gvk.kind == "ClusterRoleBinding";
        resource.rememberId();
        if (!gvk.isClusterScoped() && !(rule.unsetOnly && !resource.nameSpace().empty())) {
            resource.setNamespace(rule.nameSpace);
        }
        if (binds) {
            setSubjects(resource.object, rule);
        }
        for (const FieldSpec &spec : specs) {
            if (!gvk.isSelectedBy(spec.gvk) || spec.path == "metadata/namespace" ||
                (binds && spec.path == "subjects")) {
                continue;
            }
            visitField(resource.object, spec.path, spec.create, [&](core::Json &node) {
                if (!rule.unsetOnly || node.is_null() || node == "") {
                    node = rule.nameSpace;
                }
            });
        }
        const ResourceId id = resource.id();
        if (std::any_of(ids.begin(), ids.end(), [&](const ResourceId &other) { return other.matches(id); })) {
            return core::fail(core::ErrorKind::Configuration,
                              "namespace: " + rule.nameSpace + " gives two objects the same identity, " + id.describe(),
                              "Give the objects different names, or set the namespace in only one of them.");
        }
        ids.push_back(id);
    }
    return {};
}

void applyPrefix(Resources &resources, const std::string &prefix, const FieldSpecs &specs)
{
    for (Resource &resource : resources) {
        if (!prefix.empty()) {
            rename(resource, prefix, {}, specs);
        }
    }
}

void applySuffix(Resources &resources, const std::string &suffix, const FieldSpecs &specs)
{
    for (Resource &resource : resources) {
        if (!suffix.empty()) {
            rename(resource, {}, suffix, specs);
        }
    }
}

void applyEntries(Resources &resources, const StringMap &entries, const FieldSpecs &specs)
{
    if (entries.empty()) {
        return;
    }
    for (Resource &resource : resources) {
        visitFields(resource, specs, [&](core::Json &node) {
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

void applyLabels(Resources &resources, const LabelRule &rule, const Configuration &places)
{
    FieldSpecs specs = rule.fields;
    const FieldSpecs &more = rule.includeSelectors   ? places.commonLabels
                             : rule.includeTemplates ? places.templateLabels
                                                     : places.labels;
    specs.insert(specs.end(), more.begin(), more.end());
    applyEntries(resources, rule.pairs, specs);
}

core::Result<void> applyImage(Resources &resources, const ImageRule &rule, const FieldSpecs &specs)
{
    try {
        const std::regex pattern("^" + rule.name + "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$");
        const auto change = [&](core::Json &image) {
            if (image.is_string() && std::regex_match(image.get<std::string>(), pattern)) {
                image = changeImage(image.get<std::string>(), rule);
            }
        };
        // kustomize does both, one after the other: an image found twice is changed twice.
        for (Resource &resource : resources) {
            if (resource.gvk().kind != "CustomResourceDefinition") {
                visitContainers(resource.object, change);
            }
        }
        for (Resource &resource : resources) {
            for (const FieldSpec &spec : specs) {
                if (resource.gvk().isSelectedBy(spec.gvk)) {
                    visitField(resource.object, spec.path, false, change);
                }
            }
        }
    } catch (const std::regex_error &) {
        return core::fail(core::ErrorKind::Configuration, "images: '" + rule.name + "' cannot be used as an image name",
                          "Correct the kustomization.");
    }
    return {};
}

core::Result<void> applyReplicas(Resources &resources, const ReplicaRule &rule, const FieldSpecs &specs)
{
    bool found = false;
    for (Resource &resource : resources) {
        const auto named = [&](const ResourceId &id) { return id.name == rule.name; };
        const bool wanted =
            named(resource.id()) || std::any_of(resource.previous.begin(), resource.previous.end(), named);
        const Gvk gvk = resource.gvk();
        if (wanted && std::any_of(specs.begin(), specs.end(),
                                  [&](const FieldSpec &spec) { return gvk.isSelectedBy(spec.gvk); })) {
            found = true;
            visitFields(resource, specs, [&](core::Json &node) { node = rule.count; });
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
