// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Kustomization.h"

#include "stack/kustomize/FieldReaders.h"
#include "stack/kustomize/Files.h"

namespace binnacle::stack::kustomize {

namespace {

/// Fields of kustomize that change what is built and that Binnacle does not build: naming them is better than a picture
/// that is wrong.
const std::vector<std::pair<std::string, std::string>> unsupportedFields = {
    {"helmChartInflationGenerator", "it runs helm"},
    {"helmCharts", "it runs helm; render the chart with `helm template` and list the file under 'resources'"},
    {"helmGlobals", "it runs helm"},
    {"inventory", "kustomize dropped it"},
};

GeneratorOptions merged(GeneratorOptions local, const GeneratorOptions &global)
{
    local.labels.insert(global.labels.begin(), global.labels.end());
    local.annotations.insert(global.annotations.begin(), global.annotations.end());
    local.disableNameSuffixHash |= global.disableNameSuffixHash;
    local.immutable |= global.immutable;
    return local;
}

void readGenerators(YamlFields &fields, Kustomization &out, YamlProblems &problems)
{
    const auto global =
        readOptional(fields, "generatorOptions", problems, &readGeneratorOptions).value_or(GeneratorOptions{});
    out.configMaps = readList(fields, "configMapGenerator", problems, &readConfigMapGenerator);
    out.secrets = readList(fields, "secretGenerator", problems, &readSecretGenerator);
    for (auto *rules : {&out.configMaps, &out.secrets}) {
        for (GeneratorRule &rule : *rules) {
            rule.options = merged(rule.options, global);
        }
    }
}

void readHeader(YamlFields &fields, Kustomization &out, YamlProblems &problems)
{
    const std::string apiVersion = fields.text("apiVersion");
    const std::string kind = fields.text("kind", "Kustomization");
    out.isComponent = kind == "Component";
    if (kind != "Kustomization" && kind != "Component") {
        problems.add(fields.markOf("kind"), "'kind' must be Kustomization or Component");
    }
    const char *wanted = out.isComponent ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
    if (!apiVersion.empty() && apiVersion != wanted) {
        problems.add(fields.markOf("apiVersion"), "'apiVersion' of a " + kind + " must be " + wanted);
    }
    static_cast<void>(fields.take("metadata"));
}

void readBuildMetadata(YamlFields &fields, YamlProblems &problems)
{
    for (const std::string &word : fields.texts("buildMetadata")) {
        if (word == "managedByLabel" || word == "originAnnotations" || word == "transformerAnnotations") {
            problems.addUnsupported(fields.markOf("buildMetadata"),
                                    "'buildMetadata: [" + word + "]' is not supported: it says how kustomize built it");
        } else {
            problems.add(fields.markOf("buildMetadata"), "'buildMetadata' has no option '" + word + "'");
        }
    }
}

struct OpenApi
{
    std::string path;
};

OpenApi readOpenApi(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<OpenApi>(node, "openapi", problems, [&](auto &fields, auto &openApi) {
        openApi.path = fields.text("path");
        // The only version whose schema kustomize brings along.
        if (const std::string version = fields.text("version"); !version.empty() && version != "v1.21.2") {
            problems.add(fields.markOf("version"), "the built-in schema is that of version v1.21.2");
        }
    });
}

void readTransformations(YamlFields &fields, Kustomization &out, YamlProblems &problems)
{
    out.nameSpace = fields.text("namespace");
    out.namePrefix = fields.text("namePrefix");
    out.nameSuffix = fields.text("nameSuffix");
    out.commonLabels = fields.textMap("commonLabels");
    out.commonAnnotations = fields.textMap("commonAnnotations");
    out.labels = readList(fields, "labels", problems, &readLabels);
    out.images = readList(fields, "images", problems, &readImage);
    for (const ImageRule &rule : readList(fields, "imageTags", problems, &readImage)) {
        out.images.push_back(rule);
    }
    out.replicas = readList(fields, "replicas", problems, &readReplicas);
    out.patchesStrategicMerge = fields.texts("patchesStrategicMerge");
    out.patches = readList(fields, "patches", problems, &readPatch);
    out.patchesJson6902 = readList(fields, "patchesJson6902", problems, &readPatch);
    out.replacements = readReplacements(fields, out.file.parent_path(), problems);
}

void readAll(YamlFields &fields, Kustomization &out, YamlProblems &problems)
{
    readHeader(fields, out, problems);
    out.resources = fields.texts("resources");
    for (const std::string &base : fields.texts("bases")) {
        out.resources.push_back(base);
    }
    out.components = fields.texts("components");
    out.configurations = fields.texts("configurations");
    out.crds = fields.texts("crds");
    out.generators = fields.texts("generators");
    out.transformers = fields.texts("transformers");
    out.validators = fields.texts("validators");
    readTransformations(fields, out, problems);
    readGenerators(fields, out, problems);
    out.variables = readList(fields, "vars", problems, &readVariable);
    readBuildMetadata(fields, problems);
    out.openapiPath = readOptional(fields, "openapi", problems, &readOpenApi).value_or(OpenApi{}).path;
    out.sort = readOptional(fields, "sortOptions", problems, &readSort);
}

/// The file of a folder that is its kustomization; exactly one.
core::Result<std::filesystem::path> kustomizationFile(const std::filesystem::path &directory)
{
    std::filesystem::path file;
    for (const char *name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(directory / name, ignored)) {
            continue;
        }
        if (!file.empty()) {
            return core::fail(core::ErrorKind::Configuration,
                              directory.string() + " has both " + file.filename().string() + " and " + name,
                              "Remove one of them.");
        }
        file = directory / name;
    }
    if (file.empty()) {
        return core::fail(core::ErrorKind::Configuration,
                          directory.string() + " has no kustomization.yaml, kustomization.yml or Kustomization",
                          "Name a kustomize directory.");
    }
    return file;
}

/// Says no more than what it is: kustomize refuses to build that.
bool isEmpty(const YAML::Node &node)
{
    if (!node.IsMap()) {
        return node.IsNull();
    }
    for (const auto &entry : node) {
        const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string{};
        if (key != "apiVersion" && key != "kind" && key != "metadata") {
            return false;
        }
    }
    return true;
}

} // namespace

