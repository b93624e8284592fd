// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/FieldReaders.h"

#include "stack/kustomize/Files.h"

namespace binnacle::stack::kustomize {

namespace {

ReplacementOptions readReplacementOptions(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<ReplacementOptions>(node, "a replacement's options", problems, [&](auto &fields, auto &options) {
        options.delimiter = fields.text("delimiter");
        options.index = fields.number("index");
        options.create = fields.flag("create");
        if (!fields.text("encoding").empty()) {
            problems.addUnsupported(fields.markOf("encoding"), "'encoding' of a replacement is not supported");
        }
    });
}

ReplacementTarget readReplacementTarget(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<ReplacementTarget>(node, "a replacement's target", problems, [&](auto &fields, auto &target) {
        if (const auto select = readOptional(fields, "select", problems, &readSelector)) {
            target.select = *select;
        } else if (!fields.has("select") && fields.isMap()) {
            problems.add(node.Mark(), "a replacement's target lacks 'select'");
        }
        target.reject = readList(fields, "reject", problems, &readSelector);
        target.fieldPaths = fields.texts("fieldPaths");
        target.options = readOptional(fields, "options", problems, &readReplacementOptions).value_or(target.options);
    });
}

struct Source
{
    Selector selector;
    std::string fieldPath;
    ReplacementOptions options;
};

Source readSource(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<Source>(node, "a replacement's source", problems, [&](auto &fields, auto &source) {
        source.selector.gvk = readGvk(fields);
        source.selector.name = fields.text("name");
        source.selector.nameSpace = fields.text("namespace");
        source.fieldPath = fields.text("fieldPath");
        source.options = readOptional(fields, "options", problems, &readReplacementOptions).value_or(source.options);
    });
}

Replacement readReplacement(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<Replacement>(node, "a replacement", problems, [&](auto &fields, auto &replacement) {
        if (const auto source = readOptional(fields, "source", problems, &readSource)) {
            replacement.source = source->selector;
            replacement.fieldPath = source->fieldPath;
            replacement.options = source->options;
        } else if (fields.isMap()) {
            problems.add(node.Mark(), "a replacement lacks 'source'");
        }
        replacement.targets = readList(fields, "targets", problems, &readReplacementTarget);
        if (replacement.targets.empty() && fields.isMap()) {
            problems.add(node.Mark(), "a replacement lacks 'targets'");
        }
    });
}

core::Result<std::vector<Replacement>> readReplacementFile(const std::filesystem::path &root, const std::string &path)
{
    auto text = readInside(root, path);
    if (!text) {
        return core::fail(text.error());
    }
    const std::string file = (root / path).string();
    auto nodes = parseYaml(*text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    YamlProblems problems(file, TextRule::Strict);
    std::vector<Replacement> list;
    for (const YAML::Node &node : *nodes) {
        expandMergeKeys(node);
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

struct PatchOptions
{
    bool allowNameChange = false;
    bool allowKindChange = false;
};

PatchOptions readPatchOptions(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<PatchOptions>(node, "a patch's options", problems, [](auto &fields, auto &options) {
        options.allowNameChange = fields.flag("allowNameChange");
        options.allowKindChange = fields.flag("allowKindChange");
    });
}

FieldSpec readFieldSpec(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<FieldSpec>(node, "a field specification", problems, [](auto &fields, auto &spec) {
        spec.gvk = readGvk(fields);
        spec.path = fields.text("path");
        spec.create = fields.flag("create");
    });
}

GeneratorRule readGenerator(const YAML::Node &node, bool secret, YamlProblems &problems)
{
    const char *what = secret ? "a secret generator" : "a config map generator";
    return readMap<GeneratorRule>(node, what, problems, [&](auto &fields, auto &rule) {
        rule.name = fields.requiredText("name");
        rule.nameSpace = fields.text("namespace");
        readGeneratorFields(fields, secret, rule, problems);
    });
}

struct ObjectReference
{
    ResourceId id;
};

ObjectReference readObjectReference(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<ObjectReference>(node, "a var's objref", problems, [](auto &fields, auto &reference) {
        reference.id.gvk = readGvk(fields);
        if (const std::string apiVersion = fields.text("apiVersion"); !apiVersion.empty()) {
            const auto slash = apiVersion.find('/');
            reference.id.gvk.group = slash == std::string::npos ? std::string{} : apiVersion.substr(0, slash);
            reference.id.gvk.version = slash == std::string::npos ? apiVersion : apiVersion.substr(slash + 1);
        }
        reference.id.name = fields.text("name");
        reference.id.nameSpace = fields.text("namespace");
    });
}

std::string readFieldReference(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<std::string>(node, "a var's fieldref", problems, [](auto &fields, auto &path) {
        path = fields.text("fieldpath");
        if (const std::string other = fields.text("fieldPath"); path.empty()) {
            path = other;
        }
    });
}

struct LegacyOrder
{
    std::vector<std::string> first;
    std::vector<std::string> last;
};

LegacyOrder readLegacyOrder(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<LegacyOrder>(node, "legacySortOptions", problems, [](auto &fields, auto &order) {
        order.first = fields.texts("orderFirst");
        order.last = fields.texts("orderLast");
    });
}

} // namespace

Gvk readGvk(YamlFields &fields)
{
    return {fields.text("group"), fields.text("version"), fields.text("kind")};
}

std::vector<FieldSpec> readFieldSpecs(YamlFields &fields, const std::string &key, YamlProblems &problems)
{
    return readList(fields, key, problems, &readFieldSpec);
}

Selector readSelector(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<Selector>(node, "a selector", problems, [](auto &fields, auto &selector) {
        selector.gvk = readGvk(fields);
        selector.name = fields.text("name");
        selector.nameSpace = fields.text("namespace");
        selector.labels = fields.text("labelSelector");
        selector.annotations = fields.text("annotationSelector");
    });
}

void readPatchFields(YamlFields &fields, PatchRule &rule, YamlProblems &problems)
{
    rule.path = fields.text("path");
    rule.inlineText = fields.text("patch");
    if (rule.path.empty() == rule.inlineText.empty() && fields.isMap()) {
        problems.add(fields.mark(), "a patch has either 'path' or 'patch'");
    }
    rule.target = readOptional(fields, "target", problems, &readSelector);
    const auto options = readOptional(fields, "options", problems, &readPatchOptions).value_or(PatchOptions{});
    rule.allowNameChange = options.allowNameChange;
    rule.allowKindChange = options.allowKindChange;
    rule.mark = fields.mark();
}

PatchRule readPatch(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<PatchRule>(node, "a patch", problems,
                              [&](auto &fields, auto &rule) { readPatchFields(fields, rule, problems); });
}

GeneratorOptions readGeneratorOptions(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<GeneratorOptions>(node, "the generator options", problems, [](auto &fields, auto &options) {
        options.labels = fields.textMap("labels");
        options.annotations = fields.textMap("annotations");
        options.disableNameSuffixHash = fields.flag("disableNameSuffixHash");
        options.immutable = fields.flag("immutable");
    });
}

void readGeneratorFields(YamlFields &fields, bool secret, GeneratorRule &rule, YamlProblems &problems)
{
    if (secret) {
        rule.type = fields.text("type");
        rule.type = rule.type.empty() ? "Opaque" : rule.type;
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
    rule.options = readOptional(fields, "options", problems, &readGeneratorOptions).value_or(rule.options);
}

GeneratorRule readConfigMapGenerator(const YAML::Node &node, YamlProblems &problems)
{
    return readGenerator(node, false, problems);
}

GeneratorRule readSecretGenerator(const YAML::Node &node, YamlProblems &problems)
{
    return readGenerator(node, true, problems);
}

LabelRule readLabels(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<LabelRule>(node, "an entry of labels", problems, [&](auto &fields, auto &rule) {
        rule.pairs = fields.textMap("pairs");
        rule.includeSelectors = fields.flag("includeSelectors");
        rule.includeTemplates = fields.flag("includeTemplates");
        rule.fields = readFieldSpecs(fields, "fields", problems);
    });
}

ImageRule readImage(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<ImageRule>(node, "an entry of images", problems, [](auto &fields, auto &rule) {
        rule.name = fields.text("name");
        rule.newName = fields.text("newName");
        rule.newTag = fields.text("newTag");
        rule.tagSuffix = fields.text("tagSuffix");
        rule.digest = fields.text("digest");
    });
}

ReplicaRule readReplicas(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<ReplicaRule>(node, "an entry of replicas", problems, [](auto &fields, auto &rule) {
        rule.name = fields.text("name");
        rule.count = fields.number("count");
    });
}

Variable readVariable(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<Variable>(node, "a var", problems, [&](auto &fields, auto &variable) {
        variable.name = fields.requiredText("name");
        variable.object = readOptional(fields, "objref", problems, &readObjectReference).value_or(ObjectReference{}).id;
        variable.fieldPath = readOptional(fields, "fieldref", problems, &readFieldReference).value_or("");
        if (variable.fieldPath.empty()) {
            variable.fieldPath = "metadata.name";
        }
    });
}

SortRule readSort(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<SortRule>(node, "sortOptions", problems, [&](auto &fields, auto &rule) {
        rule.legacy = fields.choice("order", {"fifo", "legacy"}, 0) == 1;
        if (const auto order = readOptional(fields, "legacySortOptions", problems, &readLegacyOrder)) {
            rule.hasLists = true;
            rule.first = order->first;
            rule.last = order->last;
            if (!rule.legacy) {
                problems.add(fields.markOf("legacySortOptions"), "'legacySortOptions' needs 'order: legacy'");
            }
        }
    });
}

std::vector<Replacement> readReplacements(YamlFields &fields, const std::filesystem::path &root, YamlProblems &problems)
{
    std::vector<Replacement> all;
    fields.each("replacements", [&](const YAML::Node &item) {
        const YAML::Node path = item.IsMap() ? item["path"] : YAML::Node(YAML::NodeType::Undefined);
        if (!path.IsDefined() || !path.IsScalar()) {
            all.push_back(readReplacement(item, problems));
            return;
        }
        if (item.size() > 1) {
            problems.add(item.Mark(), "a replacement has either 'path' or its own fields");
            return;
        }
        const auto list = readReplacementFile(root, path.Scalar());
        if (!list) {
            problems.add(item.Mark(), list.error().message);
            return;
        }
        all.insert(all.end(), list->begin(), list->end());
    });
    return all;
}

} // namespace binnacle::stack::kustomize
