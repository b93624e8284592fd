// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Build.h"

#include "stack/YamlReader.h"
#include "stack/kustomize/Files.h"
#include "stack/kustomize/Generators.h"
#include "stack/kustomize/Hash.h"
#include "stack/kustomize/NameReferences.h"
#include "stack/kustomize/Order.h"
#include "stack/kustomize/Patches.h"
#include "stack/kustomize/Plugins.h"
#include "stack/kustomize/Replacements.h"
#include "stack/kustomize/Schema.h"
#include "stack/kustomize/Variables.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace binnacle::stack::kustomize {

namespace {

namespace fs = std::filesystem;

constexpr const char *localAnnotation = "config.kubernetes.io/local-config";

core::Result<void> append(Resources &resources, Resource resource, const std::string &origin)
{
    const ResourceId id = resource.id();
    if (std::any_of(resources.begin(), resources.end(),
                    [&](const Resource &other) { return other.id().matches(id); })) {
        return core::fail(core::ErrorKind::Configuration, origin + ": " + id.describe() + " is there already",
                          "Remove one of the two, or patch the first.");
    }
    resources.push_back(std::move(resource));
    return {};
}

/// What has been gathered below one folder.
struct Tree
{
    Resources resources;
    Configuration added; ///< by `configurations` and `crds`, here or below
    std::vector<Variable> variables;
};

core::Error located(core::Error error, const Kustomization &kustomization, const std::string &field)
{
    error.message = kustomization.placeOf(field) + ": " + error.message;
    return error;
}

class Builder
{
public:
    /// The objects of one folder: what it lists, what it generates, then all its changes.
    core::Result<Tree> folder(const fs::path &directory, std::vector<fs::path> above)
    {
        Tree tree;
        if (auto done = into(tree, directory, std::move(above), false); !done) {
            return core::fail(done.error());
        }
        return tree;
    }

    [[nodiscard]] const std::optional<SortRule> &sortRule() const { return m_sort; }

private:
    core::Result<void> into(Tree &tree, const fs::path &directory, std::vector<fs::path> above, bool component)
    {
        if (auto entered = enter(directory, above); !entered) {
            return entered;
        }
        auto kustomization = loadKustomization(directory);
        if (!kustomization) {
            return core::fail(kustomization.error());
        }
        if (kustomization->isComponent != component && above.size() > 1) {
            return core::fail(core::ErrorKind::Configuration,
                              kustomization->placeOf("kind") +
                                  (component ? ": it is not of kind Component" : ": it is of kind Component"),
                              component ? "List it under 'resources'." : "List it under 'components'.");
        }
        if (above.size() == 1) {
            m_sort = kustomization->sort;
        }
        if (auto done = readSchema(*kustomization); !done) {
            return done;
        }
        for (const std::string &path : kustomization->resources) {
            if (auto done = addResource(tree, *kustomization, path, above); !done) {
                return done;
            }
        }
        if (auto done = addConfigurations(tree.added, *kustomization); !done) {
            return done;
        }
        const Plugins plugins(*kustomization, [&](const fs::path &path) { return objectsOf(path, above); });
        if (auto done = runGenerators(tree.resources, *kustomization); !done) {
            return done;
        }
        if (auto done = plugins.generate(tree.resources); !done) {
            return done;
        }
        for (const std::string &path : kustomization->components) {
            if (auto done = addComponent(tree, *kustomization, path, above); !done) {
                return done;
            }
        }
        if (auto done = transform(tree, *kustomization, plugins); !done) {
            return done;
        }
        return addVariables(tree.resources, *kustomization, tree.variables);
    }

    /// A kustomization may not build what contains it.
    static core::Result<void> enter(const fs::path &directory, std::vector<fs::path> &above)
    {
        std::error_code status;
        const fs::path self = fs::weakly_canonical(directory, status);
        const auto contains = [&](const fs::path &visited) {
            return std::mismatch(self.begin(), self.end(), visited.begin(), visited.end()).first == self.end();
        };
        if (const auto circle = std::find_if(above.begin(), above.end(), contains); circle != above.end()) {
            return core::fail(core::ErrorKind::Configuration,
                              self.string() + (self == *circle
                                                   ? " includes itself"
                                                   : " contains " + circle->string() + ", which includes it"),
                              "Break the circle of resources.");
        }
        above.push_back(self);
        return {};
    }

