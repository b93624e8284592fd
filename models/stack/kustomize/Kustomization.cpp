// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Kustomization.h"

#include "stack/YamlFields.h"
#include "stack/kustomize/Files.h"

namespace binnacle::stack::kustomize {

namespace {

/// Fields of kustomize that change what is built and that Binnacle does not build: naming them is better than a picture
/// that is wrong.
const std::vector<std::pair<std::string, std::string>> unsupportedFields = {
    {"buildMetadata", "it only adds annotations about the origin of objects"},
    {"configurations", "only the built-in field specifications are known"},
    {"crds", "only the built-in field specifications are known"},
    {"generators", "generator plug-ins are programs"},
    {"helmChartInflationGenerator", "it runs helm"},
    {"helmCharts", "it runs helm"},
    {"helmGlobals", "it runs helm"},
    {"inventory", "kustomize dropped it"},
    {"openapi", "only the built-in schemas are known"},
    {"transformers", "transformer plug-ins are programs"},
    {"validators", "validator plug-ins are programs"},
    {"vars", "use replacements"},
};

Gvk readGvk(YamlFields &fields)
{
    Gvk gvk;
    gvk.group = fields.text("group");
    gvk.version = fields.text("version");
    gvk.kind = fields.text("kind");
    return gvk;
}

Selector readSelector(const YAML::Node &node, const std::string &what, YamlProblems &problems)
{
    YamlFields fields(node, what, problems);
    Selector selector;
    selector.gvk = readGvk(fields);
    selector.name = fields.text("name");
    selector.nameSpace = fields.text("namespace");
    selector.labels = fields.text("labelSelector");
    selector.annotations = fields.text("annotationSelector");
    fields.finish();
    return selector;
}

PatchRule readPatch(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "a patch", problems);
    PatchRule rule;
    rule.path = fields.text("path");
    rule.inlineText = fields.text("patch");
    if (rule.path.empty() == rule.inlineText.empty()) {
        problems.add(node.Mark(), "a patch has either 'path' or 'patch'");
    }
    if (const auto target = fields.take("target")) {
        rule.target = readSelector(*target, "a patch's target", problems);
    }
    if (const auto options = fields.take("options")) {
        YamlFields option(*options, "a patch's options", problems);
        rule.allowNameChange = option.flag("allowNameChange");
        rule.allowKindChange = option.flag("allowKindChange");
        option.finish();
    }
    fields.finish();
    return rule;
}

GeneratorOptions readGeneratorOptions(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "the generator options", problems);
    GeneratorOptions options;
    options.labels = fields.textMap("labels");
    options.annotations = fields.textMap("annotations");
    options.disableNameSuffixHash = fields.flag("disableNameSuffixHash");
    options.immutable = fields.flag("immutable");
    fields.finish();
    return options;
}

GeneratorRule readGenerator(const YAML::Node &node, bool secret, YamlProblems &problems)
{
    YamlFields fields(node, secret ? "a secret generator" : "a config map generator", problems);
    GeneratorRule rule;
    rule.name = fields.requiredText("name");
    rule.nameSpace = fields.text("namespace");
    if (secret) {
        rule.type = fields.text("type", "Opaque");
    }
    static const std::vector<Behavior> behaviors = {Behavior::Unspecified, Behavior::Create, Behavior::Replace,
                                                    Behavior::Merge};
    rule.behavior = behaviors[fields.choice("behavior", {"unspecified", "create", "replace", "merge"}, 0)];
    rule.literals = fields.texts("literals");
    rule.files = fields.texts("files");
    rule.envs = fields.texts("envs");
    if (const std::string env = fields.text("env"); !env.empty()) {
        rule.envs.push_back(env);
    }
    if (const auto options = fields.take("options")) {
        rule.options = readGeneratorOptions(*options, problems);
    }
    fields.finish();
    return rule;
}

LabelRule readLabels(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "an entry of labels", problems);
    LabelRule rule;
    rule.pairs = fields.textMap("pairs");
    rule.includeSelectors = fields.flag("includeSelectors");
    rule.includeTemplates = fields.flag("includeTemplates");
    fields.each("fields", [&](const YAML::Node &item) {
        YamlFields spec(item, "a field specification", problems);
        rule.fields.push_back({readGvk(spec), spec.text("path"), spec.flag("create")});
        spec.finish();
    });
    fields.finish();
    return rule;
}

