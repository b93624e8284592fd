// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Patches.h"

#include "stack/YamlNodes.h"
#include "stack/YamlReader.h"
#include "stack/kustomize/Files.h"
#include "stack/kustomize/Selection.h"
#include "stack/kustomize/StrategicMerge.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

core::Error patchError(const std::string &origin, const std::string &what)
{
    return core::makeError(core::ErrorKind::Configuration, origin + ": " + what, "Correct the patch.");
}

struct PatchText
{
    std::string text;
    std::string origin;
};

core::Result<PatchText> load(const PatchRule &rule, const Kustomization &kustomization)
{
    if (rule.path.empty()) {
        return PatchText{rule.inlineText, position(kustomization.file.string(), rule.mark) + ", inline patch"};
    }
    const auto root = kustomization.file.parent_path();
    auto text = readInside(root, rule.path);
    if (!text) {
        return core::fail(text.error());
    }
    return PatchText{std::move(*text), (root / rule.path).string()};
}

void dropDeleted(Resources &resources)
{
    resources.erase(
        std::remove_if(resources.begin(), resources.end(), [](const Resource &r) { return r.object.is_null(); }),
        resources.end());
}

core::Result<void> mergeInto(Resource &resource, core::Json patch, const PatchRule &rule, const std::string &origin,
                             const Schema &schema)
{
    const ResourceId id = resource.id();
    const bool renames = rule.allowNameChange || rule.allowKindChange;
    if (renames) {
        resource.rememberId();
    }
    patch["apiVersion"] = resource.object["apiVersion"];
    if (auto done = strategicMerge(resource.object, patch, schema); !done) {
        core::Error error = done.error();
        error.message = origin + ": " + error.message;
        error.object = id.describe();
        return core::fail(error);
    }
    if (resource.object.is_null()) {
        return {};
    }
    tidyAnnotations(resource.object);
    if (!rule.allowKindChange) {
        resource.object["kind"] = id.gvk.kind;
    }
    if (!rule.allowNameChange) {
        resource.setName(id.name);
    }
    if (!id.nameSpace.empty()) {
        resource.setNamespace(id.nameSpace);
    } else if (resource.object.contains("metadata")) {
        resource.object["metadata"].erase("namespace");
    }
    return {};
}

/// Without a target a patch says itself which object it is for.
core::Result<void> mergeByIdentity(Resources &resources, const core::Json &patch, const PatchRule &rule,
                                   const std::string &origin, const Schema &schema)
{
    Resource self;
    self.object = patch;
    const ResourceId id = self.id();
    std::vector<Resource *> found;
    for (Resource &resource : resources) {
        if (!resource.object.is_null() && resource.hasId(id)) {
            found.push_back(&resource);
        }
    }
    if (found.size() != 1) {
        return core::fail(
            patchError(origin, (found.empty() ? "there is no " : "there is more than one ") + id.describe() + " (" +
                                   (id.gvk.group.empty() ? "" : id.gvk.group + "/") + id.gvk.version + ") to patch"));
    }
    return mergeInto(*found.front(), patch, rule, origin, schema);
}

core::Result<void> applyMergePatches(Resources &resources, const std::vector<core::Json> &patches,
                                     const PatchRule &rule, const std::string &origin, const Schema &schema)
{
    if (rule.target && patches.size() > 1) {
        return core::fail(patchError(origin, "several patches cannot share one target"));
    }
    for (const core::Json &patch : patches) {
        if (!patch.is_object()) {
            return core::fail(patchError(origin, "a strategic merge patch is a map"));
        }
        if (gvkOf(patch).kind.empty() || metadataText(patch, "name").empty()) {
            return core::fail(patchError(origin, "a strategic merge patch needs kind and metadata.name, whatever "
                                                 "they are where it has a target"));
        }
        if (!rule.target) {
            if (auto done = mergeByIdentity(resources, patch, rule, origin, schema); !done) {
                return done;
            }
            continue;
        }
        const auto chosen = select(resources, *rule.target);
        if (!chosen) {
            return core::fail(chosen.error());
        }
        for (const std::size_t index : *chosen) {
            if (auto done = mergeInto(resources[index], patch, rule, origin, schema); !done) {
                return done;
            }
        }
        dropDeleted(resources);
    }
    dropDeleted(resources);
    return {};
}

/// The value at a JSON pointer, or nullptr.
const core::Json *find(const core::Json &object, const core::Json::json_pointer &pointer)
{
    try {
        return object.contains(pointer) ? &object.at(pointer) : nullptr;
    } catch (const core::Json::exception &) {
        return nullptr;
    }
}