std::string Kustomization::placeOf(const std::string &field) const
{
    const auto found = places.find(field);
    return found == places.end() ? file.string() : found->second;
}

core::Result<Kustomization> loadKustomization(const std::filesystem::path &directory)
{
    Kustomization out;
    auto file = kustomizationFile(directory);
    if (!file) {
        return core::fail(file.error());
    }
    out.file = *file;
    auto text = readFile(out.file);
    if (!text) {
        return core::fail(text.error());
    }
    auto nodes = parseYaml(*text, out.file.string());
    if (!nodes) {
        return core::fail(nodes.error());
    }
    YamlProblems problems(out.file.string(), TextRule::Strict);
    if (nodes->size() > 1) {
        problems.add((*nodes)[1].Mark(), "a kustomization file holds one document");
    }
    if (nodes->empty() || isEmpty(nodes->front())) {
        problems.add(YAML::Mark{}, "the kustomization is empty");
        return core::fail(problems.toError());
    }
    expandMergeKeys(nodes->front());
    YamlFields fields(nodes->front(), "the kustomization", problems);
    readAll(fields, out, problems);
    for (const auto &[key, why] : unsupportedFields) {
        if (fields.take(key)) {
            problems.addUnsupported(fields.markOf(key), "the field '" + key + "' is not supported: " + why);
        }
    }
    fields.finish();
    if (!problems.isEmpty()) {
        return core::fail(problems.toError());
    }
    for (const auto &entry : nodes->front()) {
        out.places[entry.first.Scalar()] = position(out.file.string(), entry.first.Mark());
    }
    return out;
}

} // namespace binnacle::stack::kustomize