ImageRule readImage(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "an entry of images", problems);
    ImageRule rule;
    rule.name = fields.requiredText("name");
    rule.newName = fields.text("newName");
    rule.newTag = fields.text("newTag");
    rule.tagSuffix = fields.text("tagSuffix");
    rule.digest = fields.text("digest");
    fields.finish();
    return rule;
}

ReplacementOptions readReplacementOptions(YamlFields &fields, YamlProblems &problems)
{
    ReplacementOptions options;
    if (const auto node = fields.take("options")) {
        YamlFields option(*node, "a replacement's options", problems);
        options.delimiter = option.text("delimiter");
        options.index = option.number("index");
        options.create = option.flag("create");
        if (!option.text("encoding").empty()) {
            problems.addUnsupported(option.markOf("encoding"), "'encoding' of a replacement is not supported");
        }
        option.finish();
    }
    return options;
}

Selector readReplacementSelector(YamlFields &fields)
{
    Selector selector;
    selector.gvk = readGvk(fields);
    selector.name = fields.text("name");
    selector.nameSpace = fields.text("namespace");
    return selector;
}

ReplacementTarget readReplacementTarget(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "a replacement's target", problems);
    ReplacementTarget target;
    if (const auto select = fields.take("select")) {
        target.select = readSelector(*select, "a replacement's select", problems);
    } else if (node.IsMap()) {
        problems.add(node.Mark(), "a replacement's target lacks 'select'");
    }
    fields.each("reject", [&](const YAML::Node &item) {
        target.reject.push_back(readSelector(item, "a replacement's reject", problems));
    });
    target.fieldPaths = fields.texts("fieldPaths");
    target.options = readReplacementOptions(fields, problems);
    fields.finish();
    return target;
}

Replacement readReplacement(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "a replacement", problems);
    Replacement replacement;
    if (fields.has("sourceValue")) {
        replacement.sourceValue = fields.text("sourceValue");
    }
    if (const auto source = fields.take("source")) {
        YamlFields from(*source, "a replacement's source", problems);
        replacement.source = readReplacementSelector(from);
        replacement.fieldPath = from.text("fieldPath");
        replacement.options = readReplacementOptions(from, problems);
        from.finish();
    }
    if (replacement.source.has_value() == replacement.sourceValue.has_value()) {
        problems.add(node.Mark(), "a replacement has either 'source' or 'sourceValue'");
    }
    fields.each("targets",
                [&](const YAML::Node &item) { replacement.targets.push_back(readReplacementTarget(item, problems)); });
    fields.finish();
    return replacement;
}

SortRule readSort(const YAML::Node &node, YamlProblems &problems)
{
    YamlFields fields(node, "sortOptions", problems);
    SortRule rule;
    rule.legacy = fields.choice("order", {"fifo", "legacy"}, 0) == 1;
    if (const auto options = fields.take("legacySortOptions")) {
        YamlFields lists(*options, "legacySortOptions", problems);
        rule.hasLists = true;
        rule.first = lists.texts("orderFirst");
        rule.last = lists.texts("orderLast");
        lists.finish();
        if (!rule.legacy) {
            problems.add(options->Mark(), "'legacySortOptions' needs 'order: legacy'");
        }
    }
    fields.finish();
    return rule;
}

template <typename T>
T optional(YamlFields &fields, const std::string &key, T (*read)(const YAML::Node &, YamlProblems &),
           YamlProblems &problems)
{
    const auto node = fields.take(key);
    return node ? read(*node, problems) : T{};
}

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
    const auto global = optional<GeneratorOptions>(fields, "generatorOptions", &readGeneratorOptions, problems);
    fields.each("configMapGenerator",
                [&](const YAML::Node &item) { out.configMaps.push_back(readGenerator(item, false, problems)); });
    fields.each("secretGenerator",
                [&](const YAML::Node &item) { out.secrets.push_back(readGenerator(item, true, problems)); });
    for (auto *rules : {&out.configMaps, &out.secrets}) {
        for (GeneratorRule &rule : *rules) {
            rule.options = merged(rule.options, global);
        }
    }
}