    core::Result<std::vector<core::Json>> objectsOf(const fs::path &directory, const std::vector<fs::path> &above)
    {
        auto tree = folder(directory, above);
        if (!tree) {
            return core::fail(tree.error());
        }
        std::vector<core::Json> objects;
        for (Resource &resource : tree->resources) {
            objects.push_back(std::move(resource.object));
        }
        return objects;
    }

    core::Result<void> addComponent(Tree &tree, const Kustomization &kustomization, const std::string &path,
                                    const std::vector<fs::path> &above)
    {
        if (isRemote(path)) {
            return core::fail(located(remoteError(path), kustomization, "components"));
        }
        return into(tree, kustomization.file.parent_path() / path, above, true);
    }

    core::Result<void> addResource(Tree &tree, const Kustomization &kustomization, const std::string &path,
                                   const std::vector<fs::path> &above)
    {
        const fs::path directory = kustomization.file.parent_path();
        std::error_code status;
        if (fs::is_directory(directory / path, status)) {
            auto inner = folder(directory / path, above);
            if (!inner) {
                return core::fail(inner.error());
            }
            return merge(tree, std::move(*inner), kustomization, path);
        }
        if (isRemote(path)) {
            return core::fail(located(remoteError(path), kustomization, "resources"));
        }
        auto text = readInside(directory, path);
        if (!text) {
            return core::fail(located(text.error(), kustomization, "resources"));
        }
        auto objects = readManifests(*text, (directory / path).string());
        if (!objects) {
            return core::fail(objects.error());
        }
        for (core::Json &object : *objects) {
            if (metadataText(object, "name").empty()) {
                return core::fail(core::ErrorKind::Configuration,
                                  (directory / path).string() + ": a " + gvkOf(object).kind + " has no metadata.name",
                                  "Give it a name: a kustomization refers to objects by it.");
            }
            if (auto done = append(tree.resources, adopt(std::move(object)), (directory / path).string()); !done) {
                return done;
            }
        }
        return {};
    }

    static core::Result<void> merge(Tree &tree, Tree inner, const Kustomization &kustomization, const std::string &path)
    {
        const std::string origin = (kustomization.file.parent_path() / path).string();
        for (Resource &resource : inner.resources) {
            if (auto done = append(tree.resources, std::move(resource), origin); !done) {
                return done;
            }
        }
        if (auto done = tree.added.add(inner.added); !done) {
            return core::fail(located(done.error(), kustomization, "resources"));
        }
        return mergeVariables(tree.variables, inner.variables, kustomization.placeOf("resources"));
    }

    static core::Result<void> addConfigurations(Configuration &added, const Kustomization &kustomization)
    {
        const fs::path root = kustomization.file.parent_path();
        const auto addAll = [&](const std::vector<std::string> &paths, const std::string &field,
                                auto read) -> core::Result<void> {
            for (const std::string &path : paths) {
                auto text = readInside(root, path);
                if (!text) {
                    return core::fail(located(text.error(), kustomization, field));
                }
                const auto more = read(*text, (root / path).string());
                if (!more) {
                    return core::fail(more.error());
                }
                if (auto done = added.add(*more); !done) {
                    return core::fail(located(done.error(), kustomization, field));
                }
            }
            return {};
        };
        auto done = addAll(kustomization.configurations, "configurations", &readConfiguration);
        return done ? addAll(kustomization.crds, "crds", &readCrdConfiguration) : done;
    }

    core::Result<void> readSchema(Kustomization &kustomization)
    {
        if (kustomization.openapiPath.empty() || !m_schema.isEmpty()) {
            kustomization.schema = m_schema;
            return {};
        }
        auto text = readInside(kustomization.file.parent_path(), kustomization.openapiPath);
        if (!text) {
            return core::fail(located(text.error(), kustomization, "openapi"));
        }
        auto schema = Schema::read(*text, kustomization.openapiPath);
        if (!schema) {
            return core::fail(located(schema.error(), kustomization, "openapi"));
        }
        m_schema = std::move(*schema);
        kustomization.schema = m_schema;
        return {};
    }

    /// kustomize reads and writes the annotations of each file: an empty map does not survive that, values become
    /// texts, and its own marks are taken away.
    static Resource adopt(core::Json object)
    {
        Resource resource;
        resource.object = std::move(object);
        tidyAnnotations(resource.object);
        return resource;
    }

