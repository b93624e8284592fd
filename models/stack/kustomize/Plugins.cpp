// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/Plugins.h"

#include "stack/kustomize/FieldReaders.h"
#include "stack/kustomize/Files.h"
#include "stack/kustomize/Generators.h"
#include "stack/kustomize/Patches.h"
#include "stack/kustomize/Replacements.h"

#include <nlohmann/json.hpp>

#include <map>

namespace binnacle::stack::kustomize {

namespace {

/// What one plug-in file asks for: a kustomization that does only this.
struct Task
{
    YamlFields &fields;
    YamlProblems &problems;
    Kustomization &own; ///< where relative paths start, and where the rules are put
    std::string name;
    std::string nameSpace;
    Resources &resources;
};

using Step = core::Result<void> (*)(Task &);

/// Reads on, and says whether what was read can be run.
core::Result<void> finish(Task &task)
{
    task.fields.finish();
    return task.problems.isEmpty() ? core::Result<void>{} : core::fail(task.problems.toError());
}

core::Result<void> generate(Task &task, bool secret)
{
    GeneratorRule rule;
    rule.name = task.name;
    rule.nameSpace = task.nameSpace;
    readGeneratorFields(task.fields, secret, rule, task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    (secret ? task.own.secrets : task.own.configMaps) = {rule};
    return runGenerators(task.resources, task.own);
}

core::Result<void> setEntries(Task &task, const char *key)
{
    const StringMap entries = task.fields.textMap(key);
    const FieldSpecs specs = readFieldSpecs(task.fields, "fieldSpecs", task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    applyEntries(task.resources, entries, specs);
    return {};
}

core::Result<void> affix(Task &task, bool hasPrefix, bool hasSuffix)
{
    const std::string prefix = hasPrefix ? task.fields.text("prefix") : std::string{};
    const std::string suffix = hasSuffix ? task.fields.text("suffix") : std::string{};
    const FieldSpecs specs = readFieldSpecs(task.fields, "fieldSpecs", task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    applyPrefix(task.resources, prefix, specs);
    applySuffix(task.resources, suffix, specs);
    return {};
}

core::Result<void> setNamespace(Task &task)
{
    static const std::vector<SubjectRule> subjects = {SubjectRule::DefaultOnly, SubjectRule::All, SubjectRule::None};
    NamespaceRule rule{task.nameSpace};
    rule.unsetOnly = task.fields.flag("unsetOnly");
    rule.subjects =
        subjects[task.fields.choice("setRoleBindingSubjects", {"defaultOnly", "allServiceAccounts", "none"}, 0)];
    const FieldSpecs specs = readFieldSpecs(task.fields, "fieldSpecs", task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    return applyNamespace(task.resources, rule, specs);
}

core::Result<void> setImage(Task &task)
{
    const ImageRule rule = readOptional(task.fields, "imageTag", task.problems, &readImage).value_or(ImageRule{});
    const FieldSpecs specs = readFieldSpecs(task.fields, "fieldSpecs", task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    return applyImage(task.resources, rule, specs);
}

core::Result<void> setReplicas(Task &task)
{
    const ReplicaRule rule = readOptional(task.fields, "replica", task.problems, &readReplicas).value_or(ReplicaRule{});
    const FieldSpecs specs = readFieldSpecs(task.fields, "fieldSpecs", task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    return applyReplicas(task.resources, rule, specs);
}

core::Result<void> patch(Task &task)
{
    PatchRule rule;
    readPatchFields(task.fields, rule, task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    task.own.patches = {rule};
    return applyPatches(task.resources, task.own);
}

core::Result<void> patchStrategically(Task &task)
{
    task.own.patchesStrategicMerge = task.fields.texts("paths");
    if (const std::string inlineText = task.fields.text("patches"); !inlineText.empty()) {
        task.own.patchesStrategicMerge.push_back(inlineText + "\n"); // a line end tells it from a file's name
    }
    if (auto done = finish(task); !done) {
        return done;
    }
    return applyStrategicMergePatches(task.resources, task.own);
}

core::Result<void> patchByOperations(Task &task)
{
    PatchRule rule;
    rule.path = task.fields.text("path");
    rule.inlineText = task.fields.text("jsonOp");
    rule.target = readOptional(task.fields, "target", task.problems, &readSelector);
    if (auto done = finish(task); !done) {
        return done;
    }
    task.own.patchesJson6902 = {rule};
    return applyJsonPatches(task.resources, task.own);
}

core::Result<void> replace(Task &task)
{
    const auto rules = readReplacements(task.fields, task.own.file.parent_path(), task.problems);
    if (auto done = finish(task); !done) {
        return done;
    }
    for (const Replacement &rule : rules) {
        if (auto done = applyReplacement(task.resources, rule); !done) {
            return done;
        }
    }
    return {};
}

const std::map<std::string, Step> &steps()
{
    static const std::map<std::string, Step> all = {
        {"ConfigMapGenerator", [](Task &task) { return generate(task, false); }},
        {"SecretGenerator", [](Task &task) { return generate(task, true); }},
        {"AnnotationsTransformer", [](Task &task) { return setEntries(task, "annotations"); }},
        {"LabelTransformer", [](Task &task) { return setEntries(task, "labels"); }},
        {"PrefixTransformer", [](Task &task) { return affix(task, true, false); }},
        {"SuffixTransformer", [](Task &task) { return affix(task, false, true); }},
        {"PrefixSuffixTransformer", [](Task &task) { return affix(task, true, true); }},
        {"NamespaceTransformer", &setNamespace},
        {"ImageTagTransformer", &setImage},
        {"ReplicaCountTransformer", &setReplicas},
        {"PatchTransformer", &patch},
        {"PatchStrategicMergeTransformer", &patchStrategically},
        {"PatchJson6902Transformer", &patchByOperations},
        {"ReplacementTransformer", &replace},
    };
    return all;
}

struct Metadata
{
    std::string name;
    std::string nameSpace;
};

Metadata readMetadata(const YAML::Node &node, YamlProblems &problems)
{
    return readMap<Metadata>(node, "the metadata", problems, [](auto &fields, auto &metadata) {
        metadata.name = fields.text("name");
        metadata.nameSpace = fields.text("namespace");
        static_cast<void>(fields.take("labels"));
        static_cast<void>(fields.take("annotations"));
    });
}

} // namespace

core::Result<void> Plugins::runFile(const std::string &text, const std::string &file, Resources &resources) const
{
    auto nodes = parseYaml(text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    for (const YAML::Node &node : *nodes) {
        if (node.IsNull()) {
            continue;
        }
        expandMergeKeys(node);
        YamlProblems problems(file, TextRule::Strict);
        YamlFields fields(node, "a plug-in's file", problems);
        const std::string apiVersion = fields.requiredText("apiVersion");
        const std::string kind = fields.requiredText("kind");
        const auto metadata = readOptional(fields, "metadata", problems, &readMetadata).value_or(Metadata{});
        if (!problems.isEmpty()) {
            return core::fail(problems.toError());
        }
        const auto step = steps().find(kind);
        if (apiVersion != "builtin" || step == steps().end()) {
            problems.addUnsupported(node.Mark(), "the plug-in " + apiVersion + " " + kind +
                                                     " is not supported: only kustomize's built-in generators and "
                                                     "transformers are, other plug-ins are programs");
            return core::fail(problems.toError());
        }
        Kustomization own;
        own.file = m_kustomization.file;
        own.schema = m_kustomization.schema;
        Task task{fields, problems, own, metadata.name, metadata.nameSpace, resources};
        if (auto done = step->second(task); !done) {
            return done;
        }
    }
    return {};
}

core::Result<void> Plugins::runEntry(const std::string &entry, const std::string &field, Resources &resources) const
{
    const auto root = m_kustomization.file.parent_path();
    if (entry.find('\n') != std::string::npos || entry.find(": ") != std::string::npos) {
        return runFile(entry, m_kustomization.placeOf(field) + ", inline", resources);
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(root / entry, ignored)) {
        const auto objects = m_builder(root / entry);
        if (!objects) {
            return core::fail(objects.error());
        }
        for (const core::Json &object : *objects) {
            if (auto done = runFile(object.dump(), (root / entry).string(), resources); !done) {
                return done;
            }
        }
        return {};
    }
    auto text = readInside(root, entry);
    if (!text) {
        return core::fail(text.error());
    }
    return runFile(*text, (root / entry).string(), resources);
}

core::Result<void> Plugins::generate(Resources &resources) const
{
    for (const std::string &entry : m_kustomization.generators) {
        if (auto done = runEntry(entry, "generators", resources); !done) {
            return done;
        }
    }
    return {};
}

core::Result<void> Plugins::transform(Resources &resources) const
{
    for (const std::string &entry : m_kustomization.transformers) {
        if (auto done = runEntry(entry, "transformers", resources); !done) {
            return done;
        }
    }
    return {};
}

core::Result<void> Plugins::validate(const Resources &resources) const
{
    for (const std::string &entry : m_kustomization.validators) {
        Resources copy = resources;
        if (auto done = runEntry(entry, "validators", copy); !done) {
            return done;
        }
        const bool same = std::equal(copy.begin(), copy.end(), resources.begin(), resources.end(),
                                     [](const Resource &a, const Resource &b) { return a.object == b.object; });
        if (!same) {
            return core::fail(core::ErrorKind::Configuration,
                              m_kustomization.placeOf("validators") + ": a validator may not change an object",
                              "List it under 'transformers'.");
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize
