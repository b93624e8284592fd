// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Build.h"

#include "stack/YamlReader.h"
#include "stack/kustomize/Files.h"
#include "stack/kustomize/Generators.h"
#include "stack/kustomize/Hash.h"
#include "stack/kustomize/NameReferences.h"
#include "stack/kustomize/Order.h"
#include "stack/kustomize/Patches.h"
#include "stack/kustomize/Replacements.h"

#include <nlohmann/json.hpp>

#include <algorithm>

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

class Builder
{
public:
    /// The objects of one folder: what it lists, what it generates, then all its changes.
    core::Result<Resources> folder(const fs::path &directory, std::vector<fs::path> above)
    {
        Resources resources;
        if (auto done = into(resources, directory, std::move(above), false); !done) {
            return core::fail(done.error());
        }
        return resources;
    }

    [[nodiscard]] const std::optional<SortRule> &sortRule() const { return m_sort; }

private:
    core::Result<void> into(Resources &resources, const fs::path &directory, std::vector<fs::path> above,
                            bool component)
    {
        std::error_code status;
        const fs::path self = fs::weakly_canonical(directory, status);
        if (std::find(above.begin(), above.end(), self) != above.end()) {
            return core::fail(core::ErrorKind::Configuration, self.string() + " includes itself",
                              "Break the circle of resources.");
        }
        above.push_back(self);
        auto kustomization = loadKustomization(directory);
        if (!kustomization) {
            return core::fail(kustomization.error());
        }
        if (kustomization->isComponent != component) {
            return core::fail(core::ErrorKind::Configuration,
                              kustomization->file.string() +
                                  (component ? " is not of kind Component" : " is of kind Component"),
                              component ? "List it under 'resources'." : "List it under 'components'.");
        }
        if (above.size() == 1) {
            m_sort = kustomization->sort;
        }
        for (const std::string &path : kustomization->resources) {
            if (auto done = addResource(resources, directory, path, above); !done) {
                return done;
            }
        }
        if (auto done = runGenerators(resources, *kustomization); !done) {
            return done;
        }
        for (const std::string &path : kustomization->components) {
            if (auto done = into(resources, directory / path, above, true); !done) {
                return done;
            }
        }
        return transform(resources, *kustomization);
    }

    core::Result<void> addResource(Resources &resources, const fs::path &directory, const std::string &path,
                                   const std::vector<fs::path> &above)
    {
        std::error_code status;
        if (path.find("://") == std::string::npos && fs::is_directory(directory / path, status)) {
            auto inner = folder(directory / path, above);
            if (!inner) {
                return core::fail(inner.error());
            }
            for (Resource &resource : *inner) {
                if (auto done = append(resources, std::move(resource), (directory / path).string()); !done) {
                    return done;
                }
            }
            return {};
        }
        auto text = readInside(directory, path);
        if (!text) {
            return core::fail(text.error());
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
            if (auto done = append(resources, adopt(std::move(object)), (directory / path).string()); !done) {
                return done;
            }
        }
        return {};
    }

    /// kustomize reads and writes the annotations of each file, and an empty map does not survive that.
    static Resource adopt(core::Json object)
    {
        Resource resource;
        resource.object = std::move(object);
        core::Json &metadata = resource.object["metadata"];
        if (metadata.contains("annotations") && metadata["annotations"].empty()) {
            metadata.erase("annotations");
        }
        return resource;
    }

    static core::Result<void> transform(Resources &resources, const Kustomization &kustomization)
    {
        for (const auto step : {&applyStrategicMergePatches, &applyPatches}) {
            if (auto done = step(resources, kustomization); !done) {
                return done;
            }
        }
        if (auto done = applyNamespace(resources, kustomization.nameSpace); !done) {
            return core::fail(located(done.error(), kustomization));
        }
        applyPrefix(resources, kustomization.namePrefix);
        applySuffix(resources, kustomization.nameSuffix);
        for (const LabelRule &rule : kustomization.labels) {
            applyLabels(resources, rule);
        }
        applyCommonLabels(resources, kustomization.commonLabels);
        applyAnnotations(resources, kustomization.commonAnnotations);
        if (auto done = applyJsonPatches(resources, kustomization); !done) {
            return done;
        }
        for (const ReplicaRule &rule : kustomization.replicas) {
            if (auto done = applyReplicas(resources, rule); !done) {
                return core::fail(located(done.error(), kustomization));
            }
        }
        for (const ImageRule &rule : kustomization.images) {
            if (auto done = applyImage(resources, rule); !done) {
                return core::fail(located(done.error(), kustomization));
            }
        }
        for (const Replacement &replacement : kustomization.replacements) {
            if (auto done = applyReplacement(resources, replacement); !done) {
                return core::fail(located(done.error(), kustomization));
            }
        }
        return {};
    }

    static core::Error located(core::Error error, const Kustomization &kustomization)
    {
        error.message = kustomization.file.string() + ": " + error.message;
        return error;
    }

    std::optional<SortRule> m_sort;
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
        auto resources = builder.folder(directory, {});
        if (!resources) {
            return core::fail(resources.error());
        }
        addHashes(*resources);
        if (auto done = fixNameReferences(*resources); !done) {
            return core::fail(done.error());
        }
        resources->erase(std::remove_if(resources->begin(), resources->end(), isLocalOnly), resources->end());
        sortResources(*resources, builder.sortRule());
        std::vector<core::Json> objects;
        objects.reserve(resources->size());
        for (Resource &resource : *resources) {
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