    core::Result<void> transform(Tree &tree, Kustomization &kustomization, const Plugins &plugins)
    {
        Configuration places = builtInConfiguration();
        if (auto done = places.add(tree.added); !done) {
            return core::fail(located(done.error(), kustomization, "configurations"));
        }
        Resources &resources = tree.resources;
        kustomization.schema = m_schema; // a base may have brought it along
        for (const auto step : {&applyStrategicMergePatches, &applyPatches}) {
            if (auto done = step(resources, kustomization); !done) {
                return done;
            }
        }
        if (auto done = applyNamespace(resources, {kustomization.nameSpace}, places.nameSpace); !done) {
            return core::fail(located(done.error(), kustomization, "namespace"));
        }
        applyPrefix(resources, kustomization.namePrefix, places.namePrefix);
        applySuffix(resources, kustomization.nameSuffix, places.nameSuffix);
        for (const LabelRule &rule : kustomization.labels) {
            applyLabels(resources, rule, places);
        }
        applyEntries(resources, kustomization.commonLabels, places.commonLabels);
        applyEntries(resources, kustomization.commonAnnotations, places.commonAnnotations);
        if (auto done = applyJsonPatches(resources, kustomization); !done) {
            return done;
        }
        if (auto done = setFields(resources, kustomization, places); !done) {
            return done;
        }
        if (auto done = plugins.transform(resources); !done) {
            return done;
        }
        return plugins.validate(resources);
    }

    static core::Result<void> setFields(Resources &resources, const Kustomization &kustomization,
                                        const Configuration &places)
    {
        for (const ReplicaRule &rule : kustomization.replicas) {
            if (auto done = applyReplicas(resources, rule, places.replicas); !done) {
                return core::fail(located(done.error(), kustomization, "replicas"));
            }
        }
        for (const ImageRule &rule : kustomization.images) {
            if (auto done = applyImage(resources, rule, places.images); !done) {
                return core::fail(located(done.error(), kustomization, "images"));
            }
        }
        for (const Replacement &replacement : kustomization.replacements) {
            if (auto done = applyReplacement(resources, replacement); !done) {
                return core::fail(located(done.error(), kustomization, "replacements"));
            }
        }
        return {};
    }

    std::optional<SortRule> m_sort;
    Schema m_schema;
};

void addHashes(Resources &resources)
{
    for (Resource &resource : resources) {
        if (resource.needsHash) {
            const std::string hash = contentHash(resource.object);
            resource.rememberId();
            resource.setName(resource.name() + "-" + hash);
        }
    }
}

/// A patch or a replacement may have given two objects one name.
core::Result<void> checkIdentities(const Resources &resources, const fs::path &directory)
{
    std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;
    for (const Resource &resource : resources) {
        const ResourceId id = resource.id();
        const std::string groupVersion = id.gvk.group + "/" + id.gvk.version;
        if (!seen.insert({groupVersion, id.gvk.kind, id.effectiveNamespace(), id.name}).second) {
            return core::fail(core::ErrorKind::Configuration,
                              directory.string() + ": in the end two objects are " + id.describe(),
                              "Give them different names or namespaces.");
        }
    }
    return {};
}

bool isLocalOnly(const Resource &resource)
{
    const core::Json metadata = resource.object.value("metadata", core::Json::object());
    const core::Json annotations = metadata.value("annotations", core::Json::object());
    return annotations.is_object() && annotations.contains(localAnnotation) && annotations[localAnnotation] != "false";
}

} // namespace

core::Result<std::vector<core::Json>> build(const fs::path &directory)
{
    try {
        Builder builder;
        auto tree = builder.folder(directory, {});
        if (!tree) {
            return core::fail(tree.error());
        }
        Configuration places = builtInConfiguration();
        if (auto done = places.add(tree->added); !done) {
            return core::fail(done.error());
        }
        Resources &resources = tree->resources;
        addHashes(resources);
        if (auto done = fixNameReferences(resources, places.nameReference); !done) {
            return core::fail(done.error());
        }
        if (auto done = resolveVariables(resources, tree->variables, places.varReference); !done) {
            return core::fail(done.error());
        }
        resources.erase(std::remove_if(resources.begin(), resources.end(), isLocalOnly), resources.end());
        if (auto unique = checkIdentities(resources, directory); !unique) {
            return core::fail(unique.error());
        }
        sortResources(resources, builder.sortRule());
        std::vector<core::Json> objects;
        objects.reserve(resources.size());
        for (Resource &resource : resources) {
            objects.push_back(std::move(resource.object));
        }
        return objects;
    } catch (const core::Json::exception &exception) {
        return core::fail(core::ErrorKind::Configuration,
                          directory.string() +
                              ": an object has not the form of a Kubernetes object: " + exception.what(),
                          "Check the manifests with `kubectl kustomize`.");
    }
}

} // namespace binnacle::stack::kustomize