void readReplacementList(YamlFields &fields, Kustomization &out, YamlProblems &problems)
{
    fields.each("replacements", [&](const YAML::Node &item) {
        const YAML::Node path = item.IsMap() ? item["path"] : YAML::Node();
        if (!path.IsDefined() || !path.IsScalar()) {
            out.replacements.push_back(readReplacement(item, problems));
            return;
        }
        auto text = readInside(out.file.parent_path(), path.Scalar());
        auto list = text ? readReplacements(*text, path.Scalar()) : tl::unexpected<core::Error>(text.error());
        if (!list) {
            problems.add(item.Mark(), list.error().message);
            return;
        }
        out.replacements.insert(out.replacements.end(), list->begin(), list->end());
    });
}

void readAll(YamlFields &fields, Kustomization &out, YamlProblems &problems)
{
    static const std::vector<std::string> ignored = {"metadata"};
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
    for (const std::string &key : ignored) {
        static_cast<void>(fields.take(key));
    }
    out.resources = fields.texts("resources");
    for (const std::string &base : fields.texts("bases")) {
        out.resources.push_back(base);
    }
    out.components = fields.texts("components");
    out.nameSpace = fields.text("namespace");
    out.namePrefix = fields.text("namePrefix");
    out.nameSuffix = fields.text("nameSuffix");
    out.commonLabels = fields.textMap("commonLabels");
    out.commonAnnotations = fields.textMap("commonAnnotations");
    fields.each("labels", [&](const YAML::Node &item) { out.labels.push_back(readLabels(item, problems)); });
    fields.each("images", [&](const YAML::Node &item) { out.images.push_back(readImage(item, problems)); });
    fields.each("replicas", [&](const YAML::Node &item) {
        YamlFields rule(item, "an entry of replicas", problems);
        out.replicas.push_back({rule.requiredText("name"), rule.number("count")});
        rule.finish();
    });
    out.patchesStrategicMerge = fields.texts("patchesStrategicMerge");
    fields.each("patches", [&](const YAML::Node &item) { out.patches.push_back(readPatch(item, problems)); });
    fields.each("patchesJson6902",
                [&](const YAML::Node &item) { out.patchesJson6902.push_back(readPatch(item, problems)); });
    readGenerators(fields, out, problems);
    readReplacementList(fields, out, problems);
    if (const auto sort = fields.take("sortOptions")) {
        out.sort = readSort(*sort, problems);
    }
}

} // namespace

core::Result<std::vector<Replacement>> readReplacements(const std::string &text, const std::string &file)
{
    auto nodes = parseYaml(text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    YamlProblems problems(file);
    std::vector<Replacement> list;
    for (const YAML::Node &node : *nodes) {
        if (node.IsSequence()) {
            for (const auto &item : node) {
                list.push_back(readReplacement(item, problems));
            }
        } else if (!node.IsNull()) {
            list.push_back(readReplacement(node, problems));
        }
    }
    if (!problems.isEmpty()) {
        return core::fail(problems.toError());
    }
    return list;
}

core::Result<Kustomization> loadKustomization(const std::filesystem::path &directory)
{
    Kustomization out;
    for (const char *name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(directory / name, ignored)) {
            continue;
        }
        if (!out.file.empty()) {
            return core::fail(core::ErrorKind::Configuration,
                              directory.string() + " has both " + out.file.filename().string() + " and " + name,
                              "Remove one of them.");
        }
        out.file = directory / name;
    }
    if (out.file.empty()) {
        return core::fail(core::ErrorKind::Configuration,
                          directory.string() + " has no kustomization.yaml, kustomization.yml or Kustomization",
                          "Name a kustomize directory.");
    }
    auto text = readFile(out.file);
    if (!text) {
        return core::fail(text.error());
    }
    auto nodes = parseYaml(*text, out.file.string());
    if (!nodes) {
        return core::fail(nodes.error());
    }
    YamlProblems problems(out.file.string());
    if (nodes->size() > 1) {
        problems.add((*nodes)[1].Mark(), "a kustomization file holds one document");
    }
    if (nodes->empty() || nodes->front().IsNull()) {
        problems.add(YAML::Mark::null_mark(), "the file is empty");
        return core::fail(problems.toError());
    }
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
    return out;
}

} // namespace binnacle::stack::kustomize