/// The path with each negative index counted from the end of its list; `adds`: the last one may be behind the end.
std::string countedFromStart(const std::string &path, const core::Json &object, bool adds)
{
    const core::Json::json_pointer pointer(path);
    std::vector<std::string> parts;
    for (core::Json::json_pointer rest = pointer; !rest.empty(); rest.pop_back()) {
        parts.insert(parts.begin(), rest.back());
    }
    core::Json::json_pointer out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const core::Json *list = find(object, out);
        const bool negative = parts[i].size() > 1 && parts[i].front() == '-' && list != nullptr && list->is_array();
        const long long back = negative ? std::strtoll(parts[i].c_str(), nullptr, 10) : 0;
        if (back < 0) {
            const long long behind = adds && i + 1 == parts.size() ? 1 : 0;
            parts[i] = std::to_string(std::max(static_cast<long long>(list->size()) + back + behind, 0LL));
        }
        out.push_back(parts[i]);
    }
    return out.to_string();
}

/// kustomize's JSON patch library goes beyond RFC 6902: a negative index counts from a list's end, `replace` of a
/// field that is not there adds it, and a value that is not given is null.
core::Json strict(core::Json operation, const core::Json &object)
{
    if (!operation.is_object()) {
        return operation;
    }
    const auto kind = operation.value("op", core::Json());
    for (const char *field : {"path", "from"}) {
        if (operation.contains(field) && operation[field].is_string()) {
            const bool adds = kind == "add" && std::string(field) == "path";
            operation[field] = countedFromStart(operation[field].get<std::string>(), object, adds);
        }
    }
    if ((kind == "add" || kind == "replace") && !operation.contains("value")) {
        operation["value"] = nullptr;
    }
    if (kind == "replace" && operation.contains("path") && operation["path"].is_string()) {
        const core::Json::json_pointer pointer(operation["path"].get<std::string>());
        const core::Json *parent = pointer.empty() ? nullptr : find(object, pointer.parent_pointer());
        if (parent != nullptr && parent->is_object() && !parent->contains(pointer.back())) {
            operation["op"] = "add";
        }
    }
    return operation;
}

core::Result<void> applyOperations(Resources &resources, const core::Json &operations, const PatchRule &rule,
                                   const std::string &origin)
{
    if (!rule.target) {
        return core::fail(patchError(origin, "a JSON 6902 patch needs a target"));
    }
    const auto chosen = select(resources, *rule.target);
    if (!chosen) {
        return core::fail(chosen.error());
    }
    for (const std::size_t index : *chosen) {
        Resource &resource = resources[index];
        resource.rememberId();
        try {
            for (const core::Json &operation : operations) {
                resource.object = resource.object.patch(core::Json::array({strict(operation, resource.object)}));
            }
            tidyAnnotations(resource.object);
        } catch (const core::Json::exception &exception) {
            return core::fail(
                patchError(origin, "it cannot be applied to " + resource.id().describe() + ": " + exception.what()));
        }
    }
    return {};
}

bool isOperationList(const std::vector<core::Json> &documents)
{
    return documents.size() == 1 && documents[0].is_array();
}

core::Result<void> apply(Resources &resources, const PatchRule &rule, const Kustomization &kustomization, bool jsonOnly)
{
    auto patch = load(rule, kustomization);
    if (!patch) {
        return core::fail(patch.error());
    }
    auto documents = readYaml(patch->text, patch->origin);
    if (!documents) {
        return core::fail(documents.error());
    }
    if (isOperationList(*documents)) {
        if (documents->front().empty()) {
            return core::fail(patchError(patch->origin, "the patch has no operations"));
        }
        documents = readYaml(patch->text, patch->origin, YamlWords::Yaml11);
        return applyOperations(resources, documents->front(), rule, patch->origin);
    }
    if (jsonOnly || documents->empty()) {
        return core::fail(
            patchError(patch->origin, jsonOnly ? "a JSON 6902 patch is a list of operations" : "the patch is empty"));
    }
    return applyMergePatches(resources, *documents, rule, patch->origin, kustomization.schema);
}

} // namespace

core::Result<void> applyStrategicMergePatches(Resources &resources, const Kustomization &kustomization)
{
    for (const std::string &entry : kustomization.patchesStrategicMerge) {
        PatchRule rule;
        (entry.find('\n') == std::string::npos ? rule.path : rule.inlineText) = entry;
        if (auto done = apply(resources, rule, kustomization, false); !done) {
            return done;
        }
    }
    return {};
}

core::Result<void> applyPatches(Resources &resources, const Kustomization &kustomization)
{
    for (const PatchRule &rule : kustomization.patches) {
        if (auto done = apply(resources, rule, kustomization, false); !done) {
            return done;
        }
    }
    return {};
}

core::Result<void> applyJsonPatches(Resources &resources, const Kustomization &kustomization)
{
    for (const PatchRule &rule : kustomization.patchesJson6902) {
        if (auto done = apply(resources, rule, kustomization, true); !done) {
            return done;
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize
